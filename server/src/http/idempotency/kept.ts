/** An answer as it is kept, and repeated. Pure. */
import type { Readable } from 'node:stream';
import { privateAnswer } from '../wire/headers.ts';
import type { KeptRow } from './queries.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** Thrown to roll back what a request would have done: it is done already. */
export class Kept extends Error {
  readonly row: KeptRow;
  constructor(row: KeptRow) {
    super('It is kept already');
    this.row = row;
  }
}

/** What is stored of it. */
export type Stored = Pick<KeptRow, 'status' | 'headers' | 'body'>;

export const replayed = { 'idempotency-replayed': 'true' };

export function rowOf({ status, headers, body }: Answer): Stored {
  const own = Object.entries(headers).filter(([name]) => !(name in privateAnswer));
  return { status, headers: JSON.stringify(Object.fromEntries(own)), body: body as string };
}

export const rowOfPart = (result: unknown): Stored => ({
  status: null,
  headers: '',
  body: JSON.stringify(result),
});

export const replay = ({ status, headers, body }: KeptRow): Answer => ({
  status: status as number,
  headers: { ...privateAnswer, ...JSON.parse(headers), ...replayed },
  body,
});
