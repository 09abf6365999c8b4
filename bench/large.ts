/** The service at a million customers: speed, memory, waiting and start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Generator, startGenerator } from './generator.ts';
import { targetOf } from './requests.ts';
import { inTurns, median, percentile, type Rounds } from './scenarios.ts';
import { type Seeded, seed } from './seed.ts';
import { type Server, startFoyer } from './server.ts';

/** One finding, with its upper or lower limit. */
export interface Finding {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim?: { readonly most: number } | { readonly least: number };
}

const SMALL = 10_000;
const STARTS = 5;
/** Until the garbage of the start is collected, as in an idle service. */
const IDLE_MS = 6000;
/** A light load: enough requests for a percentile, too few to cause the waiting. */
const LIGHT = { scenario: 'get', connections: 32, rate: 500 } as const;
const MIB = 1024 * 1024;

export async function measureLarge(
  folder: string,
  customers: number,
  generator: Generator,
  rounds: Rounds,
): Promise<Finding[]> {
  const large = await seed(`${folder}/large.db`, customers);
  const small = await seed(`${folder}/small.db`, SMALL);
  return [
    ...(await measureStart(large)),
    ...(await measureExport(large)),
    ...(await measurePatience(large, generator)),
    ...(await measureScale(large, small, generator, rounds)),
  ];
}

async function withServer<T>(data: Seeded, fn: (server: Server) => Promise<T>): Promise<T> {
  const server = await startFoyer(data);
  const result = await fn(server);
  await server.stop();
  return result;
}

async function measureStart(data: Seeded): Promise<Finding[]> {
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    starts.push(await withServer(data, async (server) => server.startMs));
  }
  const idle = await withServer(data, async (server) => {
    await sleep(IDLE_MS);
    return server.memory().now;
  });
  return [
    { what: 'start to ready', value: median(starts), unit: 'ms', aim: { most: 400 } },
    { what: 'memory when idle', value: idle / MIB, unit: 'MiB', aim: { most: 120 } },
  ];
}

async function measureExport(data: Seeded): Promise<Finding[]> {
  const generator = startGenerator();
  const findings = await withServer(data, async (server) => {
    const seen = await generator.run({
      scenario: 'export',
      target: targetOf(server),
      connections: 1,
      seconds: 0,
      rate: 0,
    });
    return [
      { what: 'whole export', value: seen.bytes / seen.seconds / 1e6, unit: 'MB/s' },
      { what: 'peak memory of it', value: server.memory().peak / MIB, unit: 'MiB', aim: { most: 200 } },
    ];
  });
  generator.stop();
  return findings;
}

/** How long a get waits while two others take everything. */
async function measurePatience(data: Seeded, generator: Generator): Promise<Finding[]> {
  const downloader = startGenerator();
  const findings = await withServer(data, async (server) => {
    const target = targetOf(server);
    const alone = await generator.run({ ...LIGHT, target, seconds: 4 });
    let isExporting = true;
    const exports = downloader.run({ scenario: 'export', target, connections: 2, seconds: 0, rate: 0 }).finally(() => {
      isExporting = false;
    });
    const beside: number[] = [];
    // Only requests made while both still ran count, so it runs in pieces that are short compared with an export.
    while (isExporting) {
      const seen = await generator.run({ ...LIGHT, target, seconds: 0.5 });
      if (isExporting) beside.push(...seen.latencies);
    }
    await exports;
    return [
      { what: 'get, alone, p99', value: percentile(alone.latencies, 0.99), unit: 'ms' },
      { what: 'get, beside two exports, p50', value: percentile(beside, 0.5), unit: 'ms' },
      { what: 'get, beside two exports, p99', value: percentile(beside, 0.99), unit: 'ms', aim: { most: 20 } },
      { what: 'peak memory of that', value: server.memory().peak / MIB, unit: 'MiB' },
    ];
  });
  downloader.stop();
  return findings;
}

async function measureScale(large: Seeded, small: Seeded, generator: Generator, rounds: Rounds): Promise<Finding[]> {
  return withServer(small, (atSmall) =>
    withServer(large, async (atLarge) => {
      const findings: Finding[] = [];
      for (const scenario of ['get', 'findByEmail'] as const) {
        const { ratio } = await inTurns([atSmall, atLarge], generator, scenario, rounds);
        const what = `${scenario}, of the speed at ${SMALL.toLocaleString('en')}`;
        findings.push({ what, value: ratio, unit: '×', aim: { least: 0.9 } });
      }
      return findings;
    }),
  );
}
