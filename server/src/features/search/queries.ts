import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { beforehand, elementText, holdsText, isNumberOf, listOf, numbersText } from '../../db/engine.ts';
import type { Database } from '../../db/schema.ts';
import { type Dialect, read } from '../../db/statement.ts';
import { type CustomerRow, customerColumns } from '../customers/queries.ts';
import { END, type Range } from './ranges.ts';

/** Customers as numbers with commas between; `null` when there are none. */
interface Numbers {
  numbers: string | null;
}
interface Limited {
  limit: number;
}

/** The numbers of the last customer and the last change, and of the last change that is no longer kept. */
export const counters = read<object, { customerId: number; changeNumber: number; pruned: number }>((db, p) =>
  db
    .selectFrom('client_counter')
    .select(['last_customer_id as customerId', 'last_change_number as changeNumber', 'pruned_change_number as pruned'])
    .where('client_id', '=', p.clientId),
);

/** Who changed after a change. */
export const changedAfter = read<Limited & { changeNumber: number }, { customerId: number }>((db, p) =>
  db
    .selectFrom('customer_change')
    .select('customer_id as customerId')
    .where('client_id', '=', p.clientId)
    .where('change_number', '>', p.changeNumber)
    .orderBy('change_number')
    .limit(p.limit),
);

function numbersOf(
  db: Kysely<Database>,
  dialect: Dialect,
  found: SelectQueryBuilder<Database, never, { customer_id: number }>,
) {
  return db.selectFrom(found.as('found')).select(numbersText(dialect, sql`customer_id`).as('numbers'));
}

/** Who has, at a place, a word from `from` up to before `below`. */
export const withWord = read<Range & { place: string }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer_word')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('place', '=', p.place)
      .where('word', '>=', p.from)
      .where('word', '<', p.below),
  ),
);

/** Who has a client-type, by its name without case. */
export const withClientType = read<{ nameKey: string }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer_client_type as t')
      .select('t.customer_id')
      .where('t.client_id', '=', p.clientId)
      .where(({ eb, selectFrom }) =>
        eb(
          't.client_type_id',
          '=',
          selectFrom('client_type as d')
            .select('d.client_type_id')
            .where('d.client_id', '=', p.clientId)
            .where('d.name_key', '=', p.nameKey),
        ),
      ),
  ),
);

/** Who changed at or after a time. */
export const changedSince = read<{ since: number }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('changed_at', '>=', p.since),
  ),
);

/** Whose credit, other than none, lies from `from` up to before `below`, in cents. */
export const withCredit = read<{ from: number; below: number }, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('credit', '<>', sql.lit(0))
      .where('credit', '>=', p.from)
      .where('credit', '<', p.below),
  ),
);

export const withoutPhone = read<object, Numbers>((db, p, dialect) =>
  numbersOf(
    db,
    dialect,
    db
      .selectFrom('customer')
      .select('customer_id')
      .where('client_id', '=', p.clientId)
      .where('phone', '=', sql.lit('')),
  ),
);

/** When a customer was made. */
export const madeAt = read<{ customerId: number }, { madeAt: number }>((db, p) =>
  db
    .selectFrom('customer')
    .select('created_at as madeAt')
    .where('client_id', '=', p.clientId)
    .where('customer_id', '=', p.customerId),
);

/** What decides whether a customer fits, and where it stands in an order. */
export interface Candidate {
  customerId: number;
  changedAt: number;
  changeNumber: number;
  credit: number;
  phone: string;
  tags: string;
  words: string;
  nameNl: string;
  nameBe: string;
}

/** `ids` is a JSON array of numbers. */
export const candidates = read<{ ids: string }, Candidate>((db, p, dialect) =>
  db
    .selectFrom('customer as c')
    .innerJoin('customer_search as s', (join) =>
      join.onRef('s.client_id', '=', 'c.client_id').onRef('s.customer_id', '=', 'c.customer_id'),
    )
    .select([
      'c.customer_id as customerId',
      'c.changed_at as changedAt',
      'c.change_number as changeNumber',
      'c.credit',
      'c.phone',
      'c.tags',
      's.words',
      's.name_nl as nameNl',
      's.name_be as nameBe',
    ])
    .where('c.client_id', '=', p.clientId)
    .where('s.client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('c.customer_id'), p.ids)),
);

/** The records themselves, in no order; `ids` is a JSON array of numbers. */
export const customersByIds = read<{ ids: string }, CustomerRow>((db, p, dialect) =>
  db
    .selectFrom('customer')
    .select(customerColumns)
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
);

/** When customers changed, in no order; `ids` is a JSON array of numbers. */
export const changesOf = read<{ ids: string }, { customerId: number; changeNumber: number }>((db, p, dialect) =>
  db
    .selectFrom('customer')
    .select(['customer_id as customerId', 'change_number as changeNumber'])
    .where('client_id', '=', p.clientId)
    .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
);

const namesIn = (column: 'name_nl' | 'name_be') =>
  read<{ ids: string }, { customerId: number; name: string }>((db, p, dialect) =>
    db
      .selectFrom('customer_search')
      .select(['customer_id as customerId', `${column} as name`])
      .where('client_id', '=', p.clientId)
      .where(isNumberOf(dialect, sql.ref('customer_id'), p.ids)),
  );
/** What customers are ordered by as a name, in no order; `ids` is a JSON array of numbers. */
export const namesOf = { nl: namesIn('name_nl'), be: namesIn('name_be') } as const;

/** Customers from the last change back, from before a place in that order, and where the last of them stands. */
export const placesByChange = read<
  Limited & { changedAt: number; changeNumber: number },
  Numbers & { changes: string | null; changedAt: number; changeNumber: number }
>((db, p, dialect) =>
  db
    .selectFrom(({ selectFrom }) =>
      selectFrom('customer')
        .select(['customer_id', 'changed_at', 'change_number'])
        .where('client_id', '=', p.clientId)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('changed_at', 'change_number'), '<', tuple(p.changedAt, p.changeNumber)),
        )
        .orderBy('changed_at', 'desc')
        .orderBy('change_number', 'desc')
        .limit(p.limit)
        .as('passed'),
    )
    // Times and numbers of changes grow together.
    .select(({ fn }) => [
      numbersText(dialect, sql`customer_id`).as('numbers'),
      numbersText(dialect, sql`change_number`).as('changes'),
      fn.min('changed_at').as('changedAt'),
      fn.min('change_number').as('changeNumber'),
    ]),
);

const placesByName = (column: 'name_nl' | 'name_be') =>
  read<Limited & { name: string; customerId: number }, { customerId: number; name: string }>((db, p) =>
    db
      .selectFrom('customer_search')
      .select(['customer_id as customerId', `${column} as name`])
      .where('client_id', '=', p.clientId)
      .where(({ eb, refTuple, tuple }) => eb(refTuple(column, 'customer_id'), '>', tuple(p.name, p.customerId)))
      .orderBy(column)
      .orderBy('customer_id')
      .limit(p.limit),
  );
/** Customers by name, in the order of the client's country, from behind a place in it. */
export const placesByNameOf = { nl: placesByName('name_nl'), be: placesByName('name_be') } as const;

export const placesById = read<Limited & { customerId: number }, { customerId: number }>((db, p) =>
  db
    .selectFrom('customer')
    .select('customer_id as customerId')
    .where('client_id', '=', p.clientId)
    .where('customer_id', '>', p.customerId)
    .orderBy('customer_id')
    .limit(p.limit),
);

/** The words of customers that begin with one of `starts`, a JSON array. */
export const knownStarts = read<{ starts: string }, { start: string }>((db, p, dialect) =>
  db
    .selectFrom(
      beforehand<{ start: string; below: string }>(
        sql`select ${elementText(dialect)} as start, ${elementText(dialect)} || ${sql.lit(END)} as below
          from ${listOf(dialect, p.starts)} as list`,
      ).as('wanted'),
    )
    .select('wanted.start')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('search_word as w')
          .select('w.word')
          .where('w.client_id', '=', p.clientId)
          .whereRef('w.word', '>=', 'wanted.start')
          .whereRef('w.word', '<', 'wanted.below'),
      ),
    ),
);

/** The words of customers from `from` up to before `below`. */
export const knownWords = read<Limited & Range, { word: string }>((db, p) =>
  db
    .selectFrom('search_word')
    .select('word')
    .where('client_id', '=', p.clientId)
    .where('word', '>=', p.from)
    .where('word', '<', p.below)
    .orderBy('word')
    .limit(p.limit),
);

/** The words of customers that hold a part. */
export const wordsThatHold = read<Limited & { part: string }, { word: string }>((db, p, dialect) =>
  db
    .selectFrom('search_word')
    .select('word')
    .where('client_id', '=', p.clientId)
    .where(holdsText(dialect, sql`word`, p.part))
    .orderBy('word')
    .limit(p.limit),
);
