/** A customer on the wire and in the tables, and the conversion between them. Pure. */
import { type Customer, customerInput } from '../../../../sdk/src/contract/customers.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Changed } from '../../db/transaction/change.ts';
import type { Values } from '../../http/wire/check.ts';
import type { JsonText } from '../../http/wire/json.ts';
import { formatTime } from '../../http/wire/time.ts';
import { type CustomerColumns, type CustomerRow, columnOf, type WritableField } from './columns.ts';

export type CustomerValues = Values<typeof customerInput>;

/** The fields, in the order in which a change names them. */
const writableFields = Object.keys(customerInput) as WritableField[];

/** `"25.50"` from 2550. */
function formatMoney(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The columns after the values are written over them, and what that changes. */
export function apply(
  before: CustomerColumns,
  values: CustomerValues,
): { readonly after: CustomerColumns; readonly changed: Changed; readonly isChanged: boolean } {
  const after: Record<string, string | number | null> = { ...before };
  const changed: Record<string, [unknown, unknown]> = {};
  let isChanged = false;
  for (const field of writableFields) {
    const value = values[field];
    if (value === undefined) continue;
    const column = columnOf[field];
    const next = column === 'external_id' && value === '' ? null : value;
    if (next === before[column]) continue;
    after[column] = next;
    changed[field] = [shown(field, before[column]), shown(field, next)];
    isChanged = true;
  }
  return { after: after as unknown as CustomerColumns, changed, isChanged };
}

const order = [...Object.keys(customerInput), 'clienttypes'];
const placeOf = ({ field }: Violation): number => order.indexOf(field.split('.', 1)[0] ?? '');

/** What is wrong with a body, in the order of its fields. */
export const inFieldOrder = (violations: readonly Violation[]): Violation[] =>
  violations.toSorted((a, b) => placeOf(a) - placeOf(b));

/** A value in the history: as on the wire, and `null` where there was none. */
function shown(field: WritableField, value: string | number | null): string | null {
  if (field === 'customerCredit') return formatMoney(Number(value));
  return value === '' ? null : (value as string | null);
}

/**
 * The resource, as JSON. Its last three members are texts that need no escaping, or JSON already: appending
 * them as they are saves a get a tenth of its time.
 */
export function presentCustomer(row: CustomerRow, timeZone: string): JsonText<Customer> {
  const head = JSON.stringify({
    customerId: row.customer_id,
    customerExternalId: row.external_id,
    email: row.email,
    customerSalutation: row.salutation,
    customerFirstName: row.first_name,
    customerLastName: row.last_name,
    customerPreposition: row.preposition,
    customerAddress: row.address,
    customerHouseNr: row.house_nr,
    customerZip: row.zip,
    customerCity: row.city,
    customerCountry: row.country,
    customerPhone: row.phone,
  } satisfies Omit<Customer, 'customerCredit' | 'lastChanged' | 'customerTags'>);
  const credit = formatMoney(row.credit);
  const lastChanged = formatTime(row.changed_at, timeZone);
  return `${head.slice(0, -1)},"customerCredit":"${credit}","lastChanged":"${lastChanged}","customerTags":${row.tags}}`;
}
