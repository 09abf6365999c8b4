/** The steps of a copy, each of which can be repeated after an interruption. */
import type { Engine } from '../../db/engine.ts';
import { Unavailable } from '../../db/unavailable.ts';
import { compareTable, isEqual, type TableComparison } from './compare.ts';
import { counterTable, keyTables, memberTable, recordTables, type Table, type TableName } from './copied-tables.ts';
import { analyseTables, type ClientState } from './queries.ts';
import { INSTALLATION } from './result.ts';
import { insertRows, lastKey, readPages, removeRows } from './rows.ts';
import { movedClient } from './rules.ts';
import { statesOf } from './state.ts';

/** Receives the progress of the copy. */
export interface CopyObserver {
  /** The number of rows to copy, or to compare, from now on. */
  begin(phase: 'copying' | 'comparing', rows: number): void;
  /** The number of rows done, of this client. */
  advance(rows: number, client: string): void;
  /** A client was copied. */
  copied(client: string): void;
}

/** Only these count for the progress: the counters say how many there are. */
const counted: ReadonlySet<TableName> = new Set(['customer', 'customer_change']);

export type Comparisons = Map<number, TableComparison[]>;

/** Whose rows are copied: those of a client, or of the installation. */
type Whose = Pick<ClientState, 'client_id' | 'name'>;
const installation: Whose = { client_id: INSTALLATION, name: '' };

/** The steps of a copy; `copyInstallation` has their order. */
export class CopySteps {
  readonly #source: Engine;
  readonly #target: Engine;
  readonly #observer: CopyObserver;
  readonly #clients: readonly ClientState[];
  /** The clients that an earlier attempt began. */
  readonly #older: ReadonlySet<number>;

  constructor(
    source: Engine,
    target: Engine,
    observer: CopyObserver,
    clients: readonly ClientState[],
    there: readonly ClientState[],
  ) {
    this.#source = source;
    this.#target = target;
    this.#observer = observer;
    this.#clients = clients;
    this.#older = new Set(there.map((client) => client.client_id));
  }

  async analyse(): Promise<void> {
    if (this.#target.dialect === 'postgres') await this.#target.migrating(analyseTables);
  }

  /**
   * Removes the keys and the staff of an earlier attempt: they would give access to records that are not compared yet,
   * and may have been revoked since.
   */
  async lockOut(): Promise<void> {
    for (const clientId of this.#older) {
      for (const table of keyTables) await removeRows(this.#target, table, clientId);
    }
    if (this.#older.size > 0) await removeRows(this.#target, memberTable, INSTALLATION);
  }

  async records(): Promise<void> {
    this.#begin('copying');
    for (const client of this.#clients) {
      try {
        await this.#copyTables(recordTables, client);
      } catch (error) {
        // What an earlier attempt left may conflict with what the source holds now.
        if (!this.#older.has(client.client_id) || error instanceof Unavailable) throw error;
        await this.#copyAnew(client);
      }
      this.#observer.copied(client.name);
    }
  }

  /**
   * Compares the records of all clients. Where an earlier attempt differs, it is older than the source, and is copied
   * anew.
   */
  async compareRecords(): Promise<Comparisons> {
    const found = await this.compare(recordTables);
    await this.checkSourceIsStill();
    for (const client of this.#clients) {
      if (!this.#older.has(client.client_id) || found.get(client.client_id)?.every(isEqual)) continue;
      await this.#copyAnew(client);
      found.set(client.client_id, await this.#compareTables(recordTables, client));
    }
    return found;
  }

  async compare(tables: readonly Table[]): Promise<Comparisons> {
    this.#begin('comparing');
    const found: Comparisons = new Map();
    for (const client of this.#clients) found.set(client.client_id, await this.#compareTables(tables, client));
    return found;
  }

  /** Compares everything, including the staff members. */
  async compareAll(tables: readonly Table[]): Promise<Comparisons> {
    const found = await this.compare(tables);
    return found.set(INSTALLATION, await this.#compareTables([memberTable], installation));
  }

  /** Copies the keys and the staff, which give access. */
  async access(): Promise<Comparisons> {
    const found: Comparisons = new Map();
    await this.#copyTables([memberTable], installation);
    found.set(INSTALLATION, await this.#compareTables([memberTable], installation));
    for (const client of this.#clients) {
      await this.#copyTables(keyTables, client);
      found.set(client.client_id, await this.#compareTables(keyTables, client));
    }
    return found;
  }

  async counters(): Promise<Comparisons> {
    const rows = this.#clients.map((client) =>
      counterTable.columns.map(({ name }) => client[name as keyof ClientState] ?? null),
    );
    await insertRows(this.#target, counterTable, 'installation', rows);
    const other = movedClient(this.#clients, await statesOf(this.#target));
    if (other !== undefined)
      throw new Error(
        `Something else wrote to the target (client ${other}). Make a new, empty database, and copy again.`,
      );
    const found: Comparisons = new Map();
    for (const client of this.#clients) found.set(client.client_id, await this.#compareTables([counterTable], client));
    return found;
  }

  /** Throws if the source has changed since the start. */
  async checkSourceIsStill(): Promise<void> {
    const moved = movedClient(this.#clients, await statesOf(this.#source));
    if (moved === undefined) return;
    throw new Error(
      `The source was written to while it was copied (client ${moved}). ` +
        'Stop its service, and run the same command again.',
    );
  }

  #begin(phase: 'copying' | 'comparing'): void {
    const rows = this.#clients.reduce(
      (sum, client) => sum + Number(client.last_customer_id) + Number(client.last_change_number) - client.skipped,
      0,
    );
    this.#observer.begin(phase, rows);
  }

  #advance(table: Table, client: Whose, rows: number): void {
    if (counted.has(table.name)) this.#observer.advance(rows, client.name);
  }

  async #compareTables(tables: readonly Table[], client: Whose): Promise<TableComparison[]> {
    const compared: TableComparison[] = [];
    for (const table of tables) {
      const onRows = (rows: number): void => this.#advance(table, client, rows);
      compared.push(await compareTable(this.#source, this.#target, table, client.client_id, onRows));
    }
    return compared;
  }

  async #copyAnew(client: ClientState): Promise<void> {
    for (const table of recordTables.toReversed()) await removeRows(this.#target, table, client.client_id);
    await this.#copyTables(recordTables, client);
  }

  async #copyTables(tables: readonly Table[], client: Whose): Promise<void> {
    for (const table of tables) await this.#copyTable(table, client);
  }

  /** Copies what the target lacks of a table: the rows after its last one. */
  async #copyTable(table: Table, client: Whose): Promise<void> {
    const last = await lastKey(this.#target, table, client.client_id);
    this.#advance(table, client, last?.[0] ?? 0);
    const pages = readPages(this.#source, table, client.client_id, last);
    let next = await pages.next();
    while (!next.done) {
      const page = next.value;
      const written = insertRows(this.#target, table, client.client_id, page);
      // It is awaited below, after the next page was read.
      written.catch(() => {});
      // A source within the process is read in one go: what goes over the network must be sent first.
      await new Promise(setImmediate);
      next = await pages.next();
      await written;
      this.#advance(table, client, page.length);
    }
  }
}
