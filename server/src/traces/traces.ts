/**
 * Traces by OpenTelemetry, sent to a collector. Loaded only if they are wanted. What is traced does not know of it: a
 * request is followed from the server to its line in the log, its work at the database by a wrapped store, and its
 * changes to the webhooks that deliver them.
 */
import type { Server } from 'node:http';
import type { Logger } from 'pino';
import type { TracesConfig } from '../config-monitoring.ts';
import type { Engine } from '../db/engine.ts';
import type { Sender } from '../features/webhooks/send.ts';
import type { RequestLog } from '../http/request-log.ts';
import { TracedChanges } from './changes.ts';
import { traceDelivery } from './deliveries.ts';
import { openTracing, type Tracing } from './provider.ts';
import { RequestTraces } from './requests.ts';
import { TracedStore } from './store.ts';

/** What is traced beside the database. */
export interface Traced {
  readonly server: Server;
  readonly requestLog: RequestLog;
  readonly sender: Sender;
}

export class Traces {
  readonly #tracing: Tracing;
  readonly #changes = new TracedChanges();

  constructor(config: TracesConfig, log: Logger) {
    this.#tracing = openTracing(config, log);
  }

  storeOn(engine: Engine): TracedStore {
    return new TracedStore(engine, this.#tracing.tracer, this.#changes);
  }

  follow({ server, requestLog, sender }: Traced): void {
    const requests = new RequestTraces(this.#tracing);
    // Before the service's own listener, which then runs within the trace.
    for (const event of ['request', 'checkContinue', 'checkExpectation'])
      server.prependListener(event, (request) => requests.begin(request));
    requestLog.listen({ request: (line, raw) => requests.end(line, raw) });
    sender.follow((message) => traceDelivery(this.#tracing, this.#changes, message));
  }

  /** Sends what has not been sent yet, and waits a moment for that. */
  close(): Promise<void> {
    return this.#tracing.close();
  }
}
