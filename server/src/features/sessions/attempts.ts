/**
 * Guessing passwords is made slow: an account is tried so often in a quarter of an hour, and so often from one network address.
 * An address that nobody has is counted like an account, so that nobody learns which there are.
 */
import { createHash } from 'node:crypto';
import type { Store } from '../../db/store.ts';
import type { InstallationTransaction } from '../../db/transaction/installation.ts';
import { ProblemError } from '../../http/problem.ts';
import { networkOf } from '../../http/wire/network.ts';
import { attemptsOf, countAttempt, forgetAttempts, forgetOldAttempts } from './queries.ts';

const WINDOW_MS = 15 * 60_000;
const MOST_OF_ACCOUNT = 10;
const MOST_FROM_ADDRESS = 50;

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is counted of an attempt. */
function subjectsOf(emailKey: string, address: string): readonly { subject: string; most: number }[] {
  return [
    { subject: `account:${hashed(emailKey)}`, most: MOST_OF_ACCOUNT },
    { subject: `address:${hashed(networkOf(address))}`, most: MOST_FROM_ADDRESS },
  ];
}

/** Counts an attempt before the password is looked at, so that many at once are counted too; rejects when there were too many. */
export async function enterAttempt(store: Store, emailKey: string, address: string): Promise<void> {
  const subjects = subjectsOf(emailKey, address);
  // Who floods writes nothing.
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
      message: `There were too many attempts to sign in. Try again in ${Math.ceil(seconds / 60)} minutes, or ask for a one-time link.`,
      headers: { 'retry-after': String(seconds) },
    });
  }
}

/** Somebody got in: what was mistyped before no longer counts for the account. */
export async function forgiveAccount(tx: InstallationTransaction, emailKey: string): Promise<void> {
  const [account] = subjectsOf(emailKey, '');
  if (account !== undefined) await tx.run(forgetAttempts, account);
}
