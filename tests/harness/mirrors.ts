/**
 * Programs that keep a copy of the customers, each in its own way. A kill loses what each did since it last saved: it
 * continues from there.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type Customer, type Foyer, FoyerError, verifyWebhook } from '../../sdk/src/index.ts';
import { eventsOf } from './events.ts';
import type { Random } from './random.ts';
import type { Received } from './receiver.ts';

const PAUSE_MS = 30;
const SAVE_EVERY = 7;

/** Writers raise it with every write of a customer. */
const versionOf = ({ customerCity }: Customer): number => Number(customerCity);

interface Saved {
  readonly customers: ReadonlyMap<number, Customer>;
  readonly place: string | undefined;
}

/** How to reach the service at the moment. */
export interface Access {
  /** It is another one when the service was started again. */
  url(): string;
  sdk(): Foyer;
  events(after: string | undefined, signal: AbortSignal): Promise<Response>;
}

/** A copy of the customers; only what was saved outlives a kill. */
export class Mirror {
  #customers = new Map<number, Customer>();
  #place: string | undefined;
  #saved: Saved = { customers: new Map(), place: undefined };
  #unsaved = 0;

  get customers(): ReadonlyMap<number, Customer> {
    return this.#customers;
  }

  get place(): string | undefined {
    return this.#place;
  }

  /** Adds a customer, and where to continue. Checks that it does not go back in time. */
  apply(customer: Customer, place: string): void {
    const before = this.#customers.get(customer.customerId);
    assert(before === undefined || versionOf(before) <= versionOf(customer), 'a mirror went back in time');
    this.#customers.set(customer.customerId, customer);
    this.#place = place;
    this.#unsaved += 1;
    if (this.#unsaved >= SAVE_EVERY) this.save();
  }

  save(): void {
    this.#saved = { customers: new Map(this.#customers), place: this.#place };
    this.#unsaved = 0;
  }

  /** The copy as a program finds it after a kill. */
  restart(): void {
    this.#customers = new Map(this.#saved.customers);
    this.#place = this.#saved.place;
    this.#unsaved = 0;
  }
}

/** One run of a program, to its end or the signal; it also ends when the service is unavailable. */
type Run = (mirror: Mirror, access: Access, signal: AbortSignal) => Promise<void>;

const byFeed: Run = async (mirror, access, signal) => {
  const after = mirror.place === undefined ? {} : { after: mirror.place };
  for await (const change of access.sdk().changes.follow({ ...after, signal })) take(mirror, change);
};

const byEvents: Run = async (mirror, access, signal) => {
  const response = await access.events(mirror.place, signal);
  assert.equal(response.status, 200);
  for await (const { id, data } of eventsOf(response)) {
    const change: Change = JSON.parse(data);
    assert.equal(id, String(change.number));
    take(mirror, change);
  }
};

const byTime: Run = async (mirror, access, signal) => {
  while (!signal.aborted) {
    const since = mirror.place === undefined ? {} : { changedSince: mirror.place };
    for await (const customer of access.sdk().exports.customers(since, { signal })) {
      mirror.apply(customer, customer.lastChanged);
    }
    await sleep(PAUSE_MS);
  }
};

export const programs = { feed: byFeed, events: byEvents, changedSince: byTime } as const;

function take(mirror: Mirror, { number, customer }: Change): void {
  assert(customer !== null);
  mirror.apply(customer, String(number));
}

/** Receives a delivery of a webhook. It is saved before it is accepted. */
export async function receive(mirror: Mirror, secret: string, { headers, body }: Received): Promise<void> {
  const message = await verifyWebhook({ headers, body }, secret);
  if (message.type !== 'customer.changes') return;
  for (const change of message.data.changes) take(mirror, change as Change);
  mirror.save();
}

/** Until when a program runs, and until when it is killed at random. */
export interface Fate {
  isOver(): boolean;
  isKilled(): boolean;
}

/** Runs a program until it is over; returns how often it was killed. */
export async function keepRunning(
  run: Run,
  mirror: Mirror,
  access: Access,
  random: Random,
  fate: Fate,
): Promise<number> {
  let kills = 0;
  while (!fate.isOver()) {
    const kill = new AbortController();
    const url = access.url();
    const timer = setInterval(() => {
      // `follow` would look for the service at its old address for ever.
      if (fate.isKilled() || fate.isOver() || access.url() !== url) kill.abort();
    }, 50 + random.below(900));
    await run(mirror, access, kill.signal).catch((error) => {
      const isPassing = error instanceof FoyerError || error?.name === 'AbortError' || error instanceof TypeError;
      if (!isPassing) throw error;
    });
    clearInterval(timer);
    if (kill.signal.aborted) kills += 1;
    mirror.restart();
    await sleep(PAUSE_MS);
  }
  return kills;
}
