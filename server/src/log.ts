import type { Socket } from 'node:net';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';
import { OutcomeUnknown, Unavailable } from './db/unavailable.ts';
import type { IndexObserver } from './features/search-index/indexer.ts';
import type { Caller } from './http/auth.ts';
import { ProblemError } from './http/problem.ts';

/** Lines are written together: a system call for each would cost a tenth of a request. */
const BATCH_CHARACTERS = 16 * 1024;
const BATCH_MS = 100;

/**
 * Collects lines for standard output. Pino's own destination can do that too, but measures all that it holds again at
 * every line, which costs a quarter of a request.
 */
class Batch implements DestinationStream {
  readonly #output: DestinationStream;
  #lines = '';
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    // Before the output's own listener, which then writes out what it was given.
    process.once('exit', () => this.flush());
    this.#output = pino.destination({ dest: 1, sync: false });
  }

  write(line: string): void {
    this.#lines += line;
    if (this.#lines.length >= BATCH_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines !== '') this.#output.write(this.#lines);
    this.#lines = '';
  }
}

/**
 * What may be said of an error in the log: its name, code and place. Not the message of just any error, which may quote what
 * a visitor typed; nothing personal is ever logged.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  // That the store is unavailable was decided; where it was says less than what lies underneath.
  const stack = error instanceof Unavailable ? '' : (error.stack ?? '');
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error ? error.code : undefined;
  const errcode = 'errcode' in error ? error.errcode : undefined;
  const statement = 'statement' in error ? error.statement : undefined;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  // What the store and SQLite say names tables and limits, never values.
  const message =
    error instanceof Unavailable || error instanceof OutcomeUnknown || errcode !== undefined
      ? error.message
      : undefined;
  return { name: error.name, code, errcode, message, statement, at: frames.map((line) => line.trim()), cause };
}

/** The log on standard output: readable on a terminal, JSON lines otherwise. */
export async function openLog(level: LogLevel): Promise<Logger> {
  const destination: DestinationStream = process.stdout.isTTY
    ? (await import('pino-pretty')).default({
        colorize: true,
        ignore: 'pid,hostname',
        translateTime: 'HH:MM:ss.l',
        singleLine: true,
      })
    : new Batch();
  return pino({ level, base: null, serializers: { err: describeError } }, destination);
}

/** What is logged of a request: nothing of what was sent. */
export interface RequestLine {
  readonly id: string;
  /** Nothing when the request could not be read so far. */
  readonly method: string | undefined;
  /** The path as a pattern; nothing when there is no such path. */
  readonly route: string | undefined;
  readonly status: number;
  readonly ms: number | undefined;
  readonly key: Caller | null;
}

/** The caller left before the answer; nginx's number for it. */
export const CLIENT_CLOSED = 499;

/** Tells the operator how far the index of the search is. */
export const indexLog = (log: Logger): IndexObserver => ({
  progress: (client, made, of) =>
    log.info({ client, made, of, percent: Math.floor((100 * made) / of) }, 'making the index of the search'),
  done: (client, customers) => log.info({ client, customers }, 'the index of the search is made'),
  failed: (client, err) => log.error({ client, err }, 'the index of the search could not be brought up to date'),
});

/** Writes of each request one line, and of each fault another. */
export class RequestLog {
  readonly #log: Logger;
  readonly #byKey = new WeakMap<Caller, Map<string, Logger>>();
  readonly #refused = new WeakSet<Socket>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** The line of bytes that were refused on a connection before they were a whole request; a request that they began has no other. */
  refused(socket: Socket, { id, status }: Pick<RequestLine, 'id' | 'status'>): void {
    this.#refused.add(socket);
    this.request({ id, status, method: undefined, route: undefined, ms: undefined, key: null });
  }

  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket);
  }

  request(line: RequestLine): void {
    const { id, status, ms } = line;
    const rounded = ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
    const text = status === CLIENT_CLOSED ? 'request aborted' : 'request';
    const { method, route, key } = line;
    if (key === null) this.#log.info({ method, route, request: id, status, ms: rounded }, text);
    else this.#logOf(key, `${method} ${route}`, line).info({ request: id, status, ms: rounded }, text);
  }

  /** A logger that has written out already what the lines of a route and a key have in common. */
  #logOf(key: Caller, name: string, { method, route }: RequestLine): Logger {
    let ofKey = this.#byKey.get(key);
    if (ofKey === undefined) {
      ofKey = new Map();
      this.#byKey.set(key, ofKey);
    }
    let log = ofKey.get(name);
    if (log === undefined) {
      log = this.#log.child({ method, route, client: key.clientName, [key.actor.kind]: key.actor.id });
      ofKey.set(name, log);
    }
    return log;
  }

  /** Logs an error when it is the service's own, not the caller's. A refusal that was meant has nothing to tell but its status. */
  fault(id: string, code: string, error: unknown): void {
    if (error instanceof ProblemError) return;
    if (code === 'internal' || code === 'unavailable') this.#log.error({ request: id, err: error }, code);
  }
}
