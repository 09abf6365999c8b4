/** The header that tells a caller which fields of its body were ignored. */
import type { Fields } from '../../../../sdk/src/contract/field.ts';
import type { Body } from './body.ts';

const MAX_NAMES = 20;
/** Callers refuse responses whose headers are long: undici at 16 KiB. */
const MAX_LENGTH = 4096;

/**
 * The value of `Foyer-Ignored-Fields`; `undefined` if there is none to name. A field of a record in a list is
 * `customers.lastChanged`.
 */
export function ignoredFields({ object, names: sent }: Body, known: Fields): string | undefined {
  const names = new Set<string>();
  let length = 0;
  for (const name of [...unknown(sent(), known), ...unknownWithin(object, known)]) {
    const encoded = encodeName(name);
    if (names.has(encoded)) continue;
    length += encoded.length + 1;
    if (names.size === MAX_NAMES || length > MAX_LENGTH) break;
    names.add(encoded);
  }
  return names.size === 0 ? undefined : [...names].join(',');
}

const unknown = (sent: readonly string[], known: Fields): string[] =>
  sent.filter((name) => !Object.hasOwn(known, name));

function unknownWithin(object: Body['object'], known: Fields): Set<string> {
  const found = new Set<string>();
  for (const [name, field] of Object.entries(known)) {
    const records = object[name];
    if (field.kind !== 'records' || !Array.isArray(records)) continue;
    for (const record of records.filter((one) => typeof one === 'object')) {
      for (const own in record) {
        if (found.size === MAX_NAMES) return found;
        if (!Object.hasOwn(field.fields, own)) found.add(`${name}.${own}`);
      }
    }
  }
  return found;
}

/** Percent-encodes what a header or this list cannot hold. */
const encodeName = (name: string): string =>
  name.toWellFormed().replace(/[^!#$&'*+\-.^_`|~0-9A-Za-z[\]():/?@{}<>=;]/gu, encodeURIComponent);
