import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { Customer } from '../../sdk/src/index.ts';
import { formatTime } from '../../server/src/http/wire/time.ts';
import { makeCustomers } from '../harness/customers.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = { customerFirstName: 'A', customerLastName: 'B' };
const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

/** A client with a number of customers. */
async function clientWith(count: number, options: { timeZone?: string } = {}): Promise<TestKey> {
  const key = await foyer.client(options);
  const customers = Array.from({ length: count }, (_, at) => ({ ...person, email: `c${at + 1}@x.nl` }));
  await makeCustomers(foyer.app.store, key.clientId, customers);
  return key;
}

function ask(key: TestKey, body?: string, headers: Record<string, string> = {}) {
  const init = body === undefined ? {} : { body };
  return foyer.fetch(key, '/export/customers', { method: 'POST', headers, ...init });
}

/** The numbers of the customers in an export. */
async function ids(key: TestKey, body?: string, type = json): Promise<number[]> {
  const response = await ask(key, body, body === undefined ? undefined : { 'content-type': type });
  assert.equal(response.status, 200, body ?? 'no body');
  return (await response.json()).map((customer: Customer) => customer.customerId);
}
const since = (changedSince: unknown) => JSON.stringify({ changedSince });

/** RFC 4180 to the letter: records by header, every line ended by CRLF. */
function parseCsv(text: string): Record<string, string>[] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const lines: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const [, quoted, bare, end] = cell.exec(text) ?? assert.fail(`No cell at ${at}: ${text.slice(at, at + 40)}`);
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '\r\n') lines.push([]);
  }
  assert.deepEqual(lines.pop(), [], 'the last line ends too');
  const [header = [], ...rows] = lines;
  return rows.map((row) => {
    assert.equal(row.length, header.length);
    return Object.fromEntries(header.map((name, column) => [name, row[column] ?? '']));
  });
}

test('all customers come in the order of their last change, over many pages', async () => {
  const key = await clientWith(1000);
  const all = Array.from({ length: 1000 }, (_, at) => at + 1);
  assert.deepEqual(await ids(key), all);
  const { customers, clientTypes, exports } = foyer.sdk(key);
  await customers.update({ customerId: 500, customerCity: 'Gent' });
  await clientTypes.set({ customerId: 3, clienttypes: ['vip'] });
  await customers.update({ customerId: 700, ...person });
  const order = [...all.filter((id) => id !== 500 && id !== 3), 500, 3];
  assert.deepEqual(await ids(key), order);
  const records = await Array.fromAsync(exports.customers());
  assert.deepEqual(
    records.map(({ customerId }) => customerId),
    order,
  );
  const times = records.map(({ lastChanged }) => Date.parse(lastChanged));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.deepEqual(records.at(-1), await customers.get({ customerId: 3 }));
});

test('no body, an empty one, and an empty changedSince all mean: everything', async () => {
  const key = await clientWith(2);
  assert.deepEqual(await ids(key), [1, 2]);
  for (const body of ['', '{}', since(null), since(''), since(' ')]) assert.deepEqual(await ids(key, body), [1, 2]);
  for (const body of ['', 'changedSince=']) assert.deepEqual(await ids(key, body, form), [1, 2]);
  assert.deepEqual(await ids(await foyer.client()), [], 'of no customers');
});

test('changedSince is a date or a time, with an offset or in the zone of the client', async () => {
  for (const timeZone of ['Europe/Amsterdam', 'America/New_York', 'Asia/Kathmandu', 'UTC']) {
    const key = await clientWith(1, { timeZone });
    const { lastChanged } = await foyer.sdk(key).customers.get({ customerId: 1 });
    const at = Temporal.Instant.from(lastChanged);
    const later = at.add({ seconds: 1 });
    const spellings = (time: Temporal.Instant) => {
      const zoned = time.toZonedDateTimeISO(timeZone);
      const local = zoned.toPlainDateTime().toString({ smallestUnit: 'second' });
      const utc = time.toString({ smallestUnit: 'second' });
      return [`${local}${zoned.offset}`, local, local.replace('T', ' '), utc, utc.replace('Z', '+00:00'), ` ${local} `];
    };
    for (const text of spellings(at)) assert.deepEqual(await ids(key, since(text)), [1], text);
    for (const text of spellings(later)) assert.deepEqual(await ids(key, since(text)), [], text);
    assert.deepEqual(await ids(key, since('2000-01-01')), [1]);
    assert.deepEqual(await ids(key, since('2900-01-01')), []);
    // In a form that was not encoded, the plus arrives as a space.
    for (const text of spellings(at)) assert.deepEqual(await ids(key, `changedSince=${text}`, form), [1], text);
    for (const text of spellings(later)) assert.deepEqual(await ids(key, `changedSince=${text}`, form), [], text);
  }
});

test("a date is midnight in the client's zone", async () => {
  const [ahead, behind] = [
    await clientWith(1, { timeZone: 'Pacific/Kiritimati' }),
    await clientWith(1, { timeZone: 'Etc/GMT+12' }),
  ];
  // The clocks of these zones are 26 hours apart: tomorrow here has begun there.
  const { lastChanged } = await foyer.sdk(behind).customers.get({ customerId: 1 });
  const today = Temporal.PlainDate.from(lastChanged.slice(0, 10));
  const tomorrow = since(today.add({ days: 1 }).toString());
  assert.deepEqual(await ids(behind, since(today.toString())), [1]);
  assert.deepEqual(await ids(behind, tomorrow), []);
  assert.deepEqual(await ids(ahead, tomorrow), [1]);
});

test('a changedSince that cannot be read is a 422', async () => {
  const key = await clientWith(1);
  for (const [text, code] of [
    ['yesterday', 'date'],
    ['2026-02-30', 'date'],
    ['2026-13-01', 'date'],
    ['2026-04-22T25:00:00', 'date'],
    ['2026-04-22T13:10:12+99:00', 'date'],
    ['2026-04-22T13:10:12 Europe/Amsterdam', 'date'],
    ['22-04-2026', 'date'],
    ['04/22/2026', 'date'],
    ['1776856212', 'date'],
    [`2026-04-22${' '.repeat(50_000)}x`, 'date'],
    ['a\u0000', 'type'],
    [1776856212, 'type'],
    [true, 'type'],
    [['2026-04-22'], 'type'],
    [{}, 'type'],
  ] as const) {
    const response = await ask(key, since(text), { 'content-type': json });
    assert.equal(response.status, 422, String(text));
    const { violations, errors } = await response.json();
    assert.deepEqual([violations[0].field, violations[0].code], ['changedSince', code], String(text));
    assert.deepEqual(Object.keys(errors), ['changedSince']);
  }
});

test('NDJSON and CSV are other forms of the same records', async () => {
  const key = await clientWith(400);
  const { customers, clientTypes } = foyer.sdk(key);
  const hard = { customerFirstName: 'O"Neil, "x"', customerLastName: "'; \u2028 \\n", customerCity: '=1+1;\u{1F3AD}' };
  await customers.update({ customerId: 7, ...hard, customerCredit: '-0.05', customerExternalId: 'null' });
  await clientTypes.set({ customerId: 8, clienttypes: ['a,b', '"q"', 'c|d;e', '\u{1F3AD}'] });
  const as = async (accept: string, type: RegExp) => {
    const response = await ask(key, undefined, { accept });
    assert.match(response.headers.get('content-type') ?? '', type, accept);
    return response.text();
  };
  const records: Customer[] = JSON.parse(await as(json, /^application\/json; charset=utf-8$/));
  assert.equal(records.length, 400);

  const lines = (await as('application/x-ndjson', /^application\/x-ndjson/)).split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    records,
  );

  const text = await as('text/csv', /^text\/csv/);
  const [first] = records;
  assert.equal(text.slice(0, text.indexOf('\r\n')), Object.keys(first ?? {}).join(','));
  const asText = (record: Customer) =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]) => [
        name,
        Array.isArray(value) ? JSON.stringify(value) : String(value ?? ''),
      ]),
    );
  assert.deepEqual(parseCsv(text), records.map(asText));

  assert.equal(await as('*/*', /^application\/json/), JSON.stringify(records));
  assert.equal(await as('text/csv;q=0.5, application/json', /^application\/json/), JSON.stringify(records));
  const empty = await foyer.client();
  const none = async (accept: string) => (await ask(empty, undefined, { accept })).text();
  assert.deepEqual([await none(json), await none('application/x-ndjson')], ['[]', '']);
  assert.deepEqual(parseCsv(await none('text/csv')), []);
});

test('an export holds the customers of one client', async () => {
  const [one, other] = [await clientWith(3), await clientWith(2)];
  await foyer.sdk(one).clientTypes.set({ customerId: 1, clienttypes: ['ours'] });
  const records = await Array.fromAsync(foyer.sdk(other).exports.customers());
  assert.deepEqual(
    records.map(({ customerId, customerTags }) => [customerId, customerTags]),
    [
      [1, []],
      [2, []],
    ],
  );
  assert.deepEqual(await ids(one), [2, 3, 1]);
});

/** A time as the platform's own formatter shows it in a zone. */
function byIntl(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(ms);
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(ms).split('GMT')[1];
  return `${parts.replace(' ', 'T')}${offset || '+00:00'}`;
}

test("lastChanged is in the client's zone, with the offset of that moment", async () => {
  const zones = ['America/New_York', 'Europe/Amsterdam', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Etc/GMT+12', 'UTC'];
  for (const timeZone of zones) {
    const key = await clientWith(1, { timeZone });
    const [record] = await Array.fromAsync(foyer.sdk(key).exports.customers());
    assert.equal(record?.lastChanged, byIntl(Date.parse(record?.lastChanged ?? ''), timeZone));
  }
  // Summer, winter and the hours between, over the years.
  const year = (text: string) => Date.parse(text);
  const time = fc.integer({ min: year('1990-01-01T00:00:00Z'), max: year('2040-01-01T00:00:00Z') });
  const property = fc.property(fc.constantFrom(...zones), time, (zone, ms) =>
    assert.equal(formatTime(ms, zone), byIntl(ms, zone)),
  );
  fc.assert(property, { numRuns: 500 });
  for (const minute of [-1, 0, 30, 59, 60, 61]) {
    const ms = year('2026-10-25T01:00:00Z') + minute * 60_000;
    assert.equal(formatTime(ms, 'Europe/Amsterdam'), byIntl(ms, 'Europe/Amsterdam'));
  }
});

test('the headers say from where to go on, also when there is nothing', async () => {
  const empty = await ask(await foyer.client({ timeZone: 'UTC' }));
  assert.equal(empty.headers.get('foyer-cursor'), '0');
  assert.equal(empty.headers.get('foyer-changed-until'), '1970-01-01T00:00:00+00:00');
  const key = await clientWith(3);
  const response = await ask(key);
  const all: Customer[] = await response.json();
  assert.equal(response.headers.get('foyer-cursor'), '3');
  assert.equal(response.headers.get('foyer-changed-until'), all.at(-1)?.lastChanged);
  const next = await ids(key, since(response.headers.get('foyer-changed-until')));
  assert(next.includes(3));
});

const encodings = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync } as const;

test('an export is compressed for a caller that accepts it', async () => {
  const key = await clientWith(300);
  const plain = await send(key, 'identity');
  assert.equal(plain.headers['content-encoding'], undefined);
  for (const [encoding, unpack] of Object.entries(encodings)) {
    const { headers, bytes } = await send(key, `deflate, ${encoding};q=0.9, identity;q=0.1`);
    assert.equal(headers['content-encoding'], encoding);
    assert.equal(headers.vary, 'Accept, Accept-Encoding');
    assert(bytes.length * 4 < plain.bytes.length, `${encoding} ${bytes.length}, plain ${plain.bytes.length}`);
    assert.deepEqual(unpack(bytes), plain.bytes);
  }
  assert.equal((await send(key, 'gzip;q=0')).headers['content-encoding'], undefined);
  assert.equal((await send(key, undefined)).headers['content-encoding'], undefined);
});

/** `fetch` would set its own `Accept-Encoding`, and decompress. */
async function send(key: TestKey, encoding: string | undefined) {
  const sent = request(`${foyer.url}/v1/${key.client}/peppered/export/customers`, {
    method: 'POST',
    headers: { authorization: key.key, ...(encoding === undefined ? {} : { 'accept-encoding': encoding }) },
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { headers: response.headers, bytes: Buffer.concat(await Array.fromAsync(response)) };
}
