/**
 * The tables of the index of the search. On SQLite they are in a file of their own (see db/sqlite/index-file.ts), and
 * the words of a customer are one row of a full-text table.
 */
import type { NameOrder } from '../clients/tables.ts';

/**
 * A word of a customer. On PostgreSQL one that is in no page; or, with the number of the customer negative, one that is
 * in a page although the customer has lost it: it is struck out.
 */
export interface CustomerWordTable {
  client_id: number;
  /** Its place: see `Place` in document.ts. */
  place: string;
  word: string;
  customer_id: number;
}

/**
 * On PostgreSQL: words of a run, which is many customers that were taken in at once. Some words that follow each other
 * and begin with the same letters are one row.
 */
export interface CustomerWordPageTable {
  client_id: number;
  place: string;
  /** All its words begin with this. */
  start: string;
  /** The number of the run: that of its first customer. */
  run: number;
  /** A line for each word. */
  words: string;
  /** In the same order, a line for each: the customers with that word, as numbers with commas between. */
  numbers: string;
}

/** A customer as names are ordered, and on PostgreSQL with all its words, to know which of them go when it changes. */
export interface CustomerSearchTable {
  client_id: number;
  customer_id: number;
  /** All its words, each preceded by a line break, its place and a tab. */
  words: string;
  name: string;
  /** The run whose pages have those words that did not change since; `null` for a customer that is in none. */
  run: number | null;
}

/** Every word of letters that a customer of the client has or had: what a mistyped one may have meant. */
export interface SearchWordTable {
  client_id: number;
  word: string;
}

/** How far the index of a client is. */
export interface SearchIndexTable {
  client_id: number;
  /** All changes up to this one, and when it was made: another database may have another change of the same number. */
  change_number: number;
  changed_at: number;
  /** While it is being made from all customers, the number of the last one taken in; otherwise `null`. */
  made_to: number | null;
  /** The order of names with which it was made. */
  name_order: NameOrder;
  /** The rules by which it was made: see `RULES` in document.ts. */
  rules: number;
}
