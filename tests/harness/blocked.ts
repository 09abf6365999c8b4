/** Starts that cannot succeed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { runFoyer } from './command.ts';

/** Somebody else's port, until it is disposed of. */
export async function takenPort(): Promise<Disposable & { readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}

/** The command ends by itself with status 1, and with one matching line on standard error. */
export async function assertStopped(
  t: TestContext,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  message: RegExp,
  cwd?: string,
  main?: string,
): Promise<void> {
  const { code, stdout, stderr, ms } = await runFoyer(words, env, cwd, main);
  t.diagnostic(`ended with ${code} after ${ms} ms`);
  assert.equal(code, 1, stderr);
  assert.match(stderr, message);
  assert.match(stderr, /^[^\n]+\n$/, 'one line');
  assert.equal(stdout, '');
}
