/** An import whose service is killed at any moment continues, and ends with exactly the right table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { timesOf } from '../harness/environment.ts';
import { customersByEmail, finished } from '../harness/imports.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';
import { randomOf } from '../harness/random.ts';

const SEED = 20260422;
/** `IMPORT_KILLS=20` for a longer run. */
const KILLS = timesOf('IMPORT_KILLS', 8);
const ROWS = 30_000;
/** The service is killed at a random moment within this time of the first rows that it writes. */
const KILL_WITHIN_MS = 150;
/** Of this many rows, one belongs to the customer of an earlier row. */
const REPEAT_EVERY = 10;

/** A file in which every tenth row changes somebody; returns what the table must hold in the end. */
function fileOf(round: number): { text: string; cities: Map<string, string> } {
  const cities = new Map<string, string>();
  const lines = ['email;voornaam;achternaam;plaats'];
  for (let at = 0; at < ROWS; at += 1) {
    const isRepeat = at % REPEAT_EVERY === REPEAT_EVERY - 1;
    const email = `r${round}-${isRepeat ? at - 5 : at}@x.nl`;
    cities.set(email, `City ${at}`);
    lines.push(`${email};First;Last;City ${at}`);
  }
  return { text: lines.join('\n'), cities };
}

test(`an import survives ${KILLS} kills (seed ${SEED})`, async (t) => {
  await using installation = await makeInstallation();
  const random = randomOf(SEED);
  const cities = new Map<string, string>();
  const jobs: number[] = [];
  let kills = 0;
  while (kills < KILLS) {
    await using foyer = await spawnFoyer(installation);
    const open = (await foyer.sdk.imports.list({ limit: 1 })).find(({ finishedAt }) => finishedAt === null);
    let importId = open?.importId;
    if (importId === undefined) {
      const file = fileOf(jobs.length);
      for (const [email, city] of file.cities) cities.set(email, city);
      ({ importId } = await foyer.sdk.imports.create({ file: file.text }));
      jobs.push(importId);
    }
    const before = open?.rowsRead ?? 0;
    for (;;) {
      const { rowsRead, finishedAt } = await foyer.sdk.imports.get({ importId });
      if (rowsRead > before || finishedAt !== null) break;
      await sleep(5);
    }
    await sleep(random.below(KILL_WITHIN_MS));
    const { finishedAt } = await foyer.sdk.imports.get({ importId });
    foyer.child.kill('SIGKILL');
    await foyer.exited;
    if (finishedAt === null) kills += 1;
  }
  await using foyer = await spawnFoyer(installation);
  for (const importId of jobs) {
    const job = await finished(foyer.sdk, importId);
    const { state, rowsRead, created, updated, unchanged, refused, repeated } = job;
    const repeats = ROWS / REPEAT_EVERY;
    assert.deepEqual(
      { state, rowsRead, created, updated, unchanged, refused, repeated },
      {
        state: 'done',
        rowsRead: ROWS,
        created: ROWS - repeats,
        updated: repeats,
        unchanged: 0,
        refused: 0,
        repeated: repeats,
      },
    );
  }
  const all = await customersByEmail(foyer.sdk);
  assert.deepEqual(new Map([...all].map(([email, { customerCity }]) => [email, customerCity])), cities);
  const [counted] = await installation.rows(
    `select count(*) as "changes", count(distinct customer_id) as "customers", max(change_number) as "last",
     sum(case when by_kind = 'import' then 1 else 0 end) as "byImport" from customer_change`,
  );
  const changes = jobs.length * ROWS;
  assert.deepEqual(
    Object.fromEntries(Object.entries(counted ?? {}).map(([name, value]) => [name, Number(value)])),
    { changes, customers: cities.size, last: changes, byImport: changes },
    'every row is written once',
  );
  t.diagnostic(`${jobs.length} imports of ${ROWS} rows`);
});
