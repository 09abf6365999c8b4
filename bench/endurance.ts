/** Creates for a minute on end: the log of the database is written back, and the index grows behind the writes. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { indexPathOf } from '../server/src/db/sqlite/index-file.ts';
import type { Generator } from './generator.ts';
import type { Finding } from './large.ts';
import { measure } from './scenarios.ts';
import type { SearchPart } from './search.ts';
import { pathOf, type Seeded, seedTwins } from './seed.ts';
import { startCeiling, startFoyer } from './server.ts';

const SECONDS = 60;
const LOOK_MS = 50;
/** Whatever the index does, the measurement ends. */
const PATIENCE_MS = 120_000;

export async function enduranceOf(folder: string, customers: number, generator: Generator): Promise<SearchPart> {
  const data = await seedTwins(folder, customers);
  const ceiling = await startCeiling(data.ceiling);
  const most = await measure(ceiling, generator, 'create', SECONDS);
  await ceiling.stop();
  const foyer = await startFoyer(data.foyer);
  const seen = await measure(foyer, generator, 'create', SECONDS);
  const behind = changesBehind(data.foyer);
  const caughtUpMs = await untilCaughtUp(data.foyer);
  await foyer.stop();
  const findings: Finding[] = [
    { what: 'create, ceiling', value: most.speed, unit: '1/s' },
    { what: 'create', value: seen.speed, unit: '1/s' },
    { what: 'create', value: seen.speed / most.speed, unit: '×', aim: { least: 2 } },
    { what: 'changes that the index is behind at the end', value: behind, unit: '' },
    { what: 'until it holds them all', value: caughtUpMs / 1000, unit: 's', aim: { most: 10 } },
  ];
  return { what: `${SECONDS} s of creates on end, ${customers.toLocaleString('en')} customers, SQLite`, findings };
}

async function untilCaughtUp(data: Seeded): Promise<number> {
  const began = performance.now();
  while (changesBehind(data) > 0) {
    if (performance.now() - began > PATIENCE_MS) return Number.POSITIVE_INFINITY;
    await sleep(LOOK_MS);
  }
  return performance.now() - began;
}

function changesBehind(data: Seeded): number {
  const path = pathOf(data);
  return (
    numberIn(path, 'select last_change_number as number from client_counter') -
    numberIn(indexPathOf(path), 'select change_number as number from search_index')
  );
}

function numberIn(path: string, sql: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare(sql).get();
  db.close();
  return Number(row?.number);
}
