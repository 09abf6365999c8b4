/**
 * What JavaScript loses when it reads JSON, taken from the text again: the digits of a number, and the order of the
 * list that PHP writes as an object, `{"2": "b", "0": "a"}`, since JavaScript sorts such names. Only where a field may
 * have it: in a member of the body, in a list there, and in the records of such a list. Pure.
 */
import { itemsOf, membersOf } from './members.ts';
import { SentNumber } from './sent-number.ts';

/** No field has a longer list: the items of a longer one are not examined. */
const MOST_ITEMS = 1000;
/** No record has so many members; of one with more the text, which takes ten times as long to read, is passed over. */
export const MOST_MEMBERS = 1000;

/** Changes a value that is read from a text to what was meant; an object under numbers becomes a list. */
export function restore(object: Record<string, unknown>, text: string): Record<string, unknown> {
  for (const member in object) {
    // Most bodies have nothing to restore, and the text costs a second pass.
    if (hasLost(object[member])) return restoreMembers(object, text, hasLost, asSent);
  }
  return object;
}

function restoreMembers<T extends object>(
  object: T,
  text: string,
  isWanted: (value: unknown) => boolean,
  restored: (value: unknown, text: string) => unknown,
): T {
  const members = object as Record<string, unknown>;
  const names = Object.keys(object);
  // If a name is sent twice, the last value counts.
  const texts = names.length > MOST_MEMBERS ? undefined : new Map(membersOf(text));
  for (const name of names) {
    const value = members[name];
    if (isWanted(value)) members[name] = restored(value, texts?.get(name) ?? JSON.stringify(value));
  }
  return object;
}

function hasLost(value: unknown): boolean {
  if (!Array.isArray(value)) return isNumber(value) || isNumbered(value);
  return value.length <= MOST_ITEMS && value.some((item) => isNumber(item) || isRecordThatLost(item));
}

function asSent(value: unknown, text: string): unknown {
  if (isNumber(value)) return new SentNumber(text);
  if (!Array.isArray(value)) return itemsUnderNumbers(value as object, text, itemAsSent);
  return itemsOf(text).map((item, at) => itemAsSent(value[at], item));
}

function itemAsSent(item: unknown, text: string): unknown {
  if (isNumber(item)) return new SentNumber(text);
  return isRecordThatLost(item) ? restoreMembers(item, text, hasLostInRecord, ofRecordAsSent) : item;
}

const ofRecordAsSent = (value: unknown, text: string): unknown =>
  isNumber(value) ? new SentNumber(text) : itemsUnderNumbers(value as object, text, (item) => item);

/** The values of an object in the order sent; too many are refused, in whatever order. */
function itemsUnderNumbers(object: object, text: string, restored: (item: unknown, text: string) => unknown) {
  const items: unknown[] = Object.values(object);
  if (items.length > MOST_ITEMS) return items;
  return [...new Map(membersOf(text)).values()].map((item) => restored(JSON.parse(item), item));
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

const hasLostInRecord = (value: unknown): boolean => isNumber(value) || isNumbered(value);

/** Lists within a record are texts, or wrong. */
function isRecordThatLost(item: unknown): item is object {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  for (const name in item) if (hasLostInRecord(item[name as keyof typeof item])) return true;
  return false;
}

/** The object that PHP makes of a list with holes: `{"0": "a", "2": "b"}`. */
const isNumbered = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).every((key) => /^\d+$/.test(key));
