/** Where a page ended, as text that says nothing to others, and fits only the filters that it was made for. Pure. */
import { createHash } from 'node:crypto';
import type { Key } from './orders.ts';

export interface Cursor {
  readonly key: Key;
  /** Were typing errors allowed for? They still are, whatever was written meanwhile. */
  readonly isWidened: boolean;
}

/** What a cursor is bound to: the filters and the order. */
export const bindingOf = (filters: unknown): string =>
  createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 12);

export const encodeCursor = ({ key, isWidened }: Cursor, binding: string): string =>
  Buffer.from(JSON.stringify([binding, isWidened, ...key])).toString('base64url');

/** `undefined` when the text is no cursor, or one for other filters. */
export function decodeCursor(
  text: string,
  binding: string,
  members: readonly ('number' | 'string')[],
): Cursor | undefined {
  const [bound, isWidened, ...key] = parse(text);
  const fits =
    bound === binding &&
    typeof isWidened === 'boolean' &&
    key.length === members.length + 1 &&
    ['number', ...members].every((type, at) => typeof key[at] === type);
  return fits ? { key: key as unknown as Key, isWidened } : undefined;
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
