/** No file of customers holds up its import by the texts in it: the time is linear in their length. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  // What is loaded for the first file counts for none.
  await timeOf(`${names}\n${row}\n`);
});
after(() => foyer[Symbol.asyncDispose]());

const KIB = 1024;
/** A text four times as long takes at most four times as long; with quadratic time, sixteen times. */
const GROWTH = 8;
/** However it grows, no text takes more than this factor of a plain one. */
const MOST = 10;
/** A shorter time delays nobody, and cannot be told from what else the machine does. */
const NOISE_MS = 100;
const TRIES = 5;

type Make = (bytes: number) => string;

const plain: Make = (bytes) => 'a'.repeat(bytes);
const marks: Make = (bytes) => `a${'\u0301'.repeat(bytes / 4)}${'\u0316'.repeat(bytes / 4)}`;
const blanks: Make = (bytes) => `1${' '.repeat(bytes)}1`;
const names = 'email;voornaam;achternaam';
const row = 'a@x.nl;A;B';

const files: Readonly<Record<string, readonly [make: Make, file: (text: string) => string]>> = {
  'marks in the name of a column': [marks, (text) => `${names};${text}\n${row};\n`],
  'marks in a line above the names': [marks, (text) => `${text};\n${names}\n${row}\n`],
  'marks in the name of a member': [
    marks,
    (text) => `${'{"email":"a@x.nl"}\n'.repeat(1000)}${JSON.stringify({ [text]: 1 })}\n`,
  ],
  'blanks in an amount': [blanks, (text) => `${names};tegoed\n${row};${text}\n`],
  'blanks in a telephone number': [blanks, (text) => `${names};telefoon\n${row};${text}\n`],
  'blanks in an address': [blanks, (text) => `${names};straat;huisnr;toev\n${row};${text};1;a\n`],
  'blanks in a house number': [blanks, (text) => `${names};straat;huisnr;toev\n${row};Kade 1;${text};1\n`],
  'marks in a reference': [marks, (text) => `${names};klantnr\n${row};${text}\n`],
};

/** The CPU time of all threads: a file is read in one of its own. */
async function timeOf(file: string): Promise<number> {
  const began = process.cpuUsage();
  const form = new FormData();
  form.append('file', new Blob([file]));
  const response = await foyer.fetch(key, '/import/preview', { method: 'POST', body: form });
  const text = await response.text();
  const { user, system } = process.cpuUsage(began);
  assert.equal(response.status, 200, text);
  return (user + system) / 1000;
}

for (const [about, [make, fileOf]] of Object.entries(files)) {
  test(`${about}: the time grows with the length`, async () => {
    const least = {
      quarter: Number.POSITIVE_INFINITY,
      whole: Number.POSITIVE_INFINITY,
      plain: Number.POSITIVE_INFINITY,
    };
    for (let tries = 0; tries < TRIES; tries += 1) {
      least.quarter = Math.min(least.quarter, await timeOf(fileOf(make(16 * KIB))));
      least.whole = Math.min(least.whole, await timeOf(fileOf(make(64 * KIB))));
      least.plain = Math.min(least.plain, await timeOf(fileOf(plain(64 * KIB))));
      const { quarter, whole, plain: ofPlain } = least;
      if (whole <= NOISE_MS || (whole <= GROWTH * quarter && whole <= MOST * ofPlain)) return;
    }
    assert.fail(`64 KiB take so many milliseconds: ${JSON.stringify(least)}`);
  });
}
