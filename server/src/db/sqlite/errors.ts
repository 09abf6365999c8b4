import { Unavailable } from '../unavailable.ts';

// Result codes: https://www.sqlite.org/rescode.html; the low byte is the primary code.
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** Turns an SQLite error that is not the request's fault into `Unavailable`. */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error;
  switch (error.errcode & 0xff) {
    case SQLITE_BUSY:
      return new Unavailable('busy', { cause: error });
    case SQLITE_FULL:
      return new Unavailable('full', { cause: error });
    case SQLITE_IOERR:
      return new Unavailable('failed', { cause: error });
    default:
      return error;
  }
}
