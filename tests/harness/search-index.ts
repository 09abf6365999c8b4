/** The index of the search, compared with the records. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from './database.ts';

const CHANGES = 'select sum(last_change_number) as changes from client_counter';
const INDEXED = 'select sum(change_number) as changes from search_index where made_to is null';

/** Resolves when the index of each client holds all its changes. */
export async function untilIndexed(database: TestDatabase): Promise<void> {
  for (;;) {
    const [{ changes } = {}] = await database.rows(CHANGES);
    const [{ changes: indexed } = {}] = await database.indexRows(INDEXED).catch(() => []);
    if (Number(indexed ?? 0) === Number(changes)) return;
    await sleep(20);
  }
}
