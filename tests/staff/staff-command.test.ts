/** `foyer staff`, as a process beside the service. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, PASSWORD } from '../harness/browser.ts';
import { runFoyer } from '../harness/command.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const run = (words: string, env: Record<string, string> = {}) =>
  runFoyer(['staff', ...words.split(' ')], { ...foyer.database.environment, ...env });

const BASE = 'https://foyer.theatre.example';
const LINK = /^https:\/\/foyer\.theatre\.example\/console\/link#([\w-]{43})\n$/;

/** Adds somebody at a client; returns the token of the link. */
async function added(email: string, { client }: TestKey, role: string): Promise<string> {
  const { code, stdout, stderr } = await run(`add ${email} --client ${client} --role ${role}`, { PUBLIC_URL: BASE });
  assert.equal(code, 0, stderr);
  return LINK.exec(stdout)?.[1] ?? assert.fail(stdout);
}

test('add prints a link alone on standard output, which sets a password; a second client needs none', async () => {
  const [one, two] = [await foyer.client(), await foyer.client()];
  const email = 'sanne@theater.example';
  const token = await added(email, one, 'editor');
  const { session } = openBrowser(foyer.url);
  assert.equal((await session.redeemLink({ token, password: PASSWORD })).clients[0]?.role, 'editor');

  const second = await run(`add ${email.toUpperCase()} --client ${two.client} --role viewer --name Sanne`);
  assert.deepEqual([second.code, second.stderr], [0, '']);
  assert.match(second.stdout, /with the password that they have/);
  const { clients, name } = await session.get();
  assert.deepEqual([name, clients.map(({ role }) => role)], ['Sanne', ['editor', 'viewer']]);
});

test('list shows who works where, as a table and as JSON', async () => {
  const key = await foyer.client();
  await added('b@theater.example', key, 'viewer');
  await added('a@theater.example', key, 'admin');
  const { stdout } = await run(`list --client ${key.client}`);
  assert.match(
    stdout,
    /^ID +EMAIL +NAME +CLIENT +ROLE +ADDED +PASSWORD\n\d+ +a@.*admin.*not yet\n\d+ +b@.*viewer.*not yet\n$/,
  );
  const json = JSON.parse((await run(`list --client ${key.client} --json`)).stdout);
  assert.deepEqual(
    json.map(({ email, client, role, password }: Record<string, string>) => [email, client, role, password]),
    [
      ['a@theater.example', key.client, 'admin', 'not yet'],
      ['b@theater.example', key.client, 'viewer', 'not yet'],
    ],
  );
});

test('role and remove take hold at once, beside a service that runs', async () => {
  const key = await foyer.client();
  const email = 'role@theater.example';
  const { session } = openBrowser(foyer.url);
  await session.redeemLink({ token: await added(email, key, 'viewer'), password: PASSWORD });
  assert.equal((await run(`role ${email} --client ${key.client} --role admin`)).code, 0);
  await assert.rejects(session.get(), { code: 'unauthorized' });
  assert.equal((await session.signIn({ email, password: PASSWORD })).clients[0]?.role, 'admin');
  assert.equal((await run(`remove ${email} --client ${key.client}`)).code, 0);
  await assert.rejects(session.get(), { code: 'unauthorized' });
  await assert.rejects(session.signIn({ email, password: PASSWORD }), { code: 'sign-in-failed' });

  const again = await added(email, key, 'viewer');
  assert.equal((await session.redeemLink({ token: again, password: PASSWORD })).clients[0]?.role, 'viewer');
});

test('link lets in somebody who has forgotten the password, or signs in at once', async () => {
  const key = await foyer.client();
  const email = 'forgot@theater.example';
  await added(email, key, 'viewer');
  for (const [words, purpose] of [
    [`link ${email}`, 'password'],
    [`link ${email} --sign-in`, 'sign-in'],
  ] as const) {
    const { stdout } = await run(words, { PUBLIC_URL: BASE });
    const token = LINK.exec(stdout)?.[1] ?? assert.fail(stdout);
    assert.equal((await openBrowser(foyer.url).session.readLink({ token })).purpose, purpose);
  }
  const json = JSON.parse((await run(`link ${email} --json`, { HOST: '0.0.0.0', PORT: '9000' })).stdout);
  assert.match(json.link, /^http:\/\/localhost:9000\/console\/link#/);
});

test('what cannot be is told, with the status of wrong usage or of failure', async () => {
  const key = await foyer.client();
  const email = 'wrong@theater.example';
  await added(email, key, 'viewer');
  const wrong = [
    [2, /--client/, `add ${email} --role viewer`],
    [2, /--role/, `add ${email} --client ${key.client}`],
    [2, /viewer, editor, admin/, `add ${email} --client ${key.client} --role owner`],
    [1, /not an e-mail address/, `add wrong --client ${key.client} --role viewer`],
    [1, /There is no client "nobody"/, `add ${email} --client nobody --role viewer`],
    [1, /works at .* already, as viewer/, `add ${email} --client ${key.client} --role admin`],
    [1, /does not work at/, `role other@x.nl --client ${key.client} --role admin`],
    [1, /does not work at/, `remove other@x.nl --client ${key.client}`],
    [1, /There is no staff member/, 'link other@x.nl'],
  ] as const;
  for (const [code, message, words] of wrong) {
    const ended = await run(words);
    assert.deepEqual([ended.code, ended.stdout], [code, ''], words);
    assert.match(ended.stderr, message, words);
  }
  const badUrl = await run(`link ${email}`, { PUBLIC_URL: 'foyer.nl/x' });
  assert.equal(badUrl.code, 2);
  assert.match(badUrl.stderr, /PUBLIC_URL/);
});
