/** The `foyer` command, as a process on a database. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createCustomer } from '../../server/src/features/customers/writes.ts';
import { hashKey } from '../../server/src/features/keys/rules.ts';
import { type Ended, killed, MAIN, runFoyer } from '../harness/command.ts';
import { withStore } from '../harness/copying.ts';
import { engineName, makeDatabase } from '../harness/database.ts';
import { childEnvironment } from '../harness/environment.ts';

/** The command on a database of its own, which is empty; an argument per word. */
async function onNewDatabase(t: TestContext) {
  const database = await makeDatabase(engineName, false);
  t.after(() => database[Symbol.asyncDispose]());
  return { database, run: (...words: string[]) => runFoyer(words, database.environment) };
}

/** It succeeded; returns what it printed. */
function done({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 0, stderr);
  return stdout;
}

/** It ended with this code, a matching message, no stack trace, and nothing on standard output. */
function refused({ code, stdout, stderr }: Ended, expected: 1 | 2, message: RegExp): void {
  assert.equal(code, expected, stderr);
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.equal(stdout, '');
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';

test('client create makes a client, client list shows it', async (t) => {
  const { run } = await onNewDatabase(t);
  assert.match(done(await run('client', 'create', 'fringe')), /fringe/);
  const options = [
    '--title',
    'Theatre',
    '--time-zone',
    'America/New_York',
    '--client-types',
    'closed',
    '--name-order',
    'be',
    '--json',
  ];
  const before = Date.now();
  assert.deepEqual(JSON.parse(done(await run('client', 'create', 'demo', ...options))), { clientId: 2, name: 'demo' });
  const after = Date.now();
  const [demo, fringe] = JSON.parse(done(await run('client', 'list', '--json')));
  const { createdAt, ...rest } = demo;
  assert(Date.parse(createdAt) >= before && Date.parse(createdAt) <= after, createdAt);
  assert.deepEqual(rest, {
    clientId: 2,
    name: 'demo',
    title: 'Theatre',
    timeZone: 'America/New_York',
    clientTypes: 'closed',
    nameOrder: 'be',
    customers: 0,
  });
  assert.deepEqual(
    [fringe.name, fringe.timeZone, fringe.clientTypes, fringe.nameOrder],
    ['fringe', 'Europe/Amsterdam', 'open', 'nl'],
  );
  const lines = done(await run('client', 'list'))
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[1] ?? '', /^demo +Theatre +0 +America\/New_York +closed +be$/);
});

test('titles and labels are printed without what a terminal would obey', async (t) => {
  const { run } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo', '--title', 'A\u001b[2J\u009b31mB\nC\u202eD'));
  done(await run('key', 'create', 'demo', '--label', 'shop\u001b]0;title\u0007'));
  const [clients, keys] = [done(await run('client', 'list')), done(await run('key', 'list', 'demo'))];
  for (const text of [clients, keys]) {
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
    assert.equal(text.trimEnd().split('\n').length, 2);
  }
  assert.match(clients, /A\ufffd\[2J/);
  const json = done(await run('client', 'list', '--json'));
  assert.doesNotMatch(json.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
  assert.equal(JSON.parse(json)[0].title, 'A\u001b[2J\u009b31mB\nC\u202eD');
});

test('client update changes what it is told to, and a mistyped one nothing', async (t) => {
  const { run } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo', '--title', 'Theatre', '--client-types', 'closed'));
  done(await run('client', 'update', 'demo', '--client-types', 'open', '--time-zone', 'Europe/London'));
  const listed = async () => JSON.parse(done(await run('client', 'list', '--json')))[0];
  const { title, timeZone, clientTypes } = await listed();
  assert.deepEqual([title, timeZone, clientTypes], ['Theatre', 'Europe/London', 'open']);
  refused(await run('client', 'update', 'demo'), 2, /--title/);
  refused(await run('client', 'update', 'demo', '--title', 'X', '--time-zone', 'Mars/Phobos'), 2, /Mars\/Phobos/);
  refused(await run('client', 'update', 'nobody', '--title', 'X'), 1, /client list/);
  assert.equal((await listed()).title, 'Theatre');
});

test('a key is printed alone on the last line, kept as a hash, and shown by no list', async (t) => {
  const { run, database } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo'));
  const first = await run('key', 'create', 'demo', '--label', 'shop');
  const key = lastLine(done(first));
  assert.match(key, /^foyer_1_[A-Za-z0-9_-]{32}$/);
  const scopes = ['--scopes', 'customers:read, admin', '--expires', '2999-01-31', '--rate', '500'];
  const made = JSON.parse(done(await run('key', 'create', 'demo', ...scopes, '--json')));
  assert.deepEqual(Object.keys(made), ['keyId', 'key']);

  const [text, json] = [done(await run('key', 'list', 'demo')), done(await run('key', 'list', 'demo', '--json'))];
  for (const secret of [key, made.key, hashKey(key), hashKey(made.key), key.slice(-32)]) {
    assert(!text.includes(secret) && !json.includes(secret) && !first.stderr.includes(secret));
  }
  assert.deepEqual(
    JSON.parse(json).map(({ created, ...shown }: { created: string }) => shown),
    [
      {
        id: 1,
        label: 'shop',
        scopes: 'customers:read,customers:write,exports:read',
        expires: '',
        revoked: '',
        rate: '',
        used: '',
      },
      {
        id: 2,
        label: '',
        scopes: 'customers:read,admin',
        expires: '2999-01-30T23:00:00.000Z',
        revoked: '',
        rate: '500/500',
        used: '',
      },
    ],
  );
  const stored = JSON.stringify(await database.rows('select * from api_key'));
  assert(stored.includes(hashKey(key)) && !stored.includes(key.slice(-32)));
});

test('a limit that is none is wrong usage', async (t) => {
  const { run } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo'));
  for (const rate of ['fast', '0', '-1', '1.5', '500/100', '1/10000000', '500/']) {
    refused(await run('key', 'create', 'demo', `--rate=${rate}`), 2, /--rate is ".*"; give requests a second/);
  }
});

test('key revoke refuses a key once', async (t) => {
  const { run } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo'));
  done(await run('key', 'create', 'demo'));
  assert.deepEqual(JSON.parse(done(await run('key', 'revoke', 'demo', '1', '--json'))), { keyId: 1, revoked: true });
  const [key] = JSON.parse(done(await run('key', 'list', 'demo', '--json')));
  assert.match(key.revoked, /^\d{4}-/);
  refused(await run('key', 'revoke', 'demo', '1'), 1, /no key 1 .*foyer key list demo/);
  refused(await run('key', 'revoke', 'demo', '2'), 1, /no key 2 /);
});

test('changes prints what was done, one line or one JSON for each', async (t) => {
  const { run, database } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo', '--time-zone', 'UTC'));
  await withStore(database.config, async (store) => {
    const principal = { clientId: 1, actor: { kind: 'command', id: null } } as const;
    const values = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
    await store.write(principal, (tx) => createCustomer(tx, values));
  });
  const line = done(await run('changes', 'demo'));
  assert.match(
    line,
    /^1 {2}\S+Z?\S* {2}created {2}customer 1 {2}email,customerFirstName,customerLastName {2}by the foyer command\n$/,
  );
  assert.equal(JSON.parse(done(await run('changes', 'demo', '--json'))).customer.email, 'jan@x.nl');
  assert.equal(done(await run('changes', 'demo', '--after', '1')), '');
  refused(await run('changes', 'demo', '--after', '2'), 2, /not kept/);
  refused(await run('changes', 'demo', '--after', 'x'), 2, /number of a change/);
  refused(await run('changes', 'nobody'), 1, /no client/);
  refused(await run('changes'), 2, /missing required argument 'client'.*foyer changes --help/s);
});

test('changes --follow prints what another process does, until it is stopped', async (t) => {
  const { run, database } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo'));
  const env = childEnvironment(database.environment);
  const child = execFile(process.execPath, [MAIN, 'changes', 'demo', '--follow'], { env });
  t.after(() => killed(child));
  const printed = once(child.stdout as Readable, 'data');
  await withStore(database.config, async (store) => {
    const principal = { clientId: 1, actor: { kind: 'command', id: null } } as const;
    const values = { email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' };
    await store.write(principal, (tx) => createCustomer(tx, values));
  });
  assert.match(String(await printed), /^1 {2}.*created/);
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  assert.deepEqual(await exited, [0, null]);
});

test('wrong usage ends with 2, and says what to do', async (t) => {
  const { run } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo'));
  const wrong = [
    ['', /Usage: foyer/],
    ['client', /Usage: foyer client/],
    ['key', /Usage: foyer key/],
    ['nonsense', /unknown command 'nonsense'.*foyer --help/s],
    ['client creat x', /unknown command.*create/s],
    ['client create', /missing required argument 'name'.*"foyer client create --help"/s],
    ['client create a b', /too many arguments/],
    ['client create x --colour red', /unknown option '--colour'/],
    ['client create Demo', /"Demo" cannot be a client's name: use /],
    [
      'client create x --time-zone Mars/Olympus',
      /"Mars\/Olympus" is not a time zone; give a name like Europe\/Amsterdam/,
    ],
    ['client create x --client-types some', /Allowed choices are open, closed/],
    ['key create demo --scopes customers:read,all', /"all" is not a scope; the scopes are customers:read, .*admin/],
    ['key create demo --expires tomorrow', /"tomorrow" is no date; give one like 2\d{3}-/],
    ['key create demo --expires 2001-01-01', /"2001-01-01" is in the past/],
    ['key create', /missing required argument 'client'/],
    ['key revoke demo x', /"x" is no number of a key/],
    ['key revoke demo', /missing required argument 'id'/],
    ['serve --port 80', /unknown option '--port'/],
  ] as const;
  const ends = await Promise.all(wrong.map(([words]) => run(...words.split(' ').filter(Boolean))));
  for (const [at, [, message]] of wrong.entries()) refused(ends[at] ?? assert.fail(), 2, message);
  assert.equal(JSON.parse(done(await run('client', 'list', '--json'))).length, 1, 'nothing was made');
  assert.equal(JSON.parse(done(await run('key', 'list', 'demo', '--json'))).length, 0);
});

test('failure ends with 1: a client that is not, or that is already', async (t) => {
  const { run } = await onNewDatabase(t);
  done(await run('client', 'create', 'demo'));
  refused(await run('client', 'create', 'demo'), 1, /There is a client "demo" already/);
  for (const words of [
    ['key', 'create', 'nobody'],
    ['key', 'list', 'nobody'],
    ['key', 'revoke', 'nobody', '1'],
  ]) {
    refused(await run(...words), 1, /There is no client "nobody"; "foyer client list"/);
  }
});

test('--help of every command ends with 0', async (t) => {
  const { run } = await onNewDatabase(t);
  const commands = [
    '',
    'serve',
    'migrate',
    'client',
    'client create',
    'client list',
    'client update',
    'copy',
    'backup',
    'restore',
    'doctor',
    'key',
    'key create',
    'key list',
    'key roll',
    'key revoke',
  ];
  await Promise.all(
    commands.map(async (command) => {
      const words = command.split(' ').filter(Boolean);
      const help = done(await run(...words, '--help'));
      assert(help.startsWith(`Usage: ${['foyer', ...words].join(' ')} `), help);
    }),
  );
  assert.match(done(await run('--version')), /^\d+\.\d+\.\d+\n$/);
});

test('settings that cannot be used are reported all together, with 2', async () => {
  const env = { PORT: '99999', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' };
  for (const words of [['serve'], ['client', 'list'], ['migrate']]) {
    refused(await runFoyer(words, env), 2, /(?=.*PORT is "99999")(?=.*LOG_LEVEL is "loud")(?=.*DATABASE_URL)/s);
  }
});

test('migrate says what it did, once', async (t) => {
  const { run } = await onNewDatabase(t);
  assert.notDeepEqual(JSON.parse(done(await run('migrate', '--json'))), []);
  assert.deepEqual(JSON.parse(done(await run('migrate', '--json'))), []);
});
