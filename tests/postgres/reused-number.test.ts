/**
 * A server that crashes forgets the numbers of transactions of which nothing had reached the disk, and assigns them
 * again. What the database says about such a number is then about another transaction.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FoyerError } from '../../sdk/src/index.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { startProxy } from '../harness/proxy.ts';
import { type Server, startServer } from '../harness/server.ts';
import { useServer } from '../harness/template.ts';

/**
 * Something else may bring the number to the disk before the crash; then it is not assigned again, and there is nothing
 * to see.
 */
const ATTEMPTS = 20;
const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };

let server: Server;
before(async () => {
  server = await startServer();
  await useServer(server.url);
});
after(() => server.stop());

test('a commit that never arrived is not taken for that of another transaction with its number', async () => {
  await using installation = await makeInstallation();
  await installation.rows('create table other (x int)');
  // Nothing but a commit brings anything to the disk.
  await installation.rows(`alter system set wal_writer_delay = '10s'`);
  await installation.rows('select pg_reload_conf()');
  await using proxy = await startProxy(installation.url);
  await using foyer = await spawnFoyer(installation, { DATABASE_URL: proxy.url, DATABASE_PREPARED_STATEMENTS: 'off' });
  /**
   * Creates a customer whose commit never arrives; says whether its number was assigned again, and what the answer was.
   */
  async function attempt(email: string) {
    const arrived = proxy.stop('commit');
    const answer = foyer.sdk.customers.create({ ...person, email }).then(
      () => 'created',
      (error: unknown) => (error instanceof FoyerError ? error.code : Promise.reject(error)),
    );
    await arrived;
    const [open] = await installation.rows(
      `select min(backend_xid::text::bigint) as xid from pg_stat_activity
        where usename = 'foyer_service' and backend_xid is not null`,
    );
    await server.restart();
    const xid = Number(open?.xid);
    const next = async () =>
      Number((await installation.rows('insert into other values (1) returning xmin::text as xid'))[0]?.xid);
    let last = await next();
    const isGivenAgain = last <= xid;
    while (last < xid) last = await next();
    proxy.open();
    return { isGivenAgain, answer: await answer };
  }
  for (let count = 1; ; count += 1) {
    const email = `v${count}@x.nl`;
    const { isGivenAgain, answer } = await attempt(email);
    const [stored] = await installation.rows(`select count(*) as customers from customer where email = '${email}'`);
    assert.equal(answer === 'created', stored?.customers === 1, `it was answered as ${answer}`);
    // On a busy machine the server may be back too late for an answer.
    if (isGivenAgain && answer === 'created') return;
    assert(count < ATTEMPTS, 'no write was done again whose number was given out again');
  }
});
