import { type Command, Option } from 'commander';
import { type ClientSettings, listClients } from '../features/clients/queries.ts';
import { checkClientName, checkTimeZone, DEFAULT_TIME_ZONE } from '../features/clients/rules.ts';
import type { ClientTypesPolicy, NameOrder } from '../features/clients/tables.ts';
import { createClient, updateClient } from '../features/clients/writes.ts';
import { print, printJson, table, tell, UsageError } from './output.ts';
import { withNewStore, withStore } from './store.ts';

interface CreateOptions {
  title?: string;
  timeZone: string;
  clientTypes: ClientTypesPolicy;
  nameOrder: NameOrder;
  json?: true;
}

const policyOption = (): Option =>
  new Option('--client-types <policy>', 'may a caller make a new client-type by using it?').choices(['open', 'closed']);

const nameOrderOption = (): Option =>
  new Option('--name-order <country>', 'is "van den Berg" ordered under B (nl) or under V (be)?').choices(['nl', 'be']);

/** `foyer client …` */
export function clientCommands(program: Command): void {
  const client = program.command('client').description('the organisations whose customers are kept');

  client
    .command('create')
    .description('make a client')
    .argument('<name>', 'short name, as it stands in the path of the API: demo, fringe')
    .option('--title <text>', 'the full name, for people')
    .option('--time-zone <zone>', 'the zone of its times', DEFAULT_TIME_ZONE)
    .addOption(policyOption().default('open'))
    .addOption(nameOrderOption().default('nl'))
    .option('--json', 'print JSON')
    .action(create);

  client
    .command('update')
    .description('change the settings of a client')
    .argument('<name>', 'short name of the client')
    .option('--title <text>', 'the full name, for people')
    .option('--time-zone <zone>', 'the zone of its times')
    .addOption(policyOption())
    .addOption(nameOrderOption())
    .action(update);

  client.command('list').description('list the clients').option('--json', 'print JSON').action(list);
}

async function create(name: string, { title, json, ...settings }: CreateOptions): Promise<void> {
  checked(() => [checkClientName(name), checkTimeZone(settings.timeZone)]);
  const clientId = await withNewStore((store) =>
    createClient(store, { name, ...settings, ...(title === undefined ? {} : { title }) }),
  );
  if (json) return printJson({ clientId, name });
  print(`Made the client ${name}. "foyer key create ${name}" makes a key for it.`);
}

async function update(name: string, changes: Partial<ClientSettings>): Promise<void> {
  if (Object.keys(changes).length === 0)
    throw new UsageError('Say what to change: --title, --time-zone, --client-types or --name-order.');
  if (changes.timeZone !== undefined) checked(() => checkTimeZone(changes.timeZone ?? ''));
  await withStore((store) => updateClient(store, name, changes));
  print(`Changed the client ${name}. A running service notices it within 5 seconds.`);
}

/** A value that a rule refuses here was mistyped. */
function checked<T>(rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function list({ json }: { json?: true }): Promise<void> {
  const clients = await withStore((store) => store.readInstallation((tx) => tx.all(listClients, {})));
  // Not by the database: the order of a hyphen depends on its collation.
  const byName = clients.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const shown = byName.map(({ createdAt, ...client }) => ({
    ...client,
    createdAt: new Date(createdAt).toISOString(),
  }));
  if (json) return printJson(shown);
  if (shown.length === 0) return tell('There are no clients yet; "foyer client create NAME" makes one.');
  print(
    table(
      shown.map(({ name, title, customers, timeZone, clientTypes, nameOrder }) => ({
        name,
        title,
        customers,
        'time zone': timeZone,
        'client-types': clientTypes,
        'name order': nameOrder,
      })),
    ),
  );
}
