import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { LogLevel } from './config.ts';
import { Unavailable } from './db/engine.ts';

/**
 * What may be said of an error in the log: its name, code and place. Not the message of just any error, which may quote what a visitor
 * typed; nothing personal is ever logged.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in error ? error.code : undefined;
  const errcode = 'errcode' in error ? error.errcode : undefined;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  // What the store and SQLite say names tables and limits, never values.
  const message = error instanceof Unavailable || errcode !== undefined ? error.message : undefined;
  return { name: error.name, code, errcode, message, at: frames.map((line) => line.trim()), cause };
}

/** The log on standard output: readable on a terminal, JSON lines otherwise. */
export function openLog(level: LogLevel): Logger {
  const destination: DestinationStream = process.stdout.isTTY
    ? pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l', singleLine: true })
    : pino.destination({ dest: 1, sync: false });
  return pino({ level, serializers: { err: describeError } }, destination);
}
