/** Who is trusted to say where a request comes from: nobody, unless `TRUST_PROXY` says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from '../../server/src/config.ts';
import { addMember, linkFor } from '../../server/src/features/staff/writes.ts';
import { openBrowser } from '../harness/browser.ts';
import { startFoyer } from '../harness/foyer.ts';

const FROM_ADDRESS = 50;

/** How many attempts to sign in pass if each claims to come from another address, through a number of proxies. */
async function attemptsThatPass(trustedProxies: Config['trustedProxies'], forwardedFor: (at: number) => string) {
  await using foyer = await startFoyer(undefined, { trustedProxies });
  const { fetch } = openBrowser(foyer.url);
  let passed = 0;
  for (let at = 0; at < FROM_ADDRESS + 5; at += 1) {
    const body = new URLSearchParams({ email: `nobody${at}@x.nl`, password: 'x' });
    const headers = { 'x-forwarded-for': forwardedFor(at) };
    const response = await fetch('/v1/session', { method: 'POST', body, headers });
    await response.arrayBuffer();
    if (response.status !== 429) passed += 1;
  }
  return passed;
}

test('without it the address is that of the connection, whatever a header says', async () => {
  assert.equal(await attemptsThatPass(false, (at) => `203.0.113.${at}`), FROM_ADDRESS);
});

test('callers behind a trusted proxy are told apart, and what they themselves say counts for nothing', async () => {
  assert.equal(await attemptsThatPass(1, (at) => `203.0.113.${at}`), FROM_ADDRESS + 5);
  assert.equal(await attemptsThatPass(['127.0.0.1'], (at) => `198.51.100.${at}, 203.0.113.1`), FROM_ADDRESS);
});

test('a proxy that speaks https makes the cookie one that only https carries', async () => {
  const cookieBehind = async (trustedProxies: Config['trustedProxies'], protocol: string) => {
    await using foyer = await startFoyer(undefined, { trustedProxies });
    const { client } = await foyer.client();
    await addMember(foyer.app.store, { email: 'sanne@x.nl', client, role: 'viewer' });
    const token = await linkFor(foyer.app.store, 'sanne@x.nl', 'sign-in');
    const response = await openBrowser(foyer.url).fetch('/v1/session/link/redeem', {
      method: 'POST',
      body: new URLSearchParams({ token }),
      headers: { 'x-forwarded-proto': protocol },
    });
    return response.headers.getSetCookie()[0] ?? assert.fail();
  };
  assert.match(await cookieBehind(1, 'https'), /^__Host-foyer_session=.*; Secure$/);
  assert.match(await cookieBehind(1, 'http'), /^foyer_session=/);
  assert.match(await cookieBehind(false, 'https'), /^foyer_session=/);
});
