/**
 * `npm run bench`: how fast the service is, compared with the least that could do the same, and what a million
 * customers cost.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { attackOn } from './attack.ts';
import { batchesOf, batchesOfPostgres } from './batch.ts';
import { consoleOf } from './console.ts';
import { enduranceOf } from './endurance.ts';
import { feedOf, feedOfPostgres } from './feed.ts';
import { killGenerators, startGenerator } from './generator.ts';
import { importsOf, importsOfPostgres } from './imports.ts';
import { measureLarge } from './large.ts';
import { limitsOf } from './limits.ts';
import { type Options, readOptions, usage } from './options.ts';
import { measurePostgres, type PostgresPart } from './postgres.ts';
import { killPostgres } from './postgres-server.ts';
import { comparisonTable, findingTable } from './report.ts';
import { type Comparison, compare } from './scenarios.ts';
import { type SearchPart, searchAmong, searchAmongPostgres } from './search.ts';
import { seedTwins } from './seed.ts';
import { killServers } from './server.ts';
import { watchedOf } from './watched.ts';

const CUSTOMERS = 100_000;
const LARGE = 1_000_000;
/** So many customers have more than a million changes. */
const FEED = 760_000;
/** Whatever happens, the benchmark ends after this. */
const LIMIT_MS = 30 * 60_000;

const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
process.once('exit', () => {
  killServers();
  killGenerators();
  killPostgres();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
setTimeout(() => fail(`Given up after ${LIMIT_MS / 60_000} minutes`), LIMIT_MS).unref();

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function options(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`);
  }
}

async function main({
  scenarios,
  rounds,
  isSqlite,
  isLarge,
  isPostgres,
  isSearch,
  isFeed,
  isAttack,
  isLimits,
  isWatched,
  isImport,
  rows,
  engines,
  isConsole,
  isBatch,
  isLong,
  isSaved,
}: Options): Promise<void> {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
  print(`${machine}; median of ${rounds.count} rounds of ${rounds.seconds} s, 32 connections\n`);
  const generator = startGenerator();
  const comparisons: Comparison[] = [];
  const manyClients: Comparison[] = [];
  const searches: SearchPart[] = [];
  if (isSqlite) {
    comparisons.push(...(await compare(await seedTwins(folder, CUSTOMERS), generator, scenarios, rounds)));
    print(`${CUSTOMERS.toLocaleString('en')} customers\n${comparisonTable(comparisons)}\n`);
    const chosen = scenarios.filter((scenario) => scenario !== 'export');
    if (chosen.length > 0) {
      manyClients.push(...(await compare(await seedTwins(folder, 1000, 100), generator, chosen, rounds)));
      print(`1,000 customers of each of 100 clients\n${comparisonTable(manyClients)}\n`);
    }
  }
  if (isLong) {
    const { what, findings } = await enduranceOf(folder, CUSTOMERS, generator);
    searches.push({ what, findings });
    print(`${what}\n${findingTable(findings)}\n`);
  }
  const findings = isLarge ? await measureLarge(folder, LARGE, generator, rounds) : [];
  if (isLarge) print(`${LARGE.toLocaleString('en')} customers\n${findingTable(findings)}\n`);
  const postgres: PostgresPart[] = [];
  if (isPostgres) {
    for await (const part of measurePostgres(folder, generator, scenarios, rounds)) {
      postgres.push(part);
      print(`${part.what}\n${comparisonTable(part.comparisons)}\n`);
    }
  }
  if (isSearch) {
    for (const part of [searchAmong, searchAmongPostgres]) {
      const { what, findings } = await part(folder, LARGE, generator);
      searches.push({ what, findings });
      print(`${what}\n${findingTable(findings)}\n`);
    }
  }
  if (isFeed) {
    for (const part of [feedOf, feedOfPostgres]) {
      const { what, findings } = await part(folder, FEED, generator);
      searches.push({ what, findings });
      print(`${what}\n${findingTable(findings)}\n`);
    }
  }
  if (isAttack) {
    const { what, findings } = await attackOn(folder, CUSTOMERS, generator);
    searches.push({ what, findings });
    print(`${what}\n${findingTable(findings)}\n`);
  }
  if (isLimits) {
    const { what, findings } = await limitsOf(folder, rows ?? CUSTOMERS, generator, rounds);
    searches.push({ what, findings });
    print(`${what}\n${findingTable(findings)}\n`);
  }
  if (isWatched) {
    const { what, findings } = await watchedOf(folder, rows ?? CUSTOMERS, generator, rounds);
    searches.push({ what, findings });
    print(`${what}\n${findingTable(findings)}\n`);
  }
  if (isImport) {
    for (const [engine, part] of Object.entries({ sqlite: importsOf, postgres: importsOfPostgres })) {
      if (!engines.includes(engine)) continue;
      const { what, findings } = await part(folder, rows ?? LARGE, generator);
      searches.push({ what, findings });
      print(`${what}\n${findingTable(findings)}\n`);
    }
  }
  if (isConsole) {
    const { what, findings } = await consoleOf(folder, rows ?? LARGE);
    searches.push({ what, findings });
    print(`${what}\n${findingTable(findings)}\n`);
  }
  if (isBatch) {
    for (const part of [batchesOf, batchesOfPostgres]) {
      const { what, findings } = await part(folder, generator);
      searches.push({ what, findings });
      print(`${what}\n${findingTable(findings)}\n`);
    }
  }
  generator.stop();
  if (isSaved)
    save({ at: new Date().toISOString(), machine, rounds, comparisons, manyClients, findings, postgres, searches });
}

function save(results: object): void {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('latest.json', folder), `${JSON.stringify(results, null, 2)}\n`);
}

await main(options()).catch((error: Error) => fail(error.stack ?? error.message));
