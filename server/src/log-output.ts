/** The log of the service on standard output, and what it may say of an error. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';
import { OutcomeUnknown, Unavailable } from './db/unavailable.ts';

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
 * What may be said of an error in the log: its name, code and place. Not the message of just any error, which may quote
 * what a visitor typed; nothing personal is ever logged.
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

/** The lines of the process: tests start many services in one. */
let shared: Batch | undefined;

function lines(): Batch {
  shared ??= new Batch();
  return shared;
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
    : lines();
  return pino({ level, base: null, serializers: { err: describeError } }, destination);
}
