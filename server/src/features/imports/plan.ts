/** What a row does, given the customers that it may mean. Pure. */
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import { foldCase } from '../../http/wire/text.ts';
import type { CustomerRow } from '../customers/columns.ts';
import type { Known } from '../customers/known.ts';
import { takenBy } from '../customers/taken.ts';
import type { Row } from './mapping/record.ts';
import type { Met } from './met.ts';
import type { Match, Policy } from './options.ts';

export interface PlanOptions {
  readonly match: Match;
  readonly policy: Policy;
  /** Do the customer numbers in the file come from an export of Foyer? */
  readonly isExport: boolean;
  /** Higher numbers belong to customers that the import itself creates; the file does not mean them. */
  readonly lastCustomer: number;
}

/** In a dry run: the row that would make this customer. */
export const rowThatMakes = ({ customer_id: id }: Pick<CustomerRow, 'customer_id'>): number | undefined =>
  id < 0 ? -id : undefined;

export interface RowPlan {
  /** The customer that is meant; `undefined` if one is to be created. */
  readonly customer: CustomerRow | undefined;
  readonly violations: readonly Violation[];
}

const wrong = (field: string, code: Violation['code'], message: string): Violation => ({ field, code, message });

/** The customer that is meant, and the violations except those of client-types. */
export function planRow(row: Row, known: Known, options: PlanOptions, met: Met): RowPlan {
  const { email, customerExternalId: reference } = row.values;
  const { customer, violations: unclear } = meant(row, known, options);
  if (row.violations !== undefined) {
    const seen = new Set(row.violations.map(({ field }) => field));
    const lacking = customer === undefined ? (row.missing ?? []) : [];
    return { customer, violations: [...row.violations, ...lacking.filter(({ field }) => !seen.has(field))] };
  }
  if (unclear.length > 0) return { customer, violations: unclear };
  const violations: Violation[] = [];
  const [byEmail, byReference] = [known.byEmail(email), known.byReference(reference)];
  if (byEmail !== undefined && byEmail !== customer) violations.push(takenBy(byEmail, 'email', true));
  if (byReference !== undefined && byReference !== customer)
    violations.push(takenBy(byReference, 'customerExternalId', true));
  if (byReference !== undefined && met.has(byReference) && isSomebodyElse(row, byReference))
    violations.push(wrong('customerExternalId', 'taken', twoPeople(reference)));
  if (customer === undefined) {
    if (options.policy === 'update')
      violations.push(wrong('', 'unknown', 'There is no such customer, and none is to be made (policy update).'));
    else violations.push(...(row.missing ?? []));
  } else if (options.policy === 'create') {
    const row = rowThatMakes(customer);
    const who = row === undefined ? `customer ${customer.customer_id}` : `the customer of row ${row}`;
    violations.push(wrong('', 'taken', `This is ${who}, who is not to be changed (policy create).`));
  }
  return { customer, violations };
}

/** Another address and another name: the reference that they share is that of an order, say. */
function isSomebodyElse({ values, customerId }: Row, customer: CustomerRow): boolean {
  const { email, customerFirstName: first, customerLastName: last } = values;
  if (!email || keyOfEmail(email) === keyOfEmail(customer.email) || customerId === customer.customer_id) return false;
  const isOther = (name: string | undefined, own: string) => !!name && foldCase(name) !== foldCase(own);
  return isOther(first, customer.first_name) || isOther(last, customer.last_name);
}

const twoPeople = (reference = ''): string =>
  `An earlier row has the reference ${reference} with another e-mail address and another name: a reference is of one ` +
  'person.';

function meant(row: Row, known: Known, { match, isExport, lastCustomer }: PlanOptions): RowPlan {
  const { email, customerExternalId: reference } = row.values;
  const byId = (row.customerId ?? 0) <= lastCustomer ? known.byId(row.customerId) : undefined;
  const nobody = { customer: undefined, violations: [] };
  const found = (customer: CustomerRow | undefined): RowPlan => ({ customer, violations: [] });
  switch (match) {
    case 'email':
      return found(known.byEmail(email));
    case 'customerExternalId':
      if (reference) return found(known.byReference(reference));
      return {
        ...nobody,
        violations: [
          wrong('customerExternalId', 'required', 'The customerExternalId field is required to find the customer.'),
        ],
      };
    case 'customerId': {
      const customer = byId;
      if (customer !== undefined) return found(customer);
      const message =
        row.customerId === undefined
          ? 'The customerId field is required to find the customer.'
          : `There is no customer ${row.customerId}.`;
      return {
        ...nobody,
        violations: [wrong('customerId', row.customerId === undefined ? 'required' : 'unknown', message)],
      };
    }
    default:
      return found((isExport ? byId : undefined) ?? known.byReference(reference) ?? known.byEmail(email));
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Has the customer that a row of an export means changed since the export? */
export const isConflict = (row: Row, customer: CustomerRow): boolean =>
  row.customerId === customer.customer_id &&
  row.lastChanged !== undefined &&
  seconds(row.lastChanged) !== seconds(customer.changed_at);

export const conflict = (customer: CustomerRow, at: string): Violation =>
  wrong(
    'lastChanged',
    'taken',
    `Customer ${customer.customer_id} was changed at ${at}, after this export; overwrite=true would write over that.`,
  );
