/** Times on the wire: ISO 8601 with seconds and the offset of a time zone. Pure. */

const QUARTER_MS = 15 * 60_000;
const MAX_CACHED = 20_000;

interface Offset {
  readonly ms: number;
  readonly text: string;
}

/** Offsets by zone and quarter of an hour, within which none changes: asking the time zone database costs far more. */
const offsets = new Map<string, Map<number, Offset>>();

function offsetAt(ms: number, timeZone: string): Offset {
  let ofZone = offsets.get(timeZone);
  if (ofZone === undefined) {
    ofZone = new Map();
    offsets.set(timeZone, ofZone);
  }
  const quarter = Math.floor(ms / QUARTER_MS);
  let offset = ofZone.get(quarter);
  if (offset === undefined) {
    if (ofZone.size >= MAX_CACHED) ofZone.clear();
    const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
    offset = { ms: zoned.offsetNanoseconds / 1e6, text: zoned.offset.slice(0, 6) };
    ofZone.set(quarter, offset);
  }
  return offset;
}

/** `2026-04-22T13:10:12+02:00`: the second in which the time lies, as the clocks of the zone showed it. */
export function formatTime(ms: number, timeZone: string): string {
  const offset = offsetAt(ms, timeZone);
  return new Date(ms + offset.ms).toISOString().slice(0, 19) + offset.text;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(Z|[+-]?\d{2}(?::?\d{2})?)?$/i;

/**
 * Milliseconds since 1970 of a date (midnight in the zone) or a time (in the zone, when it names no offset);
 * `undefined` when the text is neither. A `+` that became a space on its way, as in a form, is understood.
 */
export function parseTime(text: string, timeZone: string): number | undefined {
  try {
    if (DATE.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds;
    const [, date, time, offset] = TIME.exec(text) ?? [];
    if (date === undefined) return undefined;
    const local = `${date}T${time}`;
    if (offset === undefined) return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;
    return Temporal.Instant.from(`${local}${/^\d/.test(offset) ? '+' : ''}${offset}`).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
