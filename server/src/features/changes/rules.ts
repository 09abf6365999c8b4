/** Changes on the wire. Pure. */
import type { FieldChange } from '../../../../sdk/src/contract/field.ts';
import { formatTime } from '../../http/wire/time.ts';
import { InvalidValues, type Loss } from '../../refusals.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { presentCustomer } from '../customers/rules.ts';
import type { ChangeColumns, ChangeRow, Gap } from './queries.ts';

/** Where a feed begins: after a change, at the first one that is kept, or with the next one. */
export type From = number | 'start' | 'now';

/** Reads a cursor of the feed, which is the number of a change in decimal digits. */
export function readCursor(field: string, text: string | undefined): From {
  if (text === undefined || text === '') return 'start';
  if (text === 'now') return 'now';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const message =
    `The ${field} field must be a cursor of the feed, or "now"; ` +
    'leave it out to begin at the first change that is kept.';
  throw new InvalidValues([{ field, code: 'unknown', message }]);
}

/**
 * Why a feed cannot go on from a cursor; nothing when it can: its changes were pruned, or came to nothing when the
 * database was put back.
 */
export function lossAt(after: number, place: { last: number; pruned: number; gaps: number }): Loss | undefined {
  if (place.gaps > 0 || after > place.last) return 'put-back';
  return after < place.pruned ? 'forgotten' : undefined;
}

/** How many changes there are from behind one up to another. */
export function countChanges(after: number, last: number, gaps: readonly Gap[]): number {
  const skipped = gaps.filter(({ from }) => from >= after).reduce((sum, { from, to }) => sum + to - from, 0);
  return Math.max(0, last - after - skipped);
}

const byOf = ({ byKind, byId, label }: ChangeColumns) => ({
  key: byKind === 'key' ? String(byId) : null,
  staff: byKind === 'staff' ? String(byId) : null,
  label: byKind === 'command' ? 'foyer command' : byKind === 'import' ? `import ${byId}` : (label ?? ''),
});

/** A change of the feed as JSON; with the customer as JSON already. */
export function presentChange(row: ChangeRow, timeZone: string): string {
  const head = JSON.stringify({
    number: row.number,
    at: formatTime(row.at, timeZone),
    kind: row.kind,
    customerId: row.ofCustomer,
    fields: Object.keys(JSON.parse(row.changed)),
    by: byOf(row),
  });
  const customer = row.customer_id === null ? 'null' : presentCustomer(row as CustomerRow, timeZone);
  return `${head.slice(0, -1)},"customer":${customer}}`;
}

/** A change in the payload `thin`: which customer was changed and how, and nothing personal. */
export const presentThin = (row: ChangeRow, timeZone: string): string =>
  JSON.stringify({ number: row.number, at: formatTime(row.at, timeZone), kind: row.kind, customerId: row.ofCustomer });

/** A change in the history of a customer. */
export function presentHistoric(row: ChangeColumns, timeZone: string) {
  const changed: Record<string, FieldChange> = {};
  for (const [field, [before, after]] of Object.entries<[FieldChange['before'], FieldChange['after']]>(
    JSON.parse(row.changed),
  )) {
    changed[field] = { before, after };
  }
  return { number: row.number, at: formatTime(row.at, timeZone), kind: row.kind, by: byOf(row), changed };
}
