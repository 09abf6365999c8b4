/** Receives webhooks in a process of its own, and reports each to its parent: what came, and when. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrival {
  readonly path: string;
  /** The last change in it. */
  readonly number: number;
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
}

const server = createServer(async (request, response) => {
  const at = performance.timeOrigin + performance.now();
  const { url: path = '' } = request;
  let body = '';
  for await (const chunk of request) body += chunk;
  if (path.startsWith('/hangs')) return;
  response.writeHead(path.startsWith('/fails') ? 500 : 204).end();
  process.send?.({ path, number: Number(JSON.parse(body).data.cursor), at } satisfies Arrival);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit());
