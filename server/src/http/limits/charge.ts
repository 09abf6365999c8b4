/** Counts what a caller asks for against the limit of its key, and refuses what is too much. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../problem.ts';
import type { Meter } from './meter.ts';

/**
 * A refusal is held for about so long: who sends the next request as soon as one is refused would otherwise get thousands of refusals a
 * second, which cost the others more than what the limit spares them. Not all for as long, or they would come back all at once.
 */
const LEAST_HOLD_MS = 100;
const MOST_HOLD_MS = 300;

/** Who has a limit, if there is one. */
interface Limited {
  readonly meter?: Meter | undefined;
}

/** Rejects with a problem when the key has not so much left. */
export async function charge({ meter }: Limited, weight: number): Promise<void> {
  if (meter === undefined || meter.take(weight)) return;
  await sleep(LEAST_HOLD_MS + Math.random() * (MOST_HOLD_MS - LEAST_HOLD_MS));
  throw exhausted(meter, weight);
}

/** The same of a request that was counted as one already, once it is known what all of it counts for. */
export async function chargeRest({ meter }: Limited, weight: number): Promise<void> {
  if (meter !== undefined) await charge({ meter }, Math.max(0, Math.min(weight, meter.rate.burst) - 1));
}

function exhausted(meter: Meter, weight: number): ProblemError {
  const seconds = meter.secondsUntil(weight);
  const { perSecond, burst } = meter.rate;
  return new ProblemError('too-many-requests', {
    limit: 'key-rate',
    message: `This API key may make ${perSecond} requests a second, ${burst} at once; try again in ${seconds} s. Batches, searches and exports count for several.`,
    headers: { 'retry-after': String(seconds), ...meter.headers() },
  });
}
