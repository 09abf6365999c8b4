/** Times as people say them, in the language of the page and the time zone of the client. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale}${JSON.stringify(options)}`;
  const known = formats.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formats.set(name, made);
  return made;
}

const relatives = new Map<string, Intl.RelativeTimeFormat>();

/** `vandaag`, `gisteren` */
function sayRelativeDay(days: number, locale: string): string {
  const known = relatives.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  relatives.set(locale, known);
  return known.format(days, 'day');
}

const isoDay = (at: Date, timeZone: string): string =>
  format('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

const DAY_MS = 86_400_000;

export interface Telling {
  readonly locale: string;
  readonly timeZone: string;
}

/** `vandaag 14:03`, `gisteren 09:12`, `12 mrt`, `12 mrt 2024`. */
export function sayTime(time: string, { locale, timeZone }: Telling, now = new Date()): string {
  const at = new Date(time);
  const clock = () => format(locale, { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
  const day = isoDay(at, timeZone);
  if (day === isoDay(now, timeZone)) return `${sayRelativeDay(0, locale)} ${clock()}`;
  if (day === isoDay(new Date(now.getTime() - DAY_MS), timeZone)) return `${sayRelativeDay(-1, locale)} ${clock()}`;
  const isThisYear = day.slice(0, 4) === isoDay(now, timeZone).slice(0, 4);
  return format(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** `donderdag 26 november 2026 om 14:03:12` */
export const sayExactTime = (time: string, { locale, timeZone }: Telling): string =>
  format(locale, { timeZone, dateStyle: 'full', timeStyle: 'medium' }).format(new Date(time));

/** `12 maart 2026`, of a date as `2026-03-12`. */
export const sayDay = (date: string, locale: string): string =>
  format(locale, { timeZone: 'UTC', dateStyle: 'long' }).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
