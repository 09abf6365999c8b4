/**
 * A search that very many customers match, as by one letter, without reading who they all are: the first page is among
 * those changed last, and how many match is estimated by a sample. Reading the lists would take from a tenth of a
 * second to a second among a million.
 */

import type { Candidate } from './candidate.ts';
import { type Condition, fits } from './conditions.ts';
import type { Lists } from './index-lists.ts';
import { candidatesOf, type Listing, listingOf, type Question } from './ordered-pages.ts';
import type { Key, Placed } from './orders.ts';
import { rankOf, type Term } from './terms.ts';

/** Longer beginnings match few. */
const LONGEST_START = 2;
/** With fewer, the lists are read in less time. */
const BROAD = 70_000;
const SAMPLE = 400;
/** How many customers are examined for a page at most, and how many at least at a time. */
const MOST_EXAMINED = 1500;
const FEWEST_EXAMINED = 50;
const MOST_KEPT = 3000;

/** The listing of a question that so many match; for others `undefined`. */
export async function glanceOf(lists: Lists, question: Question): Promise<Listing | undefined> {
  const { conditions, terms } = question;
  if (terms === undefined || lists.last < BROAD || terms.every(isLong)) return undefined;
  if (conditions.every((one) => lists.areKept(one.lists))) return undefined;
  const sample = await lists.remember('sample', () => sampleOf(lists));
  const matching = sample.filter((one) => doFit(conditions, one));
  const count = (lists.last * matching.length) / sample.length;
  if (count < BROAD) return undefined;
  const ofFirstClass = matching.filter((one) => rankOf(terms, one.words) === 1).length / sample.length;
  return {
    count: Number(count.toPrecision(2)),
    isExact: false,
    async page(after, limit, without) {
      const isNear = (after === undefined || after[0] === 1) && limit <= ofFirstClass * MOST_EXAMINED;
      const chunk = Math.max(FEWEST_EXAMINED, Math.ceil((1.3 * limit) / ofFirstClass));
      const placed = isNear ? await recent(lists, question, chunk, after, limit, without) : undefined;
      if (placed !== undefined) return { placed, resume: undefined };
      return (await listingOf(lists, question)).page(after, limit, without);
    },
  };
}

const doFit = (conditions: readonly Condition[], one: Candidate): boolean =>
  conditions.every((condition) => fits(condition, one));

const isLong = ({ starts }: Term): boolean => starts.every((start) => start.length > LONGEST_START);

/** Customers at equal distances: the numbers of customers say nothing of their names. */
function sampleOf(lists: Lists): Promise<Candidate[]> {
  const step = lists.last / SAMPLE;
  return candidatesOf(
    lists,
    Array.from({ length: SAMPLE }, (_, at) => 1 + Math.floor(at * step)),
  );
}

/** The next of class 1 after a key, by examining the customers changed last; `undefined` if these are too few. */
async function recent(
  lists: Lists,
  { conditions, terms = [] }: Question,
  chunk: number,
  after: Key | undefined,
  limit: number,
  without: ReadonlySet<number>,
): Promise<Placed[] | undefined> {
  const placed: Placed[] = [];
  let before = after === undefined ? Number.MAX_SAFE_INTEGER : -Number(after[1]);
  for (let examined = 0; examined < MOST_EXAMINED; examined += chunk) {
    const { found } = await lists.before(before, chunk, (id) => !without.has(id));
    const candidates = await lastChanged(
      lists,
      found.map(({ customerId }) => customerId),
    );
    for (const { customerId, changeNumber } of found) {
      const one = candidates.get(customerId);
      if (one === undefined || !doFit(conditions, one) || rankOf(terms, one.words) !== 1) continue;
      if (placed.push({ customerId, key: [1, -changeNumber] }) === limit) return placed;
    }
    const last = found.at(-1);
    if (last === undefined || found.length < chunk) return undefined;
    before = last.changeNumber;
  }
  return undefined;
}

/** Customers by number. Every broad search examines the same ones, so they are kept; what changed since is known. */
async function lastChanged(lists: Lists, ids: readonly number[]): Promise<Map<number, Candidate>> {
  const kept = await lists.remember('last changed', async () => new Map<number, Candidate>());
  const found = new Map<number, Candidate>();
  for (const id of ids) {
    const one = lists.changed.get(id) ?? kept.get(id);
    if (one !== undefined) found.set(id, one);
  }
  const unknown = await candidatesOf(
    lists,
    ids.filter((id) => !found.has(id)),
  );
  if (kept.size > MOST_KEPT) kept.clear();
  for (const one of unknown) {
    kept.set(one.customerId, one);
    found.set(one.customerId, one);
  }
  return found;
}
