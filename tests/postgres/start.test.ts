/** A start on a PostgreSQL database that is wrong in some way ends with one line. */
import { test } from 'node:test';
import { assertStopped, takenPort } from '../harness/blocked.ts';
import { makeDatabase } from '../harness/database.ts';

test('a database, a password or a right that is missing', async (t) => {
  await using database = await makeDatabase('postgres', false);
  const { DATABASE_URL = '' } = database.environment;
  const [elsewhere, wrong] = [new URL(DATABASE_URL), new URL(DATABASE_URL)];
  elsewhere.pathname = '/not-there';
  wrong.password = 'not-it';
  const cases = [
    [elsewhere.href, /^database "not-there" does not exist\n$/],
    [wrong.href, /^password authentication failed for user "\w+"\n$/],
    // As the role that serves, which may not create tables.
    [DATABASE_URL, /^permission denied.* run "foyer migrate" with DATABASE_MIGRATE_URL/],
  ] as const;
  for (const [url, message] of cases) await assertStopped(t, ['serve'], { DATABASE_URL: url, PORT: '0' }, message);
});

test('a server that is not there', async (t) => {
  const taken = await takenPort();
  // Closed again at once: nobody listens there.
  taken[Symbol.dispose]();
  const DATABASE_URL = `postgres://foyer:secret-word@127.0.0.1:${taken.port}/foyer`;
  for (const words of [['serve'], ['migrate']]) {
    await assertStopped(t, words, { DATABASE_URL, PORT: '0' }, /^(?!.*secret-word).*ECONNREFUSED.*Does it run/);
  }
});
