/** Does everything that the metrics count to a service for a while: what succeeds, and what is refused or fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createKey } from '../server/src/features/keys/writes.ts';
import { makeStaff, openBrowser } from '../tests/harness/browser.ts';
import { allScopes, type TestFoyer, type TestKey } from '../tests/harness/foyer.ts';
import { importFile } from '../tests/harness/imports.ts';
import { dial } from '../tests/harness/raw.ts';
import { startReceiver, status } from '../tests/harness/receiver.ts';

const IMPORT_ROWS = 500;
const PAUSE_MS = 50;

/** More readers of the feed than the service takes. */
export const limits = { rate: 'off', readersOfKey: 10, readers: 2 } as const;

/** Resolves when it is over; the service has then been busy until that moment. */
export async function keepBusy(foyer: TestFoyer, ms: number): Promise<void> {
  const key = await foyer.client({ name: 'fringe' });
  const sdk = foyer.sdk(key);
  await using receiver = await startReceiver();
  receiver.answer('/down', status(500));
  for (const path of ['/up', '/down']) await sdk.webhooks.create({ url: receiver.url + path });
  const options = { clientId: key.clientId, scopes: allScopes, label: 'slow', expiresAt: null };
  const slow: TestKey = {
    ...key,
    ...(await createKey(foyer.app.store, { ...options, rate: { perSecond: 1, burst: 1 } })),
  };
  const email = await makeStaff(foyer, key.client, 'viewer');
  const over = new AbortController();
  const readers = [1, 2].map(() => readEvents(foyer, key, over.signal));
  const until = performance.now() + ms;
  let made = 0;
  const person = () => ({ email: `visitor${++made}@x.nl`, customerFirstName: 'Jan', customerLastName: `Pas${made}` });
  const again = async (work: () => Promise<unknown>, pauseMs = 0) => {
    while (performance.now() < until) {
      await work();
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };
  const refused = (path: string, init?: RequestInit) => async () =>
    void (await foyer.fetch(key, path, init)).body?.cancel();
  await sdk.customers.create(person());
  const quiet = foyer.sdk(await foyer.client({ name: 'quiet' }));
  const taken = person();
  await quiet.customers.create(taken);
  await Promise.all([
    ...Array.from({ length: 4 }, () =>
      again(() => sdk.customers.get({ customerId: 1 + Math.floor(Math.random() * made) }).catch(() => {})),
    ),
    ...Array.from({ length: 4 }, () => again(() => sdk.customers.create(person()))),
    again(() => sdk.customers.update({ customerId: 1, customerCity: `Zwolle ${made}` })),
    again(() => sdk.customers.findByEmail({ email: 'visitor1@x.nl' })),
    again(refused('/customer?search=pas'), PAUSE_MS),
    // By a client with no other writes: the transaction holds nothing else, and nothing is stored.
    again(() => quiet.customers.create(taken).catch(() => {}), PAUSE_MS),
    again(refused('/nowhere'), PAUSE_MS),
    again(refused('/customer/1', { headers: { authorization: 'no key' } }), PAUSE_MS),
    again(refused('/change?wait=1'), PAUSE_MS),
    again(async () => void (await foyer.fetch(slow, '/customer/1')).body?.cancel(), PAUSE_MS),
    again(
      () =>
        openBrowser(foyer.url)
          .session.signIn({ email, password: 'not it' })
          .catch(() => {}),
      1000,
    ),
    again(() => sendNoRequest(foyer), PAUSE_MS),
    again(() => importFile(sdk, new Blob([csv(++made)]))),
  ]);
  over.abort();
  await Promise.all(readers);
}

const csv = (run: number): string =>
  ['email,firstName,lastName', ...Array.from({ length: IMPORT_ROWS }, (_, at) => `i${run}-${at}@x.nl,Jan,Pas`)].join(
    '\n',
  );

async function readEvents(foyer: TestFoyer, key: TestKey, signal: AbortSignal): Promise<void> {
  try {
    const response = await foyer.fetch(key, '/change?after=now', { headers: { accept: 'text/event-stream' }, signal });
    for await (const _ of response.body ?? []);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function sendNoRequest({ url }: TestFoyer): Promise<void> {
  const socket = await dial(url);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write('no request\r\n\r\n');
  await closed;
}
