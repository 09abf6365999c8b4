/**
 * What PostgreSQL and the connection to it can do to a request: it is answered all the same, and nothing is lost or
 * done twice.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../../server/src/config.ts';
import { withStore } from '../harness/copying.ts';
import { makeCustomers } from '../harness/customers.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { asAdmin, skippedOnCluster } from '../harness/postgres.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { startProxy } from '../harness/proxy.ts';
import { assertProblem, type RawAnswer, rawOf } from '../harness/raw.ts';
import { whenAvailable } from '../harness/search-index.ts';

/** The service promises to recover within 5 s. Counted in turns, which take longer on a busy machine. */
const PAUSE_MS = 50;
const TURNS = 5000 / PAUSE_MS;
const person = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };

async function start(env: Record<string, string> = {}) {
  const installation = await makeInstallation();
  const foyer = await spawnFoyer(installation, env);
  await foyer.sdk.customers.create(person);
  return {
    installation,
    foyer,
    async [Symbol.asyncDispose]() {
      await foyer[Symbol.asyncDispose]();
      await installation[Symbol.asyncDispose]();
    },
  };
}

const database = ({ url }: TestInstallation): string => new URL(url).pathname.slice(1);

/** Breaks the connections of the service. */
const terminate = (installation: TestInstallation): Promise<unknown> =>
  installation.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where usename = 'foyer_service' and datname = current_database()`,
  );

const ask = async (foyer: FoyerProcess, method: 'GET' | 'PUT', city = 'Zwolle'): Promise<RawAnswer> => {
  const body = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ customerCity: city }) };
  return rawOf(await foyer.fetch('/customer/1', { method, ...(method === 'GET' ? {} : body) }));
};

/** Locks a table as a migration would, so that nobody else reads or writes it, until it is disposed of. */
async function holdTable(installation: TestInstallation, table: string): Promise<AsyncDisposable> {
  const held = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = asAdmin(database(installation), async (client) => {
    await client.query(`begin; lock table ${table} in access exclusive mode`);
    held.resolve();
    await over.promise;
  });
  await Promise.race([held.promise, holding]);
  return {
    async [Symbol.asyncDispose]() {
      over.resolve();
      await holding;
    },
  };
}

function assertRefused(answer: RawAnswer): void {
  assertProblem(answer, 503);
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
}

/** From now on it must soon answer reads and writes as if nothing had happened. */
async function assertHeals(foyer: FoyerProcess): Promise<void> {
  let turns = 0;
  for (const method of ['GET', 'PUT'] as const) {
    for (; (await ask(foyer, method)).status !== 200; turns += 1) {
      assert(turns < TURNS, `${method} is still refused`);
      await sleep(PAUSE_MS);
    }
  }
}

suite('when PostgreSQL fails', { concurrency: true }, () => {
  test('a connection that breaks costs no request anything, idle or at work', async () => {
    await using it = await start();
    for (let round = 0; round < 10; round += 1) {
      await terminate(it.installation);
      const asked = Array.from({ length: 8 }, (_, at) => ask(it.foyer, at % 2 === 0 ? 'GET' : 'PUT', `${round}-${at}`));
      await terminate(it.installation);
      for (const { status } of await Promise.all(asked)) assert.equal(status, 200);
    }
  });

  test('no connection to be had: 503, the process lives, and it works again by itself', async () => {
    await using it = await start();
    await it.installation.rows(`alter database ${database(it.installation)} connection limit 0`);
    await terminate(it.installation);
    for (const method of ['GET', 'PUT'] as const) assertRefused(await ask(it.foyer, method));
    assert.equal((await fetch(`${it.foyer.url}/health/live`)).status, 200);
    assert.equal((await fetch(`${it.foyer.url}/health/ready`)).status, 503);
    await it.installation.rows(`alter database ${database(it.installation)} connection limit -1`);
    await assertHeals(it.foyer);
  });

  test('a table that another holds: 503, for reads and writes, until it is let go', async () => {
    await using it = await start();
    {
      await using _ = await holdTable(it.installation, 'customer');
      for (const answer of await Promise.all([ask(it.foyer, 'GET'), ask(it.foyer, 'PUT')])) assertRefused(answer);
    }
    await assertHeals(it.foyer);
  });

  test('searches that take too long, more than may run: 503, and nothing else waits for them', async () => {
    await using it = await start();
    const { customers } = it.foyer.sdk;
    assert.equal((await whenAvailable(() => customers.search('pas'))).count, 1);
    {
      await using _ = await holdTable(it.installation, 'customer_word');
      const searches = Array.from({ length: 30 }, async (_, number) =>
        rawOf(await it.foyer.fetch(`/customer?search=nobody${number}`)),
      );
      for (let asked = 0; asked < 50; asked += 1) assert.equal((await ask(it.foyer, 'GET')).status, 200);
      const answers = await Promise.all(searches);
      for (const answer of answers) assertRefused(answer);
      assert(answers.some(({ body }) => /took too long/.test(body)));
    }
    assert.equal((await whenAvailable(() => customers.search('nobody'))).count, 0);
  });

  test('a standby, after a failover: writes are refused and reads go on, until it is the primary', async () => {
    await using it = await start();
    await it.installation.rows(`alter database ${database(it.installation)} set default_transaction_read_only = on`);
    await terminate(it.installation);
    assert.equal((await ask(it.foyer, 'GET')).status, 200);
    assertRefused(await ask(it.foyer, 'PUT'));
    await it.installation.rows(
      `set transaction_read_only = off;
        alter database ${database(it.installation)} reset default_transaction_read_only`,
    );
    await assertHeals(it.foyer);
  });

  for (const { failures, status } of [
    { failures: 2, status: 200 },
    { failures: 50, status: 503 },
  ]) {
    const skip = skippedOnCluster('its tables take no triggers');
    test(`a transaction that fails to serialise ${failures} times is answered ${status}`, { skip }, async () => {
      await using it = await start();
      await it.installation.rows(`
        create sequence tries;
        create function fail() returns trigger language plpgsql security definer as $$
        begin
          if nextval('tries') <= ${failures} then raise sqlstate '40001'; end if;
          return new;
        end $$;
        create trigger fail before update on customer for each row execute function fail()`);
      const answer = await ask(it.foyer, 'PUT', 'Gent');
      assert.equal(answer.status, status);
      if (status === 503) assertRefused(answer);
      const [{ changes } = {}] = await it.installation.rows('select count(*) as changes from customer_change');
      assert.equal(changes, status === 200 ? 2 : 1);
      const [{ last } = {}] = await it.installation.rows(`select last_value as last from tries`);
      assert.equal(last, 3, 'it was tried three times');
    });
  }
});

suite('a commit whose answer is lost', { concurrency: true }, () => {
  /** The service behind a proxy, which sees every commit as text. */
  async function startBehindProxy() {
    const installation = await makeInstallation();
    const proxy = await startProxy(installation.url);
    const foyer = await spawnFoyer(installation, { DATABASE_URL: proxy.url, DATABASE_PREPARED_STATEMENTS: 'off' });
    return {
      installation,
      proxy,
      foyer,
      async [Symbol.asyncDispose]() {
        for (const one of [foyer, proxy, installation]) await one[Symbol.asyncDispose]();
      },
    };
  }

  test('was done: the write is answered as done, once', async () => {
    await using it = await startBehindProxy();
    it.proxy.loseAnswerTo('commit');
    assert.equal((await it.foyer.sdk.customers.create(person)).customerId, 1);
    assert.equal(it.proxy.lost, 1, 'the answer was lost');
    const [row] = await it.installation.rows('select count(*) as customers from customer');
    assert.deepEqual({ ...row }, { customers: 1 });
  });

  test('was done, for several writes in one transaction: each is done, once', async () => {
    await using installation = await makeInstallation();
    await using proxy = await startProxy(installation.url);
    const config = { ...installation.config, url: proxy.url, preparedStatements: false } as DatabaseConfig;
    proxy.loseAnswerTo('commit');
    const people = Array.from({ length: 12 }, (_, at) => ({ ...person, email: `c${at}@x.nl` }));
    await withStore(config, (store) => makeCustomers(store, installation.key.clientId, people));
    assert.equal(proxy.lost, 1, 'the answer was lost');
    const [row] = await installation.rows('select count(*) as customers from customer');
    assert.deepEqual({ ...row }, { customers: 12 });
  });

  test('and nobody can be asked: a 500 that says so, which no caller repeats by itself', async () => {
    await using it = await startBehindProxy();
    it.proxy.loseAnswerTo('commit', true);
    await assert.rejects(it.foyer.sdk.customers.create(person), { code: 'internal', message: /not known whether/ });
    it.proxy.open();
    await it.foyer.sdk.customers.create({ ...person, email: 'mia@x.nl' });
    const [row] = await it.installation.rows('select count(*) as customers from customer');
    assert.deepEqual({ ...row }, { customers: 2 }, 'it was done');
  });
});
