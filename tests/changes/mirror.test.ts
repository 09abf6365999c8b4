/**
 * Nothing is missed: four programs keep a copy of the customers of each of three clients, each in its own way. They and
 * the service are killed at random while 16 writers write. In the end each copy is the table, and none ever went back
 * in time.
 */
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Customer, createFoyer, FoyerError } from '../../sdk/src/index.ts';
import { createClient } from '../../server/src/features/clients/writes.ts';
import { createKey } from '../../server/src/features/keys/writes.ts';
import { mirrorSeeds } from '../harness/environment.ts';
import { allScopes, type TestKey } from '../harness/foyer.ts';
import { makeInstallation, type TestInstallation } from '../harness/installation.ts';
import { keepRunning, Mirror, programs, receive } from '../harness/mirrors.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { type Random, randomOf } from '../harness/random.ts';
import { startReceiver, status } from '../harness/receiver.ts';

const WRITERS = 16;
const KILLS = 2;
/** The time between kills of the service. */
const WRITES = 200;
const PAUSE_MS = 30;
const settings = { WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_ALLOW_PRIVATE: 'on' };

/** Two more clients beside the existing one. */
async function threeKeys(installation: TestInstallation): Promise<TestKey[]> {
  const keys = [installation.key];
  for (const client of ['festival', 'museum']) {
    keys.push(
      await installation.withStore(async (store) => {
        const clientId = await createClient(store, { name: client });
        const made = await createKey(store, { clientId, scopes: allScopes, label: 'test', expiresAt: null });
        return { client, clientId, ...made };
      }),
    );
  }
  return keys;
}

/** Writes its own customers, one write at a time; each raises the version of its customer. */
async function write(
  key: TestKey,
  name: string,
  random: Random,
  url: () => string,
  isOver: () => boolean,
  onWrite: () => void,
): Promise<void> {
  const versions = new Map<number, number>();
  for (let made = 0; !isOver(); ) {
    const { customers, clientTypes } = createFoyer({ baseUrl: url(), client: key.client, key: key.key, retries: 0 });
    try {
      const customerId = [...versions.keys()][random.below(versions.size + 1)];
      if (customerId === undefined) {
        made += 1;
        const email = `${name}-${made}@x.nl`;
        const person = { email, customerFirstName: name, customerLastName: 'Pas', customerCity: '1' };
        versions.set((await customers.create(person)).customerId, 1);
      } else if (random.below(4) === 0) {
        await clientTypes.set({ customerId, clienttypes: [`tag ${random.below(9)}`] });
      } else {
        const version = (versions.get(customerId) ?? 0) + 1;
        versions.set(customerId, version);
        await customers.update({ customerId, customerCity: String(version) });
      }
      onWrite();
    } catch (error) {
      // The service or its database is gone: the write may have been done, and the next one is newer anyway.
      if (!(error instanceof FoyerError)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

const sorted = (customers: Iterable<Customer>) => [...customers].sort((a, b) => a.customerId - b.customerId);

describe('mirrors', { concurrency: 4 }, () => {
  for (const seed of mirrorSeeds) {
    test(`of seed ${seed} are the table, however they are kept and whoever is killed`, async (t) => {
      const random = randomOf(seed);
      await using installation = await makeInstallation();
      await using receiver = await startReceiver();
      const keys = await threeKeys(installation);
      let served: FoyerProcess = await spawnFoyer(installation, settings);
      const url = () => served.url;
      let isWriting = true;
      let isOver = false;
      // However the test ends, its helpers end with it.
      await using _ = {
        [Symbol.asyncDispose]: async () => {
          isWriting = false;
          isOver = true;
          await served[Symbol.asyncDispose]();
        },
      };

      const hooks = new Map<string, Mirror>();
      for (const { client, key } of keys) {
        const mirror = new Mirror();
        hooks.set(client, mirror);
        const sdk = createFoyer({ baseUrl: url(), client, key });
        const path = `/${client}`;
        const { secret } = await sdk.webhooks.create({ url: receiver.url + path, payload: 'full', batch: 5 });
        receiver.answer(path, async (response, received) => {
          // Killed before it received anything, or after it did but before it said so.
          const fate = isWriting ? random.below(20) : 2;
          if (fate === 0) return void response.destroy();
          await receive(mirror, secret ?? '', received);
          if (fate === 1) return void response.destroy();
          status(204)(response, received);
        });
      }

      const mirrors: { client: string; name: string; mirror: Mirror; running: Promise<number> }[] = [];
      for (const { client, key } of keys) {
        const access = {
          url,
          sdk: () => createFoyer({ baseUrl: url(), client, key }),
          events: (after: string | undefined, signal: AbortSignal) =>
            fetch(`${url()}/v1/${client}/peppered/change`, {
              signal,
              headers: {
                authorization: key,
                accept: 'text/event-stream',
                ...(after === undefined ? {} : { 'last-event-id': after }),
              },
            }),
        };
        for (const [name, run] of Object.entries(programs)) {
          const mirror = new Mirror();
          // Nobody is killed once nobody writes: on a busy machine it would never end.
          const fate = { isOver: () => isOver, isKilled: () => isWriting };
          const running = keepRunning(run, mirror, access, random, fate);
          running.catch(() => {});
          mirrors.push({ client, name, mirror, running });
        }
      }

      let acknowledged = 0;
      const onWrite = (): void => {
        acknowledged += 1;
      };
      const writing = Promise.all(
        Array.from({ length: WRITERS }, (_, at) =>
          write(keys[at % 3] as TestKey, `w${at}`, randomOf(seed * 100 + at), url, () => !isWriting, onWrite),
        ),
      );
      /** Waits for a number of further writes, or until a writer fails. */
      const moreWrites = async (): Promise<void> => {
        const before = acknowledged;
        while (acknowledged < before + WRITES) await Promise.race([sleep(PAUSE_MS), writing]);
      };
      for (let kills = 0; kills < KILLS; kills += 1) {
        await moreWrites();
        await sleep(random.below(500));
        served.child.kill('SIGKILL');
        await served.exited;
        served = await spawnFoyer(installation, settings);
      }
      await moreWrites();
      isWriting = false;
      await writing;

      for (const { client, key } of keys) {
        const sdk = createFoyer({ baseUrl: url(), client, key });
        const table = sorted(await Array.fromAsync(sdk.exports.customers()));
        const all = [...mirrors.filter((one) => one.client === client), { name: 'webhook', mirror: hooks.get(client) }];
        for (const { mirror, name } of all) {
          const isCurrent = () => isSame(sorted(mirror?.customers.values() ?? []), table);
          const failed = mirrors.find((one) => one.mirror === mirror)?.running ?? new Promise<never>(() => {});
          while (!isCurrent()) await Promise.race([sleep(PAUSE_MS), failed]);
          t.diagnostic(`${client}: the mirror by ${name} holds ${mirror?.customers.size} customers`);
        }
      }
      isOver = true;
      const kills = await Promise.all(mirrors.map(({ running }) => running));
      t.diagnostic(`${acknowledged} writes acknowledged, ${KILLS} kills of the service, of the programs ${kills}`);
    });
  }
});

const isSame = (a: readonly Customer[], b: readonly Customer[]) => JSON.stringify(a) === JSON.stringify(b);
