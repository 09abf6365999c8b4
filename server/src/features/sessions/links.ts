/** One-time links, by which somebody sets a password or signs in. */

import type { Store } from '../../db/store.ts';
import type { InstallationTransaction } from '../../db/transaction/installation.ts';
import { ProblemError } from '../../http/problem.ts';
import { deleteLinksOf, insertLink, type LinkRow, linkByHash } from './queries.ts';
import type { LinkPurpose } from './tables.ts';
import { hashToken, makeToken } from './tokens.ts';

const GOOD_FOR_MS: Readonly<Record<LinkPurpose, number>> = { password: 3 * 86_400_000, 'sign-in': 3_600_000 };

/** Makes a link, which replaces earlier ones; returns its token, of which a hash is kept. */
export async function makeLink(tx: InstallationTransaction, staffId: number, purpose: LinkPurpose): Promise<string> {
  const token = makeToken();
  await tx.run(deleteLinksOf, { staffId });
  const expiresAt = Date.now() + GOOD_FOR_MS[purpose];
  await tx.run(insertLink, { tokenHash: hashToken(token) as string, staffId, purpose, expiresAt });
  return token;
}

/** The link of a token, if it can still be used; rejects if there is none. */
export async function findLink(tx: InstallationTransaction, token: string): Promise<LinkRow> {
  const tokenHash = hashToken(token);
  const [link] = tokenHash === undefined ? [] : await tx.all(linkByHash, { tokenHash, now: Date.now() });
  if (link === undefined) throw new ProblemError('link-used');
  return link;
}

export const readLink = (store: Store, token: string): Promise<LinkRow> =>
  store.readInstallation((tx) => findLink(tx, token));

/** Its address in the console. What follows the `#` is sent to no server, and to no page that is opened from there. */
export const linkUrl = (base: string, token: string): string => `${base}/console/link#${token}`;
