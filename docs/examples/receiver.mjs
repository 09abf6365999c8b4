// Prints the changes that a webhook posts: SECRET=… node docs/examples/receiver.mjs
import { createServer } from 'node:http';
import { verifyWebhook } from '@foyer/sdk';

createServer(async (request, response) => {
  const event = await verifyWebhook(request, process.env.SECRET).catch(() => undefined);
  // What is not signed by Foyer is refused.
  if (event === undefined) return response.writeHead(401).end();
  for (const { kind, customerId } of event.data.changes ?? []) console.log(kind, customerId);
  response.writeHead(204).end();
}).listen(9000, '127.0.0.1');
