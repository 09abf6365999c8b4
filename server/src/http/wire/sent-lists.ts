/** Lists as a form sends them, which has no empty one, and none of records. Pure. */
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import type { Body } from './body.ts';

/** Can a form hold all these fields? It has no list of records. */
export const fitForm = (fields: Fields): boolean => Object.values(fields).every((field) => field.kind !== 'records');

/** The members of a body; a list in a form whose one item is empty is the empty list. */
export function withLists(fields: Fields, { object, isForm }: Body): Readonly<Record<string, unknown>> {
  if (!isForm) return object;
  const isEmpty = (name: string) => {
    const kind = fields[name]?.kind;
    return (kind === 'names' || kind === 'numbers') && isEmptyItem(object[name]);
  };
  const empty = Object.keys(fields).filter((name) => Object.hasOwn(object, name) && isEmpty(name));
  return { ...object, ...Object.fromEntries(empty.map((name) => [name, []])) };
}

const isEmptyItem = (sent: unknown): boolean =>
  sent === '' || (Array.isArray(sent) && sent.length === 1 && sent[0] === '');
