/** A database with a client and a key, for tests that run the service as a process of its own. */
import { connect } from '../../server/src/db/connect.ts';
import { Store } from '../../server/src/db/store.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { type EngineName, makeDatabase, type TestDatabase } from './database.ts';
import { allScopes, type TestKey } from './foyer.ts';

export interface TestInstallation extends TestDatabase {
  /** A key of the client `theatre` with all scopes. */
  readonly key: TestKey;
  /** Opens a second store on the database, as the `foyer` command does beside a running service. */
  withStore<T>(fn: (store: Store) => Promise<T>): Promise<T>;
}

/** Makes it; `await using` removes it. */
export async function makeInstallation(engine?: EngineName): Promise<TestInstallation> {
  await using made = new AsyncDisposableStack();
  const database = made.use(await makeDatabase(engine));
  const withStore: TestInstallation['withStore'] = async (fn) => {
    const store = new Store(await connect(database.config));
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
  const kept = made.move();
  return { ...database, key, withStore, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
