/** Clients that several processes make at the same time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { makeInstallation } from '../harness/installation.ts';

test('each gets a number of its own, and there are no gaps', async () => {
  await using installation = await makeInstallation('postgres');
  const make = (process: number) =>
    installation.withStore((store) =>
      Promise.all(Array.from({ length: 5 }, (_, at) => createClient(store, { name: `client-${process}-${at}` }))),
    );
  const made = (await Promise.all([make(1), make(2), make(3)])).flat();
  // The first one is the client of the installation.
  assert.deepEqual(
    made.sort((one, other) => one - other),
    Array.from({ length: 15 }, (_, at) => at + 2),
  );
});
