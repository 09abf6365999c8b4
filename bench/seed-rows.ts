/** The rows of a client with many customers, as the service itself would have left them. Pure. */
import { clientTypeNames } from '../server/src/features/demo/names.ts';
import { keyOfEmail } from '../server/src/http/wire/email.ts';
import { foldCase } from '../server/src/http/wire/text.ts';
import { visitor } from './visitors.ts';

/** In an order in which no row refers to a later table. */
export const seededTables = ['client_type', 'customer', 'customer_change', 'customer_client_type'] as const;
export type SeededTable = (typeof seededTables)[number];
export type SeededValue = string | number | null;

/**
 * The period of the customers' last changes: with a shorter one, the server would format the same few hours over and
 * over.
 */
const HISTORY_MS = 3 * 365 * 24 * 3_600_000;

/** The last numbers that the rows of a client use. */
export interface Used {
  readonly customerId: number;
  readonly clientTypeId: number;
  readonly changeNumber: number;
  readonly changedAt: number;
}

export interface SeededRow {
  readonly table: SeededTable;
  /** In the order of the columns in the migrations. */
  readonly row: SeededValue[];
}

/** The rows one after another, and finally the numbers that they use. */
export function* seedRows(clientId: number, customers: number): Generator<SeededRow, Used> {
  const start = Date.now() - HISTORY_MS;
  for (const [index, name] of clientTypeNames.entries())
    yield { table: 'client_type', row: [clientId, index + 1, name, foldCase(name), start, null, null, null, null] };

  let changeNumber = 0;
  let changedAt = start;
  for (let id = 1; id <= customers; id += 1) {
    const v = visitor(id);
    changedAt = start + Math.floor((id / customers) * HISTORY_MS);
    const record = (kind: string, changed: object): SeededRow => {
      changeNumber += 1;
      const values = [clientId, changeNumber, id, kind, changedAt, 'command', null, JSON.stringify(changed)];
      return { table: 'customer_change', row: values };
    };
    yield record('created', {
      email: [null, v.email],
      customerFirstName: [null, v.firstName],
      customerLastName: [null, v.lastName],
    });
    const names = v.clientTypes.map((index) => clientTypeNames[index]);
    if (names.length > 0) yield record('clienttypes', { customerTags: [[], names] });
    const words = [
      v.salutation,
      v.firstName,
      v.lastName,
      v.preposition,
      v.address,
      v.houseNr,
      v.zip,
      v.city,
      v.country,
    ];
    const rest = [v.credit, JSON.stringify(names), changedAt, changeNumber, changedAt];
    yield {
      table: 'customer',
      row: [clientId, id, v.externalId, v.email, keyOfEmail(v.email), ...words, v.phone, ...rest],
    };
    for (const index of v.clientTypes) yield { table: 'customer_client_type', row: [clientId, id, index + 1] };
  }
  return { customerId: customers, clientTypeId: clientTypeNames.length, changeNumber, changedAt };
}

/** Sets the counters of a client; takes the values of `usedValues`. */
export const saveUsed = `update client_counter
  set last_customer_id = $1, last_client_type_id = $2, last_change_number = $3, last_changed_at = $4
    where client_id = $5`;

export const usedValues = (used: Used, clientId: number): number[] => [
  used.customerId,
  used.clientTypeId,
  used.changeNumber,
  used.changedAt,
  clientId,
];
