/** A comparison is worthless unless both do the same: their answers must be equal to the byte. */
import { createHash } from 'node:crypto';
import type { SeededClient } from './seed.ts';
import type { Server } from './server.ts';
import { visitor } from './visitors.ts';

const SAMPLES = 50;

export async function assertSameAnswers(one: Server, other: Server): Promise<void> {
  const { customers, clients } = one.data;
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    const id = Math.ceil((sample / SAMPLES) * customers);
    const client = clients[sample % clients.length] as SeededClient;
    await assertSame(one, other, client, 'GET', `/customer/${id}`);
    await assertSame(one, other, client, 'POST', '/customer/findByEmail', { email: visitor(id).email });
  }
  await assertSame(one, other, clients[0] as SeededClient, 'POST', '/export/customers');
}

async function assertSame(
  one: Server,
  other: Server,
  client: SeededClient,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const hashes = await Promise.all([one, other].map((server) => hashOfAnswer(server, client, method, path, body)));
  if (hashes[0] !== hashes[1]) throw new Error(`${one.name} and ${other.name} answer ${method} ${path} differently`);
}

async function hashOfAnswer(
  { name, port }: Server,
  client: SeededClient,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/${client.name}/peppered${path}`, {
    method,
    headers: { authorization: client.key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok || response.body === null) throw new Error(`${name} answers ${method} ${path}: ${response.status}`);
  const hash = createHash('sha256');
  for await (const part of response.body) hash.update(part);
  return hash.digest('hex');
}
