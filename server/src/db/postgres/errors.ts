/** What an error of PostgreSQL, or of the connection to it, means for a request. */
import { Unavailable } from '../unavailable.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const DISK_FULL = '53100';
const LOCK_NOT_AVAILABLE = '55P03';
const QUERY_CANCELED = '57014';
const INVALID_PARAMETER_VALUE = '22023';
const READ_ONLY_TRANSACTION = '25006';
const IN_FAILED_TRANSACTION = '25P02';
const INTERNAL_ERROR = 'XX000';
/** Of the class "connection exception", "insufficient resources", "operator intervention", "system error". */
const NOT_THE_REQUEST = /^(08|53|57|58)/;
/** Sent on a connection that ends: shutdown, crash, start-up, an idle session that was terminated. */
const CONNECTION_ENDS = /^(08|57P)/;

/** The SQLSTATE of an error of the server; `undefined` for one of the connection. */
function sqlState(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && severity !== undefined ? code : undefined;
}

/** Did the connection break, or was none available? `pg` has no code for that. */
function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state !== undefined) return CONNECTION_ENDS.test(state);
  if ('syscall' in error) return true;
  return /^(Connection terminated|Client (was closed|has encountered)|timeout exceeded when trying to connect)/.test(
    error.message,
  );
}

const isReadTimeout = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/** Did a cluster divide a part of its tables between the plan of a statement and its run? */
const isPartGone = (error: unknown): boolean =>
  sqlState(error) === INTERNAL_ERROR && /^could not find valid entry for shard /.test((error as Error).message);

/** Turns errors that are not the request's fault into `Unavailable`. */
export function translate(error: unknown): unknown {
  if (error instanceof Unavailable) return error;
  const options = { cause: error };
  if (isConnectionLost(error)) return new Unavailable('failed', options);
  if (isReadTimeout(error)) return new Unavailable('busy', options);
  const state = sqlState(error);
  if (state === undefined) return error;
  if (state === DISK_FULL) return new Unavailable('full', options);
  if ([LOCK_NOT_AVAILABLE, QUERY_CANCELED, SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(state)) {
    return new Unavailable('busy', options);
  }
  if (state === READ_ONLY_TRANSACTION || state === IN_FAILED_TRANSACTION || NOT_THE_REQUEST.test(state)) {
    return new Unavailable('failed', options);
  }
  if (isPartGone(error)) return new Unavailable('failed', options);
  return error;
}

/** Was the statement cancelled because it took too long? */
export const isCanceled = (error: unknown): boolean =>
  sqlState(error instanceof Unavailable ? error.cause : error) === QUERY_CANCELED;

/** May the same transaction succeed at another moment, on another connection? */
export function isWorthAnotherTry(error: unknown): boolean {
  const fault = error instanceof Unavailable ? error.cause : error;
  const state = sqlState(fault);
  if (state === QUERY_CANCELED || state === LOCK_NOT_AVAILABLE || state === DISK_FULL) return false;
  return isConnectionLost(fault) || (state !== undefined && translate(fault) instanceof Unavailable);
}

/** Does this error of a commit prove that nothing was committed? */
export const surelyNotCommitted = (error: unknown): boolean =>
  sqlState(error) !== undefined && !isConnectionLost(error);

/** Is the number of a transaction one that the server has not assigned, or has forgotten in a crash? */
export const isUnheardOf = (error: unknown): boolean => sqlState(error) === INVALID_PARAMETER_VALUE;

/**
 * Did the server refuse a statement before the commit? Of a commit itself that went wrong, a cluster cannot say what
 * the node of the client made of it.
 */
export const isOfStatementBefore = (error: unknown): boolean =>
  sqlState(error) !== undefined && (error as { statement?: unknown }).statement !== 'commit';
