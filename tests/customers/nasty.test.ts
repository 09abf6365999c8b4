import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertProblem, type RawAnswer, requestText, sendRaw } from '../harness/raw.ts';

const MIB = 1024 * 1024;
const person = '"email":"jan@x.nl","customerFirstName":"Jan","customerLastName":"Pas"';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
});
after(() => foyer[Symbol.asyncDispose]());

afterEach(async () => {
  const alive = await fetch(`${foyer.url}/health/ready`);
  assert.equal(alive.status, 200, 'the service lives on');
  assert.deepEqual(await Array.fromAsync(foyer.sdk(key).exports.customers()), [], 'nothing was stored');
});

const path = () => `/v1/${key.client}/peppered/customer`;
const head = (...more: string[]) => [`POST ${path()} HTTP/1.1`, `Authorization: ${key.key}`, ...more];

/** Sends a body with its true length. */
function post(body: string | Uint8Array, contentType = 'application/json'): Promise<RawAnswer> {
  const bytes = Buffer.from(body);
  const text = requestText(head(`Content-Type: ${contentType}`, `Content-Length: ${bytes.length}`));
  return sendRaw(foyer.url, Buffer.concat([Buffer.from(text), bytes]));
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test('a body of 2 MiB', async () => {
  const body = `{${person},"customerCity":"${'a'.repeat(2 * MIB)}"}`;
  assertProblem(await post(body), 413);
  assertProblem(await post(`email=${'a'.repeat(2 * MIB)}`, 'application/x-www-form-urlencoded'), 413);
  const chunk = `${(2 * MIB).toString(16)}\r\n${'a'.repeat(2 * MIB)}\r\n0\r\n\r\n`;
  const chunked = requestText(head('Content-Type: application/json', 'Transfer-Encoding: chunked'), chunk);
  assertProblem(await sendRaw(foyer.url, chunked), 413);
});

test('arrays and objects nested thousands deep', async () => {
  assertProblem(await post(nested(10_000)), 400);
  assertProblem(await post(`{${person},"customerCity":${nested(10_000)}}`), 422);
  assertProblem(await post(`{${person},"customerCity":${nested(10_000)},"customerCredit":1}`), 400, 422);
  assertProblem(await post(`{${person},"x":${nested(400_000)},"customerCredit":"x"}`), 400, 422);
  assertProblem(await post(`{${person},"customerCity":${nested(400_000)},"customerCredit":1}`), 400, 422);
  assertProblem(await post(`{${person},"7":${nested(400_000)},"customerCredit":"x"}`), 400, 422);
  assertProblem(await post(`{"a":`.repeat(150_000) + 1 + '}'.repeat(150_000)), 400, 422);
  assertProblem(await post('['.repeat(MIB - 1)), 400);
  const form = 'application/x-www-form-urlencoded';
  assertProblem(await post(`email${'[a]'.repeat(100_000)}=1`, form), 400, 422);
  assertProblem(await post('email[]=1&'.repeat(100_000), form), 400, 422);
});

test('members that JavaScript objects have of themselves', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    assertProblem(await post(`{"${name}":{"email":"jan@x.nl","polluted":1}}`), 422);
    assertProblem(await post(`{"email":{"${name}":{"polluted":1}}}`), 422);
    const form = 'application/x-www-form-urlencoded';
    assertProblem(await post(`${name}[polluted]=1&${name}[email]=jan@x.nl&email[${name}]=x`, form), 422);
    assertProblem(
      await sendRaw(foyer.url, requestText([`GET ${path()}/${name} HTTP/1.1`, `Authorization: ${key.key}`])),
      404,
    );
  }
  assert.equal('polluted' in {}, false);
});

test('bytes that are not UTF-8', async () => {
  const wrong = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xc0, 0xaf], [0xe2, 0x82]];
  for (const bytes of wrong) {
    const inside = (before: string, after: string) =>
      Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    assertProblem(await post(inside(`{${person},"customerCity":"`, '"}')), 400);
    assertProblem(
      await post(inside('email=jan%40x.nl&customerCity=', '&customerFirstName=a'), 'application/x-www-form-urlencoded'),
      400,
    );
  }
  assertProblem(await post('email=%ff%fe', 'application/x-www-form-urlencoded'), 400);
  assertProblem(await post('email=%zz', 'application/x-www-form-urlencoded'), 400);
});

test('content types that are not read', async () => {
  const body = `{${person}}`;
  for (const type of [
    'application/json; charset=latin1',
    'application/json;charset="utf-16"',
    'text/plain',
    'application/xml',
    'x',
    'application/jsonp',
    'multipart/mixed; boundary=x',
    'multipart/form-data; boundary=x; charset=latin1',
  ]) {
    assertProblem(await post(body, type), 415);
  }
  assertProblem(await post(body, 'application/x-www-form-urlencoded; charset=iso-8859-1'), 415);
  assertProblem(await sendRaw(foyer.url, requestText(head(`Content-Length: ${body.length}`), body)), 415);
});

test('too many or too large headers', async () => {
  // A thousand reach Node's own limit first, 250 reach ours.
  for (const count of [250, 1000]) {
    const many = Array.from({ length: count }, (_, index) => `x${index}: y`);
    const lines = [`GET ${path()}/1 HTTP/1.1`, `Authorization: ${key.key}`, ...many];
    assertProblem(await sendRaw(foyer.url, requestText(lines)), 431);
  }
  assertProblem(
    await sendRaw(foyer.url, requestText([`GET ${path()}/1 HTTP/1.1`, `X: ${'y'.repeat(64 * 1024)}`])),
    431,
  );
  assertProblem(
    await sendRaw(foyer.url, requestText([`GET ${path()}/1 HTTP/1.1`, `Authorization: ${'y'.repeat(8000)}`])),
    401,
  );
});

test('paths that name nothing', async () => {
  const paths = [
    '/%',
    '/%zz',
    '/%ff',
    '/%c3%28',
    '/..%2f..%2fetc/passwd',
    '/%00',
    '//',
    '/1/',
    '/1%2f',
    '/1e3',
    '/-1',
    '/0',
    '/99999999999999999999',
    '/1;x',
    '/ÿ',
  ];
  for (const rest of paths) {
    assertProblem(
      await sendRaw(foyer.url, requestText([`GET ${path()}${rest} HTTP/1.1`, `Authorization: ${key.key}`])),
      400,
      404,
    );
  }
  const long = await sendRaw(
    foyer.url,
    requestText([`GET ${path()}/${'a'.repeat(64 * 1024)} HTTP/1.1`, `Authorization: ${key.key}`]),
  );
  assertProblem(long, 404, 414, 431);
});

test('a number in the path of thousands of digits', async () => {
  const longish = await sendRaw(
    foyer.url,
    requestText([`GET ${path()}/${'1'.repeat(8000)} HTTP/1.1`, `Authorization: ${key.key}`]),
  );
  assertProblem(longish, 404, 414);
});

test('what is no HTTP', async () => {
  const wrong = [
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'hello\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'BREW / HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n',
  ];
  for (const text of wrong) assertProblem(await sendRaw(foyer.url, text), 400);
});

test('a request without a host, and one that expects what we do not give', async () => {
  assertProblem(await sendRaw(foyer.url, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'), 400);
  assertProblem(await sendRaw(foyer.url, requestText(['GET / HTTP/1.1', 'Expect: a miracle'])), 417, 400);
});

test('two hosts', async () => {
  const lines = [`GET ${path()}/1 HTTP/1.1`, `Authorization: ${key.key}`];
  for (const host of ['Host: foyer.test', 'host: other.test', 'HOST:']) {
    assertProblem(await sendRaw(foyer.url, requestText([...lines, host])), 400);
    assertProblem(await sendRaw(foyer.url, requestText(['GET /health/live HTTP/1.1', host])), 400);
  }
});

test('transfer codings other than chunked', async () => {
  const body = `{${person}}`;
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  for (const codings of [['gzip, chunked'], ['identity'], ['chunked', 'chunked'], ['deflate', 'chunked'], ['x']]) {
    const lines = codings.map((coding) => `Transfer-Encoding: ${coding}`);
    const sent = requestText(head('Content-Type: application/json', ...lines), chunked);
    assertProblem(await sendRaw(foyer.url, sent), 400);
  }
});

test('lengths that lie', async () => {
  const type = 'Content-Type: application/json';
  const body = `{${person}}`;
  // Shorter than what is sent: the rest is not a request.
  assertProblem(await sendRaw(foyer.url, requestText(head(type, 'Content-Length: 10'), body)), 400);
  for (const lie of ['-1', 'abc', '1e3', '99999999999999999999999', '10, 20']) {
    assertProblem(await sendRaw(foyer.url, requestText(head(type, `Content-Length: ${lie}`), body)), 400, 413);
  }
  const both = head(type, `Content-Length: ${body.length}`, 'Transfer-Encoding: chunked');
  assertProblem(await sendRaw(foyer.url, requestText(both, '0\r\n\r\n')), 400);
  assertProblem(
    await sendRaw(foyer.url, requestText(head(type, 'Transfer-Encoding: chunked'), 'zz\r\nhello\r\n')),
    400,
  );
  assertProblem(await sendRaw(foyer.url, requestText(head(type, 'Content-Length: 1073741824'), body)), 413);
});

test('a chunked body is read as any other', async () => {
  const body = `{${person},"customerCredit":"x"}`;
  const chunks = [...body].map((character) => `1\r\n${character}\r\n`).join('');
  const text = requestText(head('Content-Type: application/json', 'Transfer-Encoding: chunked'), `${chunks}0\r\n\r\n`);
  const answer = await sendRaw(foyer.url, text);
  assert.equal(answer.status, 422);
  assert.match(answer.body, /"code":"decimal"/);
});
