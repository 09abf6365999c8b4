/** The service under test: the one that is shipped, on a database of its own, spoken to through the SDK. */
import type { AddressInfo } from 'node:net';
import type { Scope } from '../../sdk/src/contract/endpoint.ts';
import { createFoyer, type Foyer } from '../../sdk/src/index.ts';
import { type App, buildApp } from '../../server/src/app.ts';
import type { Config } from '../../server/src/config.ts';
import { type ClientOptions, createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { testConfig } from './config.ts';
import { type EngineName, makeDatabase, type TestDatabase } from './database.ts';

export const allScopes: readonly Scope[] = ['customers:read', 'customers:write', 'exports:read', 'admin'];

export interface TestKey {
  readonly client: string;
  readonly clientId: number;
  readonly keyId: number;
  readonly key: string;
}

export interface TestFoyer extends AsyncDisposable {
  readonly app: App;
  readonly database: TestDatabase;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The folder of files that are being imported. */
  readonly importFolder: string;
  /** Makes a client, and a key with all scopes for it. */
  client(options?: Partial<ClientOptions>): Promise<TestKey>;
  /** Makes another key of a client. */
  key(of: TestKey, options?: { scopes?: readonly Scope[]; expiresAt?: number }): Promise<TestKey>;
  /** The SDK with a key. It retries nothing, so that a test sees the first answer. */
  sdk(key: TestKey): Foyer;
  /** A plain request below the client's base path, with its key unless the headers say otherwise. */
  fetch(key: TestKey, path: string, init?: RequestInit): Promise<Response>;
}

/** Starts the service in this process; `await using` stops it and removes its files. */
export async function startFoyer(engine?: EngineName, settings: Partial<Config> = {}): Promise<TestFoyer> {
  // If the start fails, what was made before it is removed too.
  await using made = new AsyncDisposableStack();
  const database = made.use(await makeDatabase(engine));
  const config = { ...testConfig(database.config), ...settings };
  const app = await buildApp(config);
  made.defer(() => app.close());
  await app.server.listen({ host: '127.0.0.1', port: 0 });
  const kept = made.move();
  const url = `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`;
  let clients = 0;

  const key: TestFoyer['key'] = async (of, { scopes = allScopes, expiresAt } = {}) => {
    const made = await createKey(app.store, {
      clientId: of.clientId,
      scopes,
      label: 'test',
      expiresAt: expiresAt ?? null,
    });
    return { client: of.client, clientId: of.clientId, ...made };
  };

  return {
    app,
    database,
    url,
    importFolder: config.imports.folder,
    key,
    async client(options = {}) {
      clients += 1;
      const name = options.name ?? `client${clients}`;
      const clientId = await createClient(app.store, { ...options, name });
      return key({ client: name, clientId, keyId: 0, key: '' });
    },
    sdk: (of) => createFoyer({ baseUrl: url, client: of.client, key: of.key, retries: 0 }),
    fetch: (of, path, init = {}) =>
      fetch(`${url}/v1/${of.client}/peppered${path}`, {
        ...init,
        headers: { authorization: of.key, ...(init.headers as Record<string, string>) },
      }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
