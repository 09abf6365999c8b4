/**
 * A statement is a value: built by Kysely once, when it is first run, then run with named parameters. (Building it at
 * every call would cost twice as much as the query itself.)
 *
 * The makers differ in what the statement may touch, and the type checker holds them to it: `read` reads; `write`
 * writes what is beside the record; `indexWrite` the index of the search, which is made from it; `customerWrite` and
 * `detailWrite` write the record, and can only be run by a change (see store.ts), so that a write without its change
 * record cannot be expressed.
 */
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from '#kysely';
import type { ClientTables, Database, DetailTables, IndexTables, RecordTables } from './schema.ts';

export type Dialect = 'sqlite' | 'postgres';
export type Value = string | number | null;

/** A statement in one dialect: its text, and the parameter at each place. */
export interface Compiled {
  readonly sql: string;
  readonly names: readonly string[];
}

export interface AnyStatement {
  readonly compiled: Readonly<Record<Dialect, Compiled>>;
}

/** A statement that takes the parameters `P` and returns rows of type `R`. */
export interface Statement<P, R> extends AnyStatement {
  /** Exists in types only. */
  readonly types?: { readonly parameters: P; readonly row: R };
}
export interface ReadStatement<P, R> extends Statement<P, R> {
  readonly access: 'read';
}
export interface WriteStatement<P> extends Statement<P, never> {
  readonly access: 'write';
}
export interface IndexWrite<P> extends Statement<P, never> {
  readonly access: 'index';
}
export interface CustomerWrite<P> extends Statement<P, never> {
  readonly access: 'customer';
}
export interface DetailWrite<P> extends Statement<P, never> {
  readonly access: 'detail';
}

/** What the store itself binds in every statement. */
interface OfClient {
  readonly clientId: number;
}
/** What a change binds in the statements that write the record. */
interface OfChange extends OfClient {
  readonly customerId: number;
  readonly changeNumber: number;
  readonly changedAt: number;
}

class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Returns a placeholder for any parameter, so that a query can be written as if it were called. */
function placeholders<P>(): P {
  return new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as P;
}

const compilers = {
  sqlite: new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
};

/** Compiles a query when it is first run in a dialect: a process runs few of all statements, and in one dialect. */
class Compilation {
  readonly #build: (db: Kysely<Database>, dialect: Dialect) => Compilable;
  readonly #bound: readonly string[];
  #sqlite: Compiled | undefined;
  #postgres: Compiled | undefined;

  /** `bound` are the parameters that the query must name. */
  constructor(build: (db: Kysely<Database>, dialect: Dialect) => Compilable, bound: readonly string[]) {
    this.#build = build;
    this.#bound = bound;
  }

  get sqlite(): Compiled {
    this.#sqlite ??= this.#compile('sqlite');
    return this.#sqlite;
  }

  get postgres(): Compiled {
    this.#postgres ??= this.#compile('postgres');
    return this.#postgres;
  }

  #compile(dialect: Dialect): Compiled {
    const query = this.#build(compilers[dialect], dialect).compile();
    const names = query.parameters.map((parameter) => {
      if (parameter instanceof Parameter) return parameter.name;
      throw new Error(`A constant must be written into the statement: ${query.sql}`);
    });
    const missing = this.#bound.filter((name) => !names.includes(name));
    if (missing.length > 0) throw new Error(`The statement must name ${missing.join(', ')}: ${query.sql}`);
    return { sql: query.sql, names };
  }
}

/** Reads within one client: the query must name `p.clientId`. */
export function read<P, R>(
  build: (db: Kysely<Database>, p: P & OfClient, dialect: Dialect) => Compilable<R>,
): ReadStatement<P, R> {
  const p = placeholders<P & OfClient>();
  return { access: 'read', compiled: new Compilation((db, dialect) => build(db, p, dialect), ['clientId']) };
}

/** Writes what belongs to a client beside the record. */
export function write<P>(
  build: (db: Kysely<ClientTables>, p: P & OfClient, dialect: Dialect) => Compilable,
): WriteStatement<P> {
  const p = placeholders<P & OfClient>();
  const ofClient = (db: Kysely<Database>, dialect: Dialect) => build(db as unknown as Kysely<ClientTables>, p, dialect);
  return { access: 'write', compiled: new Compilation(ofClient, ['clientId']) };
}

/** Writes the index of the search. */
export function indexWrite<P>(
  build: (db: Kysely<IndexTables>, p: P & OfClient, dialect: Dialect) => Compilable,
): IndexWrite<P> {
  const p = placeholders<P & OfClient>();
  const ofIndex = (db: Kysely<Database>, dialect: Dialect) => build(db as unknown as Kysely<IndexTables>, p, dialect);
  return { access: 'index', compiled: new Compilation(ofIndex, ['clientId']) };
}

/** Writes a customer's row; must set `p.changeNumber` and `p.changedAt`. */
export function customerWrite<P>(build: (db: Kysely<RecordTables>, p: P & OfChange) => Compilable): CustomerWrite<P> {
  const p = placeholders<P & OfChange>();
  const bound = ['clientId', 'customerId', 'changeNumber', 'changedAt'];
  return {
    access: 'customer',
    compiled: new Compilation((db) => build(db as unknown as Kysely<RecordTables>, p), bound),
  };
}

/** Writes what the record holds beside the customer's row. */
export function detailWrite<P>(build: (db: Kysely<DetailTables>, p: P & OfChange) => Compilable): DetailWrite<P> {
  const p = placeholders<P & OfChange>();
  const bound = ['clientId', 'customerId'];
  return {
    access: 'detail',
    compiled: new Compilation((db) => build(db as unknown as Kysely<DetailTables>, p), bound),
  };
}

/** What only the store and the command may run: clients themselves, and the change records. */
export function systemStatement<P, R = never>(
  build: (db: Kysely<Database>, p: P, dialect: Dialect) => Compilable<R>,
): Statement<P, R> {
  const p = placeholders<P>();
  return { compiled: new Compilation((db, dialect) => build(db, p, dialect), []) };
}
