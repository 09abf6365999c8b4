/** What a cookie or a one-time link holds: 256 random bits, of which the database keeps a hash. Pure. */
import { createHash, createHmac, randomBytes } from 'node:crypto';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const makeToken = (): string => randomBytes(32).toString('base64url');

/** The hash by which a token is found; `undefined` if the text is not a token. */
export const hashToken = (text: string): string | undefined =>
  TOKEN.test(text) ? createHash('sha256').update(text).digest('hex') : undefined;

/** The CSRF token, which only a page of ours can show: it is derived from the session, and does not reveal it. */
export const csrfTokenOf = (token: string): string => createHmac('sha256', token).update('csrf').digest('base64url');
