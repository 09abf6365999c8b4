/** What the service does not load until it is needed: see decision 0034. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

test('the service is loaded without what only some requests, or none, need', async () => {
  const script = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(new URL('../../server/src/app.ts', import.meta.url).href)});
    const { cache } = createRequire(import.meta.url);
    console.log([...process.moduleLoadList, ...Object.keys(cache)].join('\\n'));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  const loaded = stdout.split('\n');
  assert(loaded.includes('NativeModule http'), 'the list of modules is complete');
  assert(
    loaded.some((name) => name.includes('/node_modules/fastify/')),
    'so is that of packages',
  );
  assert.deepEqual(
    loaded.filter((name) => /undici|prom-client|opentelemetry|ajv|fastify.send|side-channel/.test(name)),
    [],
  );
});
