/** Which request made a change, for as long as that is useful to the webhooks that deliver it. */
import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { Changes } from '../db/transaction/write.ts';
import type { RequestTrace } from './requests.ts';

/** About 3 MB. A later delivery begins a trace of its own. */
const MOST_REMEMBERED = 10_000;

export class TracedChanges {
  /** By client and number; the oldest first. */
  readonly #requests = new Map<string, SpanContext>();

  /** A request that is not traced passes its caller's context on too: the receiver then knows that it is not traced. */
  add(clientId: number, { first, last }: Changes, { span, isOfCaller }: RequestTrace): void {
    const context = span.spanContext();
    if (!isOfCaller && (context.traceFlags & TraceFlags.SAMPLED) === 0) return;
    for (let number = first; number <= last; number += 1) this.#requests.set(`${clientId} ${number}`, context);
    for (const oldest of this.#requests.keys()) {
      if (this.#requests.size <= MOST_REMEMBERED) break;
      this.#requests.delete(oldest);
    }
  }

  /** The requests that made these changes, each once. */
  of(clientId: number, numbers: readonly number[]): readonly SpanContext[] {
    const found = numbers.map((number) => this.#requests.get(`${clientId} ${number}`));
    return [...new Set(found.filter((context) => context !== undefined))];
  }
}
