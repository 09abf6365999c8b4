/** Threads for heavy work on a machine that is too busy to start them in time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Threads } from '../../server/src/db/heavy/threads.ts';
import { indexPathOf } from '../../server/src/db/sqlite/index-file.ts';
import { Unavailable } from '../../server/src/db/unavailable.ts';
import { makeDatabase } from '../harness/database.ts';

const many = { perCaller: 10, perClient: 10, inAll: 10 };

test('a thread that is slow to start comes to work all the same: its clock begins with the work', async () => {
  await using database = await makeDatabase('sqlite');
  assert(database.config.engine === 'sqlite');
  const { path } = database.config;
  const host = { engine: 'sqlite', path, indexPath: indexPathOf(path) };
  const patience = { waitMs: 60_000, startMs: 500, workMs: 500, idleMs: 60_000 };
  await using opened = new AsyncDisposableStack();
  const options = { host, threads: 1, atATime: 1, bounds: many, ...patience };
  const threads = opened.adopt(new Threads(options), (it) => it.close());
  const module = new URL('./jobs/slow-to-load.ts', import.meta.url).href;
  const task = { kind: 'read', module, name: 'answer', clientId: 1, args: null } as const;

  // No caller waits for longer than is wanted, and the thread is not ended for that.
  const tries: unknown[] = [];
  while (tries.length < 20 && tries.at(-1) !== '"done"') tries.push(await threads.run(task).catch((error) => error));
  const busy = tries.slice(0, -1);
  assert(busy.length > 0);
  for (const error of busy) assert(error instanceof Unavailable && error.reason === 'busy', String(error));
  assert.equal(tries.at(-1), '"done"');
  assert.deepEqual(threads.load.refused, { crowded: 0, busy: busy.length, slow: 0 });
});
