/** Statements on sessions, one-time links and attempts to sign in. */
import { sql } from '#kysely';
import { systemStatement } from '../../db/statement.ts';
import type { MemberRow, StaffClientRow } from '../staff/queries.ts';
import type { LinkPurpose } from './tables.ts';

/** A session at one of the clients where its staff member works. */
export interface SessionRow extends MemberRow, StaffClientRow {
  createdAt: number;
  usedAt: number;
}

/** A row for each client; none if the session is over, or its staff member has left all clients. */
export const sessionByHash = systemStatement<
  { tokenHash: string; createdAfter: number; usedAfter: number },
  SessionRow
>((db, p) =>
  db
    .selectFrom('staff_session as s')
    .innerJoin('staff_member as m', 'm.staff_id', 's.staff_id')
    .innerJoin('staff_role as r', 'r.staff_id', 's.staff_id')
    .innerJoin('client as c', 'c.client_id', 'r.client_id')
    .select([
      's.created_at as createdAt',
      's.used_at as usedAt',
      'm.staff_id as staffId',
      'm.email',
      'm.name',
      'm.password_hash as passwordHash',
      'm.preferences',
      'c.client_id as clientId',
      'c.name as clientName',
      'c.title',
      'r.role',
      'c.time_zone as timeZone',
      'c.client_types as clientTypes',
      'c.name_order as nameOrder',
    ])
    .where('s.token_hash', '=', p.tokenHash)
    .where('s.created_at', '>', p.createdAfter)
    .where('s.used_at', '>', p.usedAfter)
    .where('r.removed_at', 'is', null),
);

export const insertSession = systemStatement<{ tokenHash: string; staffId: number; now: number }>((db, p) =>
  db
    .insertInto('staff_session')
    .values({ token_hash: p.tokenHash, staff_id: p.staffId, created_at: p.now, used_at: p.now }),
);

export const touchSession = systemStatement<{ tokenHash: string; now: number }>((db, p) =>
  db.updateTable('staff_session').set({ used_at: p.now }).where('token_hash', '=', p.tokenHash),
);

export const deleteSession = systemStatement<{ tokenHash: string }>((db, p) =>
  db.deleteFrom('staff_session').where('token_hash', '=', p.tokenHash),
);

export const deleteSessionsOf = systemStatement<{ staffId: number }>((db, p) =>
  db.deleteFrom('staff_session').where('staff_id', '=', p.staffId),
);

export const deleteOldSessions = systemStatement<{ createdAfter: number; usedAfter: number }>((db, p) =>
  db
    .deleteFrom('staff_session')
    .where(({ eb, or }) => or([eb('created_at', '<=', p.createdAfter), eb('used_at', '<=', p.usedAfter)])),
);

export interface LinkRow {
  staffId: number;
  purpose: LinkPurpose;
  expiresAt: number;
}

export const linkByHash = systemStatement<{ tokenHash: string; now: number }, LinkRow>((db, p) =>
  db
    .selectFrom('staff_link')
    .select(['staff_id as staffId', 'purpose', 'expires_at as expiresAt'])
    .where('token_hash', '=', p.tokenHash)
    .where('expires_at', '>', p.now),
);

export const insertLink = systemStatement<LinkRow & { tokenHash: string }>((db, p) =>
  db
    .insertInto('staff_link')
    .values({ token_hash: p.tokenHash, staff_id: p.staffId, purpose: p.purpose, expires_at: p.expiresAt }),
);

export const deleteLinksOf = systemStatement<{ staffId: number }>((db, p) =>
  db.deleteFrom('staff_link').where('staff_id', '=', p.staffId),
);

export const deleteOldLinks = systemStatement<{ now: number }>((db, p) =>
  db.deleteFrom('staff_link').where('expires_at', '<=', p.now),
);

export interface AttemptRow {
  since: number;
  attempts: number;
}

export const attemptsOf = systemStatement<{ subject: string }, AttemptRow>((db, p) =>
  db.selectFrom('staff_attempt').select(['since', 'attempts']).where('subject', '=', p.subject),
);

export const countAttempt = systemStatement<{ subject: string; now: number }>((db, p) =>
  db
    .insertInto('staff_attempt')
    .values({ subject: p.subject, since: p.now, attempts: sql.lit(1) })
    .onConflict((oc) =>
      oc.column('subject').doUpdateSet((eb) => ({ attempts: eb('staff_attempt.attempts', '+', sql.lit(1)) })),
    ),
);

export const forgetAttempts = systemStatement<{ subject: string }>((db, p) =>
  db.deleteFrom('staff_attempt').where('subject', '=', p.subject),
);

export const forgetOldAttempts = systemStatement<{ until: number }>((db, p) =>
  db.deleteFrom('staff_attempt').where('since', '<=', p.until),
);
