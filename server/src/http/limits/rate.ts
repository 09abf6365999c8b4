/** How much a key may ask for: requests a second, and requests at once after a pause. Pure. */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A rate; `off` means there is none. */
export type RateLimit = Rate | 'off';

const MOST = 1_000_000;

/** Reads `500` (a second's worth at once), `500/2000` (that many at once) or `off`; `undefined` for anything else. */
export function parseRate(text: string): RateLimit | undefined {
  if (text === 'off') return 'off';
  const [, perSecond, burst = perSecond] = /^(\d{1,7})(?:\/(\d{1,7}))?$/.exec(text) ?? [];
  const rate = { perSecond: Number(perSecond), burst: Number(burst) };
  const isRate = rate.perSecond >= 1 && rate.burst >= rate.perSecond && rate.burst <= MOST;
  return isRate ? rate : undefined;
}

export const formatRate = (rate: RateLimit): string => (rate === 'off' ? 'off' : `${rate.perSecond}/${rate.burst}`);

/** What a text should have been. */
export const RATE_FORMS =
  `requests a second and how many at once, as in 500 or 500/2000 (at most ${MOST}, ` +
  'and no fewer at once than a second), or off';
