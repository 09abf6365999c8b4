/** The command `foyer serve`: listens, says where, and stops on a signal. */
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import type { App } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { print } from './output.ts';

/** `foyer serve` */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('bring the database up to date, and serve the API')
    .option('--demo', 'on an empty database, make the client "demo" with 200 invented customers')
    .action(serve);
}

async function serve({ demo }: { demo?: true }): Promise<void> {
  const config = readConfig();
  // Loaded only now: the other commands need no HTTP, and a service without a demo no invented names.
  const { buildApp } = await import('../app.ts');
  const app = await buildApp(config);
  await using ends = new AsyncDisposableStack();
  ends.defer(() => app.close());
  const stopped = stopSignal();
  const url = await listen(app, config);
  app.log.info({ url, metrics: app.metricsUrl }, 'listening');
  if (demo) print(await demoGreeting(app, url));
  await stopped;
  app.log.info('stopping');
  await ends.disposeAsync();
  app.log.info('stopped');
  app.log.flush();
}

/** Returns the address of the service, once it listens. */
async function listen(app: App, { host, port }: Config): Promise<string> {
  try {
    await app.server.listen({ host, port });
  } catch (error) {
    throw new Error(whyNot(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
  const { address, family, port: taken } = app.server.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

/** Why it does not listen, in terms of the setting to change. */
function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return (
        `Port ${port} of ${host} is taken by another process; ` +
        'set PORT to another one (PORT=0 takes any that is free).'
      );
    case 'EACCES':
      return `This user may not listen on port ${port}; set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is "${host}", and this machine has no such address (${message}).`;
    default:
      return `It cannot listen on port ${port} of ${host}: ${message}`;
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

/**
 * Makes the demo in an empty database. Its key and its link are for a person at a terminal; they do not belong in a
 * log.
 */
async function demoGreeting(app: App, url: string): Promise<string> {
  const { makeDemo, makeDemoKey, makeDemoLink } = await import('../features/demo/make.ts');
  const { clientId, isNew } = await makeDemo(app.store);
  const first = `Foyer runs at ${url}${isNew ? ', with 200 invented customers of the client "demo".' : ''}`;
  if (clientId === undefined) return greeting(url, first, `${url}/console`, keyOfOther);
  if (!process.stdout.isTTY) return greeting(url, first, `${url}/console`, 'npx foyer key create demo');
  const link = newLink(await makeDemoLink(app.store, url));
  if (!isNew) return greeting(url, first, link, 'npx foyer key create demo');
  return greeting(url, first, link, newKey(await makeDemoKey(app.store, clientId), url));
}

const newLink = (link: string): string => `${link}
                (signs you in, once and within the hour; the next start shows another)`;

const greeting = (url: string, first: string, console: string, key: string): string => `
  ${first}

  Console       ${console}
  Reference     ${url}/docs
  API key       ${key}
`;

const keyOfOther = `npx foyer key create CLIENT
                ("npx foyer client list" shows the clients; the demo is made on an empty database only)`;

const newKey = (key: string, url: string): string => `${key}
                (shown only now; "npx foyer key create demo" makes another)

  Try it:

    export KEY=${key}
    curl -H "Authorization: $KEY" ${url}/v1/demo/peppered/customer/1`;
