/**
 * Runs the tests on a Citus cluster: `npm run check:citus`; with files after `--`, only those.
 *
 * It starts a coordinator and two workers with an installed PostgreSQL that has the extension. `CITUS_ARCHIVE` names a
 * tar archive of the extension, which is unpacked to `/` first. PostgreSQL must not be older than the minor version for
 * which the extension was built: 15.18 refuses one that 15.20 loads.
 */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { CLUSTER_VARIABLE, citusPrograms } from '../tests/harness/citus.ts';
import { runEngine } from './suite-engine.ts';

/** Tests that have nothing to do with a cluster. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'tests/sqlite/*': 'the other engine',
  'tests/once/*': 'what depends on no engine',
  'tests/console/*': 'what the console shows depends on no engine',
  'tests/postgres/kills.test.ts':
    'starts a server of its own; tests/cluster/kills.test.ts kills the nodes of a cluster',
  'tests/postgres/reused-number.test.ts':
    'starts a server of its own; on a cluster no number of a transaction is trusted',
  'tests/postgres/import-statistics.test.ts': 'reads the statistics of one server; the coordinator has none of a node',
  'tests/postgres/start.test.ts': 'tries wrong passwords; the nodes of these tests ask for none',
  'tests/service/doctor.test.ts': 'clones a database for each finding; a cluster keeps processes in what is cloned',
  'tests/postgres/search-plans.test.ts': 'looks at the plans of one server; the coordinator shows none of a node',
};

const { CITUS_ARCHIVE } = process.env;
if (CITUS_ARCHIVE !== undefined) execFileSync('tar', ['xzf', CITUS_ARCHIVE, '-C', '/'], { stdio: 'inherit' });
if (citusPrograms() === undefined) {
  console.error(
    'There is no PostgreSQL with Citus on this machine; CITUS_ARCHIVE can name an archive of the extension.',
  );
  process.exit(1);
}

process.env[CLUSTER_VARIABLE] = 'on';
const given = process.argv.slice(2);
const leftOut = new Set(globSync(Object.keys(LEFT_OUT)));
const files = globSync(given.length > 0 ? given : 'tests/*/*.test.ts').filter((file) => !leftOut.has(file));
const { tests, passed, skipped, problems } = await runEngine(
  'postgres',
  files.sort().map((file) => resolve(file)),
  given.length > 0,
);
if (given.length === 0) {
  console.log('\nLeft out:');
  for (const [what, why] of Object.entries(LEFT_OUT)) console.log(`  ${what}: ${why}.`);
}
for (const problem of problems) console.error(`✖ ${problem}`);
console.log(`\n${passed} of ${tests} tests passed on the cluster, ${skipped} were skipped.`);
process.exitCode = passed + skipped === tests && problems.length === 0 ? 0 : 1;
