/** Sets of customers, small and large: the same members as sets of JavaScript would have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IdSet } from './id-set.ts';
import { allOf, FewIds, fewOf, type Members } from './members.ts';

const LAST = 300;
const ids = fc.uniqueArray(fc.integer({ min: 1, max: LAST }), { maxLength: LAST });
const sorted = (all: Iterable<number>): number[] => [...all].sort((a, b) => a - b);
const arrayOf = (all: Iterable<number>): Int32Array => Int32Array.from(sorted(all));

function setOf(all: Iterable<number>): IdSet {
  const set = new IdSet(LAST);
  set.addAll(arrayOf(all));
  return set;
}

/** A list as numbers or as a set, and the customers that changed since it was read: some of them are in it now. */
const lists = fc
  .tuple(ids, fc.array(fc.tuple(ids, fc.boolean(), ids), { minLength: 1, maxLength: 4 }))
  .map(([changedIds, drawn]) => {
    const changed = new Map(changedIds.map((id) => [id, {}]));
    return drawn.map(([read, isSet, here]): { members: Members; holds: (id: number) => boolean } => {
      const come = new Set(here.filter((id) => changed.has(id)));
      const members = { read: isSet ? setOf(read) : arrayOf(read), changed, come };
      return { members, holds: (id) => (changed.has(id) ? come.has(id) : read.includes(id)) };
    });
  });

test('a few customers are told apart by whether they are in one of the lists', () => {
  fc.assert(
    fc.property(ids, lists, (all, drawn) => {
      const few = new FewIds(arrayOf(all));
      const [inOne, inNone] = few.split(drawn.map(({ members }) => members));
      const isInOne = (id: number): boolean => drawn.some(({ holds }) => holds(id));
      assert.deepEqual([...inOne], sorted(all.filter(isInOne)));
      assert.deepEqual([...inNone], sorted(all.filter((id) => !isInOne(id))));
    }),
  );
});

test('the members of lists are the same as a few numbers and as a set', () => {
  fc.assert(
    fc.property(lists, (drawn) => {
      const members = drawn.map((one) => one.members);
      const all = Array.from({ length: LAST }, (_, at) => at + 1).filter((id) => drawn.some(({ holds }) => holds(id)));
      assert.deepEqual([...fewOf(members)], all);
      const set = allOf(members, LAST);
      assert.deepEqual([...set], all);
      assert.equal(set.size, all.length);
    }),
  );
});

test('a set counts its members after each change', () => {
  fc.assert(
    fc.property(ids, ids, ids, (one, other, added) => {
      const set = setOf(one);
      assert.equal(set.size, one.length);
      for (const id of added) set.add(id);
      const both = new Set([...one, ...added]);
      assert.deepEqual([...set.toArray()], sorted(both));
      const copy = new IdSet(LAST);
      copy.addAll(set);
      assert.equal(copy.size, both.size);
      copy.addAll(setOf(other));
      assert.deepEqual([copy.size, [...copy]], [both.union(new Set(other)).size, sorted(both.union(new Set(other)))]);
      copy.leaveOut(set);
      assert.deepEqual(
        [copy.size, [...copy]],
        [sorted(new Set(other).difference(both)).length, sorted(new Set(other).difference(both))],
      );
      set.keep(setOf(other));
      const kept = both.intersection(new Set(other));
      assert.deepEqual([set.size, [...set]], [kept.size, sorted(kept)]);
      for (const id of kept) set.remove(id);
      assert.equal(set.size, 0);
    }),
  );
});

test('a few customers become a set, and are sought in one', () => {
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      const few = new FewIds(arrayOf(one));
      assert.deepEqual([...few.toSet(LAST)], sorted(one));
      assert.deepEqual([...few.within(setOf(other))], sorted(one.filter((id) => other.includes(id))));
      for (let id = 0; id <= LAST + 1; id += 1) assert.equal(few.has(id), one.includes(id));
    }),
  );
});
