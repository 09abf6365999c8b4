/** How a session begins: by a password, by a one-time link, by a change of password. */

import type { Store } from '../../db/store.ts';
import type { InstallationTransaction } from '../../db/transaction/installation.ts';
import type { SignedIn, Visitor } from '../../http/caller.ts';
import { ProblemError, validationProblem } from '../../http/problem.ts';
import { keyOfEmail } from '../../http/wire/email.ts';
import { clientsOfMember, type MemberRow, memberByEmail, memberById, setPassword } from '../staff/queries.ts';
import { enterAttempt, forgiveAccount } from './attempts.ts';
import { findLink } from './links.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { deleteLinksOf, deleteSessionsOf } from './queries.ts';
import { checkPassword } from './rules.ts';
import { beginSession } from './sessions.ts';

const failed = (): ProblemError =>
  new ProblemError('sign-in-failed', { headers: { 'www-authenticate': 'Session realm="foyer"' } });

export async function memberOf(tx: InstallationTransaction, staffId: number): Promise<MemberRow> {
  const [member] = await tx.all(memberById, { staffId });
  if (member === undefined) throw new Error('There is no such staff member');
  return member;
}

/** Signs somebody in; returns the token of the session. */
export async function signIn(store: Store, email: string, password: string, by: Visitor): Promise<string> {
  const emailKey = keyOfEmail(email);
  await enterAttempt(store, emailKey, by.visit.address);
  const [member] = await store.readInstallation((tx) => tx.all(memberByEmail, { emailKey }));
  const isRight = await isPassword(password, member?.passwordHash ?? null);
  if (member === undefined || !isRight) throw failed();
  return store.writeInstallation(async (tx) => {
    // The password may have been changed, or the person removed, while it was checked.
    const now = await memberOf(tx, member.staffId);
    const clients = await tx.all(clientsOfMember, member);
    if (now.passwordHash !== member.passwordHash || clients.length === 0) throw failed();
    await forgiveAccount(tx, emailKey);
    return beginSession(tx, member.staffId, by.session);
  });
}

/** Sets a new password, ends every session of the person, and begins a new one. */
export async function changePassword(
  store: Store,
  { currentPassword, newPassword = '' }: { currentPassword?: string; newPassword?: string },
  { visit, session }: Visitor & { session: SignedIn },
): Promise<string> {
  const { staffId, email, passwordHash } = session;
  if (passwordHash !== null) {
    await enterAttempt(store, keyOfEmail(email), visit.address);
    if (!(await isPassword(currentPassword ?? '', passwordHash))) throw incorrect();
  }
  const violations = checkPassword('newPassword', newPassword, email);
  if (violations.length > 0) throw validationProblem(violations);
  const changed = await hashPassword(newPassword);
  return store.writeInstallation(async (tx) => {
    if ((await memberOf(tx, staffId)).passwordHash !== passwordHash) throw incorrect();
    await forgiveAccount(tx, keyOfEmail(email));
    return startAnew(tx, staffId, changed);
  });
}

const incorrect = (): ProblemError =>
  validationProblem([
    {
      field: 'currentPassword',
      code: 'incorrect',
      message: 'The currentPassword field must be the current password.',
    },
  ]);

/** Uses a one-time link up, and begins a session. Of two simultaneous uses, one succeeds. */
export async function redeemLink(
  store: Store,
  token: string,
  password: string | undefined,
  by: Visitor,
): Promise<string> {
  const { staffId, purpose } = await store.readInstallation((tx) => findLink(tx, token));
  const { email } = await store.readInstallation((tx) => memberOf(tx, staffId));
  const passwordHash = purpose === 'password' ? await newPassword(password, email) : undefined;
  return store.writeInstallation(async (tx) => {
    await findLink(tx, token);
    await tx.run(deleteLinksOf, { staffId });
    await forgiveAccount(tx, keyOfEmail(email));
    return passwordHash === undefined ? beginSession(tx, staffId, by.session) : startAnew(tx, staffId, passwordHash);
  });
}

async function newPassword(password: string | undefined, email: string): Promise<string> {
  if (!password)
    throw validationProblem([
      { field: 'password', code: 'required', message: 'The password field is required: this link sets one.' },
    ]);
  const violations = checkPassword('password', password, email);
  if (violations.length > 0) throw validationProblem(violations);
  return hashPassword(password);
}

/** Anyone who knew the old password, or has a session by it, is signed out. */
async function startAnew(tx: InstallationTransaction, staffId: number, passwordHash: string): Promise<string> {
  await tx.run(setPassword, { staffId, passwordHash });
  await tx.run(deleteSessionsOf, { staffId });
  await tx.run(deleteLinksOf, { staffId });
  return beginSession(tx, staffId, undefined);
}
