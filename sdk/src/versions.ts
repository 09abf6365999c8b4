/** Which version of a customer an answer showed: its `ETag`, kept beside the object that the answer became. */
const versions = new WeakMap<object, string>();

export function keepVersion(record: unknown, etag: string | null): void {
  if (typeof record === 'object' && record !== null && etag !== null) versions.set(record, etag);
}

/** The version that a customer or its client-types had when they were answered; nothing of a copy, or of a record of a list. */
export function versionOf(record: object): string | undefined {
  return versions.get(record);
}

/** The `If-Match` for a version, or for what was answered. */
export function ifMatchOf(version: string | object): string {
  const etag = typeof version === 'string' ? version : versionOf(version);
  if (etag === undefined)
    throw new TypeError('ifMatch takes a customer or a list of client-types as it was answered, or its version');
  return etag;
}
