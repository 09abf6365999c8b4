import type { Command } from 'commander';
import type { Store } from '../db/store.ts';
import { Feed } from '../features/changes/feed.ts';
import type { ChangeRow } from '../features/changes/queries.ts';
import { presentChange, readCursor } from '../features/changes/rules.ts';
import { formatTime } from '../http/wire/time.ts';
import { LostPlace, Refusal } from '../refusals.ts';
import { plain, plainJson, print, UsageError } from './output.ts';
import { findClient, withStore } from './store.ts';

interface ChangesOptions {
  after?: string;
  follow?: true;
  json?: true;
}

const PAGE_ROWS = 100;

/** `foyer changes` */
export function changesCommand(program: Command): void {
  program
    .command('changes')
    .description('print what was done to the customers of a client, one line for each change')
    .argument('<client>', 'short name of the client')
    .option('--after <cursor>', 'begin behind this change; "now" for what comes from here on')
    .option('--follow', 'go on as changes are made, until you stop it')
    .option('--json', 'print each change as JSON, with its customer')
    .action(changes);
}

async function changes(client: string, { after, follow, json }: ChangesOptions): Promise<void> {
  await withStore(async (store: Store) => {
    const { clientId, timeZone } = await findClient(store, client);
    const feed = new Feed(store);
    const stop = (): void => feed.stop();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
    const show = (row: ChangeRow): string =>
      json ? plainJson(presentChange(row, timeZone)) : plain(lineOf(row, timeZone));
    try {
      let cursor = await feed.begin(clientId, readCursor('after', after));
      while (!feed.stopping.aborted) {
        const read = () => feed.page(clientId, cursor, PAGE_ROWS);
        const page = follow ? await feed.waitFor(clientId, read, feed.stopping) : await read();
        if (page.rows.length > 0) print(page.rows.map(show).join('\n'));
        cursor = page.cursor;
        if (!follow && !page.hasMore) return;
      }
    } catch (error) {
      throw error instanceof Refusal ? new UsageError(explain(error)) : error;
    } finally {
      feed.stop();
    }
  });
}

const explain = (error: Refusal): string =>
  error instanceof LostPlace
    ? 'The changes after this cursor are not kept, or there are none yet; ' +
      'leave --after out to begin at the first change that is kept.'
    : '--after must be the number of a change, or "now".';

/** `1207  2026-04-22T13:10:12+02:00  updated  customer 867  customerCity  by key 3 (web shop)` */
function lineOf(row: ChangeRow, timeZone: string): string {
  const fields = Object.keys(JSON.parse(row.changed)).join(',');
  const label = row.label ? ` (${row.label})` : '';
  const makers = {
    key: `key ${row.byId}${label}`,
    staff: row.label,
    command: 'the foyer command',
    import: `import ${row.byId}`,
  };
  const by = makers[row.byKind];
  return `${row.number}  ${formatTime(row.at, timeZone)}  ${row.kind}  customer ${row.ofCustomer}  ${fields}  by ${by}`;
}
