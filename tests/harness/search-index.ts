/** Waits for the index of the search. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { FoyerError } from '../../sdk/src/index.ts';
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

/** The result of a search, once the service can do it: its index may not be made yet, or the machine be busy. */
export async function whenAvailable<T>(search: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await search();
    } catch (error) {
      assert(error instanceof FoyerError && error.code === 'unavailable', String(error));
      await sleep(20);
    }
  }
}
