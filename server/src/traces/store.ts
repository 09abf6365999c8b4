/** A store that records what a request asks of it as spans below the request's. */
import { type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Engine } from '../db/engine.ts';
import type { HeavyRead } from '../db/heavy/job.ts';
import { Store } from '../db/store.ts';
import type { Principal } from '../db/transaction/change.ts';
import type { ReadTransaction } from '../db/transaction/read.ts';
import type { Changes, WriteTransaction } from '../db/transaction/write.ts';
import type { TracedChanges } from './changes.ts';
import { requestUnderWay } from './requests.ts';

const systems = { sqlite: 'sqlite', postgres: 'postgresql' } as const;

export class TracedStore extends Store {
  readonly #tracer: Tracer;
  readonly #changes: TracedChanges;

  constructor(engine: Engine, tracer: Tracer, changes: TracedChanges) {
    super(engine);
    this.#tracer = tracer;
    this.#changes = changes;
  }

  override read<T>(clientId: number, fn: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    const span = this.#begin('read');
    const work = super.read(clientId, fn);
    return span === undefined ? work : during(span, work);
  }

  override readHeavily<A>(principal: Principal, read: HeavyRead<A>, args: A): Promise<string> {
    const span = this.#begin('search');
    const work = super.readHeavily(principal, read, args);
    return span === undefined ? work : during(span, work);
  }

  override write<T>(principal: Principal, fn: (tx: WriteTransaction) => Promise<T>, weight?: number): Promise<T> {
    const request = requestUnderWay();
    if (request === undefined) return super.write(principal, fn, weight);
    const span = this.#begin('write');
    let changes: Changes | undefined;
    const noting = async (tx: WriteTransaction): Promise<T> => {
      const result = await fn(tx);
      changes = tx.changes;
      return result;
    };
    // Recorded before any webhook has read them: reading takes more than this turn.
    const stored = super.write(principal, noting, weight).then((result) => {
      if (changes === undefined) return result;
      this.#changes.add(principal.clientId, changes, request);
      span?.setAttributes({ 'foyer.change.first': changes.first, 'foyer.change.last': changes.last });
      return result;
    });
    return span === undefined ? stored : during(span, stored);
  }

  /** `undefined` if the request is not traced, or is over and has left work behind. */
  #begin(work: 'read' | 'search' | 'write'): Span | undefined {
    const request = requestUnderWay();
    if (request?.span.isRecording() !== true) return undefined;
    const attributes = { 'db.system.name': systems[this.dialect] };
    return this.#tracer.startSpan(work, { attributes }, request.context);
  }
}

async function during<T>(span: Span, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // The error's message may be about a customer.
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
