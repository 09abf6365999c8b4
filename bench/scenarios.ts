/** The scenarios: foyer against the ceiling, in turns, on copies of the same data. */
import type { Generator } from './generator.ts';
import { assertSameAnswers } from './parity.ts';
import { type ScenarioName, targetOf } from './requests.ts';
import type { Twins } from './seed.ts';
import { type Server, startCeiling, startFoyer } from './server.ts';

type Aims = Readonly<Record<ScenarioName, number>>;

/** The share of the ceiling that Foyer should reach at least. */
export const aims: Readonly<Record<'sqlite' | 'postgres', Aims>> = {
  sqlite: { get: 0.85, findByEmail: 0.85, export: 1.2, update: 2, create: 3 },
  postgres: { get: 0.8, findByEmail: 0.8, export: 0.8, update: 2, create: 2 },
};

export interface Rounds {
  readonly count: number;
  readonly seconds: number;
}

interface Measure {
  /** Requests a second; for an export, bytes. */
  readonly speed: number;
  readonly cpuMicroseconds: number;
}

export interface Comparison {
  readonly scenario: ScenarioName;
  readonly ceiling: Measure;
  readonly foyer: Measure;
  /** The median of the rounds' ratios: both turns of a round see the same state of the machine. */
  readonly ratio: number;
  readonly aim: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value below which a given share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const medianOf = (measures: readonly Measure[]): Measure => ({
  speed: median(measures.map((one) => one.speed)),
  cpuMicroseconds: median(measures.map((one) => one.cpuMicroseconds)),
});

/** One turn of one server. */
export async function measure(
  server: Server,
  generator: Generator,
  scenario: ScenarioName,
  seconds: number,
): Promise<Measure> {
  const before = server.cpuMicroseconds();
  const connections = scenario === 'export' ? 1 : 32;
  const seen = await generator.run({ scenario, target: targetOf(server), connections, seconds, rate: 0 });
  const used = server.cpuMicroseconds() - before;
  const speed = (scenario === 'export' ? seen.bytes : seen.requests) / seen.seconds;
  return { speed, cpuMicroseconds: used / seen.requests };
}

/** Two servers in turns, after a warm-up round that does not count. */
export async function inTurns(
  servers: readonly [Server, Server],
  generator: Generator,
  scenario: ScenarioName,
  rounds: Rounds,
): Promise<{ first: Measure; second: Measure; ratio: number }> {
  for (const server of servers) await measure(server, generator, scenario, rounds.seconds);
  const first: Measure[] = [];
  const second: Measure[] = [];
  for (let round = 0; round < rounds.count; round += 1) {
    first.push(await measure(servers[0], generator, scenario, rounds.seconds));
    second.push(await measure(servers[1], generator, scenario, rounds.seconds));
  }
  const ratios = second.map((one, round) => one.speed / (first[round]?.speed ?? Number.NaN));
  return { first: medianOf(first), second: medianOf(second), ratio: median(ratios) };
}

export async function compare(
  data: Twins,
  generator: Generator,
  scenarios: readonly ScenarioName[],
  rounds: Rounds,
  aimOf: Aims = aims.sqlite,
): Promise<Comparison[]> {
  const ceiling = await startCeiling(data.ceiling);
  const foyer = await startFoyer(data.foyer);
  await assertSameAnswers(ceiling, foyer);
  const comparisons: Comparison[] = [];
  for (const scenario of scenarios) {
    const { first, second, ratio } = await inTurns([ceiling, foyer], generator, scenario, rounds);
    comparisons.push({ scenario, ceiling: first, foyer: second, ratio, aim: aimOf[scenario] });
  }
  await Promise.all([ceiling.stop(), foyer.stop()]);
  return comparisons;
}
