/** Counts a request against the limit of its key, and refuses what is too much. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../problem.ts';
import type { Meter } from './meter.ts';

/**
 * How long a refusal is delayed. A caller that retries as soon as it is refused would otherwise get thousands of
 * refusals a second, which cost the others more than the limit saves them. The delay varies, or all would come back at
 * once.
 */
const LEAST_HOLD_MS = 100;
const MOST_HOLD_MS = 300;

/** A caller who may have a limit. */
interface Limited {
  readonly meter?: Meter | undefined;
}

/** Rejects with a problem if the key does not have that much left. */
export const charge = ({ meter }: Limited, weight: number): Promise<void> => take(meter, weight, weight);

/**
 * The same for a request that was counted as one already, once its full weight is known. Sent again it is counted as
 * one again, so it has to wait until there is room for all of it.
 */
export async function chargeRest({ meter }: Limited, weight: number): Promise<void> {
  await take(meter, Math.max(0, Math.min(weight, meter?.rate.burst ?? 0) - 1), weight);
}

async function take(meter: Meter | undefined, weight: number, weightOfRetry: number): Promise<void> {
  if (meter === undefined || meter.take(weight)) return;
  await sleep(LEAST_HOLD_MS + Math.random() * (MOST_HOLD_MS - LEAST_HOLD_MS));
  throw exhausted(meter, weightOfRetry);
}

function exhausted(meter: Meter, weight: number): ProblemError {
  const seconds = meter.secondsUntil(weight);
  const { perSecond, burst } = meter.rate;
  return new ProblemError('too-many-requests', {
    limit: 'key-rate',
    message:
      `This API key may make ${perSecond} requests a second, ${burst} at once; ` +
      `try again in ${seconds} s. Batches, searches and exports count for several.`,
    headers: { 'retry-after': String(seconds), ...meter.headers() },
  });
}
