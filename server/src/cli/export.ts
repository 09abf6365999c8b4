import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { BASE_PATH } from '../../../sdk/src/contract/index.ts';
import { chooseFormat } from '../features/exports/formats.ts';
import { exportPages } from '../features/exports/pages.ts';
import { parseTime } from '../wire/time.ts';
import { tell, UsageError } from './output.ts';
import { findClient, withStore } from './store.ts';

const types = {
  csv: 'text/csv',
  excel: 'text/csv; dialect=excel',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

interface Options {
  client: string;
  changedSince?: string;
  format: keyof typeof types;
  output?: string;
  url?: string;
  key?: string;
}

const details = `
Without --url it works on the database that DATABASE_URL names. What it writes can be imported as it is.

  foyer export --client demo --format xlsx -o customers.xlsx
`;

/** `foyer export` */
export function exportCommand(program: Command): void {
  program
    .command('export')
    .description('export the customers of a client')
    .addOption(new Option('--client <name>', 'short name of the client').makeOptionMandatory())
    .option('--changed-since <time>', 'only those changed at or after a date or a time')
    .addOption(
      new Option('--format <format>', 'excel is CSV as Excel opens it').choices(Object.keys(types)).default('csv'),
    )
    .option('-o, --output <file>', 'where it goes; without it to standard output')
    .option('--url <address>', 'a service, in place of the database')
    .addOption(new Option('--key <key>', 'the API key for it').env('FOYER_KEY'))
    .addHelpText('after', details)
    .action(exportCustomers);
}

async function exportCustomers(options: Options): Promise<void> {
  if (options.url !== undefined) await write(await received(options, options.url), options);
  else {
    await withStore(async (store) => {
      const { clientId, timeZone } = await findClient(store, options.client);
      const since = sinceOf(options.changedSince, timeZone);
      const format = chooseFormat(types[options.format]);
      const text = Readable.from(exportPages(store, { clientId, timeZone }, since, format), { objectMode: false });
      await write(format.pack?.(text) ?? text, options);
    });
  }
  if (options.output !== undefined) tell(`Wrote ${options.output}.`);
}

function sinceOf(text: string | undefined, timeZone: string): number {
  const since = text === undefined ? 0 : parseTime(text, timeZone);
  if (since === undefined) throw new UsageError(`"${text}" is no date or time; give one like 2026-04-22.`);
  return since;
}

async function received({ client, changedSince, format, key }: Options, url: string): Promise<Readable> {
  if (key === undefined || key === '')
    throw new UsageError('A service needs an API key: --key, or the variable FOYER_KEY.');
  const base = url.replace(/\/+$/, '') + BASE_PATH.replace('{client}', encodeURIComponent(client));
  const response = await fetch(`${base}/export/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, accept: types[format], 'content-type': 'application/json' },
    body: JSON.stringify(changedSince === undefined ? {} : { changedSince }),
  });
  if (!response.ok || response.body === null) {
    const problem = (await response.json().catch(() => ({}))) as { message?: string };
    throw new Error(problem.message ?? `The service answered with ${response.status}.`);
  }
  return Readable.fromWeb(response.body as never);
}

const write = (stream: Readable, { output }: Options): Promise<void> =>
  output === undefined ? pipeline(stream, process.stdout, { end: false }) : pipeline(stream, createWriteStream(output));
