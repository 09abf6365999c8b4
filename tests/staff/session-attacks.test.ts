/** What an attacker would try against people who sign in. None of it works. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isAboveScope, type Scope } from '../../sdk/src/contract/endpoint.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { FoyerError } from '../../sdk/src/index.ts';
import { scopesOf } from '../../server/src/features/staff/rules.ts';
import type { StaffRole } from '../../server/src/features/staff/tables.ts';
import { addMember, linkFor } from '../../server/src/features/staff/writes.ts';
import { type Browser, makeStaff, openBrowser, PASSWORD, signedIn, signedInByLink } from '../harness/browser.ts';
import { clientEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { makeInstallation } from '../harness/installation.ts';
import { spawnFoyer } from '../harness/process.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const person = { customerFirstName: 'Jan', customerLastName: 'Pas' };
const json = { 'content-type': 'application/json' };

/** A client with the customer 1. */
async function seeded(): Promise<TestKey> {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create({ ...person, email: 'jan@x.nl', customerCity: 'Zwolle' });
  return key;
}

async function assertRefused(response: Response, status: number, code: string, about: string): Promise<void> {
  assert.equal(response.status, status, about);
  assert.match((await response.json()).type, new RegExp(`/${code}$`), about);
}

describe('a page of another site', () => {
  test('writes nothing with the cookie that the browser sends along, whatever it sends', async () => {
    const key = await seeded();
    const browser = await signedInByLink(foyer, key.client, 'admin');
    const path = `/v1/${key.client}/peppered/customer/1`;
    const csrf = { 'foyer-csrf-token': browser.session.csrfToken ?? assert.fail() };
    const city = JSON.stringify({ customerCity: 'Evil' });
    const form = new URLSearchParams({ customerCity: 'Evil' });
    const attempts: [about: string, code: string, init: RequestInit][] = [
      [
        'a form',
        'wrong-origin',
        { body: form, headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } },
      ],
      [
        'a neighbour',
        'wrong-origin',
        { body: form, headers: { origin: 'https://x.foyer.test', 'sec-fetch-site': 'same-site' } },
      ],
      [
        'an old browser',
        'wrong-origin',
        { body: form, headers: { origin: 'https://evil.example', 'sec-fetch-site': '' } },
      ],
      ['a page without an origin', 'wrong-origin', { body: form, headers: { origin: 'null', 'sec-fetch-site': '' } }],
      ['who says nothing', 'wrong-origin', { body: form, headers: { origin: '', 'sec-fetch-site': '' } }],
      [
        'one that has the token',
        'wrong-origin',
        { body: city, headers: { ...json, ...csrf, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } },
      ],
      ['one of ours without the token', 'csrf-token', { body: city, headers: json }],
      [
        'one of ours with a made-up token',
        'csrf-token',
        { body: city, headers: { ...json, 'foyer-csrf-token': 'A'.repeat(43) } },
      ],
    ];
    for (const [about, code, init] of attempts) {
      await assertRefused(await browser.fetch(path, { method: 'PUT', ...init }), 403, code, about);
    }
    assert.equal((await foyer.sdk(key).customers.get({ customerId: 1 })).customerCity, 'Zwolle');
    const good = await browser.fetch(path, { method: 'PUT', body: city, headers: { ...json, ...csrf } });
    assert.equal(good.status, 200, 'the console itself may');
  });

  test('reads nothing, and is not told that it may', async () => {
    const key = await seeded();
    const browser = await signedInByLink(foyer, key.client, 'admin');
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const path of ['/v1/session', `/v1/${key.client}/peppered/customer/1`]) {
      const response = await browser.fetch(path, { headers });
      assert.equal(response.headers.get('access-control-allow-credentials'), null);
      await assertRefused(response, 403, 'wrong-origin', path);
    }
  });

  test('cannot sign somebody in as somebody else', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    const token = await linkFor(foyer.app.store, email, 'sign-in');
    const victim = openBrowser(foyer.url);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const [path, fields] of [
      ['/v1/session', { email, password: PASSWORD }],
      ['/v1/session/link/redeem', { token }],
    ] as const) {
      const response = await victim.fetch(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
      await assertRefused(response, 403, 'wrong-origin', path);
    }
    assert.equal(victim.cookies.size, 0);
  });
});

test('session fixation: signing in makes another session, and what the browser had is no longer good', async () => {
  const key = await seeded();
  const attacker = await signedIn(foyer, key.client, 'viewer');
  const planted = attacker.cookies.get('foyer_session') ?? assert.fail();
  const victim = openBrowser(foyer.url);
  victim.cookies.set('foyer_session', planted);
  const email = await makeStaff(foyer, key.client, 'admin');
  await victim.session.signIn({ email, password: PASSWORD });
  assert.notEqual(victim.cookies.get('foyer_session'), planted);
  await assert.rejects(attacker.session.get(), { code: 'unauthorized' });

  for (const made of ['A'.repeat(43), 'x', '']) {
    const other = openBrowser(foyer.url);
    other.cookies.set('foyer_session', made);
    await other.session.signIn({ email, password: PASSWORD });
    assert.notEqual(other.cookies.get('foyer_session'), made, 'a name that somebody made up is never taken');
  }
});

test('over https the cookie is for https and this host only; a plain one does not stand in for it', async () => {
  await using secure = await startFoyer(undefined, { publicUrl: 'https://foyer.theatre.example' });
  const key = await secure.client();
  const email = 'secure@theater.example';
  await addMember(secure.app.store, { email, client: key.client, role: 'viewer' });
  const origin = { origin: 'https://foyer.theatre.example', 'sec-fetch-site': '' };
  const browser = openBrowser(secure.url);
  const token = await linkFor(secure.app.store, email, 'sign-in');
  const response = await browser.fetch('/v1/session/link/redeem', {
    method: 'POST',
    headers: { ...json, ...origin },
    body: JSON.stringify({ token }),
  });
  const [line = ''] = response.headers.getSetCookie();
  assert.match(line, /^__Host-foyer_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/);
  await browser.session.get();
  const value = browser.cookies.get('__Host-foyer_session') ?? assert.fail();
  const planted = await browser.fetch('/v1/session', { headers: { cookie: `foyer_session=${value}` } });
  assert.equal(planted.status, 401);

  const plain = await signedInByLink(foyer, (await foyer.client()).client, 'viewer');
  const [name] = [...plain.cookies.keys()];
  assert.equal(name, 'foyer_session');
});

for (const role of ['viewer', 'editor', 'admin'] as const satisfies StaffRole[]) {
  test(`a ${role} may call the endpoints of that role, and no other`, async () => {
    for (const { name, endpoint } of clientEndpoints) {
      const { scope, success, method, path, body } = endpoint;
      if (isAboveScope(scope)) continue;
      const key = await foyer.client();
      const sdk = foyer.sdk(key);
      if (success.status !== 201) {
        const { customerId } = await sdk.customers.create(endpoints.customers.create.body.example);
        await sdk.clientTypes.set({ customerId, ...endpoints.clientTypes.set.body.example });
        await sdk.webhooks.create(endpoints.webhooks.create.body.example);
      }
      const browser = await signedInByLink(foyer, key.client, role);
      const before = await foyer.database.rows(
        `select last_change_number, last_webhook_id from client_counter where client_id = ${key.clientId}`,
      );
      const response = await call(browser, key.client, method, filled(path), body?.example);
      const isAllowed = scopesOf[role].includes(scope as Scope);
      if (isAllowed) {
        assert(![401, 403].includes(response.status), `${name}: ${response.status}`);
        await response.body?.cancel();
        continue;
      }
      await assertRefused(response, 403, 'missing-scope', name);
      const after = await foyer.database.rows(
        `select last_change_number, last_webhook_id from client_counter where client_id = ${key.clientId}`,
      );
      assert.deepEqual(after, before, `${name} did nothing`);
    }
  });
}

const filled = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'clienttype' || name === 'name' ? 'friend' : '1'));

function call(browser: Browser, client: string, method: string, path: string, body?: object): Promise<Response> {
  return browser.fetch(`/v1/${client}/peppered${path}`, {
    method,
    headers: { ...(body ? json : {}), 'foyer-csrf-token': browser.session.csrfToken ?? '' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

test('the clients of others: every endpoint, and the same answer whether the client exists or not', async () => {
  const [mine, other] = [await seeded(), await seeded()];
  const browser = await signedInByLink(foyer, mine.client, 'admin');
  const bodies = new Set<string>();
  for (const { name, endpoint } of clientEndpoints) {
    for (const client of [other.client, 'nobody', '__proto__']) {
      const { method, path, body } = endpoint;
      const response = await call(browser, client, method, filled(path), body?.example);
      assert.equal(response.status, 403, `${name} ${client}`);
      bodies.add(await response.text());
    }
  }
  assert.equal(bodies.size, 1);
  assert.match([...bodies][0] ?? '', /wrong-client/);
  assert.equal((await foyer.sdk(other).customers.get({ customerId: 1 })).customerCity, 'Zwolle');
});

test('a cookie that was stolen is worth nothing once its owner has signed out, or changed the password', async () => {
  const key = await seeded();
  const path = `/v1/${key.client}/peppered/customer/1`;
  for (const end of [
    (browser: Browser) => browser.session.signOut(),
    (browser: Browser) => browser.session.signOutEverywhere(),
    (browser: Browser) => browser.session.changePassword({ currentPassword: PASSWORD, newPassword: `${PASSWORD} 2` }),
  ]) {
    const browser = await signedIn(foyer, key.client, 'admin');
    const cookie = `foyer_session=${browser.cookies.get('foyer_session')}`;
    const thief = openBrowser(foyer.url);
    assert.equal((await thief.fetch(path, { headers: { cookie } })).status, 200);
    await end(browser);
    for (let again = 0; again < 3; again += 1) {
      await assertRefused(await thief.fetch(path, { headers: { cookie } }), 401, 'unauthorized', String(end));
    }
  }
});

test('who reads the database cannot sign in with what stands there', async () => {
  const key = await seeded();
  const browser = await signedIn(foyer, key.client, 'viewer');
  const token = await linkFor(foyer.app.store, browser.email, 'password');
  const rows = JSON.stringify([
    await foyer.database.rows('select * from staff_session'),
    await foyer.database.rows('select * from staff_link'),
    await foyer.database.rows('select * from staff_member'),
  ]);
  for (const secret of [browser.cookies.get('foyer_session') ?? assert.fail(), token, PASSWORD]) {
    assert(!rows.includes(secret), rows);
  }
  assert.match(rows, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  const [session] = await foyer.database.rows('select token_hash from staff_session');
  const stolen = await browser.fetch('/v1/session', { headers: { cookie: `foyer_session=${session?.token_hash}` } });
  assert.equal(stolen.status, 401);
});

describe('guessing passwords', () => {
  /** The results of many simultaneous attempts. */
  async function guess(count: number, email: string): Promise<Record<string, number>> {
    const ends: Record<string, number> = {};
    const attempts = Array.from({ length: count }, (_, at) =>
      openBrowser(foyer.url)
        .session.signIn({ email, password: `guess number ${at}` })
        .then(
          () => 'in',
          (error: FoyerError) => error.code,
        ),
    );
    for (const end of await Promise.all(attempts)) ends[end] = (ends[end] ?? 0) + 1;
    return ends;
  }

  const forgetAddresses = () => foyer.database.rows("delete from staff_attempt where subject like 'address:%'");

  test('an account is tried ten times, however many try at once; an unknown address is treated alike', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    const good = { email, password: PASSWORD };
    for (const account of [email, 'nobody.at.all@theater.example']) {
      await forgetAddresses();
      assert.deepEqual(await guess(24, account), { 'sign-in-failed': 10, 'too-many-requests': 14 }, account);
    }
    await forgetAddresses();
    await assert.rejects(openBrowser(foyer.url).session.signIn(good), (error: unknown) => {
      assert(error instanceof FoyerError);
      assert.equal(error.code, 'too-many-requests', 'also the right password, or guessing would tell');
      const { retryAfter = 0 } = error;
      assert(retryAfter > 0 && retryAfter <= 900, String(retryAfter));
      return true;
    });
    // Other spellings are the same account.
    await assert.rejects(openBrowser(foyer.url).session.signIn({ ...good, email: email.toUpperCase() }), {
      code: 'too-many-requests',
    });
    // A person who is locked out by somebody else can use a link.
    const link = { token: await linkFor(foyer.app.store, email, 'sign-in') };
    await openBrowser(foyer.url).session.redeemLink(link);
    await openBrowser(foyer.url).session.signIn(good);
  });

  test('a quarter of an hour later it can be tried again; who gets in has ten attempts again', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    await forgetAddresses();
    await guess(12, email);
    await foyer.database.rows(`update staff_attempt set since = since - ${15 * 60_000}`);
    assert.deepEqual(await guess(9, email), { 'sign-in-failed': 9 });
    await openBrowser(foyer.url).session.signIn({ email, password: PASSWORD });
    assert.deepEqual(await guess(10, email), { 'sign-in-failed': 10 });
  });

  test('one network address tries fifty times, whatever the accounts', async () => {
    await forgetAddresses();
    const ends: Record<string, number> = {};
    for (let account = 0; account < 12; account += 1) {
      for (const [end, count] of Object.entries(await guess(5, `many${account}@theater.example`))) {
        ends[end] = (ends[end] ?? 0) + count;
      }
    }
    assert.deepEqual(ends, { 'sign-in-failed': 50, 'too-many-requests': 10 });
    await forgetAddresses();
  });

  test('the answer to a wrong password tells nothing of who there is', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    await addMember(foyer.app.store, { email: 'unset@theater.example', client: key.client, role: 'viewer' });
    const answers = new Set<string>();
    for (const address of [email, 'unset@theater.example', 'nobody@theater.example', 'no address']) {
      const response = await openBrowser(foyer.url).fetch('/v1/session', {
        method: 'POST',
        headers: { ...json, 'x-request-id': 'same' },
        body: JSON.stringify({ email: address, password: 'not the password' }),
      });
      const headers = [...response.headers].filter(([name]) => name !== 'date');
      answers.add(JSON.stringify([response.status, headers, await response.text()]));
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
  });
});

describe('a one-time link', () => {
  test('works once, also when many use it at the same moment', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    for (const purpose of ['password', 'sign-in'] as const) {
      const token = await linkFor(foyer.app.store, email, purpose);
      const input = { token, ...(purpose === 'password' ? { password: PASSWORD } : {}) };
      const ends = await Promise.all(
        Array.from({ length: 20 }, () =>
          openBrowser(foyer.url)
            .session.redeemLink(input)
            .then(
              () => 'in',
              (error: FoyerError) => error.code,
            ),
        ),
      );
      // Of that many passwords at once, some are asked to come back later.
      assert.deepEqual(
        ends.filter((end) => end !== 'link-used' && end !== 'unavailable'),
        ['in'],
        purpose,
      );
      const { session } = openBrowser(foyer.url);
      await assert.rejects(session.redeemLink(input), { code: 'link-used', status: 410 });
      await assert.rejects(session.readLink({ token }), { code: 'link-used' });
    }
  });

  test('is not used up by looking at it, nor by opening it: whoever checks messages for viruses does', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    const token = await linkFor(foyer.app.store, email, 'sign-in');
    const { session, fetch } = openBrowser(foyer.url);
    for (let times = 0; times < 3; times += 1) await session.readLink({ token });
    await (await fetch('/console/link')).body?.cancel();
    await session.redeemLink({ token });
  });

  test('is no longer good when there is a newer one, when it has expired, or when its owner has left', async () => {
    const key = await seeded();
    const email = await makeStaff(foyer, key.client, 'viewer');
    const { session } = openBrowser(foyer.url);
    const old = await linkFor(foyer.app.store, email, 'sign-in');
    const newer = await linkFor(foyer.app.store, email, 'sign-in');
    await assert.rejects(session.redeemLink({ token: old }), { code: 'link-used' });
    await foyer.database.rows(`update staff_link set expires_at = ${Date.now() - 1}`);
    await assert.rejects(session.redeemLink({ token: newer }), { code: 'link-used' });
    for (const token of ['x', 'A'.repeat(43), '__proto__', 'ü'.repeat(43)]) {
      await assert.rejects(session.redeemLink({ token }), { code: 'link-used' });
    }
  });
});

test('nothing of a session, a link or a password is in the log', async () => {
  await using installation = await makeInstallation();
  const { client } = installation.key;
  const email = 'sanne@theater.example';
  const { token = '' } = await installation.withStore((store) => addMember(store, { email, client, role: 'editor' }));
  await using service = await spawnFoyer(installation, { LOG_LEVEL: 'trace' });
  const browser = openBrowser(service.url);
  await browser.session.redeemLink({ token, password: PASSWORD });
  await assert.rejects(browser.session.signIn({ email, password: 'a wrong one' }), { code: 'sign-in-failed' });
  await browser.foyer(client).customers.create({ ...person, email: 'jan@x.nl' });
  await browser.session.signOut();
  const line = await service.logged(({ route, status }) => String(route).endsWith('/customer') && status === 201);
  assert.deepEqual([line.client, line.staff, line.key], [client, 1, undefined]);
  await service.logged(({ route, method }) => route === '/v1/session' && method === 'DELETE');
  const log = service.lines.join('\n');
  const cookie = [...browser.cookies.values()];
  for (const secret of [token, PASSWORD, 'a wrong one', email, browser.session.csrfToken ?? assert.fail(), ...cookie]) {
    assert(!log.includes(secret), log);
  }
});
