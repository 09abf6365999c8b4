/** The `foyer` command. Exit status: 0 done, 1 failed, 2 wrong usage. */
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config-error.ts';
import { Unavailable } from '../db/unavailable.ts';
import { version } from '../version.ts';
import { backupCommand } from './backup.ts';
import { changesCommand } from './changes.ts';
import { clientCommands } from './clients.ts';
import { clusterCommands } from './cluster.ts';
import { copyCommand } from './copy.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { keyCommands } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { tell, UsageError } from './output.ts';
import { restoreCommand } from './restore.ts';
import { indexCommands } from './search-index.ts';
import { serveCommand } from './serve.ts';
import { staffCommands } from './staff.ts';

const program = new Command('foyer')
  .description('The customer records of theatres, festivals and museums.')
  .version(version)
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
Settings come from the environment: HOST, PORT, LOG_LEVEL, HISTORY_DAYS, IMPORT_DIR, IMPORT_MAX_MB, PUBLIC_URL,
CORS_ORIGINS, TRUST_PROXY, RATE_LIMIT, READERS_PER_KEY, READERS, WEBHOOK_ALLOW_HTTP, WEBHOOK_ALLOW_PRIVATE,
METRICS_PORT, METRICS_HOST, METRICS_CLIENTS, DATABASE_URL, and for PostgreSQL DATABASE_MIGRATE_URL,
DATABASE_CONNECTIONS, DATABASE_PREPARED_STATEMENTS. See docs/settings.md.`,
  )
  .exitOverride();

serveCommand(program);
migrateCommand(program);
clientCommands(program);
keyCommands(program);
staffCommands(program);
changesCommand(program);
importCommand(program);
exportCommand(program);
copyCommand(program);
clusterCommands(program);
backupCommand(program);
restoreCommand(program);
doctorCommand(program);
indexCommands(program);

/** Wrong usage points to the help of the command that was used. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`("${words} --help" shows how it is used)`);
  for (const child of command.commands) pointToHelp(child, `${words} ${child.name()}`);
}
pointToHelp(program, 'foyer');

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
  'This role may not change the tables, and a migration is missing: run "foyer migrate" with DATABASE_MIGRATE_URL, the address of the role that owns them (docs/postgres-roles.sql).';

/** If several addresses were tried, each has its own reason. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ');
  return cause instanceof Error && cause.message !== '' ? cause.message : 'no reason was given';
}

function explain(error: unknown): string {
  if (error instanceof Unavailable)
    return `${error.message} (${messageOf(error.cause)}). Does it run, is its disk full, or is another process holding it?`;
  const message = messageOf(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === INSUFFICIENT_PRIVILEGE) return `${message}. ${MIGRATE_AS_OWNER}`;
  if (code === 'EACCES') return `${message}. Has this user the right to do so?`;
  return message;
}

/** Does what the arguments of the process ask for; returns its exit status. */
export async function run(): Promise<number> {
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    return exitCode(error);
  }
}
