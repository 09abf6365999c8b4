/**
 * Runs the tests on each engine, one after the other: `npm run test:suite`. `ENGINE=sqlite` or `ENGINE=postgres` before
 * it runs them on one; with files after `--`, only those. PostgreSQL is started for them, unless `TEST_DATABASE_URL`
 * names an existing server, as its superuser.
 */
import { globSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { runEngine } from './suite-engine.ts';
import { counted } from './suite-report.ts';

const engines = ['sqlite', 'postgres'];
const { ENGINE } = process.env;
const given = process.argv.slice(2);
if (ENGINE !== undefined && !engines.includes(ENGINE)) {
  console.error(`ENGINE is "${ENGINE}"; give ${engines.join(' or ')}, or nothing to have both.`);
  process.exit(2);
}

/** The files that take longest come first: none of them is left to one worker at the end. */
const LONGEST = ['kills', 'copy', 'durability', 'stop', 'silence', 'mirror', 'webhook-lease', 'worst-texts'];
const rank = (file: string): number => {
  const at = LONGEST.indexOf(basename(file, '.test.ts'));
  return at < 0 ? LONGEST.length : at;
};
const byLength = (one: string, other: string): number => rank(one) - rank(other) || (one < other ? -1 : 1);

/** The folder of `tests/` that a file stands in. */
const folderOf = (file: string): string => basename(dirname(file));
/**
 * The folders that do not concern an engine: those of the other, what needs a cluster, and, except for the first
 * engine, what depends on neither.
 */
const notOn = (engine: string): string[] => [
  'cluster',
  ...engines.filter((one) => one !== engine),
  ...(engine === engines[0] ? [] : ['once']),
];

const began = performance.now();
let [tests, passed, faults] = [0, 0, 0];
const each: string[] = [];
for (const engine of ENGINE === undefined ? engines : [ENGINE]) {
  console.log(`\nThe tests on ${engine}:`);
  const all = [
    'tests/*/*.test.ts',
    // What does not depend on the engine is run once.
    ...(engine === engines[0] ? ['server/src/**/*.test.ts'] : []),
  ];
  const elsewhere = notOn(engine);
  const files = globSync(given.length > 0 ? given : all).filter(
    (file) => given.length > 0 || !elsewhere.includes(folderOf(file)),
  );
  files.sort(byLength);
  const result = await runEngine(
    engine,
    files.map((file) => resolve(file)),
    given.length > 0,
  );
  for (const problem of result.problems) console.error(`✖ ${engine}: ${problem}`);
  tests += result.tests;
  passed += result.passed;
  faults += result.problems.length;
  each.push(`${result.tests} on ${engine}`);
  if (result.isStopped) break;
}
const seconds = Math.round((performance.now() - began) / 1000);
const time = `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
const failed = tests - passed;
const said = failed > 0 ? `${failed} of ${tests} tests did not pass` : `All ${tests} tests passed`;
const more = faults > 0 ? `The run has ${counted(faults, 'fault')} of its own (see above). ` : '';
console.log(`\n${more}${said}: ${each.join(', ')}, in ${time}.`);
process.exitCode = failed === 0 && faults === 0 ? 0 : 1;
