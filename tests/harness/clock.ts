/** Times of the wire, which are whole seconds. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the clock is in a later second than a time: later changes have another `lastChanged`. */
export async function secondAfter(time: string): Promise<void> {
  const next = Date.parse(time) + 1000;
  for (let left = next - Date.now(); left > 0; left = next - Date.now()) await sleep(left);
}

/** A text without its times, which differ from one run to the next. */
export const withoutTimes = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, 'TIME');
