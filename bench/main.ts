/** `npm run bench`: how fast the service is, beside the least that could do the same, and what a million customers cost. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killGenerators, startGenerator } from './generator.ts';
import { measureLarge } from './large.ts';
import { type Options, readOptions, usage } from './options.ts';
import { comparisonTable, findingTable } from './report.ts';
import { compare } from './scenarios.ts';
import { killServers } from './server.ts';

const CUSTOMERS = 100_000;
const LARGE = 1_000_000;
/** Whatever happens, the benchmark is over by then. */
const LIMIT_MS = 15 * 60_000;

const folder = mkdtempSync(join(tmpdir(), 'foyer-bench-'));
process.once('exit', () => {
  killServers();
  killGenerators();
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

async function main({ scenarios, rounds, isLarge, isSaved }: Options): Promise<void> {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, Node ${process.version}`;
  print(`${machine}; median of ${rounds.count} rounds of ${rounds.seconds} s, 32 connections\n`);
  const generator = startGenerator();
  const comparisons = scenarios.length > 0 ? await compare(folder, CUSTOMERS, generator, scenarios, rounds) : [];
  if (scenarios.length > 0) print(`${CUSTOMERS.toLocaleString('en')} customers\n${comparisonTable(comparisons)}\n`);
  const findings = isLarge ? await measureLarge(folder, LARGE, generator, rounds) : [];
  if (isLarge) print(`${LARGE.toLocaleString('en')} customers\n${findingTable(findings)}\n`);
  generator.stop();
  if (isSaved) save({ at: new Date().toISOString(), machine, rounds, comparisons, findings });
}

function save(results: object): void {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('latest.json', folder), `${JSON.stringify(results, null, 2)}\n`);
}

await main(options()).catch((error: Error) => fail(error.stack ?? error.message));
