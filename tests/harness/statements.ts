/** Reads the statements that the service sends to PostgreSQL from the server's log. */

/** The tables that belong to clients; `client` itself is their directory. */
const TABLES =
  'customer|customer_change|change_gap|client_type|customer_client_type|api_key|client_counter|customer_word|customer_search|search_word|search_index|webhook|webhook_delivery|webhook_lease|kept_answer';
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

/** Collects the statements of the service from pieces of the log. */
export class Statements {
  readonly #seen = new Set<string>();
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
  }

  /** Every statement so far, once. */
  all(): string[] {
    this.#add(this.#rest);
    return [...this.#seen];
  }
}
