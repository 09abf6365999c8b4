/** Staff members sign in and work: by password, by one-time link, at one client or several. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addMember, changeRole, linkFor, removeMember } from '../../server/src/features/staff/writes.ts';
import { makeStaff, openBrowser, PASSWORD, signedIn } from '../harness/browser.ts';
import { eventsOf } from '../harness/events.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };

test('a link sets a password and signs in; the password signs in from then on', async () => {
  const { client } = await foyer.client({ name: 'links', title: 'Links Theatre', nameOrder: 'be' });
  const email = 'Sanne@theater.example';
  const { token = '', staffId } = await addMember(foyer.app.store, {
    email,
    client,
    role: 'editor',
    name: 'Sanne de Vries',
  });
  const browser = openBrowser(foyer.url);
  await assert.rejects(browser.session.get(), { code: 'unauthorized', status: 401 });
  const link = await browser.session.readLink({ token });
  assert.deepEqual([link.email, link.name, link.purpose], [email, 'Sanne de Vries', 'password']);

  const session = await browser.session.redeemLink({ token, password: PASSWORD });
  const { csrfToken, expiresAt, ...rest } = session;
  assert.deepEqual(rest, {
    staffId: String(staffId),
    email,
    name: 'Sanne de Vries',
    hasPassword: true,
    clients: [
      {
        name: client,
        title: 'Links Theatre',
        role: 'editor',
        scopes: ['customers:read', 'exports:read', 'customers:write'],
        timeZone: 'Europe/Amsterdam',
        nameOrder: 'be',
        locale: 'nl-BE',
        clientTypes: 'open',
      },
    ],
    preferences: { language: null, theme: null, density: null, columns: [], client: null },
  });
  assert.match(csrfToken, /^[\w-]{43}$/);
  assert.match(expiresAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  const other = openBrowser(foyer.url);
  await other.session.signIn({ email: 'SANNE@theater.example', password: PASSWORD });
  assert.equal((await other.session.get()).email, email);
});

test('a sign-in link signs in, and leaves the password as it is', async () => {
  const { client } = await foyer.client();
  const email = await makeStaff(foyer, client, 'viewer');
  const token = await linkFor(foyer.app.store, email, 'sign-in');
  const browser = openBrowser(foyer.url);
  assert.equal((await browser.session.readLink({ token })).purpose, 'sign-in');
  await browser.session.redeemLink({ token });
  await openBrowser(foyer.url).session.signIn({ email, password: PASSWORD });
});

test('who came by a sign-in link and has no password sets one without an old one', async () => {
  const { client } = await foyer.client();
  const email = 'nopassword@theater.example';
  await addMember(foyer.app.store, { email, client, role: 'viewer' });
  const browser = openBrowser(foyer.url);
  const session = await browser.session.redeemLink({ token: await linkFor(foyer.app.store, email, 'sign-in') });
  assert.equal(session.hasPassword, false);
  const changed = await browser.session.changePassword({ newPassword: PASSWORD });
  assert.equal(changed.hasPassword, true);
  await openBrowser(foyer.url).session.signIn({ email, password: PASSWORD });
});

test('a password must be long enough, and no easy guess; a link that it refuses can be used again', async () => {
  const { client } = await foyer.client();
  const email = 'a.very.long.address@theater.example';
  const { token = '' } = await addMember(foyer.app.store, { email, client, role: 'viewer' });
  const { session } = openBrowser(foyer.url);
  for (const [password, code] of [
    [undefined, 'required'],
    ['kort', 'min'],
    ['x'.repeat(129), 'max'],
    ['ababababababab', 'weak'],
    [email.toUpperCase(), 'weak'],
  ] as const) {
    await assert.rejects(
      session.redeemLink({ token, ...(password === undefined ? {} : { password }) }),
      (error: never) => {
        const { violations } = error as { violations: readonly { field: string; code: string }[] };
        assert.deepEqual(
          violations.map((one) => [one.field, one.code]),
          [['password', code]],
        );
        return true;
      },
    );
  }
  await session.redeemLink({ token, password: PASSWORD });
});

test('the same person works at several clients, in a role at each', async () => {
  const [one, two, three] = [await foyer.client(), await foyer.client(), await foyer.client()];
  const email = await makeStaff(foyer, one.client, 'viewer');
  assert.equal((await addMember(foyer.app.store, { email, client: two.client, role: 'editor' })).token, undefined);
  const browser = openBrowser(foyer.url);
  const { clients } = await browser.session.signIn({ email, password: PASSWORD });
  assert.deepEqual(
    clients.map(({ name, role }) => [name, role]),
    [
      [one.client, 'viewer'],
      [two.client, 'editor'],
    ],
  );
  const input = { ...person, email: 'jan@x.nl' };
  await assert.rejects(browser.foyer(one.client).customers.create(input), { code: 'missing-scope' });
  assert.equal((await browser.foyer(two.client).customers.create(input)).customerId, 1);
  await assert.rejects(browser.foyer(three.client).customers.get({ customerId: 1 }), { code: 'wrong-client' });
});

test('changes name the staff member, in the history, the feed and after they have left', async () => {
  const key = await foyer.client();
  const email = await makeStaff(foyer, key.client, 'editor', { name: 'Mo el Idrissi' });
  const nameless = await makeStaff(foyer, key.client, 'editor');
  const ids: string[] = [];
  for (const [at, address] of [email, nameless].entries()) {
    const browser = openBrowser(foyer.url);
    ids.push((await browser.session.signIn({ email: address, password: PASSWORD })).staffId);
    const { customers } = browser.foyer(key.client);
    if (at === 0) await customers.create({ ...person, email: 'jan@x.nl' });
    else await customers.update({ customerId: 1, customerCity: 'Zwolle' });
  }
  const { customers, changes } = foyer.sdk(key);
  await customers.update({ customerId: 1, customerCity: 'Deventer' });
  await removeMember(foyer.app.store, email, key.client);
  const expected = [
    { key: null, staff: ids[0], label: 'Mo el Idrissi' },
    { key: null, staff: ids[1], label: nameless },
    { key: String(key.keyId), staff: null, label: 'test' },
  ];
  const feed = await changes.list();
  assert.deepEqual(
    feed.changes.map(({ by }) => by),
    expected,
  );
  const history = await Array.fromAsync(changes.history({ customerId: 1 }));
  assert.deepEqual(
    history.map(({ by }) => by),
    expected.toReversed(),
  );
});

test('preferences are kept for the person, one by one', async () => {
  const { client } = await foyer.client();
  const browser = await signedIn(foyer, client, 'viewer');
  await browser.session.setPreferences({ language: 'en', theme: 'dark', columns: ['name', 'customerCity'] });
  await browser.session.setPreferences({ theme: 'light', density: 'compact', client });
  const other = openBrowser(foyer.url);
  const { preferences } = await other.session.signIn({ email: browser.email, password: PASSWORD });
  const columns = ['name', 'customerCity'];
  assert.deepEqual(preferences, { language: 'en', theme: 'light', density: 'compact', columns, client });
  const forgotten = await browser.session.setPreferences({ client: '', columns: [] });
  assert.deepEqual([forgotten.preferences.client, forgotten.preferences.columns], [null, []]);
  const { preferences: none } = await browser.session.setPreferences({ language: null, theme: null, density: null });
  assert.deepEqual(none, { language: null, theme: null, density: null, columns: [], client: null });
  await assert.rejects(browser.session.setPreferences({ theme: 'pink' as 'dark' }), { code: 'validation' });
});

test('signing out ends this session; signing out everywhere ends all', async () => {
  const { client } = await foyer.client();
  const first = await signedIn(foyer, client, 'viewer');
  const others = [openBrowser(foyer.url), openBrowser(foyer.url)] as const;
  for (const { session } of others) await session.signIn({ email: first.email, password: PASSWORD });
  await first.session.signOut();
  assert.equal(first.cookies.size, 0, 'the browser has forgotten it');
  await assert.rejects(first.session.get(), { code: 'unauthorized' });
  await others[0].session.get();
  await others[1].session.signOutEverywhere();
  for (const { session } of others) await assert.rejects(session.get(), { code: 'unauthorized' });
});

test('another password ends all other sessions; the old one must be known', async () => {
  const { client } = await foyer.client();
  const browser = await signedIn(foyer, client, 'viewer');
  const other = openBrowser(foyer.url);
  await other.session.signIn({ email: browser.email, password: PASSWORD });
  const before = new Map(browser.cookies);
  const newPassword = 'een heel andere zin';
  for (const currentPassword of ['not it at all', '']) {
    await assert.rejects(browser.session.changePassword({ currentPassword, newPassword }), (error: never) => {
      const { violations } = error as { violations: readonly { field: string; code: string }[] };
      assert.deepEqual([violations[0]?.field, violations[0]?.code], ['currentPassword', 'incorrect']);
      return true;
    });
  }
  await browser.session.changePassword({ currentPassword: PASSWORD, newPassword });
  assert.notDeepEqual(browser.cookies, before, 'the session has another name');
  await browser.session.get();
  await assert.rejects(other.session.get(), { code: 'unauthorized' });
  const { session } = openBrowser(foyer.url);
  await assert.rejects(session.signIn({ email: browser.email, password: PASSWORD }), { code: 'sign-in-failed' });
  await session.signIn({ email: browser.email, password: newPassword });
});

test('another role, and leaving, end the sessions', async () => {
  const key = await foyer.client();
  const browser = await signedIn(foyer, key.client, 'editor');
  await changeRole(foyer.app.store, browser.email, key.client, 'viewer');
  await assert.rejects(browser.session.get(), { code: 'unauthorized' });
  const [client] = (await browser.session.signIn({ email: browser.email, password: PASSWORD })).clients;
  assert.equal(client?.role, 'viewer');
  await removeMember(foyer.app.store, browser.email, key.client);
  await assert.rejects(browser.session.get(), { code: 'unauthorized' });
  const signIn = { email: browser.email, password: PASSWORD };
  await assert.rejects(browser.session.signIn(signIn), { code: 'sign-in-failed' });
});

test('a session ends when it is not used for 12 hours, and after 7 days in any case', async () => {
  const { client } = await foyer.client();
  const hour = 3_600_000;
  for (const [column, ms] of [
    ['used_at', 12 * hour],
    ['created_at', 168 * hour],
  ] as const) {
    const browser = await signedIn(foyer, client, 'viewer');
    const { staffId } = await browser.session.get();
    const age = (by: number) =>
      foyer.database.rows(`update staff_session set ${column} = ${Date.now() - by} where staff_id = ${staffId}`);
    await age(ms - hour / 2);
    await browser.session.get();
    await age(ms + 1);
    await assert.rejects(browser.session.get(), { code: 'unauthorized' }, column);
  }
});

test('events come to a session, and end with it; they do not keep it', async () => {
  const key = await foyer.client();
  const browser = await signedIn(foyer, key.client, 'viewer');
  const { staffId } = await browser.session.get();
  const path = `/v1/${key.client}/peppered/change?after=now`;
  const response = await browser.fetch(path, { headers: { accept: 'text/event-stream' } });
  assert.equal(response.status, 200);
  const events = eventsOf(response);
  await foyer.sdk(key).customers.create({ ...person, email: 'jan@x.nl' });
  const first = await events.next();
  assert.match(String(JSON.stringify(first.value)), /jan@x\.nl/);

  const hour = 3_600_000;
  const of = `where staff_id = ${staffId}`;
  await foyer.database.rows(`update staff_session set used_at = ${Date.now() - 12 * hour + 3000} ${of}`);
  // A reader of events does not keep the session alive: it expires during the stream.
  for (;;) {
    const next = await events.next().catch(() => ({ done: true }));
    if (next.done) break;
  }
  await assert.rejects(browser.session.get(), { code: 'unauthorized' });
});
