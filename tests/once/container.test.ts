/** The Dockerfile, without Docker: what it copies and what it installs are enough to start the service. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnvironment } from '../harness/environment.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

const dockerfile = await read('Dockerfile');
/** What it copies from the repository, in all its stages. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
  sources.split(' '),
);

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foyer-image-'));
  for (const path of copied) await cp(join(root, path), join(folder, path), { recursive: true });
  // Instead of its stage `build`: what set-up made.
  await cp(join(root, 'server/dist'), join(folder, 'server/dist'), { recursive: true });
  // Instead of `npm ci`: the production dependencies by name, and nothing else.
  const { dependencies } = JSON.parse(await read('server/package.json'));
  for (const name of Object.keys(dependencies)) {
    const path = join('node_modules', name);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
});
after(() => rm(folder, { recursive: true, force: true }));

test('what it copies is what .dockerignore lets through', async () => {
  const allowed = [...(await read('.dockerignore')).matchAll(/^!(.+)$/gm)].map(([, path]) => path);
  assert.deepEqual(new Set(copied), new Set(allowed));
});

test('what it copies is enough to run the command and the whole service', async () => {
  const env = childEnvironment({ DATABASE_URL: `sqlite:${join(folder, 'data', 'foyer.db')}` });
  const main = join(folder, 'server/bin/foyer.js');
  const { stdout } = await run(process.execPath, [main, 'client', 'create', 'fringe', '--json'], { env });
  assert.deepEqual(JSON.parse(stdout), { clientId: 1, name: 'fringe' });
  const program = `
    const { readConfig } = await import('./server/src/config.ts');
    const app = await (await import('./server/src/app.ts')).buildApp(readConfig());
    await import('./server/src/db/postgres/engine.ts');
    await app.server.listen({ port: 0 });
    const url = 'http://127.0.0.1:' + app.server.server.address().port;
    for (const path of ['/health/ready', '/docs', '/openapi.json']) console.log((await fetch(url + path)).status);
    await app.close();
  `;
  const options = { cwd: folder, env: { ...env, LOG_LEVEL: 'silent' } };
  const served = await run(process.execPath, ['--input-type=module', '--eval', program], options);
  assert.equal(served.stdout, '200\n200\n200\n');
});

test('it takes the Node of the repository', async () => {
  const { devDependencies } = JSON.parse(await read('package.json'));
  const bases = [...dockerfile.matchAll(/^FROM node:([\d.]+)-slim/gm)].map(([, version]) => version);
  assert.deepEqual(bases, [devDependencies.node, devDependencies.node, devDependencies.node]);
});
