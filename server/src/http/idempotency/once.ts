/**
 * A request with an `Idempotency-Key` is done once, however often it is sent: its answer is stored in the transaction
 * of its effect, and looked for there first. Writes of a client come one after another (decision 0002), so that two
 * processes need no other lock.
 */
import type { ProblemCode } from '../../../../sdk/src/contract/problems.ts';
import type { HeavyWrite } from '../../db/heavy/job.ts';
import type { Store } from '../../db/store.ts';
import type { Principal } from '../../db/transaction/change.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import { ProblemError } from '../problem.ts';
import { problemAnswer, toProblem } from '../problem-answer.ts';
import { fingerprintOf } from './header.ts';
import { type Answer, Kept, replay, replayed, rowOf, rowOfPart, type Stored } from './kept.ts';
import { deleteParts, insertKept, type KeptRow, keptRows, type RequestKey } from './queries.ts';
import type { Writes } from './writes.ts';

/** Refusals that the data decided, and could decide differently the next time. */
const decided: ReadonlySet<ProblemCode> = new Set(['validation', 'not-found', 'gone', 'precondition-failed']);

/** The requests of an endpoint that are in progress in this process. */
export type InFlight = Set<string>;

export interface KeyedRequest {
  readonly store: Store;
  readonly principal: Principal;
  readonly key: string;
  readonly fingerprint: string;
  /** Is there a file to come, which is part of what is asked for? */
  readonly isUpload: boolean;
}

export class KeyedWrites<Result> implements Writes<Result> {
  readonly #store: Store;
  readonly #principal: Principal;
  readonly #key: RequestKey;
  readonly #present: (result: Result) => Answer;
  #fingerprint: string;
  /** Is all of the request known? */
  #isWhole: boolean;
  #isKept = false;
  #parts = 0;
  /** Does it have parts that were stored before? */
  #isResumed = false;
  /** Does its answer begin with a part that was stored before? */
  #isReplayed = false;

  constructor(request: KeyedRequest, present: (result: Result) => Answer) {
    this.#store = request.store;
    this.#principal = request.principal;
    const { kind, id } = request.principal.actor;
    if (id === null) throw new Error('A request is made by somebody');
    this.#key = { byKind: kind, byId: id, key: request.key };
    this.#fingerprint = request.fingerprint;
    this.#isWhole = !request.isUpload;
    this.#present = present;
  }

  /** Answers the request; if it was answered before, in the same way. `perform` does what it asks for. */
  async answer(inFlight: InFlight, perform: () => Promise<Answer>): Promise<Answer> {
    try {
      // Before anything else: repeats of a finished request do not get in each other's way.
      if (this.#isWhole) await this.#look();
      return await this.#alone(inFlight, perform);
    } catch (error) {
      if (error instanceof Kept && error.row.part === 0) return replay(error.row);
      throw error;
    }
  }

  async #alone(inFlight: InFlight, perform: () => Promise<Answer>): Promise<Answer> {
    const { byKind, byId, key } = this.#key;
    const name = `${this.#principal.clientId} ${byKind} ${byId} ${key}`;
    if (inFlight.has(name)) throw new ProblemError('idempotency-key-in-flight', { headers: { 'retry-after': '1' } });
    inFlight.add(name);
    let isStreamed = false;
    try {
      const answer = await this.#perform(perform);
      if (typeof answer.body === 'string') return answer;
      isStreamed = true;
      answer.body.once('close', () => inFlight.delete(name));
      return this.#isReplayed ? { ...answer, headers: { ...answer.headers, ...replayed } } : answer;
    } finally {
      if (!isStreamed) inFlight.delete(name);
    }
  }

  async #perform(perform: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await perform();
      if (typeof answer.body === 'string') await this.#keep(answer);
      return answer;
    } catch (error) {
      const problem = toProblem(error);
      if (decided.has(problem.code)) await this.#keep(problemAnswer(problem, ''));
      throw error;
    }
  }

  async write<R extends Result>(fn: (tx: WriteTransaction) => Promise<R>): Promise<R> {
    const result = await this.#once(0, fn, (given) => rowOf(this.#present(given)));
    this.#isKept = true;
    return result;
  }

  async part<T>(fn: (tx: WriteTransaction) => Promise<T>, weight?: number): Promise<T> {
    this.#parts += 1;
    const part = this.#parts;
    try {
      if (this.#isResumed) this.#check(part, await this.#find(part));
      return await this.#once(part, fn, rowOfPart, weight);
    } catch (error) {
      if (!(error instanceof Kept) || error.row.part !== part) throw error;
      this.#isResumed = true;
      this.#isReplayed ||= part === 1;
      return JSON.parse(error.row.body);
    }
  }

  /** Its result is kept in the same transaction, so it is written where that is. */
  heavyPart<A>(write: HeavyWrite<A>, args: A, weight: number): Promise<string> {
    return this.part((tx) => write.run(tx, args), weight);
  }

  async received(digest: string): Promise<void> {
    this.#fingerprint = fingerprintOf(this.#fingerprint, digest);
    this.#isWhole = true;
    await this.#look();
  }

  async #look(): Promise<void> {
    const rows = await this.#find(0);
    this.#check(0, rows);
    this.#isResumed = rows.length > 0;
  }

  #find(part: number): Promise<KeptRow[]> {
    return this.#store.read(this.#principal.clientId, (tx) => tx.all(keptRows, { ...this.#key, part }));
  }

  /** Throws if a part is done already, or all of it, or if the key belongs to another request. */
  #check(part: number, rows: readonly KeptRow[]): void {
    if (rows.some(({ fingerprint }) => fingerprint !== this.#fingerprint))
      throw new ProblemError('idempotency-key-reused');
    const row = rows.find((one) => one.part === 0) ?? rows.find((one) => one.part === part);
    if (row !== undefined) throw new Kept(row);
  }

  /** Keeps an answer that was not kept with its effect. */
  async #keep(answer: Answer): Promise<void> {
    if (this.#isKept || !this.#isWhole) return;
    await this.#once(
      0,
      async (tx) => this.#parts > 0 && tx.run(deleteParts, this.#key),
      () => rowOf(answer),
    );
  }

  /** Does something, and keeps the result, in one transaction. If a result is kept already, it rolls back. */
  #once<T>(
    part: number,
    fn: (tx: WriteTransaction) => Promise<T>,
    row: (result: T) => Stored,
    weight?: number,
  ): Promise<T> {
    const doIt = async (tx: WriteTransaction): Promise<T> => {
      // Across a network it is sent together with the next statements.
      const looking = tx.all(keptRows, { ...this.#key, part });
      const doing = fn(tx);
      await Promise.allSettled([looking, doing]);
      this.#check(part, await looking);
      const result = await doing;
      await tx.run(insertKept, {
        ...this.#key,
        part,
        fingerprint: this.#fingerprint,
        createdAt: Date.now(),
        ...row(result),
      });
      return result;
    };
    return this.#store.write(this.#principal, doIt, weight);
  }
}
