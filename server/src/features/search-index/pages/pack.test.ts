import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Entry, type Page, pagesOf } from './pack.ts';

/** Words that begin with the same letter, many of them alike: of few letters, one of which takes two code units. */
const words = fc
  .uniqueArray(
    fc.array(fc.constantFrom('a', 'b', 'é', '𝒜', '𝒞'), { maxLength: 12 }).map((letters) => `𝒜${letters.join('')}`),
    { maxLength: 1000, size: 'max' },
  )
  .map((all) => all.sort());

const entriesOf = (all: readonly string[]): Entry[] =>
  all.map((word, at) => [word, at % 3 === 0 ? `${at},7` : `${at}`]);

/** What is found for a beginning, as the search asks for it: pages that go on where it ends, and those on the way. */
function beginningWith(pages: readonly Page[], start: string): string[] {
  return pages.flatMap((page) => {
    if (page.start.startsWith(start)) return page.words.split('\n');
    return start.startsWith(page.start) ? page.words.split('\n').filter((word) => word.startsWith(start)) : [];
  });
}

test('each word is in one page, which begins with its start, and no two have the same', () => {
  fc.assert(
    fc.property(words, (all) => {
      fc.pre(all.length > 0);
      const entries = entriesOf(all);
      const pages = [...pagesOf(entries)];
      assert.equal(new Set(pages.map(({ start }) => start)).size, pages.length);
      const packed = pages.flatMap((page) => {
        const numbers = page.numbers.split('\n');
        return page.words.split('\n').map((word, at): Entry => [word, numbers[at] ?? '']);
      });
      assert.deepEqual(
        packed.toSorted(([a], [b]) => (a < b ? -1 : 1)),
        entries,
      );
      for (const { start, words: lines } of pages) {
        // A letter that takes two code units is not cut.
        assert(start.isWellFormed());
        for (const word of lines.split('\n')) assert(word.startsWith(start));
      }
      for (const start of ['𝒜', '𝒜a', '𝒜ab', '𝒜𝒜', '𝒜abé', all[0] ?? '', all.at(-1) ?? ''])
        assert.deepEqual(
          beginningWith(pages, start).sort(),
          all.filter((word) => word.startsWith(start)),
        );
    }),
  );
});

test('many words are packed in few pages, none of them too long', () => {
  const all = Array.from({ length: 10_000 }, (_, at) => `visitor${(at * 7919) % 10_007}`).sort();
  const pages = [...pagesOf(entriesOf(all))];
  assert(pages.length < 400, `${pages.length}`);
  for (const page of pages) assert(page.words.split('\n').length <= 128);
});
