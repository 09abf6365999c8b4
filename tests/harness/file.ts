/** A database file with a client and a key, for tests that run the service as a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../server/src/db/connect.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { Store } from '../../server/src/db/store.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { allScopes, type TestKey } from './foyer.ts';

export interface TestFile extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  /** A key of the client `theatre` with all scopes. */
  readonly key: TestKey;
  /** Opens a second store on the file, as the `foyer` command does beside a running service. */
  withStore<T>(fn: (store: Store) => Promise<T>): Promise<T>;
}

/** Makes the file, in a folder of its own unless one is given; `await using` removes it. */
export async function makeFile(given?: string): Promise<TestFile> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'foyer-test-')));
  const path = join(folder, 'foyer.db');
  const withStore: TestFile['withStore'] = async (fn) => {
    const engine = await connect({ engine: 'sqlite', path });
    await migrate(engine);
    const store = new Store(engine);
    try {
      return await fn(store);
    } finally {
      await store.close();
    }
  };
  const key = await withStore(async (store) => {
    const clientId = await createClient(store, { name: 'theatre' });
    const made = await createKey(store, { clientId, scopes: allScopes, label: 'test', expiresAt: null });
    return { client: 'theatre', clientId, ...made };
  });
  return {
    folder,
    path,
    key,
    withStore,
    async [Symbol.asyncDispose]() {
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
