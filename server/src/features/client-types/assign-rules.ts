/** Giving a client-type to many customers, and taking it away: what changes, and what undoes it. Pure. */
import { MAX_CLIENT_TYPES } from '../../../../sdk/src/contract/customers.ts';
import { foldCase } from '../../http/wire/text.ts';

export type Action = 'add' | 'remove';

/** The numbers of the first and the last of consecutive changes. */
export type Range = readonly [first: number, last: number];

/** What was done, in enough detail to undo it. */
export interface Done {
  readonly action: Action;
  readonly ranges: readonly Range[];
}

const isCalled = (name: string) => {
  const key = foldCase(name);
  return (tag: string): boolean => foldCase(tag) === key;
};

/** The client-types of a customer after an action; `undefined` if it leaves them as they are. */
export function tagsAfter(before: readonly string[], action: Action, name: string): readonly string[] | undefined {
  const isIt = isCalled(name);
  if (before.some(isIt) === (action === 'add')) return undefined;
  return action === 'add' ? [...before, name] : before.filter((tag) => !isIt(tag));
}

/** Would a customer get more client-types than are allowed? One who has too many may lose some. */
export const isTooMany = (before: readonly string[], after: readonly string[]): boolean =>
  after.length > before.length && after.length > MAX_CLIENT_TYPES;

export const opposite = (action: Action): Action => (action === 'add' ? 'remove' : 'add');

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((tag, at) => tag === other[at]);

/** What a customer had before the action that made this change; `undefined` if something else made it. */
export function undone(
  [before, after]: readonly [readonly string[], readonly string[]],
  action: Action,
  name: string,
): { before: readonly string[]; after: readonly string[] } | undefined {
  const expected = tagsAfter(before, action, name);
  return expected !== undefined && isSame(expected, after) ? { before, after } : undefined;
}

/** The client-types of a customer after an undo; what others changed meanwhile stays. */
export function tagsUndone(
  now: readonly string[],
  { before, after }: { before: readonly string[]; after: readonly string[] },
  action: Action,
  name: string,
): readonly string[] | undefined {
  return isSame(now, after) ? before : tagsAfter(now, opposite(action), name);
}

/** Adds the number of a change to ascending ranges. */
export function addNumber(ranges: readonly Range[], number: number): readonly Range[] {
  const last = ranges.at(-1);
  return last !== undefined && last[1] === number - 1
    ? [...ranges.slice(0, -1), [last[0], number]]
    : [...ranges, [number, number]];
}

export const encodeUndo = (done: Done): string => Buffer.from(JSON.stringify(done)).toString('base64url');

/** Decodes an `undo`; `undefined` if we did not issue it. It grants nothing: the caller may do all that it does. */
export function decodeUndo(text: string): Done | undefined {
  try {
    const { action, ranges } = JSON.parse(Buffer.from(text, 'base64url').toString());
    const isRange = (range: unknown): boolean =>
      Array.isArray(range) && range.length === 2 && range.every((number) => Number.isSafeInteger(number) && number > 0);
    const isGood = (action === 'add' || action === 'remove') && Array.isArray(ranges) && ranges.every(isRange);
    return isGood ? { action, ranges } : undefined;
  } catch {
    return undefined;
  }
}
