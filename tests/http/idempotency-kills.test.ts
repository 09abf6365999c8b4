/**
 * A kill at any moment leaves nothing of a request with an `Idempotency-Key`, or its effect together with its answer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { timesOf } from '../harness/environment.ts';
import { makeInstallation } from '../harness/installation.ts';
import { type FoyerProcess, spawnFoyer } from '../harness/process.ts';
import { type Random, randomOf } from '../harness/random.ts';
import { checkRecord } from '../harness/record.ts';

const SEED = 14;
/** `IDEMPOTENCY_KILLS=200` for a long run. */
const KILLS = timesOf('IDEMPOTENCY_KILLS', 8);
const WRITERS = 16;
const KILL_WITHIN_MS = 250;
/** More than one part of a batch, and of the work of giving a client-type to many. */
const MANY = 150;

interface Request {
  readonly key: string;
  readonly path: string;
  readonly method: 'POST' | 'PUT';
  readonly body: unknown;
  /** Checks the answer, and returns how many changes it stands for. */
  readonly changes: (answer: Answer) => number;
}

interface Answer {
  readonly status: number;
  readonly isReplayed: boolean;
  readonly text: string;
  readonly etag: string | null;
}

/** The result of a request: its answer, or nothing if the service was gone or the caller gave up. */
async function send(foyer: FoyerProcess, { key, path, method, body }: Request, patienceMs?: number) {
  try {
    const response = await foyer.fetch(path, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
      body: JSON.stringify(body),
      ...(patienceMs === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) }),
    });
    const { status, headers } = response;
    const text = await response.text();
    return { status, isReplayed: headers.get('idempotency-replayed') === 'true', text, etag: headers.get('etag') };
  } catch {
    return undefined;
  }
}

/** The same until it gets its answer: the first attempt may still be in progress. */
async function settle(foyer: FoyerProcess, request: Request): Promise<Answer | undefined> {
  for (;;) {
    const answer = await send(foyer, request);
    if (answer?.status !== 409) return answer;
    await sleep(2);
  }
}

const same = (a: Answer, b: Answer): void =>
  assert.deepEqual({ ...a, isReplayed: undefined }, { ...b, isReplayed: undefined });

/** Makes one request after another, each of which changes something. */
class Writer {
  readonly #random: Random;
  readonly #name: string;
  readonly #made: number[] = [];
  #count = 0;
  #isGiven = false;

  constructor(random: Random, name: string) {
    this.#random = random;
    this.#name = name;
  }

  next(): Request {
    this.#count += 1;
    const key = `${this.#name}-${this.#count}`;
    const person = { email: `${key}@x.nl`, customerFirstName: 'Jan', customerLastName: 'Pas' };
    const kind = this.#made.length < 3 ? 0 : this.#random.below(12);
    const id = this.#made[this.#random.below(this.#made.length)];
    const one = (status: number) => (answer: Answer) => {
      assert.equal(answer.status, status, answer.text);
      return 1;
    };
    if (kind < 4)
      return { key, path: '/customer', method: 'POST', body: person, changes: (answer) => this.#keep(answer) };
    if (kind < 7)
      return { key, path: `/customer/${id}`, method: 'PUT', body: { customerCity: key }, changes: one(200) };
    if (kind < 9)
      return { key, path: '/customer/upsert', method: 'POST', body: person, changes: (answer) => this.#keep(answer) };
    if (kind < 10) {
      const body = { clienttypes: [key] };
      return { key, path: `/customer/${id}/clienttypes`, method: 'POST', body, changes: one(200) };
    }
    if (kind < 11) {
      const customers = Array.from({ length: MANY }, (_, at) => ({ ...person, email: `${key}-${at}@x.nl` }));
      return { key, path: '/customer/batch', method: 'POST', body: { customers }, changes: allCreated };
    }
    // The customers that every run of this test makes first: a client-type is given to them, and taken from them.
    const customerIds = Array.from({ length: MANY }, (_, at) => at + 1);
    this.#isGiven = !this.#isGiven;
    const body = { customerIds, action: this.#isGiven ? 'add' : 'remove' };
    return { key, path: `/clienttype/${this.#name}/customers`, method: 'POST', body, changes: allChanged };
  }

  #keep({ status, text }: Answer): number {
    assert.equal(status, 201, text);
    this.#made.push(JSON.parse(text).customerId);
    return 1;
  }
}

function allCreated({ status, text }: Answer): number {
  assert.equal(status, 200, text);
  const lines: { status: number; outcome: string }[] = JSON.parse(text);
  for (const line of lines) assert.deepEqual([line.status, line.outcome], [201, 'created']);
  assert.equal(lines.length, MANY);
  return MANY;
}

function allChanged({ status, text }: Answer): number {
  assert.equal(status, 200, text);
  const { selected, changed, undo } = JSON.parse(text);
  assert.deepEqual([selected, changed], [MANY, MANY], 'what was changed before the kill is counted');
  assert.notEqual(undo, null);
  return MANY;
}

test(`killed ${KILLS} times, nothing is done twice, and each request has one answer (seed ${SEED})`, async (t) => {
  await using installation = await makeInstallation();
  const random = randomOf(SEED);
  const tally = { changes: MANY, answered: 0, open: 0, replayed: 0, resumed: 0 };
  {
    await using first = await spawnFoyer(installation);
    const customers = Array.from({ length: MANY }, (_, at) => ({
      email: `first${at}@x.nl`,
      customerFirstName: 'Jan',
      customerLastName: 'Pas',
    }));
    await Array.fromAsync(first.sdk.customers.batch({ customers }));
  }
  const writers = Array.from({ length: WRITERS }, (_, at) => new Writer(randomOf(SEED + at), `w${at}`));
  // On PostgreSQL another process continues, and is asked again at once.
  await using lasting = installation.engine === 'postgres' ? await spawnFoyer(installation) : undefined;

  for (let kill = 0; kill < KILLS; kill += 1) {
    await using doomed = await spawnFoyer(installation);
    const answered: [Request, Answer][] = [];
    const open: Request[] = [];
    const begun = Promise.withResolvers<void>();
    const count = (request: Request, answer: Answer): void => {
      begun.resolve();
      tally.changes += request.changes(answer);
      answered.push([request, answer]);
    };
    const work = async (writer: Writer): Promise<void> => {
      for (;;) {
        const request = writer.next();
        const isImpatient = random.below(5) === 0;
        let answer = await send(doomed, request, isImpatient ? 1 + random.below(20) : undefined);
        if (answer === undefined && isImpatient) {
          answer = await settle(doomed, request);
          if (answer?.isReplayed) tally.replayed += 1;
        }
        if (answer === undefined) return void open.push(request);
        count(request, answer);
      }
    };
    const working = Promise.all(writers.map(work));
    await begun.promise;
    await sleep(random.below(KILL_WITHIN_MS));
    doomed.child.kill('SIGKILL');
    const asked = lasting === undefined ? undefined : askAgain(lasting);
    await working;

    await using next = lasting === undefined ? await spawnFoyer(installation) : undefined;
    const once = lasting ?? (next as FoyerProcess);
    await asked;
    const before = [...answered];
    for (const request of open) {
      const answer = await settle(once, request);
      assert(answer !== undefined, 'the other service answers');
      if (answer.isReplayed) tally.resumed += 1;
      count(request, answer);
    }
    tally.open += open.length;
    tally.answered += before.length;
    for (const [request, answer] of answered.slice(-100)) {
      const again = await settle(once, request);
      assert(again?.isReplayed, 'it is answered from what is kept');
      same(again, answer);
    }

    /** Part of the answer, while the other process dies. */
    async function askAgain(other: FoyerProcess): Promise<void> {
      for (const [request, answer] of answered.slice(-5)) {
        const again = await settle(other, request);
        assert(again !== undefined);
        same(again, answer);
      }
    }
  }
  const changes = await checkRecord(installation, installation.key.keyId);
  const { open, answered, replayed, resumed } = tally;
  t.diagnostic(
    `${answered} answered, ${replayed} of them after the caller had given up; ` +
      `${open} open at a kill, ${resumed} of them done by then; ${changes} changes`,
  );
  assert.equal(changes, tally.changes, 'each request was done once');
  assert(open > 0 && replayed + resumed > 0, 'requests were open, and some were done whose answer was lost');
});
