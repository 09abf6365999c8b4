/**
 * Checks that no line is longer than 120 columns, comments and prose included: `npm run check:lines`. Left out are what
 * is generated, JSON, and lines that cannot be broken.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const COLUMNS = 120;
const KINDS = ['ts', 'tsx', 'js', 'css', 'md', 'yml', 'yaml', 'sql', 'service', 'conf'];

/** A row of a table in Markdown. */
const isRow = (file: string, line: string): boolean => file.endsWith('.md') && line.startsWith('|');

/** The answer to a command, as a page shows it. */
const isAnswer = (file: string, line: string): boolean => file.endsWith('.md') && line.startsWith('{"');

/** A URL, or the name of a series of Prometheus: there is no place to break it. */
const isOneWord = (line: string): boolean => line.split(/\s+/).some((word) => word.length > COLUMNS - 20);

const files = execFileSync('git', ['ls-files', ...KINDS.map((kind) => `*.${kind}`)], { encoding: 'utf8' });
let long = 0;
for (const file of files.split('\n').filter((name) => name !== '')) {
  for (const [at, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    // In characters, as an editor counts them.
    const { length } = [...line];
    if (length <= COLUMNS || isRow(file, line) || isAnswer(file, line) || isOneWord(line)) continue;
    console.error(`${file}:${at + 1} has ${length} columns.`);
    long += 1;
  }
}
console.log(`${long} lines are longer than ${COLUMNS} columns.`);
process.exitCode = long === 0 ? 0 : 1;
