import type { Change } from './contract/changes.ts';
import type { Customer, CustomerPage } from './contract/customers.ts';
import type { Arguments, Endpoint, Result } from './contract/endpoint.ts';
import type { Fields } from './contract/field.ts';
import { BASE_PATH, endpoints } from './contract/index.ts';
import { errorOf, FoyerError } from './errors.ts';
import { type FollowOptions, follow } from './follow.ts';
import { lines } from './lines.ts';
import { allPages } from './pages.ts';
import { isWorthRepeating, waitBefore } from './retry.ts';

export interface FoyerOptions {
  /** Where the service is: `https://foyer.theatre.example`. */
  readonly baseUrl: string | URL;
  /** The short name of the organisation. */
  readonly client: string;
  readonly key: string;
  /** How long to wait for an answer, in milliseconds: 30,000 unless told. */
  readonly timeout?: number;
  /** How often to send a call again, where that is safe: 3 unless told. */
  readonly retries?: number;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** For one call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly retries?: number;
}

type OptionalIfEmpty<A> = object extends A ? [args?: A, options?: CallOptions] : [args: A, options?: CallOptions];

/** How an endpoint is called: a stream is an iterator over its records, a list one over those of all its pages, anything else a promise. */
type Method<E extends Endpoint> = (
  ...args: OptionalIfEmpty<Arguments<E>>
) => E['success']['shape'] extends { kind: 'stream' | 'page' }
  ? AsyncGenerator<Result<E>, void, undefined>
  : Promise<Result<E>>;

type Methods = {
  readonly [R in keyof typeof endpoints]: {
    readonly [N in keyof (typeof endpoints)[R]]: (typeof endpoints)[R][N] extends infer E extends Endpoint
      ? Method<E>
      : never;
  };
};

interface Sending {
  readonly endpoint: Endpoint;
  readonly args: Readonly<Record<string, unknown>>;
  readonly options: CallOptions;
}

type Filters = Omit<Arguments<typeof endpoints.customers.list>, 'search'>;

/** The methods by resource, `foyer.customers.create(…)`: one generic call over the endpoint table. */
export interface Foyer extends Methods {
  readonly customers: Methods['customers'] & {
    /** The best hits for what somebody typed, `search('de vries zwolle')`: the first page, or the one that `cursor` names. */
    search(text: string, filters?: Filters, options?: CallOptions): Promise<CustomerPage>;
  };
  readonly changes: Methods['changes'] & {
    /** The changes as they come, without end: see `FollowOptions`. */
    follow(options?: FollowOptions): AsyncGenerator<Change, void, undefined>;
  };
  readonly exports: Methods['exports'] & {
    /** The export of the customers, together with what to go on from behind it. */
    snapshot(args?: Arguments<typeof endpoints.exports.customers>, options?: CallOptions): Promise<Snapshot>;
  };
}

/** An export, and from where to go on. */
export interface Snapshot {
  /** To be read to its end, or left by `break`. */
  readonly customers: AsyncGenerator<Customer, void, undefined>;
  /** `changes.follow({ after: cursor })` goes on from exactly here. */
  readonly cursor: string;
  /** The next `changedSince`. */
  readonly changedUntil: string;
}

/** Makes a client of the API. */
export function createFoyer(options: FoyerOptions): Foyer {
  const { baseUrl, client } = options;
  const base = `${String(baseUrl).replace(/\/+$/, '')}${fillPath(BASE_PATH, { client })}`;
  const method =
    (endpoint: Endpoint) =>
    (args: Readonly<Record<string, unknown>> = {}, callOptions: CallOptions = {}) => {
      const sending = { endpoint, args, options: { ...options, ...callOptions } };
      const { kind } = endpoint.success.shape;
      if (kind === 'page') return allPages(endpoint, args, (next) => call({ ...sending, args: next }));
      return kind === 'stream' ? stream(sending) : call(sending);
    };

  async function call(sending: Sending): Promise<unknown> {
    const hasBody = sending.endpoint.success.shape.kind !== 'nothing';
    return withRetries(sending, async (signal) => {
      const response = await send(sending, signal, 'application/json');
      return hasBody ? response.json() : undefined;
    });
  }

  async function* stream(sending: Sending): AsyncGenerator<unknown, void, undefined> {
    yield* records(await open(sending), sending);
  }

  /** Once the answer has begun there is no end to wait for, and nothing that could be sent again. */
  const open = (sending: Sending): Promise<Response> =>
    withRetries(sending, (signal) => send(sending, signal, 'application/x-ndjson'));

  async function* records(response: Response, sending: Sending): AsyncGenerator<unknown, void, undefined> {
    if (response.body === null) return;
    try {
      for await (const line of lines(response.body)) yield JSON.parse(line);
    } catch (error) {
      throw asFoyerError(error, sending.options.signal);
    }
  }

  async function send({ endpoint, args }: Sending, signal: AbortSignal, accept: string): Promise<Response> {
    const { params = {}, query = {}, body } = endpoint;
    const isElsewhere = (name: string) => Object.hasOwn(params, name) || Object.hasOwn(query, name);
    const fields = Object.fromEntries(Object.entries(args).filter(([name]) => !isElsewhere(name)));
    const response = await (options.fetch ?? fetch)(base + fillPath(endpoint.path, args) + queryString(query, args), {
      method: endpoint.method,
      signal,
      headers: {
        accept,
        authorization: `Bearer ${options.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(fields) }),
    });
    if (!response.ok) throw new Refusal(await errorOf(response), response.headers.get('retry-after'));
    return response;
  }

  const methods = mapTable(method) as Methods;
  const search = (text: string, filters: Filters = {}, callOptions: CallOptions = {}) =>
    call({
      endpoint: endpoints.customers.list,
      args: { ...filters, search: text },
      options: { ...options, ...callOptions },
    }) as Promise<CustomerPage>;
  const snapshot = async (args = {}, callOptions: CallOptions = {}): Promise<Snapshot> => {
    const sending = { endpoint: endpoints.exports.customers, args, options: { ...options, ...callOptions } };
    const response = await open(sending);
    return {
      customers: records(response, sending) as AsyncGenerator<Customer, void, undefined>,
      cursor: response.headers.get('foyer-cursor') ?? '',
      changedUntil: response.headers.get('foyer-changed-until') ?? '',
    };
  };
  return {
    ...methods,
    customers: { ...methods.customers, search },
    changes: { ...methods.changes, follow: (followOptions) => follow(methods.changes.list as never, followOptions) },
    exports: { ...methods.exports, snapshot },
  };
}

/** An answer other than 2xx, with what it says of trying again. */
class Refusal extends Error {
  readonly error: FoyerError;
  readonly retryAfter: string | null;
  constructor(error: FoyerError, retryAfter: string | null) {
    super(error.message);
    this.error = error;
    this.retryAfter = retryAfter;
  }
}

async function withRetries<T>(
  { endpoint, options }: Sending,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { retries = 3, timeout = 30_000, signal } = options;
  for (let tries = 1; ; tries += 1) {
    const inTime = new AbortController();
    const timer = setTimeout(() => inTime.abort(new DOMException('No answer in time', 'TimeoutError')), timeout);
    try {
      return await attempt(signal === undefined ? inTime.signal : AbortSignal.any([signal, inTime.signal]));
    } catch (thrown) {
      const error = thrown instanceof Refusal ? thrown.error : asFoyerError(thrown, signal);
      if (tries > retries || !isWorthRepeating(error, endpoint.idempotent)) throw error;
      await pause(waitBefore(tries, thrown instanceof Refusal ? thrown.retryAfter : null), signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

function asFoyerError(thrown: unknown, signal: AbortSignal | undefined): FoyerError {
  if (signal?.aborted) return new FoyerError('aborted', 'The call was aborted', { cause: signal.reason });
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError') {
    return new FoyerError('timeout', 'The service did not answer in time', { cause: thrown });
  }
  if (thrown instanceof SyntaxError) return new FoyerError('unexpected', 'The answer is no JSON', { cause: thrown });
  return new FoyerError('network', 'The service could not be reached, or broke off its answer', { cause: thrown });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(asFoyerError(undefined, signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

const fillPath = (path: string, args: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(args[name])));

/** What is not there says nothing; a list is repeated. */
function queryString(query: Fields, args: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const name of Object.keys(query)) {
    const value = args[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) parameters.append(name, String(one));
    }
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}

const mapTable = (method: (endpoint: Endpoint) => unknown): object =>
  Object.fromEntries(
    Object.entries(endpoints).map(([resource, named]) => [
      resource,
      Object.fromEntries(Object.entries(named).map(([name, endpoint]) => [name, method(endpoint)])),
    ]),
  );
