/** The command `foyer import`: on the database itself, or through a service. */
import { createWriteStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Import } from '../../../sdk/src/contract/imports.ts';
import { createFoyer, type Foyer, FoyerError } from '../../../sdk/src/index.ts';
import { readConfig } from '../config.ts';
import type { Store } from '../db/store.ts';
import { createImport } from '../features/imports/create.ts';
import { FileFault } from '../features/imports/file/fault.ts';
import { ImportJobs } from '../features/imports/jobs.ts';
import { jobById } from '../features/imports/queries.ts';
import { refusedCsv } from '../features/imports/refused.ts';
import { presentImport, readOptions } from '../features/imports/rules.ts';
import { Spool } from '../features/imports/spool.ts';
import { end } from '../features/imports/steps.ts';
import { ProblemError } from '../http/problem.ts';
import { ImportProgress } from './import-progress.ts';
import { print, printJson, table, tell, UsageError } from './output.ts';
import { findClient, withStore } from './store.ts';

const POLL_EVERY_MS = 200;

interface Options {
  client: string;
  url?: string;
  key?: string;
  json?: true;
  refused?: string;
  again?: true;
  [option: string]: unknown;
}

const details = `
Without --url it works on the database that DATABASE_URL names, beside a running service if there is one. With --url
and a key (--key, or better the variable FOYER_KEY) it sends the file to a service. Rows that are refused are written to
a file beside the input; then the exit status is 1. Stopped by Ctrl+C, the import is cancelled behind the rows that are
written.

  foyer import bezoekers.csv --client demo --dry-run
  foyer import bezoekers.xlsx --client demo --url https://foyer.theatre.example
`;

/** `foyer import` */
export function importCommand(program: Command): void {
  program
    .command('import')
    .description('import a file of customers: CSV, NDJSON or XLSX')
    .argument('<file>', 'the file')
    .addOption(new Option('--client <name>', 'short name of the client').makeOptionMandatory())
    .option('--dry-run', 'only tell what would be done')
    .addOption(
      new Option('--match <by>', 'by what a row finds its customer').choices([
        'auto',
        'email',
        'customerExternalId',
        'customerId',
      ]),
    )
    .addOption(new Option('--policy <policy>', 'what may be done').choices(['create', 'update', 'upsert']))
    .addOption(new Option('--empty <meaning>', 'what an empty cell means').choices(['keep', 'clear']))
    .addOption(
      new Option('--on-error <what>', 'what becomes of the rest when a row is refused').choices(['skip', 'stop']),
    )
    .option('--overwrite', 'write over customers that were changed after the file was exported')
    .option('--add-clienttypes <names...>', 'client-types that all of them get')
    .option('--set-clienttypes <column>', 'the column that holds client-types')
    .option('--split-last-names', 'split a preposition off the front of last names')
    .option('--restore-zeros', 'put back the zero that telephone numbers have lost')
    .option('--mapping <json>', 'which column is what, {"Relatie":"customerExternalId"}')
    .addOption(new Option('--encoding <name>', 'of a text').choices(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']))
    .option('--delimiter <character>', 'of CSV; "tab" for a tab')
    .option('--again', 'although the same file was imported with the same options before')
    .option('--refused <file>', 'where the refused rows go, unless beside the input')
    .option('--url <address>', 'a service, in place of the database')
    .addOption(new Option('--key <key>', 'the API key for it').env('FOYER_KEY'))
    .option('--json', 'print JSON')
    .addHelpText('after', details)
    .action(importFile);
}

async function importFile(path: string, { client, url, key, json, refused, again, ...rest }: Options): Promise<void> {
  const size = await stat(path).catch(() => undefined);
  if (size?.isFile() !== true) throw new UsageError(`There is no file ${path}.`);
  const where = refused ?? besides(path);
  const progress = new ImportProgress();
  const asked = { ...rest, ...(again ? { again } : {}) };
  const work: Work = { path, client, asked, refused: where, progress };
  try {
    const job = await (url === undefined ? onDatabase(work) : overHttp(work, url, key)).finally(() => progress.end());
    report(job, where, json);
  } catch (error) {
    if (error instanceof FileFault) throw new Error(error.message);
    if (error instanceof ProblemError && error.code === 'validation') throw new UsageError(error.message);
    if (error instanceof FoyerError) throw new Error(error.message);
    throw error;
  }
}

interface Work {
  readonly path: string;
  readonly client: string;
  readonly asked: Readonly<Record<string, unknown>>;
  /** The file for refused rows. */
  readonly refused: string;
  readonly progress: ImportProgress;
}

function besides(path: string): string {
  const { dir, name } = parse(path);
  return join(dir, `${name}.refused.csv`);
}

async function overHttp(
  { path, client, asked, refused, progress }: Work,
  url: string,
  key: string | undefined,
): Promise<Import> {
  if (key === undefined || key === '')
    throw new UsageError('A service needs an API key: --key, or the variable FOYER_KEY.');
  const { imports }: Foyer = createFoyer({ baseUrl: url, client, key });
  let job = await imports.create({ file: await openAsBlob(path), fileName: basename(path), ...asked });
  const { importId } = job;
  using stop = onInterrupt();
  while (job.finishedAt === null) {
    progress.show(job);
    await sleep(POLL_EVERY_MS);
    job = await (stop.isAsked ? imports.cancel({ importId }) : imports.get({ importId }));
  }
  if (job.refused > 0) {
    const rows = await imports.refused({ importId });
    await pipeline(rows.stream() as never, createWriteStream(refused));
  }
  return job;
}

function onDatabase({ path, client, asked, refused, progress }: Work): Promise<Import> {
  return withStore(async (store: Store) => {
    const { clientId, timeZone } = await findClient(store, client);
    const { folder, maxBytes } = readConfig().imports;
    const spool = new Spool(folder, maxBytes);
    const jobs = new ImportJobs(store, spool, (error) => tell((error as Error).message));
    const options = readOptions(asked);
    const file = await spool.copy(path);
    const principal = { clientId, actor: { kind: 'command', id: null } } as const;
    const again = asked.again === true;
    const { importId } = await createImport((fn) => store.write(principal, fn), spool, principal.actor, {
      file,
      fileName: basename(path),
      options,
      again,
    });
    const read = async () => {
      const job = await store.read(clientId, (tx) => tx.get(jobById, { importId }));
      if (job === undefined) throw new Error('The import is gone.');
      return job;
    };
    using stop = onInterrupt();
    let job = await read();
    while (job.finishedAt === null) {
      if (stop.isAsked) await end({ store, clientId, importId }, 'cancelled', null);
      // A running service may have taken it already; otherwise it is done here.
      await jobs.look(clientId);
      await sleep(POLL_EVERY_MS);
      job = await read();
      progress.show(presentImport(job, timeZone));
    }
    await jobs.stop();
    if (job.refused > 0) await pipeline(refusedCsv(store, clientId, job), createWriteStream(refused));
    return presentImport(job, timeZone);
  });
}

/** Handles Ctrl+C once: the second time ends the process. */
function onInterrupt(): Disposable & { readonly isAsked: boolean } {
  let isAsked = false;
  const hear = (): void => {
    isAsked = true;
  };
  process.once('SIGINT', hear);
  return {
    get isAsked() {
      return isAsked;
    },
    [Symbol.dispose]: () => process.off('SIGINT', hear),
  };
}

function report(job: Import, where: string, json: true | undefined): void {
  if (json) printJson({ ...job, refusedFile: job.refused > 0 ? where : null });
  else print(summaryOf(job));
  if (job.state !== 'done') throw new Error(job.error ?? `The import was ${job.state}.`);
  if (job.refused > 0)
    throw new Error(`${job.refused} rows were refused; they are in ${where}, with what is wrong with each.`);
}

function summaryOf(job: Import): string {
  const { rowsRead: rows, created, updated, unchanged, refused, repeated, rowsPerSecond } = job;
  const numbers = table([{ rows, created, updated, unchanged, refused, repeated, 'rows/s': rowsPerSecond }]);
  const told = [
    ...(job.dryRun ? ['A dry run: nothing was written.'] : []),
    ...job.repairs.map(({ message, count }) => `${count} × ${message}`),
    ...job.warnings.map(({ message, count }) => `${count} × ${message}`),
    ...job.notTaken.map(({ column, count }) => `${count} × "${column}" was not taken`),
    ...unread(job),
  ];
  return [numbers, ...told].join('\n');
}

function unread({ reading }: Import): string[] {
  const names = reading.columns.filter(({ field }) => field === null).map(({ name }) => `"${name}"`);
  return names.length === 0 ? [] : [`Columns that were not read: ${names.join(', ')}`];
}
