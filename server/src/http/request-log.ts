/** The line that every request leaves in the log. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Caller } from './caller.ts';
import { isRefusal } from './problem-answer.ts';

/** What is logged of a request: nothing of what was sent. */
export interface RequestLine {
  readonly id: string;
  /** `undefined` if the request could not be read that far. */
  readonly method: string | undefined;
  /** The path as a pattern; `undefined` if there is no such path. */
  readonly route: string | undefined;
  readonly status: number;
  readonly ms: number | undefined;
  readonly key: Caller | null;
}

/** Hears of every request that was answered, and of every problem, as they are logged. */
export interface RequestListener {
  /** `raw` is `undefined` if the request could not be read. */
  request(line: RequestLine, raw: IncomingMessage | undefined): void;
  problem?(error: unknown): void;
}

/** The caller left before the answer; nginx's number for it. */
export const CLIENT_CLOSED = 499;

/** Writes one line for each request, and another for each fault. */
export class RequestLog {
  readonly #log: Logger;
  readonly #byKey = new WeakMap<Caller, Map<string, Logger>>();
  readonly #refused = new WeakSet<Socket>();
  readonly #listeners: RequestListener[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  listen(listener: RequestListener): void {
    this.#listeners.push(listener);
  }

  /** The line for bytes that were refused before they were a whole request; a request that they began has no other. */
  refused(socket: Socket, { id, status }: Pick<RequestLine, 'id' | 'status'>): void {
    this.#refused.add(socket);
    this.request({ id, status, method: undefined, route: undefined, ms: undefined, key: null });
  }

  isRefused(socket: Socket): boolean {
    return this.#refused.has(socket);
  }

  request(line: RequestLine, raw?: IncomingMessage): void {
    for (const listener of this.#listeners) listener.request(line, raw);
    const { id, status, ms } = line;
    const rounded = ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
    const text = status === CLIENT_CLOSED ? 'request aborted' : 'request';
    const { method, route, key } = line;
    if (key === null) this.#log.info({ method, route, request: id, status, ms: rounded }, text);
    else this.#logOf(key, `${method} ${route}`, line).info({ request: id, status, ms: rounded }, text);
  }

  /** A logger with what the lines of a route and a key have in common, serialised in advance. */
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

  /**
   * Logs an error if it is the service's own, not the caller's. A deliberate refusal has nothing to tell but its
   * status.
   */
  fault(id: string, code: string, error: unknown): void {
    for (const listener of this.#listeners) listener.problem?.(error);
    if (isRefusal(error)) return;
    if (code === 'internal' || code === 'unavailable') this.#log.error({ request: id, err: error }, code);
  }
}
