/** The command `foyer export`: from the database itself, or from a service. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { customerFilters } from '../../../sdk/src/contract/customers.ts';
import { type ExportFormat, exportTypes } from '../../../sdk/src/contract/exports.ts';
import { BASE_PATH } from '../../../sdk/src/contract/index.ts';
import type { Store } from '../db/store.ts';
import { chooseFormat } from '../features/exports/formats.ts';
import { exportPages } from '../features/exports/pages.ts';
import { chooseRows } from '../features/exports/rows.ts';
import { type SentFilters, tooManyWords } from '../features/search/filters.ts';
import { searcher } from '../features/search/searcher.ts';
import { type Progress, takeIn } from '../features/search-index/take-in.ts';
import { checkBody } from '../http/wire/check.ts';
import { tell, UsageError } from './output.ts';
import { findClient, withStore } from './store.ts';

interface Options {
  client: string;
  search?: string;
  clientType?: readonly string[];
  city?: string;
  zip?: string;
  changedSince?: string;
  createdSince?: string;
  phone?: boolean;
  creditMin?: string;
  format: ExportFormat;
  output?: string;
  url?: string;
  key?: string;
}

const POLL_EVERY_MS = 200;

const details = `
Without --url it works on the database that DATABASE_URL names. What it writes can be imported as it is.

  foyer export --client demo --format xlsx -o customers.xlsx
  foyer export --client demo --client-type friend donor --city Zwolle -o friends.csv
`;

/** `foyer export` */
export function exportCommand(program: Command): void {
  program
    .command('export')
    .description('export the customers of a client')
    .addOption(new Option('--client <name>', 'short name of the client').makeOptionMandatory())
    .option('--search <text>', 'only those whom a search finds, as the console does')
    .option('--client-type <names...>', 'only those who have all of these')
    .option('--city <name>', 'only those of a city')
    .option('--zip <start>', 'only those whose postal code begins like this')
    .option('--changed-since <time>', 'only those changed at or after a date or a time')
    .option('--created-since <time>', 'only those made at or after a date or a time')
    .option('--phone', 'only those with a telephone number')
    .option('--no-phone', 'only those without one')
    .option('--credit-min <amount>', 'only those with at least this credit, 10.00')
    .addOption(
      new Option('--format <format>', 'excel is CSV as Excel opens it')
        .choices(Object.keys(exportTypes))
        .default('csv'),
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
      const who = { clientId, actor: { kind: 'command', id: null } } as const;
      const rows = chooseRows(
        store,
        searcher(store, { searched() {}, catchUp: takeAllIn(store) }),
        who,
        readFilters(options, timeZone),
      );
      const format = chooseFormat(exportTypes[options.format]);
      const text = Readable.from(exportPages(rows, timeZone, format), { objectMode: false });
      await write(format.pack?.(text) ?? text, options);
    });
  }
  if (options.output !== undefined) tell(`Wrote ${options.output}.`);
}

/** No service keeps the index up to date here. */
const takeAllIn = (store: Store) => async (clientId: number) => {
  for (let isBehind = true; isBehind; ) {
    const progress: Progress = JSON.parse(await store.index(clientId, takeIn, {}));
    // Another process is at it.
    if (progress.isLocked) return void (await sleep(POLL_EVERY_MS));
    isBehind = progress.isBehind;
  }
};

/** The filters by their names in the API. */
const asked = ({ clientType, phone, search, city, zip, changedSince, createdSince, creditMin }: Options): object =>
  JSON.parse(
    JSON.stringify({
      search,
      clienttype: clientType,
      city,
      zip,
      changedSince,
      createdSince,
      hasPhone: phone,
      creditMin,
    }),
  );

function readFilters(options: Options, timeZone: string): SentFilters {
  const { values, violations } = checkBody(customerFilters, asked(options), true, timeZone);
  const [wrong] = [...violations, ...tooManyWords(values)];
  if (wrong !== undefined) throw new UsageError(wrong.message);
  return values;
}

async function received(options: Options, url: string): Promise<Readable> {
  const { client, format, key } = options;
  if (key === undefined || key === '')
    throw new UsageError('A service needs an API key: --key, or the variable FOYER_KEY.');
  const base = url.replace(/\/+$/, '') + BASE_PATH.replace('{client}', encodeURIComponent(client));
  const response = await fetch(`${base}/export/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, accept: exportTypes[format], 'content-type': 'application/json' },
    body: JSON.stringify(asked(options)),
  });
  if (!response.ok || response.body === null) {
    const problem = (await response.json().catch(() => ({}))) as { message?: string };
    throw new Error(problem.message ?? `The service answered with ${response.status}.`);
  }
  return Readable.fromWeb(response.body as never);
}

const write = (stream: Readable, { output }: Options): Promise<void> =>
  output === undefined ? pipeline(stream, process.stdout, { end: false }) : pipeline(stream, createWriteStream(output));
