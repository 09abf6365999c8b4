import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { checkVersion, missingMigrations } from '../db/migrate.ts';
import { faultsOf } from '../db/sqlite/faults.ts';
import { examineClients, examineMachine, examinePostgres } from '../features/doctor/examine.ts';
import type { Finding } from '../features/doctor/finding.ts';
import { plain, print, printJson } from './output.ts';
import { withEngine } from './store.ts';

const details = `
It only reads, and may run beside the service. Without --full it checks a sample of the customers, with it all of them.
Exit status: 0 nothing found, 1 something found.
`;

/** `foyer doctor` */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check the database, the settings and the disk')
    .option('--full', 'check everything; takes a while on a large database')
    .option('--json', 'print JSON')
    .addHelpText('after', details)
    .action(doctor);
}

async function doctor({ full = false, json }: { full?: boolean; json?: true }): Promise<void> {
  const config = readConfig();
  const findings = [...(await examineMachine(config)), ...(await examineDatabase(config, full))];
  if (json) printJson(findings);
  else if (findings.length === 0) print('Nothing found.');
  else print(findings.map(lineOf).join('\n'));
  if (findings.length > 0) throw new Error(findings.length === 1 ? 'One finding.' : `${findings.length} findings.`);
}

const lineOf = ({ check, client, what, advice }: Finding): string =>
  plain(`${check}: ${client === undefined ? '' : `${client}: `}${what}. ${advice}`);

async function examineDatabase({ database }: Config, isFull: boolean): Promise<Finding[]> {
  if (database.engine === 'sqlite') {
    if (!existsSync(database.path)) throw new Error(`There is no database file ${resolve(database.path)}.`);
    const faults = faultsOf(database.path, isFull);
    // The contents of a damaged file prove nothing.
    if (faults.length > 0) return faults.map(ofFile);
  }
  return withEngine(async (engine) => {
    await checkVersion(engine);
    const missing = await missingMigrations(engine);
    if (missing.length > 0) return [older(missing)];
    const exposed = exposure(engine.exposedFiles());
    const ofServer = database.engine === 'postgres' ? await examinePostgres(engine, database.connections) : [];
    return [...exposed, ...ofServer, ...(await examineClients(engine, isFull))];
  }, database);
}

const ofFile = (what: string): Finding => ({
  check: 'file',
  what: `the database is damaged: ${what}`,
  advice: 'Stop the service, and restore the last backup (docs/backup.md).',
});

function exposure(files: readonly string[]): Finding[] {
  if (files.length === 0) return [];
  const what = `other users of this machine can read ${files.join(', ')}`;
  return [{ check: 'file', what, advice: `Run: chmod 600 ${files.join(' ')}` }];
}

const older = (missing: readonly string[]): Finding => ({
  check: 'file',
  what: `the database lacks ${missing.join(', ')}`,
  advice: 'Back up, then run "foyer migrate", or start the service.',
});
