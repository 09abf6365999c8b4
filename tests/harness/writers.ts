/**
 * Writers that record what was acknowledged. Each has its own customers, and one write in flight at most, so
 * that for every customer it is known what must be stored, and what may be.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Customer, type Foyer, FoyerError } from '../../sdk/src/index.ts';
import { type Random, randomOf } from './random.ts';

/** The fields of a customer that the writers write. */
interface Written {
  readonly email: string;
  readonly city: string;
  readonly tags: readonly string[];
}

export interface Ledger {
  /** What is known to be stored, by address. */
  readonly stored: Map<string, Written>;
  /** Writes that were sent and not acknowledged; each may have been done. */
  readonly unsure: Map<string, Written>;
  /** How many writes were acknowledged. */
  acknowledged: number;
  /** How many were refused with 503: nothing of them is stored. */
  refused: number;
}

const REFUSED_PAUSE_MS = 20;

interface Writer {
  readonly name: string;
  readonly random: Random;
  readonly mine: string[];
  readonly ids: Map<string, number>;
  writes: number;
}

/** Makes `count` writers that share a ledger; the prefix distinguishes those of several ledgers. */
export function makeWriters(count: number, seed: number, prefix = 'w') {
  const ledger: Ledger = { stored: new Map(), unsure: new Map(), acknowledged: 0, refused: 0 };
  const writers = Array.from(
    { length: count },
    (_, index): Writer => ({
      name: `${prefix}${index}`,
      random: randomOf(seed + index + 1),
      mine: [],
      ids: new Map(),
      writes: 0,
    }),
  );

  /** Lets all write until `isOver`, or until the service is gone; `onWrite` is called for each acknowledged write. */
  async function write(foyer: Foyer, isOver: () => boolean, onWrite: () => void = () => {}): Promise<void> {
    await Promise.all(
      writers.map(async (writer) => {
        while (!isOver()) {
          const outcome = await writeOnce(foyer, writer, ledger);
          if (outcome === 'gone') return;
          if (outcome === 'refused') await sleep(REFUSED_PAUSE_MS);
          if (outcome !== 'done') continue;
          ledger.acknowledged += 1;
          onWrite();
        }
      }),
    );
  }

  /** Compares a whole export with the ledger, and settles what was uncertain. */
  function settle(customers: readonly Customer[]): void {
    const found = new Map(customers.map((customer) => [customer.email, customer]));
    for (const [email, customer] of found) {
      const written: Written = { email, city: customer.customerCity, tags: customer.customerTags };
      const allowed = [ledger.stored.get(email), ledger.unsure.get(email)].filter((one) => one !== undefined);
      assert(
        allowed.some((one) => isSame(one, written)),
        `customer ${customer.customerId} is ${JSON.stringify(written)}, and may be ${JSON.stringify(allowed)}`,
      );
      ledger.stored.set(email, written);
      const writer = writers.find(({ name }) => email.startsWith(`${name}-`));
      if (writer !== undefined && !writer.ids.has(email)) writer.mine.push(email);
      writer?.ids.set(email, customer.customerId);
    }
    for (const email of ledger.stored.keys()) assert(found.has(email), `${email} was acknowledged, and is gone`);
    ledger.unsure.clear();
  }

  return { ledger, write, settle };
}

const isSame = (a: Written, b: Written): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The result of a write: the service may disappear during it, or not know itself whether it is stored. */
type Outcome = 'done' | 'refused' | 'unknown' | 'gone';

/** One write: a third creates, a third updates, a third sets client-types. */
async function writeOnce(foyer: Foyer, writer: Writer, ledger: Ledger): Promise<Outcome> {
  const { stored, unsure } = ledger;
  const { random, name, mine, ids } = writer;
  writer.writes += 1;
  const city = `${name} ${writer.writes}`;
  const email = mine.length === 0 || random.below(3) === 0 ? `${name}-${writer.writes}@x.nl` : random.pick(mine);
  const before = stored.get(email);
  const customerId = ids.get(email) ?? 0;
  const attempt = async (written: Written, send: () => Promise<unknown>): Promise<void> => {
    unsure.set(email, written);
    await send();
    unsure.delete(email);
    stored.set(email, written);
  };
  try {
    if (before === undefined) {
      await attempt({ email, city, tags: [] }, async () => {
        const person = { email, customerFirstName: name, customerLastName: 'Pas', customerCity: city };
        const made = await foyer.customers.create(person);
        assert(![...ids.values()].includes(made.customerId), 'a customer number is given out once');
        ids.set(email, made.customerId);
        mine.push(email);
      });
    } else if (random.below(2) === 0) {
      await attempt({ ...before, city }, () => foyer.customers.update({ customerId, customerCity: city }));
    } else {
      const tags = [...new Set(Array.from({ length: random.below(4) }, () => `tag ${random.below(40)}`))];
      await attempt({ ...before, tags }, () => foyer.clientTypes.set({ customerId, clienttypes: tags }));
    }
    return 'done';
  } catch (error) {
    if (!(error instanceof FoyerError)) throw error;
    if (error.code === 'network') return 'gone';
    if (error.code === 'unavailable') {
      unsure.delete(email);
      ledger.refused += 1;
      return 'refused';
    }
    if (error.code === 'internal' && /not known whether/.test(error.message)) {
      // Left alone until it is settled.
      if (mine.includes(email)) mine.splice(mine.indexOf(email), 1);
      ids.delete(email);
      return 'unknown';
    }
    throw error;
  }
}
