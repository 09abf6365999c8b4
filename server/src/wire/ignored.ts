/** The header that tells a caller which fields of its body were ignored. */
const MAX_NAMES = 20;
/** Callers refuse responses whose headers are long: undici at 16 KiB. */
const MAX_LENGTH = 4096;

/** The value of `Foyer-Ignored-Fields`, or nothing when there is none to name. */
export function ignoredFields(sent: readonly string[], known: object): string | undefined {
  const names = new Set<string>();
  let length = 0;
  for (const name of sent) {
    if (Object.hasOwn(known, name)) continue;
    const encoded = encodeName(name);
    if (names.has(encoded)) continue;
    length += encoded.length + 1;
    if (names.size === MAX_NAMES || length > MAX_LENGTH) break;
    names.add(encoded);
  }
  return names.size === 0 ? undefined : [...names].join(',');
}

/** Percent-encodes what a header or this list cannot hold as it is. */
const encodeName = (name: string): string =>
  name.toWellFormed().replace(/[^!#$&'*+\-.^_`|~0-9A-Za-z[\]():/?@{}<>=;]/gu, encodeURIComponent);
