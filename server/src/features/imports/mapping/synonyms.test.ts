/** The table of names in docs/imports.md is the one by which columns are recognised. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { synonyms } from './synonyms.ts';

const rows = Object.entries(synonyms)
  .filter(([, names]) => names.length > 0)
  .map(([target, names]) => `| \`${target}\` | ${names.join(', ')} |`);

test('the names of columns in the documentation are those that are known', async () => {
  const page = await readFile(new URL('../../../../../docs/imports.md', import.meta.url), 'utf8');
  const table = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.replaceAll(/ +/g, ' '));
  assert.deepEqual(table, rows, rows.join('\n'));
});
