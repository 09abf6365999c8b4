/** Statements on the answers that are kept for repeated requests. */
import { sql } from '#kysely';
import type { ActorKind } from '../../db/schema.ts';
import { read, write } from '../../db/statement.ts';

/** Whose request, and which. */
export interface RequestKey {
  byKind: ActorKind;
  byId: number;
  key: string;
}

export interface KeptRow {
  part: number;
  fingerprint: string;
  status: number | null;
  headers: string;
  /** The body of the answer and of the requested part; empty for the first part. */
  body: string;
}

/** What is kept of a request: its answer, the requested part, and its first part, which every request in parts has. */
export const keptRows = read<RequestKey & { part: number }, KeptRow>((db, p) =>
  db
    .selectFrom('kept_answer')
    .select(['part', 'fingerprint', 'status', 'headers'])
    .select(sql<string>`case when part = 0 or part = ${p.part} then body else '' end`.as('body'))
    .where('client_id', '=', p.clientId)
    .where('by_kind', '=', p.byKind)
    .where('by_id', '=', p.byId)
    .where('idempotency_key', '=', p.key)
    .where((eb) => eb('part', 'in', [sql.lit(0), sql.lit(1), p.part]))
    .orderBy('part'),
);

export const insertKept = write<RequestKey & KeptRow & { createdAt: number }>((db, p) =>
  db.insertInto('kept_answer').values({
    client_id: p.clientId,
    by_kind: p.byKind,
    by_id: p.byId,
    idempotency_key: p.key,
    part: p.part,
    fingerprint: p.fingerprint,
    created_at: p.createdAt,
    status: p.status,
    headers: p.headers,
    body: p.body,
  }),
);

/** The parts of a request that has its answer. */
export const deleteParts = write<RequestKey>((db, p) =>
  db
    .deleteFrom('kept_answer')
    .where('client_id', '=', p.clientId)
    .where('by_kind', '=', p.byKind)
    .where('by_id', '=', p.byId)
    .where('idempotency_key', '=', p.key)
    .where('part', '>', sql.lit(0)),
);

/** When the oldest rows were kept, the oldest first. */
export const keptTimes = read<{ limit: number }, { at: number }>((db, p) =>
  db
    .selectFrom('kept_answer')
    .select('created_at as at')
    .where('client_id', '=', p.clientId)
    .orderBy('created_at')
    .limit(p.limit),
);

export const deleteKept = write<{ upTo: number }>((db, p) =>
  db.deleteFrom('kept_answer').where('client_id', '=', p.clientId).where('created_at', '<=', p.upTo),
);
