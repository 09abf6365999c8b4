/** Lists as sent by callers whose language or format has none. Pure. */
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import type { Body } from './body.ts';

/** The members of a body, with its lists as lists. */
export function withLists(fields: Fields, body: Body): Readonly<Record<string, unknown>> {
  let { object } = body;
  for (const name in fields) {
    if (fields[name]?.kind !== 'names' || !Object.hasOwn(object, name)) continue;
    const list = listOf(object[name], name, body);
    if (list !== undefined) object = { ...object, [name]: list };
  }
  return object;
}

function listOf(sent: unknown, name: string, { isForm, valuesOf }: Body): unknown[] | undefined {
  if (isForm && (sent === '' || (Array.isArray(sent) && sent.length === 1 && sent[0] === ''))) return [];
  return isNumbered(sent) ? valuesOf(name) : undefined;
}

/** The object that PHP makes of a list with holes: `{"0": "a", "2": "b"}`. */
const isNumbered = (sent: unknown): boolean =>
  typeof sent === 'object' &&
  sent !== null &&
  !Array.isArray(sent) &&
  Object.keys(sent).every((key) => /^\d+$/.test(key));
