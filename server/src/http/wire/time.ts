/** Times on the wire: ISO 8601 with seconds and the offset of a time zone. Pure. */

/** A period in which the clocks of a zone keep the same offset, usually half a year. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offsetMs: number;
  readonly offset: string;
}

/** The periods met so far, by zone: asking the time zone database costs more than reading a customer. */
const stretches = new Map<string, Stretch[]>();

function stretchAt(ms: number, timeZone: string): Stretch {
  let known = stretches.get(timeZone);
  if (known === undefined) {
    known = [];
    stretches.set(timeZone, known);
  }
  let stretch = known.find(({ from, until }) => from <= ms && ms < until);
  if (stretch === undefined) {
    stretch = findStretch(ms, timeZone);
    known.push(stretch);
  }
  return stretch;
}

function findStretch(ms: number, timeZone: string): Stretch {
  const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  // The previous transition is searched from just after the moment, since it may be that very moment.
  const from = zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const until = zoned.getTimeZoneTransition('next');
  return {
    from: from?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: until?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: zoned.offsetNanoseconds / 1e6,
    offset: zoned.offset.slice(0, 6),
  };
}

/** `+02:00`: the offset of the zone at a moment. */
export const offsetAt = (ms: number, timeZone: string): string => stretchAt(ms, timeZone).offset;

/** `2026-04-22T13:10:12+02:00`: the time to the second, as the clocks of the zone showed it. */
export function formatTime(ms: number, timeZone: string): string {
  const { offsetMs, offset } = stretchAt(ms, timeZone);
  return new Date(ms + offsetMs).toISOString().slice(0, 19) + offset;
}

/** `2026-04-22T13:10:12.123456789 +02:00` */
export const MAX_TIME_LENGTH = 36;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(Z|[+-]?\d{2}(?::?\d{2})?)?$/i;

const FIRST = { disambiguation: 'earlier' } as const;

/**
 * Milliseconds since 1970 of a date (midnight in the zone) or a time (in the zone, if it has no offset); `undefined` if
 * the text is neither. A time that the clocks of the zone skip means the earliest possible moment, one that they show
 * twice the first: a caller who asks for changes since then misses nothing. A `+` that became a space on its way, as in
 * a form, is understood.
 */
export function parseTime(text: string, timeZone: string): number | undefined {
  try {
    if (DATE.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds;
    const [, date, time, offset] = TIME.exec(text) ?? [];
    if (date === undefined) return undefined;
    const local = `${date}T${time}`;
    if (offset === undefined)
      return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, FIRST).epochMilliseconds;
    return Temporal.Instant.from(`${local}${/^\d/.test(offset) ? '+' : ''}${offset}`).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
