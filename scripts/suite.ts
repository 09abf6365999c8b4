/**
 * Runs the tests on each engine, one after the other: `npm run test:suite`. `ENGINE=sqlite` or `ENGINE=postgres` before it runs
 * them on one; files behind `--` are run alone. PostgreSQL is started for them, unless `TEST_DATABASE_URL` names a server that is there: as a superuser.
 */
import { spawnSync } from 'node:child_process';

const engines = ['sqlite', 'postgres'];
const { ENGINE } = process.env;
const files = process.argv.slice(2);
if (ENGINE !== undefined && !engines.includes(ENGINE)) {
  console.error(`ENGINE is "${ENGINE}"; give ${engines.join(' or ')}, or nothing to have both.`);
  process.exit(2);
}

const failed = (ENGINE === undefined ? engines : [ENGINE]).filter((engine) => {
  console.log(`\nThe tests on ${engine}:`);
  const options = ['--test', '--test-concurrency=2', '--test-global-setup=tests/harness/setup.ts'];
  const all = ['tests/*.test.ts', `tests/${engine}/*.test.ts`];
  const { status } = spawnSync(process.execPath, [...options, ...(files.length > 0 ? files : all)], {
    stdio: 'inherit',
    env: { ...process.env, ENGINE: engine },
  });
  return status !== 0;
});
if (failed.length > 0) console.error(`\nTests failed on ${failed.join(' and ')}.`);
process.exit(failed.length > 0 ? 1 : 0);
