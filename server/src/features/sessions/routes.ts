/** The endpoints of sessions. */
import { endpoints } from '../../../../sdk/src/contract/index.ts';
import type { Session } from '../../../../sdk/src/contract/session.ts';
import type { Store } from '../../db/store.ts';
import type { SignedIn, Visitor } from '../../http/caller.ts';
import type { Serve } from '../../http/endpoint.ts';
import { Reply } from '../../http/operation.ts';
import { cookieHeader } from '../../http/wire/browser.ts';
import { setPreferences as keepPreferences } from '../staff/queries.ts';
import { readLink } from './links.ts';
import { deleteSession, deleteSessionsOf } from './queries.ts';
import { MAX_SESSION_MS, mergePreferences, presentLink, presentSession } from './rules.ts';
import { findSession } from './sessions.ts';
import { changePassword, memberOf, redeemLink, signIn } from './writes.ts';

export function sessionRoutes(serve: Serve): void {
  const { session: at } = endpoints;

  serve(at.get, async ({ key }) => presentSession(key.session));

  serve(at.signIn, async ({ store, key, values }) =>
    started(store, key, await signIn(store, values.email ?? '', values.password ?? '', key)),
  );

  serve(at.signOut, async ({ store, key }) => {
    await store.writeInstallation((tx) => tx.run(deleteSession, key.session));
    return ended(key);
  });

  serve(at.signOutEverywhere, async ({ store, key }) => {
    await store.writeInstallation((tx) => tx.run(deleteSessionsOf, key.session));
    return ended(key);
  });

  serve(at.changePassword, async ({ store, key, values }) =>
    started(store, key, await changePassword(store, values, key)),
  );

  serve(at.setPreferences, async ({ store, key, values }) => {
    const preferences = await store.writeInstallation(async (tx) => {
      const merged = mergePreferences((await memberOf(tx, key.session.staffId)).preferences, values);
      await tx.run(keepPreferences, { staffId: key.session.staffId, preferences: merged });
      return merged;
    });
    return presentSession({ ...key.session, preferences });
  });

  serve(at.readLink, async ({ store, values }) => {
    const link = await readLink(store, values.token ?? '');
    return presentLink(await store.readInstallation((tx) => memberOf(tx, link.staffId)), link);
  });

  serve(at.redeemLink, async ({ store, key, values }) =>
    started(store, key, await redeemLink(store, values.token ?? '', values.password, key)),
  );
}

/** Returns a session that has just begun, and lets the browser keep it. */
async function started(store: Store, { visit }: Visitor, token: string): Promise<Reply<Session>> {
  const session = (await findSession(store, token)) as SignedIn;
  const headers = { 'set-cookie': cookieHeader(visit, token, MAX_SESSION_MS / 1000) };
  return new Reply(presentSession(session), undefined, { headers });
}

const ended = ({ visit }: Visitor): Reply<undefined> =>
  new Reply(undefined, undefined, { headers: { 'set-cookie': cookieHeader(visit, '', 0) } });
