/** Reads the statements that the service sends to PostgreSQL from the server's log. */

/** The tables that belong to clients; `client` itself is their directory. */
const TABLES =
  'customer|customer_change|change_gap|client_type|customer_client_type|api_key|client_counter|' +
  'customer_word|customer_word_page|customer_search|search_word|search_index|webhook|webhook_delivery|webhook_lease|kept_answer';
const REFERENCE = new RegExp(`\\b(?:from|join|update|into)\\s+"?(${TABLES})"?(?![\\w"])(?:\\s+as\\s+"?(\\w+)"?)?`, 'g');

/** The tables of clients that a statement reaches without naming the client. */
export function namelessTables(sql: string): string[] {
  return [...sql.matchAll(REFERENCE)]
    .filter(([, table = '', alias]) => {
      const own =
        alias === undefined
          ? `(?<![\\w"]\\.|\\w)"?client_id"?|"?${table}"?\\."?client_id"?`
          : `"?${alias}"?\\."?client_id"?`;
      // Compared, or set as a column; merely being selected does not count.
      const condition = /\binsert\b/.test(sql) ? sql : sql.slice(sql.search(/\b(?:where|on)\b/));
      return !new RegExp(own).test(condition);
    })
    .map(([, table = '']) => table);
}

/** Begins each entry of the log, after the name of the program that sent the statement. */
export const LOG_PREFIX = '#>%a<#';
const ENTRY = /#>foyer<#LOG: {2}(?:execute [^:]*|statement): ([\s\S]*)/;

/** How Citus says that the statement in the next entry goes to several nodes. */
const SPREAD = '#>foyer<#LOG:  multi-task query about to be executed';
const STATEMENT = /#>foyer<#STATEMENT: {2}([\s\S]*)/;

/**
 * What is asked of all clients, and so of all nodes: docs/cluster.md says what it costs. The first lines are those of
 * the service, every few seconds; the others belong to commands.
 */
const OF_ALL_CLIENTS: readonly RegExp[] = [
  // How far the indexes of the search are, and the records.
  /^select "s"\."client_id" as "clientId", .* from "search_index" as "s" inner join "client"/,
  /^select "c"\."client_id" as "clientId", .* from "client_counter" as "n" inner join "client"/,
  // Who waits for changes, who delivers webhooks, which imports go on or are forgotten.
  /^select "client_id" as "clientId", "last_change_number" as "last" from "client_counter"/,
  /^select "n"\."client_id" as "clientId", .* from "client_counter" as "n" inner join .*"last_webhook_id" > 0/s,
  /^select "j"\."client_id" as "clientId", "j"\."import_id" .* from "import_job" as "j"/,
  /^select "client_id" as "clientId", "import_id" as "importId" from "import_job" where "finished_at" </,
  // `foyer client list`, and `foyer copy`.
  /^select "c"\."client_id" as "clientId", "c"\."name", "c"\."title", /,
  /^select "n"\.\* from "client_counter" as "n" inner join "client"/,
  /^select "g"\."client_id", cast\(sum\(g\.to_number - g\.from_number\) as bigint\) as "skipped" from "change_gap"/,
];

/** A test asks for the rows of all clients, to see that it gets none. */
const OF_TESTS = /or "client_id" is not null/;

/** Statements that may not go to several nodes. */
export const strayStatements = (spread: readonly string[]): string[] =>
  spread.filter((sql) => !OF_TESTS.test(sql) && !OF_ALL_CLIENTS.some((one) => one.test(sql)));

/** Collects the statements of the service from pieces of the log. */
export class Statements {
  readonly #seen = new Set<string>();
  readonly #spread = new Set<string>();
  #isSpread = false;
  #rest = '';

  hear(piece: string): void {
    const entries = (this.#rest + piece).split(/(?=#>)/);
    // The last one may continue in the next piece.
    this.#rest = entries.pop() ?? '';
    for (const entry of entries) this.#add(entry);
  }

  #add(entry: string): void {
    const sql = ENTRY.exec(entry)?.[1];
    if (sql !== undefined) this.#seen.add(sql.trim());
    if (entry.startsWith(SPREAD)) this.#isSpread = true;
    const spread = this.#isSpread ? STATEMENT.exec(entry)?.[1] : undefined;
    if (spread === undefined) return;
    this.#spread.add(spread.trim());
    this.#isSpread = false;
  }

  /** On a cluster: each that went to several nodes, once. */
  spread(): string[] {
    return [...this.#spread];
  }

  /** Every statement so far, once. */
  all(): string[] {
    this.#add(this.#rest);
    return [...this.#seen];
  }
}
