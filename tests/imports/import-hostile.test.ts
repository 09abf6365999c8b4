/** Malicious files: each is clearly refused, and takes no more memory than any other. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { FoyerError, type Import } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { importFile } from '../harness/imports.ts';
import { rowOf, sheetOf, workbook } from '../harness/workbook.ts';
import { zstdFrame } from '../harness/zstd.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
});
after(() => foyer[Symbol.asyncDispose]());

const MIB = 1024 * 1024;
const header = 'email;voornaam;achternaam\n';
const goodRow = 'a@x.nl;A;B\n';
const head = rowOf('email', 'voornaam', 'achternaam');

/** Sends a file that must be refused, and returns the reason. */
async function refusal(file: BodyInit, type = 'application/octet-stream', status = 422): Promise<string> {
  const response = await foyer.fetch(key, '/import', {
    method: 'POST',
    body: file,
    headers: { 'content-type': type },
    ...(file instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const problem = await response.json();
  assert.equal(response.status, status, problem.message);
  return problem.message;
}

/** A number of pieces, one after another. */
function* repeated(first: string, piece: string, times: number): Generator<string> {
  yield first;
  for (let at = 0; at < times; at += 1) yield piece;
}

const streamOf = (pieces: Iterable<string>): ReadableStream =>
  Readable.toWeb(Readable.from(pieces).map((text: string) => Buffer.from(text))) as ReadableStream;

test('a workbook that unpacks to a thousand times its size is refused on the way', async () => {
  const bomb = await workbook(repeated(`<worksheet><sheetData>${head}`, `<row><c/></row>${' '.repeat(MIB)}`, 100));
  assert(bomb.size < 2 * MIB);
  const job = await importFile(foyer.sdk(key), bomb).catch((error: FoyerError) => error);
  const why = job instanceof FoyerError ? job.message : (job as Import).error;
  assert.match(why ?? '', /unpacks to more than 150 times its size/);
});

test('a small file of many bad rows is given up before its refused rows fill the disk', async () => {
  const rows = Array.from({ length: 150_000 }, (_, at) => rowOf(`${at % 7}`)).join('');
  const file = await workbook(sheetOf(head + rows));
  assert(file.size < MIB, String(file.size));
  const job = await importFile(foyer.sdk(key), file);
  assert.match(job.error ?? '', /So many rows were refused/);
  assert(job.refused > 10_000 && job.refused < 200_000, String(job.refused));
  const csv = await (await foyer.sdk(key).imports.refused(job)).text();
  assert.equal(csv.split('\r\n').length - 2, job.refused);
  assert(csv.length < 32 * MIB, String(csv.length));
});

test('a line without end is refused, whatever the form', async () => {
  const long = 'x'.repeat(MIB);
  for (const first of [header, `${header}"`])
    assert.match(await refusal(streamOf(repeated(first, long, 32))), /^The line behind line 1 is longer than 1 MiB\./);
  assert.match(await refusal(streamOf(repeated('{"email":"', long, 32))), /^A line of the file is longer than 1 MiB/);
  const sheet = await workbook(repeated(`<worksheet><sheetData>${head}<row><c t="inlineStr"><is><t>`, long, 32));
  assert.match(await refusal(sheet), /text of more than 1 MiB/);
});

test('a quotation mark that nobody closes ends the import there, with the rows before it', async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => `v${at}@x.nl;A;B\n`).join('');
  const sdk = foyer.sdk(await foyer.client());
  const job = await importFile(sdk, `${header}${rows}"v@x.nl;A;B\n${rows}`);
  assert.equal(job.state, 'failed');
  assert.match(job.error ?? '', /Quotation marks do not match: the line behind line 3001/);
  assert(job.rowsRead <= 3000 && job.rowsRead >= 2000, String(job.rowsRead));
});

test('ten thousand columns are refused', async () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `c${at}`);
  assert.match(await refusal(`email;${names.join(';')}\n`), /10,001 columns; 500 at most/);
  assert.match(await refusal(await workbook(sheetOf(rowOf('email', ...names)))), /more than 500 columns/);
  const object = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])));
  assert.match(await refusal(object), /more than 500 different members/);
});

test('NUL bytes are refused', async () => {
  assert.match(await refusal(`${header}a@x.nl;A\u0000;B\n`), /NUL bytes/);
});

test('a formula is text like any other, and harmless when it goes out to Excel', async () => {
  const client = await foyer.client();
  const sdk = foyer.sdk(client);
  const formula = "=cmd|' /C calc'!A0";
  await importFile(sdk, `email;voornaam;achternaam\na@x.nl;${formula};B\nno address;${formula};B\n`);
  assert.equal((await sdk.customers.get({ customerId: 1 })).customerFirstName, formula);
  const headers = { accept: 'text/csv; dialect=excel' };
  const text = await (await foyer.fetch(client, '/export/customers', { method: 'POST', headers })).text();
  assert(text.includes(`;'${formula};`));
  const refused = await (await sdk.imports.refused({ importId: 1 })).text();
  assert(refused.includes(`;'${formula};`), 'in the refused rows too');
});

test('entities of a document type are not read, but refused', async () => {
  const xxe = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
  const sheet = sheetOf(`${head}${rowOf('a@x.nl', '&e;', 'B')}`);
  assert.match(await refusal(await workbook(`${xxe}${sheet}`)), /document type definition/);
  const laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
  assert.match(
    await refusal(await workbook(sheet, { 'xl/sharedStrings.xml': `${laughs}<sst><si><t>&b;</t></si></sst>` })),
    /document type definition/,
  );
  assert.match(await refusal(await workbook(sheetOf(`${head}${rowOf('a@x.nl', '&e;', 'B')}`))), /no well-formed XML/);
});

test('a workbook with one row twice is refused', async () => {
  const row = (number: number, email: string) => rowOf(email, 'A', 'B').replace('<row', `<row r="${number}"`);
  const sheet = sheetOf(`${head}${row(2, 'a@x.nl')}${row(2, 'b@x.nl')}`);
  assert.match(await refusal(await workbook(sheet)), /not in order: 2 comes again/);
});

test('a file that lies about its type, or is none of ours, is refused', async () => {
  const sheet = await workbook(sheetOf(head));
  assert.match(await refusal(sheet, 'text/csv'), /sent as text\/csv, but is a workbook/);
  const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  assert.match(await refusal(header + goodRow, xlsx), /but is a text with columns/);
  assert.match(await refusal(header + goodRow, 'application/x-ndjson'), /but is a text with columns/);
  assert.match(await refusal(new Blob([Buffer.from('d0cf11e0a1b11ae1', 'hex')])), /old kind \(\.xls\)/);
  assert.match(await refusal('PK\u0003\u0004 no zip', xlsx), /damaged or cut off/);
  assert.match(await refusal((await workbook(sheetOf(head))).slice(0, 600)), /damaged or cut off/);
  assert.match(await refusal(header + goodRow, 'text/plain', 415), /text\/csv/);
  assert.match(await refusal('--x\r\nnonsense', 'multipart/form-data; boundary=x', 400), /multipart/);
});

test('a file that is larger than allowed is refused, also when it does not say its size', async () => {
  const line = `${'x'.repeat(999)}\n`.repeat(1024);
  assert.match(await refusal(streamOf(repeated(header, line, 70)), 'text/csv', 413), /larger than 64 MiB/);
  const packed = new Blob([header, ...Array.from({ length: 70 }, () => line)])
    .stream()
    .pipeThrough(new CompressionStream('gzip'));
  const response = await foyer.fetch(key, '/import', {
    method: 'POST',
    body: packed,
    headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
    duplex: 'half',
  } as RequestInit);
  assert.equal(response.status, 413, 'as it is unpacked');
});

test('nothing is left of files that were refused', async () => {
  const { readdir } = await import('node:fs/promises');
  assert.deepEqual(await readdir(foyer.importFolder), []);
});

test('a zstd frame may not ask for more memory than HTTP lets it, and the coding is told as elsewhere', async () => {
  const send = async (coding: string, body: Uint8Array<ArrayBuffer>) => {
    const headers = { 'content-type': 'text/csv', 'content-encoding': coding };
    const response = await foyer.fetch(key, '/import/preview', { method: 'POST', body, headers });
    return { status: response.status, taken: response.headers.get('accept-encoding'), ...(await response.json()) };
  };
  const file = Buffer.from(header + goodRow);
  assert.equal((await send('zstd', zstdFrame(file, 23))).status, 200);
  for (const windowLog of [24, 27, 31]) assert.equal((await send('zstd', zstdFrame(file, windowLog))).status, 400);
  for (const coding of ['identity, gzip', 'X-GZIP']) assert.equal((await send(coding, gzipSync(file))).status, 200);
  for (const coding of ['deflate', 'gzip, br']) {
    const { status, taken, message } = await send(coding, file);
    assert.deepEqual([status, taken], [415, 'gzip, br, zstd']);
    assert(message.includes(`"${coding}"`), message);
  }
});

test('what cannot be unpacked is a 400, by itself and within a form', async () => {
  const disposition = 'Content-Disposition: form-data; name="file"; filename="a.csv"';
  const form = `--x\r\n${disposition}\r\n\r\n${header}${goodRow}\r\n--x--\r\n`;
  const types = { 'text/csv': header + goodRow, 'multipart/form-data; boundary=x': form };
  for (const [coding, pack] of Object.entries({ gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync })) {
    for (const [type, text] of Object.entries(types)) {
      const send = async (body: Uint8Array<ArrayBuffer>) => {
        const headers = { 'content-type': type, 'content-encoding': coding };
        const response = await foyer.fetch(key, '/import/preview', { method: 'POST', body, headers });
        return [response.status, (await response.json()).message];
      };
      const packed = pack(text);
      assert.equal((await send(packed))[0], 200, `${coding} ${type}`);
      for (const bytes of [Buffer.from(text), packed.subarray(0, -3), new Uint8Array(50)]) {
        const [status, message] = await send(bytes as Uint8Array<ArrayBuffer>);
        assert.equal(status, 400, `${coding} ${type}: ${message}`);
      }
    }
  }
});
