/** Lists as sent by callers whose language or format has none. Pure. */
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import type { Body } from './body.ts';

/** The members of an object within a body, with its lists as lists. */
export const withListsIn = (fields: Fields, object: object): Readonly<Record<string, unknown>> => {
  const members: Readonly<Record<string, unknown>> = { ...object };
  return withLists(fields, { object: members, isForm: false, valuesOf: (name) => Object.values(members[name] ?? {}) });
};

/** The members of a body, with its lists as lists. */
export function withLists(
  fields: Fields,
  body: Pick<Body, 'object' | 'isForm' | 'valuesOf'>,
): Readonly<Record<string, unknown>> {
  let { object } = body;
  for (const name in fields) {
    const kind = fields[name]?.kind;
    if ((kind !== 'names' && kind !== 'numbers') || !Object.hasOwn(object, name)) continue;
    const list = listOf(object[name], name, body);
    if (list !== undefined) object = { ...object, [name]: list };
  }
  return object;
}

function listOf(
  sent: unknown,
  name: string,
  { isForm, valuesOf }: Pick<Body, 'isForm' | 'valuesOf'>,
): unknown[] | undefined {
  if (isForm && (sent === '' || (Array.isArray(sent) && sent.length === 1 && sent[0] === ''))) return [];
  return isNumbered(sent) ? valuesOf(name) : undefined;
}

/** The object that PHP makes of a list with holes: `{"0": "a", "2": "b"}`. */
const isNumbered = (sent: unknown): boolean =>
  typeof sent === 'object' &&
  sent !== null &&
  !Array.isArray(sent) &&
  Object.keys(sent).every((key) => /^\d+$/.test(key));
