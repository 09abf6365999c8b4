/**
 * The words of the console: both languages have all of them, with the same placeholders, and the sources use all and no
 * others.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { en } from '../../console/src/words/en.ts';
import { nl } from '../../console/src/words/nl.ts';

type Tree = { readonly [name: string]: string | Tree };

const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[path + name, value]] : leaves(value, `${path}${name}.`),
  );
const dutch = new Map(leaves(nl));
const english = new Map(leaves(en));

const folder = fileURLToPath(new URL('../../console/src', import.meta.url));
const sources = globSync('**/*.{ts,tsx}', { cwd: folder }).filter((file) => !file.startsWith('words/'));
const text = sources.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
/** `t('customers.new')`, and ``t(`fields.${name}`)``, which stands for all that begin with this. */
const called = [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key = '']) => key);
const beginnings = [...text.matchAll(/\bt\(\s*`([\w.-]+)\$\{/g)].map(([, key = '']) => key);

/** Without the plural suffix. */
const base = (key: string): string => key.replace(/_(one|other)$/, '');
const places = (words: string): string[] => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).sort();

test('both languages have the same words, with the same places to fill', () => {
  assert.deepEqual([...english.keys()], [...dutch.keys()]);
  for (const [key, words] of dutch) assert.deepEqual(places(english.get(key) ?? ''), places(words), key);
});

test('every word that the sources ask for is there', () => {
  const known = new Set([...dutch.keys()].map(base));
  assert.ok(called.length > 100, 'the sources are read');
  assert.deepEqual(
    [...new Set(called)].filter((key) => !known.has(key)),
    [],
  );
  for (const beginning of beginnings)
    assert.ok(
      [...known].some((key) => key.startsWith(beginning)),
      beginning,
    );
});

test('every word is used', () => {
  const used = new Set(called);
  const isUsed = (key: string) => used.has(key) || beginnings.some((beginning) => key.startsWith(beginning));
  assert.deepEqual(
    [...new Set([...dutch.keys()].map(base))].filter((key) => !isUsed(key)),
    [],
  );
});

test('the words are plain: no exclamation marks, straight quotes or dots instead of an ellipsis', () => {
  for (const [key, words] of [...dutch, ...english]) assert.doesNotMatch(words, /!|"|'|\.\.\./, key);
});
