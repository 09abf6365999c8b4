/** The SDK: one generic call over the table of endpoints, and the few methods that do more. */
import { asFoyerError, withRetries } from './attempts.ts';
import type { Change } from './contract/changes.ts';
import type { Customer, CustomerPage } from './contract/customers.ts';
import type { Arguments, Endpoint, FileInput, Result } from './contract/endpoint.ts';
import { type ExportFormat, exportTypes } from './contract/exports.ts';
import type { Fields } from './contract/field.ts';
import { endpoints, pathOf } from './contract/index.ts';
import { errorOf } from './errors.ts';
import { type FollowOptions, follow } from './follow.ts';
import { lines } from './lines.ts';
import { allPages } from './pages.ts';
import { ifMatchOf, keepVersion } from './versions.ts';

/** How calls are made. */
export interface TransportOptions {
  /** Where the service is: `https://foyer.theatre.example`. */
  readonly baseUrl: string | URL;
  /** How long to wait for an answer, in milliseconds; the default is 30,000. */
  readonly timeout?: number;
  /**
   * How often to repeat a call, where that is safe; the default is 3. If the service asks for a wait of more than a
   * minute, the error is thrown at once: its `retryAfter` says when to come again.
   */
  readonly retries?: number;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface FoyerOptions extends TransportOptions {
  /** The short name of the organisation. */
  readonly client: string;
  /** An API key. In a browser where a staff member is signed in, `session` replaces it. */
  readonly key?: string;
  /** What `createSession` returned. */
  readonly session?: { readonly csrfToken: string | undefined };
}

/** For one call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly retries?: number;
  /**
   * Write only if the customer is still as in this answer of `get`, `create`, `update`, …, or has this `versionOf`.
   * Otherwise `precondition-failed`, with `current`.
   */
  readonly ifMatch?: string | object;
  /**
   * For writes other than removals: the same call with the same key, also from another process, is done once, and
   * answered as it was at first. Without it, a call that would do more when done twice gets a key of its own, so that
   * it may be repeated.
   */
  readonly idempotencyKey?: string;
}

type OptionalIfEmpty<A> = object extends A ? [args?: A, options?: CallOptions] : [args: A, options?: CallOptions];

/**
 * How an endpoint is called: a stream returns an iterator over its records, a list one over the records of all its
 * pages, anything else a promise.
 */
type Method<E extends Endpoint> = (
  ...args: OptionalIfEmpty<Arguments<E>>
) => E['success']['shape'] extends { kind: 'stream' | 'page' }
  ? AsyncGenerator<Result<E>, void, undefined>
  : Promise<Result<E>>;

export type Methods = {
  readonly [R in keyof typeof endpoints]: {
    readonly [N in keyof (typeof endpoints)[R]]: (typeof endpoints)[R][N] extends infer E extends Endpoint
      ? Method<E>
      : never;
  };
};

export interface Sending {
  readonly endpoint: Endpoint;
  readonly args: Readonly<Record<string, unknown>>;
  readonly options: CallOptions;
}

type Filters = Omit<Arguments<typeof endpoints.customers.list>, 'search'>;

/** The methods by resource, `foyer.customers.create(…)`: one generic call over the endpoint table. */
export interface Foyer extends Omit<Methods, 'customers' | 'session'> {
  readonly customers: Omit<Methods['customers'], 'upsert'> & {
    /** Creates a customer, or changes the one that has this `customerExternalId`, or else this `email`. */
    upsert(args: Arguments<typeof endpoints.customers.upsert>, options?: CallOptions): Promise<Upserted>;
    /** The best hits for what somebody typed, `search('de vries zwolle')`: the first page, or the one at `cursor`. */
    search(text: string, filters?: Filters, options?: CallOptions): Promise<CustomerPage>;
  };
  readonly changes: Methods['changes'] & {
    /** The changes as they happen, without end: see `FollowOptions`. */
    follow(options?: FollowOptions): AsyncGenerator<Change, void, undefined>;
  };
  readonly exports: Methods['exports'] & {
    /** The export of the customers, with the cursor from which to follow the changes after it. */
    snapshot(args?: Arguments<typeof endpoints.exports.customers>, options?: CallOptions): Promise<Snapshot>;
    /** The export as a file, for a person to open: `file('xlsx', { city: 'Zwolle' })`. */
    file(
      format: ExportFormat,
      args?: Arguments<typeof endpoints.exports.customers>,
      options?: CallOptions,
    ): Promise<Blob>;
  };
}

/** What an upsert did, and to whom. */
export interface Upserted {
  readonly customer: Customer;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

/** An export, and from where to continue. */
export interface Snapshot {
  /** To be read to the end, or left by `break`. */
  readonly customers: AsyncGenerator<Customer, void, undefined>;
  /** `changes.follow({ after: cursor })` continues from exactly here. */
  readonly cursor: string;
  /** The next `changedSince`. */
  readonly changedUntil: string;
}

/** Calls of all endpoints of the table, as a key or a session may make them. */
export function callsOf(options: Omit<FoyerOptions, 'client'> & { readonly client?: string }) {
  const { client } = options;
  const base = String(options.baseUrl).replace(/\/+$/, '');
  const method =
    (endpoint: Endpoint) =>
    (args: Readonly<Record<string, unknown>> = {}, callOptions: CallOptions = {}) => {
      const sending = { endpoint, args, options: { ...options, ...callOptions } };
      const { kind } = endpoint.success.shape;
      if (kind === 'page') return allPages(endpoint, args, (next) => call({ ...sending, args: next }));
      return kind === 'stream' ? stream(sending) : call(sending);
    };

  const call = async (sending: Sending): Promise<unknown> => (await answer(sending)).result;

  async function answer(sending: Sending): Promise<{ result: unknown; headers: Headers }> {
    const { kind } = sending.endpoint.success.shape;
    return attempts(sending, async (signal, conditions) => {
      const accept = kind === 'file' ? '*/*' : 'application/json';
      const response = await send(sending, signal, { accept, ...conditions });
      const { headers } = response;
      if (kind === 'file') return { result: await response.blob(), headers };
      const result: unknown = kind === 'nothing' ? undefined : await response.json();
      keepVersion(result, headers.get('etag'));
      return { result, headers };
    });
  }

  async function* stream(sending: Sending): AsyncGenerator<unknown, void, undefined> {
    yield* records(await open(sending), sending);
  }

  /** Once the answer has begun there is no end to wait for, and nothing that could be repeated. */
  const open = (sending: Sending, accept: string = exportTypes.ndjson): Promise<Response> =>
    attempts(sending, (signal, conditions) => send(sending, signal, { accept, ...conditions }));

  async function* records(response: Response, sending: Sending): AsyncGenerator<unknown, void, undefined> {
    if (response.body === null) return;
    try {
      for await (const line of lines(response.body)) yield JSON.parse(line);
    } catch (error) {
      throw asFoyerError(error, sending.options.signal);
    }
  }

  async function send(
    { endpoint, args }: Sending,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const { query = {} } = endpoint;
    const { type, ...sent } = bodyOf(endpoint, args);
    const response = await (options.fetch ?? fetch)(
      base + fillPath(pathOf(endpoint), { ...args, client }) + queryString(query, args),
      {
        method: endpoint.method,
        signal,
        headers: {
          ...headers,
          ...credentials(),
          ...(type === undefined ? {} : { 'content-type': type }),
        },
        ...sent,
      },
    );
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  /** The session is in a cookie, which the browser sends along; the token proves that a page of the service asks. */
  function credentials(): Readonly<Record<string, string>> {
    if (options.key !== undefined) return { authorization: `Bearer ${options.key}` };
    const token = options.session?.csrfToken;
    return token === undefined ? {} : { 'foyer-csrf-token': token };
  }

  return { methods: mapTable(method) as Methods, call, answer, open, records };
}

/**
 * Makes a client of the API.
 * @throws {TypeError} when there is neither a key nor a session, usually because an environment variable is not set
 */
export function createFoyer(options: FoyerOptions): Foyer {
  if (!options.key && options.session === undefined)
    throw new TypeError('createFoyer needs a key: is the variable set from which it is read?');
  const { methods, call, answer, open, records } = callsOf(options);
  const search = (text: string, filters: Filters = {}, callOptions: CallOptions = {}) =>
    call({
      endpoint: endpoints.customers.list,
      args: { ...filters, search: text },
      options: { ...options, ...callOptions },
    }) as Promise<CustomerPage>;
  const upsert = async (args: object, callOptions: CallOptions = {}): Promise<Upserted> => {
    const sending = {
      endpoint: endpoints.customers.upsert,
      args: { ...args },
      options: { ...options, ...callOptions },
    };
    const { result, headers } = await answer(sending);
    return { customer: result as Customer, outcome: headers.get('foyer-outcome') as Upserted['outcome'] };
  };
  const snapshot = async (args = {}, callOptions: CallOptions = {}): Promise<Snapshot> => {
    const sending = { endpoint: endpoints.exports.customers, args, options: { ...options, ...callOptions } };
    const response = await open(sending);
    return {
      customers: records(response, sending) as AsyncGenerator<Customer, void, undefined>,
      cursor: response.headers.get('foyer-cursor') ?? '',
      changedUntil: response.headers.get('foyer-changed-until') ?? '',
    };
  };
  const file = async (format: ExportFormat, args = {}, callOptions: CallOptions = {}): Promise<Blob> => {
    const sending = { endpoint: endpoints.exports.customers, args, options: { ...options, ...callOptions } };
    const response = await open(sending, exportTypes[format]);
    return response.blob().catch((error: unknown) => {
      throw asFoyerError(error, sending.options.signal);
    });
  };
  const { session: _, ...ofClient } = methods;
  return {
    ...ofClient,
    customers: { ...methods.customers, search, upsert },
    changes: { ...methods.changes, follow: (followOptions) => follow(methods.changes.list as never, followOptions) },
    exports: { ...methods.exports, snapshot, file },
  };
}

/** A large file takes longer to send than any answer. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

function attempts<T>(
  { endpoint, args, options }: Sending,
  attempt: (signal: AbortSignal, conditions: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const conditions = conditionsOf(endpoint, options);
  const isSafe = endpoint.idempotent || 'idempotency-key' in conditions;
  const attemptAll = (patience: CallOptions) => withRetries(isSafe, patience, (signal) => attempt(signal, conditions));
  if (endpoint.upload === undefined) return attemptAll(options);
  // A stream that was read from cannot be sent again.
  const retries = args.file instanceof ReadableStream ? { retries: 0 } : {};
  return attemptAll({ timeout: UPLOAD_TIMEOUT_MS, ...options, ...retries });
}

/** The headers by which a call is done only once, or only to the intended version: the same at each attempt. */
function conditionsOf(endpoint: Endpoint, { ifMatch, idempotencyKey }: CallOptions): Readonly<Record<string, string>> {
  // An update that succeeded has made a new version: repeated without a key, it would be refused.
  const isOnce = !endpoint.idempotent || ifMatch !== undefined;
  const key = endpoint.takesIdempotencyKey ? (idempotencyKey ?? (isOnce ? randomKey() : undefined)) : undefined;
  return {
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatchOf(ifMatch) }),
    ...(key === undefined ? {} : { 'idempotency-key': JSON.stringify(key) }),
  };
}

/** `crypto.randomUUID` does not exist in a page that was loaded over plain http. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** What a call sends, and the type that it is declared to be. */
function bodyOf(
  { params = {}, query = {}, body, upload }: Endpoint,
  args: Readonly<Record<string, unknown>>,
): { readonly type?: string; readonly body?: FileInput; readonly duplex?: 'half' } {
  if (upload !== undefined) {
    const file = args.file as FileInput;
    // No type is declared: the service tells what the file is from its bytes.
    const isTyped = file instanceof Blob && upload.types.includes(file.type);
    const type = isTyped ? file.type : 'application/octet-stream';
    return { type, body: file, ...(file instanceof ReadableStream ? { duplex: 'half' } : {}) };
  }
  if (body === undefined) return {};
  const isElsewhere = (name: string) => Object.hasOwn(params, name) || Object.hasOwn(query, name);
  const fields = Object.fromEntries(Object.entries(args).filter(([name]) => !isElsewhere(name)));
  return { type: 'application/json', body: JSON.stringify(fields) };
}

const fillPath = (path: string, args: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(args[name])));

/** A missing value is left out; a list repeats its parameter. */
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
