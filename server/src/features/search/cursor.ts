/**
 * Where a page ended, as an opaque text. It holds what the page was ordered by, such as the name of a visitor, so it is
 * sealed (AES-256-GCM) with the client's secret. It is valid only for the filters that it was made for, and cannot be
 * forged.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Key } from './orders.ts';

export interface Cursor {
  readonly key: Key;
  /** Were typing errors allowed? Then they still are, whatever was written meanwhile. */
  readonly isWidened: boolean;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keyOf = (secret: string): Buffer => Buffer.from(secret, 'hex');

/** `binding` is the client, the filters and the order, as text; `secret` 32 bytes in hexadecimal. */
export function sealCursor({ key, isWidened }: Cursor, binding: string, secret: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(secret), nonce).setAAD(Buffer.from(binding));
  const sealed = [cipher.update(JSON.stringify([isWidened, ...key])), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64url');
}

/** `undefined` if the text is not a cursor, or one for other filters, or of another client. */
export function openCursor(text: string, binding: string, secret: string): Cursor | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, keyOf(secret), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(binding))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    const [isWidened, ...key] = JSON.parse(plain.toString());
    return { isWidened, key };
  } catch {
    return undefined;
  }
}
