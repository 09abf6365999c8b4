/** Where the numbers of a client continue after its database was restored. Pure. */

/** More than a client can ever make: 100,000 a second, day and night. */
const CHANGES_PER_MS = 100;
/** The gap when the machine's clock is of no use: what that rate makes in four months. */
const GAP = 1e12;

/**
 * The number after which changes are counted on: larger than any assigned so far, in whatever was made of the same
 * backup. Nothing remembers those numbers for certain, but time does: numbers begin at 0 or where an earlier call of
 * this says, and cannot grow faster than it. So a backup may be restored twice, here and elsewhere, and no number is
 * assigned again.
 */
export function numberBehindGap(last: number, now: number): number {
  const byClock = now * CHANGES_PER_MS;
  return byClock > last ? byClock : last + GAP;
}
