/**
 * The ceiling on PostgreSQL: what `node:http` and `pg` do with nothing between them. No key, no rules, no router; the
 * same statements on the same data, and the same bytes in the body. It connects as a superuser, so that no row-level
 * security is in its way.
 *
 * Usage: node bench/ceiling-postgres.ts URL PORT
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { BLOCK_CHARACTERS, type Body, clientNameOf, idOf, json, readBody, send } from './ceiling-http.ts';
import { ceilingData } from './ceiling-postgres-data.ts';

const [databaseUrl = '', port] = process.argv.slice(2);
const data = await ceilingData(databaseUrl);

const server = createServer(async (request, response) => {
  const url = request.url ?? '';
  if (url.length === 1) return send(response, 200, 'ready');
  const clientId = data.clientId(clientNameOf(url));
  if (request.method === 'GET') return send(response, 200, json(await data.get(clientId, idOf(url))));
  if (url.endsWith('/export/customers')) return sendAll(response, clientId);
  readBody(request, (body) => answer(response, clientId, request.method, url, body));
});

async function answer(response: ServerResponse, clientId: number, method: string | undefined, url: string, body: Body) {
  if (method === 'PUT') send(response, 200, json(await data.update(clientId, idOf(url), body)));
  else if (url.endsWith('/findByEmail')) {
    send(response, 200, json(await data.findByEmail(clientId, body.email as string)));
  } else send(response, 201, json(await data.create(clientId, body)));
}

async function sendAll(response: ServerResponse, clientId: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  let block = '[';
  let isFirst = true;
  for await (const rows of data.pages(clientId)) {
    for (const row of rows) {
      block += isFirst ? json(row) : `,${json(row)}`;
      isFirst = false;
    }
    if (block.length < BLOCK_CHARACTERS) continue;
    if (!response.write(block)) await once(response, 'drain');
    block = '';
  }
  response.end(`${block}]`);
}

server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close(() => data.close());
  server.closeAllConnections();
});
