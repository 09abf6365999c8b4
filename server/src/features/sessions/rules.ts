/** Sessions on the wire, and what a password may be. Pure. */

import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { Session } from '../../../../sdk/src/contract/session.ts';
import type { SignedIn, Workplace } from '../../http/caller.ts';
import { foldCase } from '../../http/wire/text.ts';

/** The longest that a session lasts. */
export const MAX_SESSION_MS = 7 * 86_400_000;

type Preferences = Session['preferences'];

/** What the console remembers for somebody who never set anything. */
const unset: Preferences = { language: null, theme: null, density: null, columns: [], client: null };

/** The preferences after some of them were set; an empty text clears one. */
export function mergePreferences(kept: string, sent: Readonly<Record<string, unknown>>): string {
  const changed = Object.entries(sent).map(([name, value]) => [name, value === '' ? null : value]);
  return JSON.stringify({ ...JSON.parse(kept), ...Object.fromEntries(changed) });
}

const utc = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

export function presentSession(session: SignedIn): Session {
  return {
    staffId: String(session.staffId),
    email: session.email,
    name: session.name,
    hasPassword: session.passwordHash !== null,
    csrfToken: session.csrfToken,
    expiresAt: utc(session.createdAt + MAX_SESSION_MS),
    clients: [...session.clients].sort((a, b) => a.title.localeCompare(b.title, 'nl')).map(presentClient),
    preferences: { ...unset, ...JSON.parse(session.preferences) },
  };
}

const presentClient = ({ clientName, title, role, scopes, timeZone, nameOrder, clientTypes }: Workplace) => ({
  name: clientName,
  title,
  role,
  scopes: [...scopes],
  timeZone,
  nameOrder,
  locale: nameOrder === 'be' ? ('nl-BE' as const) : ('nl-NL' as const),
  clientTypes,
});

export const presentLink = (
  { email, name }: { email: string; name: string },
  { purpose, expiresAt }: { purpose: 'password' | 'sign-in'; expiresAt: number },
) => ({ email, name, purpose, expiresAt: utc(expiresAt) });

const MIN_DISTINCT_CHARACTERS = 5;

/** Why a password is too easy to guess. The contract's fields limit its length. */
export function checkPassword(field: string, password: string, email: string): Violation[] {
  const isWeak = foldCase(password) === foldCase(email) || new Set(password).size < MIN_DISTINCT_CHARACTERS;
  const message = `The ${field} field must not be the e-mail address, nor a few characters repeated.`;
  return isWeak ? [{ field, code: 'weak', message }] : [];
}
