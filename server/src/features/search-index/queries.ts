/** What the index of the search reads from the records, and its own state. */
import { sql } from '#kysely';
import { isNumberOf, skipLocked } from '../../db/dialect/expressions.ts';
import { indexWrite, read, systemStatement } from '../../db/statement.ts';
import type { NameOrder } from '../clients/tables.ts';
import { type CustomerRow, customerColumns } from '../customers/columns.ts';

/** The state of a client's records. */
export interface ClientState {
  nameOrder: NameOrder;
  /** The number of the last customer. */
  customerId: number;
  /** The number of the last change, and when it was made. */
  changeNumber: number;
  changedAt: number;
  /** The last change that is no longer kept. */
  pruned: number;
}

export const clientState = read<object, ClientState>((db, p) =>
  db
    .selectFrom('client_counter as n')
    .innerJoin('client as c', 'c.client_id', 'n.client_id')
    .select([
      'c.name_order as nameOrder',
      'n.last_customer_id as customerId',
      'n.last_change_number as changeNumber',
      'n.last_changed_at as changedAt',
      'n.pruned_change_number as pruned',
    ])
    .where('n.client_id', '=', p.clientId),
);

/**
 * When a change was made; at the end of a gap in the numbers, where no change is, the change before the gap. As two
 * selects: behind row-level security PostgreSQL uses no index for a number that is told by `coalesce`.
 */
export const changedAt = read<{ changeNumber: number }, { changedAt: number }>((db, p) =>
  db
    .selectFrom('customer_change')
    .select('changed_at as changedAt')
    .where('client_id', '=', p.clientId)
    .where('change_number', '=', p.changeNumber)
    .unionAll(
      db
        .selectFrom('change_gap as g')
        .innerJoin('customer_change as c', 'c.change_number', 'g.from_number')
        .select('c.changed_at as changedAt')
        .where('c.client_id', '=', p.clientId)
        .where('g.client_id', '=', p.clientId)
        .where('g.to_number', '=', p.changeNumber),
    ),
);

/** How many of some customers are in the index; `ids` is a JSON array of numbers. */
export const countKnown = read<{ ids: string }, { count: number }>((db, p, dialect) =>
  db
    .selectFrom('customer_search')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
);

/** The customers that changed after a change. */
export const changedAfter = read<
  { changeNumber: number; limit: number },
  { customerId: number; changeNumber: number; changedAt: number }
>((db, p) =>
  db
    .selectFrom('customer_change')
    .select(['customer_id as customerId', 'change_number as changeNumber', 'changed_at as changedAt'])
    .where('client_id', '=', p.clientId)
    .where('change_number', '>', p.changeNumber)
    .orderBy('change_number')
    .limit(p.limit),
);

/** The next customers after a number. */
export const customersBehind = read<{ after: number; limit: number }, CustomerRow>((db, p) =>
  db
    .selectFrom('customer')
    .select(customerColumns)
    .where('client_id', '=', p.clientId)
    .where('customer_id', '>', p.after)
    .orderBy('customer_id')
    .limit(p.limit),
);

/** The index of a client: see `SearchIndexTable`. */
export interface IndexState {
  changeNumber: number;
  changedAt: number;
  madeTo: number | null;
  nameOrder: NameOrder;
  rules: number;
}

const stateColumns = [
  's.change_number as changeNumber',
  's.changed_at as changedAt',
  's.made_to as madeTo',
  's.name_order as nameOrder',
  's.rules',
] as const;

export const indexState = read<object, IndexState>((db, p) =>
  db.selectFrom('search_index as s').select(stateColumns).where('s.client_id', '=', p.clientId),
);

/** The same, locked for writing the index; no row while another process does. */
export const lockIndexState = read<object, IndexState>((db, p, dialect) =>
  db
    .selectFrom('search_index as s')
    .select(stateColumns)
    .where('s.client_id', '=', p.clientId)
    .modifyEnd(skipLocked(dialect)),
);

/** Makes a row for a client that has none, saying that there is no index. */
export const beginIndexState = indexWrite<object>((db, p) =>
  db
    .insertInto('search_index')
    .values({
      client_id: p.clientId,
      change_number: sql.lit(0),
      changed_at: sql.lit(0),
      made_to: sql<null>`null`,
      name_order: sql.lit('nl'),
      rules: sql.lit(0),
    })
    .onConflict((oc) => oc.doNothing()),
);

export const saveIndexState = indexWrite<IndexState>((db, p) =>
  db
    .updateTable('search_index')
    .set({
      change_number: p.changeNumber,
      changed_at: p.changedAt,
      made_to: p.madeTo,
      name_order: p.nameOrder,
      rules: p.rules,
    })
    .where('client_id', '=', p.clientId),
);

/** Of all clients; on PostgreSQL found by the clients, as a cluster finds them. */
export const allIndexStates = systemStatement<object, IndexState & { clientId: number }>((db, _p, dialect) => {
  const states = db.selectFrom('search_index as s').select(['s.client_id as clientId', ...stateColumns]);
  return dialect === 'sqlite' ? states : states.innerJoin('client as c', 'c.client_id', 's.client_id');
});

export interface ClientWithChanges {
  clientId: number;
  name: string;
  nameOrder: NameOrder;
  customers: number;
  /** The number of the last change. */
  changeNumber: number;
}

export const clientsWithChanges = systemStatement<object, ClientWithChanges>((db) =>
  db
    .selectFrom('client_counter as n')
    .innerJoin('client as c', 'c.client_id', 'n.client_id')
    .select([
      'c.client_id as clientId',
      'c.name',
      'c.name_order as nameOrder',
      'n.last_customer_id as customers',
      'n.last_change_number as changeNumber',
    ])
    .orderBy('c.client_id'),
);
