import { type Customer, customerInput } from '@foyer/sdk';
import { readMoney, writeMoney } from '../../ui/money.ts';

/** The fields of a form, by group. */
export const groups = [
  { name: 'who', fields: ['customerSalutation', 'customerFirstName', 'customerPreposition', 'customerLastName'] },
  { name: 'contact', fields: ['email', 'customerPhone'] },
  {
    name: 'address',
    fields: ['customerAddress', 'customerHouseNr', 'customerZip', 'customerCity', 'customerCountry'],
  },
  { name: 'administration', fields: ['customerCredit', 'customerExternalId'] },
] as const;

export type FieldName = (typeof groups)[number]['fields'][number];
export type Values = Record<FieldName, string>;

export const fieldNames: readonly FieldName[] = groups.flatMap(({ fields }) => fields as readonly FieldName[]);

export const isRequired = (name: FieldName): boolean => 'required' in customerInput[name];

/** The fields of a record as a person would type them. */
export const valuesOf = (customer: Partial<Customer>, locale: string): Values =>
  Object.fromEntries(
    fieldNames.map((name) => {
      const value = customer[name] ?? '';
      if (name !== 'customerCredit') return [name, value];
      return [name, value === '0.00' ? '' : writeMoney(value, locale)];
    }),
  ) as Values;

/** What was typed, as the service reads it: people put spaces between digits. */
function read(name: FieldName, typed: string): string {
  if (name === 'customerCredit') return readMoney(typed);
  if (name === 'customerPhone') return typed.replace(/[\s().-]/g, '');
  return typed;
}

/** What differs from a record, as it is sent. */
export function changesOf(values: Values, base: Values): Partial<Values> {
  const changed = fieldNames.filter((name) => values[name].trim() !== base[name].trim());
  return Object.fromEntries(changed.map((name) => [name, read(name, values[name])]));
}

/** The same fields as the record has them. */
export const pick = (customer: Customer, names: readonly FieldName[]): Partial<Values> =>
  Object.fromEntries(names.map((name) => [name, customer[name] ?? '']));
