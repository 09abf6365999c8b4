import { type Command, Option } from 'commander';
import { roles } from '../../../sdk/src/contract/session.ts';
import { readConfig } from '../config.ts';
import { linkUrl } from '../features/sessions/links.ts';
import { listRoles } from '../features/staff/queries.ts';
import type { StaffRole } from '../features/staff/tables.ts';
import { addMember, changeRole, linkFor, removeMember } from '../features/staff/writes.ts';
import { print, printJson, table, tell } from './output.ts';
import { withStore } from './store.ts';

const clientOption = (): Option => new Option('--client <name>', 'short name of the client').makeOptionMandatory();
const roleOption = (): Option =>
  new Option('--role <role>', 'a viewer reads, an editor also changes customers, an admin may do everything')
    .choices(roles)
    .makeOptionMandatory();

/** `foyer staff …` */
export function staffCommands(program: Command): void {
  const staff = program.command('staff').description('the people who sign in to the console');

  staff
    .command('add')
    .description('let somebody work at a client, and print a one-time link to set a password')
    .argument('<email>', 'e-mail address')
    .addOption(clientOption())
    .addOption(roleOption())
    .option('--name <text>', 'the name, as the history of a customer shows it')
    .option('--json', 'print JSON')
    .action(add);

  staff
    .command('list')
    .description('list who works where')
    .option('--client <name>', 'at this client only')
    .option('--json', 'print JSON')
    .action(list);

  staff
    .command('role')
    .description('give somebody another role at a client; it signs them out')
    .argument('<email>', 'e-mail address')
    .addOption(clientOption())
    .addOption(roleOption())
    .action(role);

  staff
    .command('remove')
    .description('let somebody no longer work at a client; it signs them out')
    .argument('<email>', 'e-mail address')
    .addOption(clientOption())
    .action(remove);

  staff
    .command('link')
    .description('print a one-time link for somebody who has forgotten the password')
    .argument('<email>', 'e-mail address')
    .option('--sign-in', 'let it sign in at once, within the hour, and leave the password as it is')
    .option('--json', 'print JSON')
    .action(link);
}

interface AddOptions {
  client: string;
  role: StaffRole;
  name?: string;
  json?: true;
}

async function add(email: string, { json, ...options }: AddOptions): Promise<void> {
  const { staffId, token } = await withStore((store) => addMember(store, { email, ...options }));
  const url = token === undefined ? null : linkUrl(consoleBase(), token);
  if (json) return printJson({ staffId, link: url });
  if (url === null) return print(`${email} can work at ${options.client} now, with the password that they have.`);
  tell(
    `${email} can work at ${options.client} now. Send this link, which works once within 3 days, to set a password:`,
  );
  print(url);
}

async function list({ client, json }: { client?: string; json?: true }): Promise<void> {
  const all = await withStore((store) => store.readInstallation((tx) => tx.all(listRoles, {})));
  const key = (one: (typeof all)[number]): string => `${one.client}\n${one.email}`;
  const shown = all
    .filter((one) => client === undefined || one.client === client)
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(({ addedAt, hasPassword, ...one }) => ({
      ...one,
      added: new Date(addedAt).toISOString(),
      password: hasPassword === 1 ? 'set' : 'not yet',
    }));
  if (json) return printJson(shown);
  if (shown.length === 0) return tell('Nobody works here yet; "foyer staff add" lets somebody in.');
  print(table(shown.map(({ staffId: id, ...one }) => ({ id, ...one }))));
}

async function role(email: string, options: { client: string; role: StaffRole }): Promise<void> {
  await withStore((store) => changeRole(store, email, options.client, options.role));
  print(`${email} is ${options.role} at ${options.client} now, and has to sign in again.`);
}

async function remove(email: string, { client }: { client: string }): Promise<void> {
  await withStore((store) => removeMember(store, email, client));
  print(`${email} no longer works at ${client}.`);
}

async function link(email: string, { signIn, json }: { signIn?: true; json?: true }): Promise<void> {
  const token = await withStore((store) => linkFor(store, email, signIn ? 'sign-in' : 'password'));
  const url = linkUrl(consoleBase(), token);
  if (json) return printJson({ link: url });
  tell(signIn ? 'It works once, within the hour:' : 'It works once, within 3 days, and sets a password:');
  print(url);
}

/** Where browsers reach the service. */
function consoleBase(): string {
  const { publicUrl, host, port } = readConfig();
  const name = { '0.0.0.0': 'localhost', '::': 'localhost' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  return publicUrl ?? `http://${name}:${port}`;
}
