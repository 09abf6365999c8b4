/**
 * The clock of a client: each change gets the next number and a time that is never before that of an earlier change,
 * even when the machine's clock was set back. The lock on the client's counters makes both orders one (decision 0002).
 */
import type { Counters } from '../counters.ts';

/** The place of a change in the order of its client. */
export interface Stamp {
  readonly customerId: number;
  readonly changeNumber: number;
  /** Milliseconds since 1970; never before that of an earlier change. */
  readonly changedAt: number;
}

/** Takes the next place in the order of the client's changes. */
export function nextStamp(counters: Counters, customerId: number): Stamp {
  counters.changeNumber += 1;
  // The machine's clock may have been set back; the order of changes may not.
  counters.changedAt = Math.max(counters.changedAt, Date.now());
  return { customerId, changeNumber: counters.changeNumber, changedAt: counters.changedAt };
}
