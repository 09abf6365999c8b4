/** Where the numbers of a client go on after its database was put back. Pure. */

/** More than a client can ever make: 100,000 a second, day and night. */
const CHANGES_PER_MS = 100;
/** Where the clock of the machine is of no use: what that makes in four months. */
const GAP = 1e12;

/**
 * The number behind which changes are counted anew: larger than any that was given out so far, by whatever became of the same
 * backup. Nothing remembers those numbers for certain, but the time does: numbers begin at 0 or where an earlier call of this says,
 * and cannot grow faster than it. So a backup may be put back twice, here and elsewhere, and no number is given out again.
 */
export function numberBehindGap(last: number, now: number): number {
  const byClock = now * CHANGES_PER_MS;
  return byClock > last ? byClock : last + GAP;
}
