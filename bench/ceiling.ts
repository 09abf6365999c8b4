/**
 * The ceiling: what `node:http` and `node:sqlite` can do at best, with nothing between them. No key, no rules, no
 * router, one commit a write; the same statements on the same data, and the same bytes in the body.
 *
 * Usage: node bench/ceiling.ts DATABASE PORT
 */
import { createServer, type ServerResponse } from 'node:http';
import { ceilingData } from './ceiling-data.ts';
import { BLOCK_CHARACTERS, clientNameOf, idOf, json, readBody, send } from './ceiling-http.ts';

const [path = '', port] = process.argv.slice(2);
const data = ceilingData(path);

const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (url.length === 1) return send(response, 200, 'ready');
  const clientId = data.clientId(clientNameOf(url));
  if (request.method === 'GET') return send(response, 200, json(data.get(clientId, idOf(url))));
  if (url.endsWith('/export/customers')) return sendAll(response, clientId);
  readBody(request, (body) => {
    if (request.method === 'PUT') send(response, 200, json(data.update(clientId, idOf(url), body)));
    else if (url.endsWith('/findByEmail')) send(response, 200, json(data.findByEmail(clientId, body.email as string)));
    else send(response, 201, json(data.create(clientId, body)));
  });
});

function sendAll(response: ServerResponse, clientId: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const rows = data.all(clientId);
  let block = '[';
  let isFirst = true;
  const pump = (): void => {
    for (let next = rows.next(); next.done !== true; next = rows.next()) {
      block += isFirst ? json(next.value) : `,${json(next.value)}`;
      isFirst = false;
      if (block.length < BLOCK_CHARACTERS) continue;
      const hasRoom = response.write(block);
      block = '';
      if (!hasRoom) {
        response.once('drain', pump);
        return;
      }
    }
    response.end(`${block}]`);
  };
  pump();
}

server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close(() => data.close());
  server.closeAllConnections();
});
