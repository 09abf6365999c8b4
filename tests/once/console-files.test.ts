/** How the console is served: its page, its files, and what a browser may do there. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { assertProblem, rawOf } from '../harness/raw.ts';

const page =
  '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__">' +
  '<script src="/console/assets/main-1a2b.js"></script>';
const script = `console.log('${'long enough to be compressed '.repeat(20)}')`;

let folder: string;
let foyer: TestFoyer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), page);
  await writeFile(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'assets', 'main-1a2b.js'), script);
  await writeFile(join(folder, 'assets', 'main-1a2b.js.br'), brotliCompressSync(script));
  await writeFile(join(folder, 'assets', 'main-1a2b.js.gz'), gzipSync(script));
  foyer = await startFoyer(undefined, { consoleFolder: folder });
});
after(async () => {
  await foyer[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(foyer.url + path, { headers });

test('every address of a page gives the page, with a policy that lets nothing in from elsewhere', async () => {
  const nonces = new Set<string>();
  for (const path of ['/console', '/console/', '/console/demo/customers/12', '/console/link', '/console/a.b/c']) {
    const response = await get(path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    const policy = response.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? assert.fail(policy);
    nonces.add(nonce);
    assert.equal(await response.text(), page.replace('__CSP_NONCE__', nonce));
    assert.deepEqual(policy.split('; '), [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]);
  }
  assert.equal(nonces.size, 5, 'each answer has a nonce of its own');
});

test('nobody can put the console, or the reference, into a frame', async () => {
  for (const path of ['/console', '/docs']) {
    const { headers } = await get(path);
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path);
  }
  assert.equal((await get('/console')).headers.get('x-frame-options'), 'DENY');
});

test('a file whose name holds its hash is kept for ever, and sent compressed where that is understood', async () => {
  for (const [encoding, sent] of [
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['identity', null],
  ] as const) {
    const response = await get('/console/assets/main-1a2b.js', { 'accept-encoding': encoding });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^(?:text|application)\/javascript/);
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('content-encoding'), sent);
    assert.equal(await response.text(), script);
    // Without a cache-control of its own, fetch says that it wants nothing from a cache.
    const known = { 'if-none-match': response.headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
    const again = await get('/console/assets/main-1a2b.js', { 'accept-encoding': encoding, ...known });
    assert.deepEqual([again.status, await again.text()], [304, '']);
  }
  const icon = await get('/console/favicon.svg');
  assert.equal(icon.headers.get('content-type'), 'image/svg+xml');
  assert.equal(icon.headers.get('cache-control'), 'public, max-age=3600');
});

test('a file that is not there is a 404, not the page; nothing outside the folder is reached', async () => {
  await writeFile(join(folder, '..', 'foyer-secret.txt'), 'secret');
  for (const path of [
    '/console/assets/other.js',
    '/console/main.js',
    '/console/index.html.br',
    '/console/assets/..%2findex.html',
    '/console/assets/..%2f..%2ffoyer-secret.txt',
    '/console/..%2ffoyer-secret.txt',
    '/consoles',
  ]) {
    const answer = await rawOf(await get(path));
    assert([404, 403].includes(answer.status), `${path}: ${answer.status}`);
    assert(!answer.body.includes('secret'));
    if (answer.status === 404) assertProblem(answer, 404);
  }
  await rm(join(folder, '..', 'foyer-secret.txt'));
});

test('the root leads to the console', async () => {
  const { status, headers } = await fetch(foyer.url, { redirect: 'manual' });
  assert.deepEqual([status, headers.get('location')], [302, '/console']);
});

test('it is only read', async () => {
  for (const path of ['/console', '/console/demo', '/console/assets/main-1a2b.js']) {
    const response = await fetch(foyer.url + path, { method: 'POST' });
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], path);
    await response.body?.cancel();
  }
});

test('without a console that was built, its address says so and what to do', async () => {
  await using bare = await startFoyer(undefined, { consoleFolder: join(folder, 'none') });
  for (const path of ['/console', '/console/demo']) {
    const response = await fetch(bare.url + path);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.match(await response.text(), /The console is not built.*npm run setup/s);
  }
  const root = await fetch(bare.url, { redirect: 'manual' });
  assert.deepEqual([root.status, root.headers.get('location')], [302, '/docs']);
});
