/**
 * The `Idempotency-Key` of a request, and the fingerprint by which two requests are told apart. Pure, except that it
 * throws refusals.
 */
import { createHash } from 'node:crypto';
import { ProblemError } from '../problem.ts';

const BARE = /^[\x21-\x7e]{1,255}$/;
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/** The key, sent as a structured field (`"abc"`) or bare (`abc`). */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.startsWith('"') ? QUOTED.exec(header)?.[1]?.replaceAll(/\\(["\\])/g, '$1') : header;
  if (key !== undefined && BARE.test(key)) return key;
  const message = 'The Idempotency-Key header must be 1 to 255 visible characters of ASCII, in quotes or without.';
  throw new ProblemError('bad-request', { message });
}

/** No endpoint reads anything nested this deep. */
const DEEPEST = 8;

/** The same text for the same JSON, whatever the order of its members. */
function canonical(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member, depth + 1)}`).join()}}`;
}

/** A digest of the parts of a request. */
export const fingerprintOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(canonical(parts)).digest('base64url');
