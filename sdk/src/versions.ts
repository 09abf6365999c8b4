/** Which version of a customer an answer showed: its `ETag`, kept with the object made from the answer. */
const versions = new WeakMap<object, string>();

export function keepVersion(record: unknown, etag: string | null): void {
  if (typeof record === 'object' && record !== null && etag !== null) versions.set(record, etag);
}

/** The version of a customer or its client-types in an answer; `undefined` for a copy, or for a record of a list. */
export function versionOf(record: object): string | undefined {
  return versions.get(record);
}

/** The `If-Match` for a version, or for an answer. */
export function ifMatchOf(version: string | object): string {
  const etag = typeof version === 'string' ? version : versionOf(version);
  if (etag === undefined)
    throw new TypeError('ifMatch takes a customer or a list of client-types as it was answered, or its version');
  return etag;
}
