/** Requests with their duration by route and status, and by client: what both lanes report to the log. */
import { Counter, Histogram } from 'prom-client';
import type { Caller } from '../http/caller.ts';
import type { RequestLine } from '../http/request-log.ts';
import { clientLabel, type Into } from './measure.ts';

/** In seconds: a get takes less than the first, an export minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** For a path that does not exist. */
const NO_ROUTE = 'none';
/** What a caller can choose freely is not a label: each value would make a series of its own. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

type Timer = ReturnType<Histogram['labels']>;
type Count = ReturnType<Counter['labels']>;

export class RequestMeasure {
  readonly #into: Into;
  readonly #durations: Histogram<'method' | 'route' | 'status'>;
  readonly #unreadable: Counter<'status'>;
  readonly #ofClients: Counter<'client' | 'status'>;
  /** Counters with their labels, by method, route and status: finding one costs a request less than making it. */
  readonly #timers = new Map<string, Map<string, Map<number, Timer>>>();
  readonly #counts = new WeakMap<Caller, Map<number, Count>>();

  constructor(into: Into) {
    const registers = [into.registry];
    this.#into = into;
    this.#durations = new Histogram({
      name: 'foyer_http_request_duration_seconds',
      help: 'Requests by method, route and status, and how long they took until the answer was sent.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.#unreadable = new Counter({
      name: 'foyer_http_unreadable_requests_total',
      help: 'What arrived and was no request, or did not arrive in time.',
      labelNames: ['status'],
      registers,
    });
    this.#ofClients = new Counter({
      name: 'foyer_client_requests_total',
      help: 'Requests whose key or session was good, by client and class of status.',
      labelNames: ['client', 'status'],
      registers,
    });
  }

  observe({ method, route, status, ms, key }: RequestLine): void {
    if (method === undefined || ms === undefined) this.#unreadable.inc({ status });
    else this.#timerOf(method, route ?? NO_ROUTE, status).observe(ms / 1000);
    if (key !== null) this.#countOf(key, Math.floor(status / 100)).inc();
  }

  #timerOf(method: string, route: string, status: number): Timer {
    const known = this.#timers.get(route)?.get(method)?.get(status);
    if (known !== undefined) return known;
    const name = METHODS.has(method) ? method : 'other';
    const timer = this.#durations.labels(name, route, String(status));
    const ofRoute = this.#timers.get(route) ?? new Map<string, Map<number, Timer>>();
    const ofMethod = ofRoute.get(name) ?? new Map<number, Timer>();
    this.#timers.set(route, ofRoute.set(name, ofMethod.set(status, timer)));
    return timer;
  }

  #countOf(key: Caller, statusClass: number): Count {
    const known = this.#counts.get(key)?.get(statusClass);
    if (known !== undefined) return known;
    const count = this.#ofClients.labels(clientLabel(this.#into, key.clientName), `${statusClass}xx`);
    this.#counts.set(key, (this.#counts.get(key) ?? new Map()).set(statusClass, count));
    return count;
  }
}
