/**
 * Whether a transaction was committed whose connection broke during the commit. Only the database knows, and it is
 * asked until it answers, or the time for an answer is over.
 *
 * On a cluster the number that the coordinator has for a transaction proves nothing: the node of the client commits
 * first, and the coordinator may go down in between. There the answer is the row that the transaction leaves, looked at
 * under its client's lock, when nobody can still be writing it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Row, Scope, Trace } from '../connection.ts';
import type { Compiled, Value } from '../statement.ts';
import { OutcomeUnknown } from '../unavailable.ts';
import type { PostgresConnection } from './connection.ts';
import { isUnheardOf } from './errors.ts';
import type { Opening } from './opening.ts';
import { ANSWER_MS } from './pool.ts';
import { RETRY_PAUSE_MS } from './retry.ts';

const outcomeOf = { sql: 'select pg_xact_status($1::xid8) as status', names: ['xid'] };
const lock = { sql: 'select from client_counter where client_id = $1 for update', names: ['clientId'] };

/** The database, as far as it is asked here. */
export interface Asked {
  checkOut(): Promise<PostgresConnection>;
  reading<T>(scope: Scope, fn: (connection: Connection) => Promise<T>): Promise<T>;
}

/** Asks until there is an answer: `undefined` is none yet. */
async function untilKnown(ask: () => Promise<boolean | undefined>): Promise<boolean> {
  const deadline = performance.now() + ANSWER_MS;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof OutcomeUnknown || performance.now() > deadline) throw new OutcomeUnknown({ cause: error });
    }
    await sleep(RETRY_PAUSE_MS);
  }
}

/** On one server: what it says of the transaction's number, and of the row that it left. */
export const isCommitted = (asked: Asked, scope: Scope, xid: string, trace: Trace | undefined): Promise<boolean> =>
  untilKnown(async () => {
    const status = await statusOf(asked, xid);
    if (status === 'committed') return isItself(asked, scope, xid, trace);
    return status === 'in progress' ? undefined : false;
  });

async function statusOf(asked: Asked, xid: string): Promise<unknown> {
  const connection = await asked.checkOut();
  try {
    return (await connection.get(outcomeOf, [xid]))?.status;
  } catch (error) {
    if (isUnheardOf(error)) return 'forgotten';
    throw error;
  } finally {
    connection.release();
  }
}

/**
 * Whether the number of a committed transaction is that of ours. A server that crashed assigns the numbers of
 * transactions of which nothing had reached its disk again, and so does a standby that takes over.
 */
async function isItself(asked: Asked, scope: Scope, xid: string, trace: Trace | undefined): Promise<boolean> {
  if (trace === 'none') return true;
  if (trace === undefined) throw new OutcomeUnknown();
  const row = await asked.reading(scope, async (connection) => connection.get(trace.statement, trace.values));
  if (trace.isLasting) return row !== undefined;
  if (row?.xid === lowHalf(xid)) return true;
  throw new OutcomeUnknown();
}

/** On a cluster: what the node of the client holds, once nobody else holds the client's lock. */
export async function isStored(
  asked: Asked,
  opening: Opening,
  scope: Scope,
  trace: Trace | undefined,
): Promise<boolean> {
  if (trace === 'none') return true;
  if (trace === undefined || scope === 'installation') throw new OutcomeUnknown();
  return untilKnown(async () => {
    const row = await underLock(await asked.checkOut(), opening, scope, trace);
    if (trace.isLasting) return row !== undefined;
    if (row?.xid === lowHalf(trace.xid)) return true;
    // The row of another transaction; or the same on another node, to which the client has moved since.
    throw new OutcomeUnknown();
  });
}

async function underLock(
  connection: PostgresConnection,
  opening: Opening,
  clientId: number,
  { statement, values }: { statement: Compiled; values: Value[] },
): Promise<Row | undefined> {
  connection.command('begin');
  connection.open(opening, clientId);
  connection.run(lock, [clientId]);
  // Another statement sees what was committed while the lock was waited for.
  const row = connection.get(statement, values);
  try {
    return await row;
  } finally {
    await connection.rollback();
  }
}

/** The part of a transaction's number that the rows it wrote hold (`xmin`). */
const lowHalf = (xid: string): string => String(BigInt.asUintN(32, BigInt(xid)));
