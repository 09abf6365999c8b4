/** The version of a customer on the wire: its `ETag`, and the `If-Match` of a write. */
import type { Customer } from '../../../../sdk/src/contract/customers.ts';
import type { Caller } from '../../http/caller.ts';
import { Reply } from '../../http/operation.ts';
import { ProblemError } from '../../http/problem.ts';
import { matchesStrongly, type Tags } from '../../http/wire/tags.ts';
import { offsetAt } from '../../http/wire/time.ts';
import type { CustomerRow } from './columns.ts';
import { presentCustomer } from './rules.ts';

/**
 * Strong: the last change of the customer and the offset of its time zone determine the answer. The
 * time of the change is in it too, since a database that was restored from a backup assigns its numbers again.
 */
export const etagOf = (row: CustomerRow, timeZone: string): string =>
  `"${row.change_number}-${row.changed_at}${offsetAt(row.changed_at, timeZone)}"`;

/** An answer that is one customer. */
export function customerReply(
  row: CustomerRow,
  { timeZone }: Caller,
  more?: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Reply<Customer> {
  return new Reply(presentCustomer(row, timeZone), etagOf(row, timeZone), more);
}

/** Refuses a write that was meant for a version other than this one; there is none of a customer that is not there. */
export function checkVersion(row: CustomerRow | undefined, { timeZone }: Caller, ifMatch: Tags | undefined): void {
  if (ifMatch === undefined) return;
  if (row === undefined)
    throw new ProblemError('precondition-failed', {
      message: 'There is no customer with these keys, and so no version of one. Without If-Match it would be created.',
    });
  const etag = etagOf(row, timeZone);
  if (matchesStrongly(ifMatch, etag)) return;
  throw new ProblemError('precondition-failed', { headers: { etag }, current: presentCustomer(row, timeZone) });
}
