/** Pages of a list by number, latest first. A cursor is the number before which its page begins. Pure. */
import { validationProblem } from '../problem.ts';

/** The number before which a page begins, from its cursor; `last` names the kind of thing in messages. */
export function readBefore(cursor: string | undefined, last: string): number {
  if (cursor === undefined || cursor === '') return Number.MAX_SAFE_INTEGER;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  const message = `The cursor field must be the nextCursor of a page; leave it out to begin at the last ${last}.`;
  throw validationProblem([{ field: 'cursor', code: 'unknown', message }]);
}

/** A page of at most `limit` rows, of which one more was read, and the cursor of the next one. */
export function pageOf<Row>(rows: readonly Row[], limit: number, numberOf: (row: Row) => number) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { shown, nextCursor: rows.length > limit && last !== undefined ? String(numberOf(last)) : null };
}
