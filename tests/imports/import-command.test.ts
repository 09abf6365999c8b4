/** `foyer import` and `foyer export`, on the database and through a service. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MAIN, runFoyer } from '../harness/command.ts';
import { customersByEmail } from '../harness/imports.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';

const rows =
  'E-mail;Voornaam;Achternaam;Mobiel;Onzin\na@x.nl;Ans;Bos;06-11111111;x\nb@x.nl;Bert;Bos;;\nno address;Cor;Bos;;\n';

let folder: string;
let installation: TestInstallation;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-cli-'));
  installation = await makeInstallation();
});
after(async () => {
  await installation[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const foyer = (args: readonly string[], env: Record<string, string> = {}) =>
  runFoyer(args, { ...installation.environment, ...env });

test('a file is tried, imported on the database, and what was refused lies beside it', async () => {
  const file = join(folder, 'bezoekers.csv');
  await writeFile(file, rows);
  const dry = await foyer(['import', file, '--client', 'theatre', '--dry-run']);
  assert.equal(dry.code, 1, 'a row is refused');
  assert.match(dry.stdout, /nothing was written/);
  const { code, stdout, stderr } = await foyer(['import', file, '--client', 'theatre']);
  assert.equal(code, 1);
  assert.match(stdout, /ROWS +CREATED +UPDATED +UNCHANGED +REFUSED/);
  assert.match(stdout, /^3 +2 +0 +0 +1 +0/m);
  assert.match(stdout, /1 × blanks and signs were taken out of telephone numbers/);
  assert.match(stdout, /not read: "Onzin"/);
  assert.match(stderr, /1 rows were refused; they are in .*bezoekers\.refused\.csv/);
  const refused = join(folder, 'bezoekers.refused.csv');
  const text = await readFile(refused, 'utf8');
  assert.match(text, /no address;Cor;Bos;;;.*e-mail address.*;4/);
  await writeFile(refused, text.replace('no address', 'c@x.nl'));
  const mended = await foyer(['import', refused, '--client', 'theatre', '--json']);
  assert.equal(mended.code, 0, mended.stderr);
  const { created, refusedFile } = JSON.parse(mended.stdout);
  assert.deepEqual([created, refusedFile], [1, null]);
  assert.deepEqual(
    await installation
      .rows(`select distinct by_kind from customer_change`)
      .then((all) => all.map((row) => row.by_kind)),
    ['import'],
  );
});

test('both commands work through a service, and say what they are told wrongly', async () => {
  await using service = await spawnFoyer(installation);
  const { client, key } = installation.key;
  const file = join(folder, 'more.csv');
  await writeFile(file, 'email;voornaam;achternaam\nd@x.nl;Dirk;Dijk\n');
  const there = ['--client', client, '--url', service.url];
  const imported = await foyer(['import', file, ...there, '--add-clienttypes', 'nieuw', 'vriend'], { FOYER_KEY: key });
  assert.equal(imported.code, 0, imported.stderr);
  assert.deepEqual((await customersByEmail(service.sdk)).get('d@x.nl')?.customerTags, ['nieuw', 'vriend']);
  for (const format of ['csv', 'excel', 'ndjson', 'json', 'xlsx']) {
    const [remote, local] = [join(folder, `remote.${format}`), join(folder, `local.${format}`)];
    const sent = await foyer(['export', ...there, '--key', key, '--format', format, '-o', remote]);
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal((await foyer(['export', '--client', client, '--format', format, '-o', local])).code, 0);
    assert.deepEqual(await readFile(remote), await readFile(local), format);
  }
  const recent = await foyer(['export', '--client', client, '--changed-since', '2999-01-01']);
  assert.equal(recent.stdout.trim().split('\n').length, 1, 'the header alone');

  const filtered = ['--search', 'bos', '--client-type', 'oud', '--no-phone', '--format', 'ndjson'];
  const filters = { search: 'bos', clienttype: ['oud'], hasPhone: false };
  await service.sdk.clientTypes.set({ customerId: 1, clienttypes: ['oud'] });
  await service.sdk.clientTypes.set({ customerId: 2, clienttypes: ['oud'] });
  const expected = await Array.fromAsync(service.sdk.customers.list(filters), ({ customerId }) => customerId);
  assert.deepEqual(expected, [2]);
  for (const where of [there, ['--client', client]]) {
    const { code, stdout, stderr } = await foyer(['export', ...where, ...filtered], { FOYER_KEY: key });
    assert.equal(code, 0, stderr);
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).customerId);
    assert.deepEqual(ids, expected, where.join(' '));
  }

  for (const [args, status, why] of [
    [['import', join(folder, 'nothing.csv'), '--client', client], 2, /There is no file/],
    [['import', file, '--client', 'nobody'], 1, /no client/],
    [['import', file, ...there], 2, /API key/],
    [['import', file, ...there, '--key', 'wrong'], 1, /API key/],
    [['import', file, '--client', client, '--policy', 'guess'], 2, /policy/],
    [['import', file, '--client', client, '--mapping', '{'], 2, /mapping/],
    [['export', '--client', client, '--changed-since', 'soon'], 2, /a date or a time/],
    [['export', '--client', client, '--credit-min', '1,5'], 2, /decimal/],
    [['import', MAIN, '--client', client], 1, /columns that are known/],
  ] as const) {
    const { code, stderr } = await foyer(args);
    assert.deepEqual([code, why.test(stderr)], [status, true], `${args.join(' ')}: ${stderr}`);
  }
});

test('what a file holds is shown to a terminal, and not obeyed by it', async () => {
  const file = join(folder, 'obeyed.csv');
  await writeFile(file, 'email;voornaam;achternaam;\u001b]0;PWNED\u0007col\nd@x.nl;D;Bos;x\n');
  const { code, stdout, stderr } = await foyer(['import', file, '--client', 'theatre', '--dry-run']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /not read: /);
  for (const text of [stdout, stderr]) assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
});
