/**
 * The index of the search as a reader of the feed: it takes in changed customers, in the order of the changes, some
 * hundreds at a time. An index that does not exist, or is not of these records, is first made from all customers.
 */
import type { IndexWork } from '../../db/heavy/job.ts';
import type { ReadTransaction } from '../../db/transaction/read.ts';
import type { IndexTransaction } from '../../db/transaction/search-index.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { customersByIds } from '../customers/queries.ts';
import { RULES } from './document.ts';
import { FEWEST_IN_RUN, MOST_IN_RUN, Run } from './pages/run.ts';
import {
  beginIndexState,
  type ClientState,
  changedAfter,
  changedAt,
  clientState,
  countKnown,
  customersBehind,
  type IndexState,
  lockIndexState,
  saveIndexState,
} from './queries.ts';
import { clearIndex, writeCustomers } from './write.ts';

/** Large enough for sorted writing, small enough to read while somebody waits. */
const MOST_AT_ONCE = 2000;
/** How many customers at once, where their words can be packed in pages. */
const mostOf = ({ dialect }: IndexTransaction): number => (dialect === 'postgres' ? MOST_IN_RUN : MOST_AT_ONCE);

export interface Progress {
  /** Another process works on it. */
  readonly isLocked: boolean;
  /** Is there more to do? */
  readonly isBehind: boolean;
  /** While the index is made from all customers: how many are in it, of how many. */
  readonly made: number | undefined;
  readonly of: number;
}

/** Takes in the next customers of a client; returns a `Progress` in JSON. `isAnew` discards the existing index. */
export const takeIn: IndexWork<{ isAnew?: boolean }> = {
  module: import.meta.url,
  name: 'takeIn',
  run: async (records, index, { isAnew = false }) => JSON.stringify(await takeNext(records, index, isAnew)),
};

/** Is the index of these records, and by these rules, so that only later changes have to be taken in? */
export async function isUsable(records: ReadTransaction, state: IndexState, client: ClientState): Promise<boolean> {
  if (state.rules !== RULES || state.nameOrder !== client.nameOrder) return false;
  if (state.changeNumber > client.changeNumber || state.changeNumber < client.pruned) return false;
  if (state.changeNumber === client.changeNumber) return state.changedAt === client.changedAt;
  // Nothing is left to compare with: there was no change yet, or none since all were pruned.
  if (state.changeNumber === client.pruned) return true;
  // In a restored database the change of that number is a different one, or missing.
  const change = await records.get(changedAt, { changeNumber: state.changeNumber });
  return change?.changedAt === state.changedAt;
}

async function takeNext(records: ReadTransaction, index: IndexTransaction, isAnew: boolean): Promise<Progress> {
  await index.run(beginIndexState, {});
  const state = await index.get(lockIndexState, {});
  const client = await records.get(clientState, {});
  if (client === undefined) throw new Error('There is no such client');
  const of = client.customerId;
  if (state === undefined) return { isLocked: true, isBehind: false, made: undefined, of };
  const isGood = !isAnew && (await isUsable(records, state, client));
  if (!isGood) await clearIndex(index);
  const from: IndexState = isGood ? state : anew(client);
  const next =
    from.madeTo === null ? await follow(records, index, from, client) : await make(records, index, from, client);
  if (next !== state) await index.run(saveIndexState, next);
  return {
    isLocked: false,
    isBehind: next.madeTo !== null || next.changeNumber < client.changeNumber,
    made: next.madeTo ?? undefined,
    of,
  };
}

/** Customers that change while all are taken in are taken in again afterwards. */
const anew = ({ changeNumber, changedAt: at, nameOrder }: ClientState): IndexState => ({
  changeNumber,
  changedAt: at,
  madeTo: 0,
  nameOrder,
  rules: RULES,
});

async function make(
  records: ReadTransaction,
  index: IndexTransaction,
  state: IndexState,
  { customerId: last }: ClientState,
): Promise<IndexState> {
  const most = mostOf(index);
  const run = runFor(index, last - (state.madeTo ?? 0));
  let [madeTo, written]: [number | null, number] = [state.madeTo ?? 0, 0];
  while (written < most && madeTo !== null) {
    const limit = Math.min(MOST_AT_ONCE, most - written);
    const rows: CustomerRow[] = await records.all(customersBehind, { after: madeTo, limit });
    await writeCustomers(index, rows, state.nameOrder, true, run);
    madeTo = rows.length < limit ? null : (rows.at(-1)?.customer_id ?? last);
    written += rows.length;
  }
  await run?.write(index);
  return { ...state, madeTo };
}

/** How many customers are not in the index, if they may be enough for a run. */
async function countNew(index: IndexTransaction, ids: readonly number[]): Promise<number> {
  if (ids.length < FEWEST_IN_RUN) return 0;
  const { count = 0 } = (await index.get(countKnown, { ids: JSON.stringify(ids) })) ?? {};
  return ids.length - count;
}

/** Packs the words of many customers who are new in the index. */
const runFor = ({ dialect }: IndexTransaction, customers: number): Run | undefined =>
  dialect === 'postgres' && customers >= FEWEST_IN_RUN ? new Run() : undefined;

async function follow(
  records: ReadTransaction,
  index: IndexTransaction,
  state: IndexState,
  { changeNumber, changedAt: at }: ClientState,
): Promise<IndexState> {
  const changes = await records.all(changedAfter, { changeNumber: state.changeNumber, limit: mostOf(index) });
  const last = changes.at(-1);
  // What lies between is a gap in the numbers.
  if (last === undefined)
    return state.changeNumber === changeNumber ? state : { ...state, changeNumber, changedAt: at };
  const ids = [...new Set(changes.map(({ customerId }) => customerId))];
  const run = runFor(index, await countNew(index, ids));
  for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
    const some = JSON.stringify(ids.slice(at, at + MOST_AT_ONCE));
    await writeCustomers(index, await records.all(customersByIds, { ids: some }), state.nameOrder, false, run);
  }
  await run?.write(index);
  return { ...state, changeNumber: last.changeNumber, changedAt: last.changedAt };
}
