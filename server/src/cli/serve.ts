import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import type { App } from '../app.ts';
import { readConfig } from '../config.ts';
import { print } from './output.ts';

/** `foyer serve` */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('bring the database up to date, and serve the API')
    .option('--demo', 'on an empty database, first make the client "demo" with 200 invented customers')
    .action(serve);
}

async function serve({ demo }: { demo?: true }): Promise<void> {
  const config = readConfig();
  // Loaded only now: the other commands need no HTTP, and a service without a demo no invented names.
  const { buildApp } = await import('../app.ts');
  const app = await buildApp(config);
  const key = demo ? await (await import('../features/demo/make.ts')).makeDemo(app.store) : undefined;
  await app.server.listen({ host: config.host, port: config.port });
  const url = addressOf(app);
  app.log.info({ url }, 'listening');
  if (demo) print(key === undefined ? greeting(url) : greetingWithKey(url, key));
  await stopSignal();
  app.log.info('stopping');
  await app.close();
  app.log.info('stopped');
  app.log.flush();
}

function addressOf(app: App): string {
  const { address, family, port } = app.server.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

const greeting = (url: string): string => `
  Foyer runs at ${url}
  Reference     ${url}/docs
  The database has clients already; "npx foyer key create demo" makes a key.
`;

const greetingWithKey = (url: string, key: string): string => `
  Foyer runs at ${url}, with 200 invented customers of the client "demo".

  Reference     ${url}/docs
  API key       ${key}
                (shown only now; "npx foyer key create demo" makes another)

  Try it:

    export KEY=${key}
    curl -H "Authorization: $KEY" ${url}/v1/demo/peppered/customer/1
`;
