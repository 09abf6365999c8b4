/**
 * The columns of a customer: the one list from which the statements, the rules and what an import may write are made.
 * The order is that of an answer. Pure.
 */
import type { Selectable } from '#kysely';
import type { customerInput } from '../../../../sdk/src/contract/customers.ts';
import type { CustomerTable } from './tables.ts';

/** The column of each field that a caller may write. */
export const columnOf = {
  customerExternalId: 'external_id',
  email: 'email',
  customerSalutation: 'salutation',
  customerFirstName: 'first_name',
  customerLastName: 'last_name',
  customerPreposition: 'preposition',
  customerAddress: 'address',
  customerHouseNr: 'house_nr',
  customerZip: 'zip',
  customerCity: 'city',
  customerCountry: 'country',
  customerPhone: 'phone',
  customerCredit: 'credit',
} as const satisfies Record<keyof typeof customerInput, keyof CustomerTable>;

export type WritableField = keyof typeof columnOf;
export type WritableColumn = (typeof columnOf)[WritableField];

/** What a caller writes of a customer, by column. */
export type CustomerColumns = Pick<Selectable<CustomerTable>, WritableColumn>;

export const writableColumns: readonly WritableColumn[] = Object.values(columnOf);

/** What every customer starts with. */
export const noCustomer = Object.fromEntries(
  writableColumns.map((column) => [column, column === 'external_id' ? null : column === 'credit' ? 0 : '']),
) as CustomerColumns;

/** What is read of a customer. */
export const customerColumns = [
  'customer_id',
  ...writableColumns,
  'tags',
  'change_number',
  'changed_at',
] as const satisfies readonly (keyof CustomerTable)[];

/** A row of the table of customers. */
export type CustomerRow = Pick<Selectable<CustomerTable>, (typeof customerColumns)[number]>;
