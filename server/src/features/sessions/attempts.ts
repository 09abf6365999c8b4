/**
 * Makes guessing passwords slow: limits the attempts in 15 minutes on one account, and from one network address.
 * An unknown e-mail address is counted like an account, so that nobody learns which ones exist.
 */
import { createHash } from 'node:crypto';
import type { Store } from '../../db/store.ts';
import type { InstallationTransaction } from '../../db/transaction/installation.ts';
import { ProblemError } from '../../http/problem.ts';
import { networkOf } from '../../http/wire/network.ts';
import { attemptsOf, countAttempt, forgetAttempts, forgetOldAttempts } from './queries.ts';

const WINDOW_MS = 15 * 60_000;
const MAX_ACCOUNT_ATTEMPTS = 10;
const MAX_ADDRESS_ATTEMPTS = 50;

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The subjects for which an attempt counts. */
function subjectsOf(emailKey: string, address: string): readonly { subject: string; most: number }[] {
  return [
    { subject: `account:${hashed(emailKey)}`, most: MAX_ACCOUNT_ATTEMPTS },
    { subject: `address:${hashed(networkOf(address))}`, most: MAX_ADDRESS_ATTEMPTS },
  ];
}

/**
 * Counts an attempt before the password is checked, so that many at once are counted too; rejects if there were too
 * many.
 */
export async function enterAttempt(store: Store, emailKey: string, address: string): Promise<void> {
  const subjects = subjectsOf(emailKey, address);
  // A flood of attempts causes no writes.
  await store.readInstallation((tx) => refuseTooMany(tx, subjects));
  await store.writeInstallation(async (tx) => {
    const now = Date.now();
    await tx.run(forgetOldAttempts, { until: now - WINDOW_MS });
    await refuseTooMany(tx, subjects);
    for (const { subject } of subjects) await tx.run(countAttempt, { subject, now });
  });
}

async function refuseTooMany(tx: InstallationTransaction, subjects: ReturnType<typeof subjectsOf>): Promise<void> {
  for (const { subject, most } of subjects) {
    const [row] = await tx.all(attemptsOf, { subject });
    const leftMs = row === undefined ? 0 : row.since + WINDOW_MS - Date.now();
    if (row === undefined || row.attempts < most || leftMs <= 0) continue;
    const seconds = Math.ceil(leftMs / 1000);
    throw new ProblemError('too-many-requests', {
      limit: 'sign-in',
      message:
        'There were too many attempts to sign in. ' +
        `Try again in ${Math.ceil(seconds / 60)} minutes, or ask for a one-time link.`,
      headers: { 'retry-after': String(seconds) },
    });
  }
}

/** Somebody signed in: earlier failures no longer count for the account. */
export async function forgiveAccount(tx: InstallationTransaction, emailKey: string): Promise<void> {
  const [account] = subjectsOf(emailKey, '');
  if (account !== undefined) await tx.run(forgetAttempts, account);
}
