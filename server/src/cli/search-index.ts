import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Store } from '../db/store.ts';
import { gapsOfClient } from '../features/changes/queries.ts';
import { countChanges } from '../features/changes/rules.ts';
import { clientsBehind, indexStates } from '../features/search-index/indexer.ts';
import { type ClientWithChanges, clientsWithChanges, type IndexState } from '../features/search-index/queries.ts';
import { type Progress, takeIn } from '../features/search-index/take-in.ts';
import { print, printJson, table, tell, UsageError } from './output.ts';
import { withStore } from './store.ts';

/** When the index of a client is in use, it is asked for again after this. */
const AGAIN_MS = 20;

/** `foyer index …` */
export function indexCommands(program: Command): void {
  const index = program.command('index').description('the index of the search, which is made from the customers');

  index
    .command('status')
    .description('show how much of each client is in the index')
    .option('--json', 'print JSON')
    .action(status);

  index
    .command('rebuild')
    .description('make the index anew; searches answer 503 for the client until it is made')
    .option('--client <name>', 'only of this client')
    .action(rebuild);
}

const allClients = (store: Store) => store.readInstallation((tx) => tx.all(clientsWithChanges, {}));

async function status({ json }: { json?: true }): Promise<void> {
  const rows = await withStore(async (store) => {
    const clients = await allClients(store);
    const behind = new Set((await clientsBehind(store, clients)).map(({ clientId }) => clientId));
    const stateOf = new Map((await indexStates(store)).map((state) => [state.clientId, state]));
    const state = async (client: ClientWithChanges): Promise<string> =>
      behind.has(client.clientId) ? stateText(store, client, stateOf.get(client.clientId)) : 'whole';
    const row = async (client: ClientWithChanges) => {
      const { name, customers } = client;
      return { client: name, customers, state: await state(client) };
    };
    return Promise.all(clients.map(row));
  });
  if (json) printJson(rows);
  else print(table(rows));
}

async function stateText(
  store: Store,
  { clientId, customers, changeNumber }: ClientWithChanges,
  state: IndexState | undefined,
): Promise<string> {
  if (state === undefined || state.rules === 0) return 'not made';
  if (state.madeTo !== null) return `${Math.floor((100 * state.madeTo) / Math.max(1, customers))}% made`;
  const gaps = await store.read(clientId, (tx) => tx.all(gapsOfClient, {}));
  const missing = countChanges(state.changeNumber, changeNumber, gaps);
  return missing > 0 ? `${missing} changes behind` : 'to be made anew';
}

async function rebuild({ client: name }: { client?: string }): Promise<void> {
  await withStore(async (store) => {
    const clients = (await allClients(store)).filter((client) => name === undefined || client.name === name);
    if (name !== undefined && clients.length === 0) throw new UsageError(`There is no client "${name}".`);
    for (const client of clients) await rebuildOne(store, client);
  });
}

async function rebuildOne(store: Store, { clientId, name, customers }: ClientWithChanges): Promise<void> {
  const discarded = async (): Promise<Progress> => JSON.parse(await store.index(clientId, takeIn, { isAnew: true }));
  let progress = await discarded();
  // The service is in a batch: what it makes of the old index would stay.
  while (progress.isLocked) {
    await sleep(AGAIN_MS);
    progress = await discarded();
  }
  while (progress.isBehind) progress = JSON.parse(await store.index(clientId, takeIn, {}));
  tell(
    progress.isLocked
      ? `Another process is making the index of ${name}; it goes on there.`
      : `Made the index of ${name}: ${customers} customers.`,
  );
}
