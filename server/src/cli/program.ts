/** The `foyer` command. Exit status: 0 done, 1 failed, 2 wrong usage. */
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config-error.ts';
import { Unavailable, WrongServer } from '../db/unavailable.ts';
import { version } from '../version.ts';
import { tell, UsageError } from './output.ts';

type Add = (program: Command) => void;

/**
 * The commands in the order of the help. Each is loaded when it is named: all of them take longer than most commands.
 */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  client: async () => (await import('./clients.ts')).clientCommands,
  key: async () => (await import('./keys.ts')).keyCommands,
  staff: async () => (await import('./staff.ts')).staffCommands,
  changes: async () => (await import('./changes.ts')).changesCommand,
  import: async () => (await import('./import.ts')).importCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  copy: async () => (await import('./copy.ts')).copyCommand,
  cluster: async () => (await import('./cluster.ts')).clusterCommands,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  index: async () => (await import('./search-index.ts')).indexCommands,
};

/** The command that is named, or all of them. */
async function makeProgram(name = ''): Promise<Command> {
  const program = new Command('foyer')
    .description('The customer records of theatres, festivals and museums.')
    .version(version)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', SETTINGS)
    .exitOverride();
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of named === undefined ? Object.values(commands) : [named]) {
    const add = await load();
    add(program);
  }
  pointToHelp(program, 'foyer');
  return program;
}

const SETTINGS = `
Settings come from the environment: HOST, PORT, LOG_LEVEL, HISTORY_DAYS, IMPORT_DIR, IMPORT_MAX_MB, PUBLIC_URL,
CORS_ORIGINS, TRUST_PROXY, RATE_LIMIT, READERS_PER_KEY, READERS, WEBHOOK_ALLOW_HTTP, WEBHOOK_ALLOW_PRIVATE,
METRICS_PORT, METRICS_HOST, METRICS_CLIENTS, DATABASE_URL, and for PostgreSQL DATABASE_MIGRATE_URL,
DATABASE_CONNECTIONS, DATABASE_PREPARED_STATEMENTS. See docs/settings.md.`;

/** Wrong usage points to the help of the command that was used. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`("${words} --help" shows how it is used)`);
  for (const child of command.commands) pointToHelp(child, `${words} ${child.name()}`);
}

function exitCode(error: unknown): number {
  // Commander has printed its own message already; asking for help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError || error instanceof ConfigError) {
    tell(error.message);
    return 2;
  }
  tell(explain(error));
  return 1;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const INSUFFICIENT_PRIVILEGE = '42501';
const MIGRATE_AS_OWNER =
  'This role may not change the tables, and a migration is missing: ' +
  'run "foyer migrate" with DATABASE_MIGRATE_URL, the address of the role that owns them (docs/postgres-roles.sql).';

/** If several addresses were tried, each has its own reason. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ');
  return cause instanceof Error && cause.message !== '' ? cause.message : 'no reason was given';
}

function explain(error: unknown): string {
  if (error instanceof Unavailable && !(error instanceof WrongServer)) {
    const reason = messageOf(error.cause);
    return `${error.message} (${reason}). Does it run, is its disk full, or is another process holding it?`;
  }
  const message = messageOf(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === INSUFFICIENT_PRIVILEGE) return `${message}. ${MIGRATE_AS_OWNER}`;
  if (code === 'EACCES') return `${message}. Has this user the right to do so?`;
  return message;
}

/** Does what the arguments of the process ask for; returns its exit status. */
export async function run(): Promise<number> {
  try {
    const program = await makeProgram(process.argv[2]);
    await program.parseAsync();
    return 0;
  } catch (error) {
    return exitCode(error);
  }
}
