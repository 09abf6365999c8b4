/**
 * Moves a whole installation into another database, while nothing writes to either.
 *
 * The order makes it safe to stop anywhere. First the records of every client, page by page in the order of their keys,
 * so that the copied part of a table is always its beginning. When all were compared, the API keys and the staff. At
 * the very end the counters of all clients, in one transaction. A client without counters marks an unfinished copy: it
 * cannot be written to, no list shows it, and only a copy of the same source continues it, after the last row of each
 * table.
 */
import type { Engine } from '../../db/engine.ts';
import { isEqual } from './compare.ts';
import { clientTables } from './copied-tables.ts';
import { type CopyResult, resultOf } from './result.ts';
import { checkSource, judgeTarget } from './rules.ts';
import { checkSameSchema, statesOf } from './state.ts';
import { type CopyObserver, CopySteps } from './steps.ts';

/**
 * Copies all that the source holds. The target has the current schema, and is empty or holds an unfinished copy of the
 * same source; if it holds a finished one, the two are compared. Rejects if the target holds anything else, or the
 * source is written to.
 */
export async function copyInstallation(source: Engine, target: Engine, observer: CopyObserver): Promise<CopyResult> {
  await checkSameSchema(source, target);
  const clients = await statesOf(source);
  checkSource(clients);
  const there = await statesOf(target);
  const state = judgeTarget(clients, there);
  const copy = new CopySteps(source, target, observer, clients, there);
  if (state === 'complete') return resultOf(clients, await copy.compareAll(clientTables));
  await copy.analyse();
  await copy.lockOut();
  await copy.records();
  await copy.analyse();
  const found = await copy.compareRecords();
  await copy.checkSourceIsStill();
  if (![...found.values()].flat().every(isEqual)) return resultOf(clients, found);
  for (const [clientId, tables] of await copy.access())
    found.set(clientId, [...(found.get(clientId) ?? []), ...tables]);
  await copy.checkSourceIsStill();
  if (![...found.values()].flat().every(isEqual)) return resultOf(clients, found);
  for (const [clientId, tables] of await copy.counters()) found.get(clientId)?.push(...tables);
  return resultOf(clients, found);
}
