/** Sessions: who is signed in where, and until when. */
import type { Store } from '../../db/store.ts';
import type { InstallationTransaction } from '../../db/transaction/installation.ts';
import type { SignedIn } from '../../http/caller.ts';
import type { StaffClientRow } from '../staff/queries.ts';
import { scopesOf } from '../staff/rules.ts';
import {
  deleteOldLinks,
  deleteOldSessions,
  deleteSession,
  insertSession,
  type SessionRow,
  sessionByHash,
  touchSession,
} from './queries.ts';
import { MAX_SESSION_MS } from './rules.ts';
import { csrfTokenOf, hashToken, makeToken } from './tokens.ts';

/** A session ends after this long without use, and in any case after MAX_SESSION_MS. */
const MAX_IDLE_MS = 12 * 3_600_000;
/** How often the use of a session is recorded, at most. */
const RECORD_USE_EVERY_MS = 5 * 60_000;

const limits = (now: number) => ({ createdAfter: now - MAX_SESSION_MS, usedAfter: now - MAX_IDLE_MS });

/** The session of a token. It is read at each request, so that ending it anywhere takes effect at once everywhere. */
export async function findSession(store: Store, token: string): Promise<SignedIn | undefined> {
  const tokenHash = hashToken(token);
  if (tokenHash === undefined) return undefined;
  const rows = await store.readInstallation((tx) => tx.all(sessionByHash, { tokenHash, ...limits(Date.now()) }));
  const [first] = rows;
  return first && signedIn(token, tokenHash, first, rows);
}

function signedIn(token: string, tokenHash: string, row: SessionRow, rows: readonly StaffClientRow[]): SignedIn {
  const { staffId, email, name, passwordHash, preferences, createdAt, usedAt } = row;
  const clients = rows.map((one) => ({ ...one, scopes: scopesOf[one.role] }));
  const member = { staffId, email, name, passwordHash, preferences };
  return { ...member, createdAt, usedAt, token, tokenHash, csrfToken: csrfTokenOf(token), clients };
}

/** Records that a session is in use; nobody waits for it. */
export function noteUse(store: Store, { tokenHash, usedAt }: SignedIn): void {
  const now = Date.now();
  if (now - usedAt < RECORD_USE_EVERY_MS) return;
  // If it cannot be written now, the next request tries again.
  store.writeInstallation((tx) => tx.run(touchSession, { tokenHash, now })).catch(() => {});
}

/** Begins a session with a new token, and ends the one that the browser had; deletes expired ones. */
export async function beginSession(
  tx: InstallationTransaction,
  staffId: number,
  before: SignedIn | undefined,
): Promise<string> {
  const now = Date.now();
  await tx.run(deleteOldSessions, limits(now));
  await tx.run(deleteOldLinks, { now });
  if (before !== undefined) await tx.run(deleteSession, before);
  const token = makeToken();
  await tx.run(insertSession, { tokenHash: hashToken(token) as string, staffId, now });
  return token;
}
