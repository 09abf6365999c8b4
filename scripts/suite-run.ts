/**
 * Runs test files on the engine that `ENGINE` names, in a process of its own (see suite-engine.ts), and reports the
 * result to its parent. `--all` prints every test.
 */
import { run } from 'node:test';
import { Report } from './suite-report.ts';

/** Far longer than anything in the suite takes: it is for tests that hang, whatever the machine. */
const HANGS_MS = 10 * 60_000;
/** More than most machines have spare cores: many tests wait. */
const WORKERS = 3;

/** The messages to the parent. */
export interface RunResult {
  readonly tests: number;
  readonly passed: number;
  readonly skipped: number;
  readonly problems: readonly string[];
}

const [mode, ...files] = process.argv.slice(2);
const report = new Report((text) => process.stdout.write(text), mode === '--all');

const watchdog = setTimeout(() => {
  console.error(`\n✖ No test has begun or ended for ${HANGS_MS / 60_000} minutes. These have not ended:`);
  for (const line of report.unfinished()) console.error(`  ${line}`);
  console.error('The run is broken off.');
  process.exit(1);
}, HANGS_MS);

// @types/node does not know this option yet.
const options: Parameters<typeof run>[0] & { globalSetupPath: string } = {
  files,
  concurrency: WORKERS,
  globalSetupPath: 'tests/harness/setup.ts',
};
for await (const event of run(options)) {
  watchdog.refresh();
  report.take(event);
}
clearTimeout(watchdog);
report.close();
const result: RunResult = { ...report.counts, problems: report.problems() };
process.send?.(result, () => process.disconnect?.());
