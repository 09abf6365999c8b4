/**
 * Requests with their duration by route and status, and by client: what both lanes report to the log. Here a request
 * only counts; prom-client, which takes longer, is told at a scrape.
 */
import { Counter } from 'prom-client';
import type { Caller } from '../http/caller.ts';
import type { RequestLine } from '../http/request-log.ts';
import { type Durations, durationsInto } from './durations.ts';
import { clientLabel, type Into } from './measure.ts';

/** In seconds: a get takes less than the first, an export minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** For a path that does not exist. */
const NO_ROUTE = 'none';
/** What a caller can choose freely is not a label: each value would make a series of its own. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The requests of a method to a route that ended with the same status. */
interface Outcome {
  readonly method: string;
  readonly status: number;
  readonly durations: Durations;
}

/** The requests of a client since the last scrape, by class of status: `[2]` are those with 200 to 299. */
interface OfClient {
  readonly client: string;
  readonly requests: number[];
}

export class RequestMeasure {
  readonly #into: Into;
  readonly #durationsOf: (labels: Readonly<Record<string, string>>) => Durations;
  readonly #unreadable: Counter<'status'>;
  /** By route. */
  readonly #outcomes = new Map<string, Outcome[]>();
  readonly #clients = new Map<string, OfClient>();
  readonly #ofCallers = new WeakMap<Caller, OfClient>();

  constructor(into: Into) {
    const registers = [into.registry];
    const clients = this.#clients;
    this.#into = into;
    this.#durationsOf = durationsInto(into, {
      name: 'foyer_http_request_duration_seconds',
      help: 'Requests by method, route and status, and how long they took until the answer was sent.',
      buckets: BUCKETS,
    });
    this.#unreadable = new Counter({
      name: 'foyer_http_unreadable_requests_total',
      help: 'What arrived and was no request, or did not arrive in time.',
      labelNames: ['status'],
      registers,
    });
    new Counter({
      name: 'foyer_client_requests_total',
      help: 'Requests whose key or session was good, by client and class of status.',
      labelNames: ['client', 'status'],
      registers,
      collect() {
        for (const { client, requests } of clients.values()) {
          for (const [statusClass, count] of requests.entries()) {
            if (count > 0) this.inc({ client, status: `${statusClass}xx` }, count);
          }
          requests.fill(0);
        }
      },
    });
  }

  observe({ method, route, status, ms, key }: RequestLine): void {
    if (method === undefined || ms === undefined) this.#unreadable.inc({ status });
    else
      this.#outcomeOf(METHODS.has(method) ? method : 'other', route ?? NO_ROUTE, status).durations.observe(ms / 1000);
    if (key !== null) (this.#clientOf(key).requests[Math.floor(status / 100)] as number) += 1;
  }

  #outcomeOf(method: string, route: string, status: number): Outcome {
    let ofRoute = this.#outcomes.get(route);
    if (ofRoute === undefined) {
      ofRoute = [];
      this.#outcomes.set(route, ofRoute);
    }
    let outcome = ofRoute.find((one) => one.status === status && one.method === method);
    if (outcome === undefined) {
      outcome = { method, status, durations: this.#durationsOf({ method, route, status: String(status) }) };
      ofRoute.push(outcome);
    }
    return outcome;
  }

  #clientOf(caller: Caller): OfClient {
    let ofClient = this.#ofCallers.get(caller);
    if (ofClient !== undefined) return ofClient;
    const client = clientLabel(this.#into, caller.clientName);
    ofClient = this.#clients.get(client) ?? { client, requests: new Array(6).fill(0) };
    this.#clients.set(client, ofClient);
    this.#ofCallers.set(caller, ofClient);
    return ofClient;
  }
}
