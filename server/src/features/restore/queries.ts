/** What a restored database needs before it is used: new numbers, and an end to what belonged to a moment. */
import { sql } from '#kysely';
import { forUpdate } from '../../db/dialect/expressions.ts';
import { type Compiled, systemStatement } from '../../db/statement.ts';
import type { ImportState } from '../imports/tables.ts';

/** The numbers of a client at the moment of the backup. */
export interface ClientNumbers {
  clientId: number;
  name: string;
  customers: number;
  last: number;
}

/** Locks a client, so that nobody takes a number in the meantime. One by one: a cluster locks on one node at a time. */
export const lockNumbers = systemStatement<{ clientId: number }, Pick<ClientNumbers, 'customers' | 'last'>>(
  (db, p, dialect) =>
    db
      .selectFrom('client_counter')
      .select(['last_customer_id as customers', 'last_change_number as last'])
      .where('client_id', '=', p.clientId)
      .modifyEnd(forUpdate(dialect)),
);

export const insertGap = systemStatement<{ clientId: number; from: number; to: number; now: number }>((db, p) =>
  db.insertInto('change_gap').values({ client_id: p.clientId, from_number: p.from, to_number: p.to, made_at: p.now }),
);

export const skipNumbers = systemStatement<{ clientId: number; to: number }>((db, p) =>
  db.updateTable('client_counter').set({ last_change_number: p.to }).where('client_id', '=', p.clientId),
);

/** Ends the leases of webhooks from when the backup was made. */
export const deleteLease = systemStatement<{ clientId: number }>((db, p) =>
  db.deleteFrom('webhook_lease').where('client_id', '=', p.clientId),
);

export const endImports = systemStatement<{ clientId: number; now: number; error: string }>((db, p) =>
  db
    .updateTable('import_job')
    .set({
      state: sql.lit('failed'),
      error: p.error,
      finished_at: p.now,
      holder: sql<null>`null`,
      lease_until: sql.lit(0),
    })
    .where('client_id', '=', p.clientId)
    .where('state', 'in', [sql<ImportState>`'waiting'`, sql<ImportState>`'running'`]),
);

/** Sessions and links that were ended or used since are still valid in the backup. */
export const deleteSessions = systemStatement<object>((db) => db.deleteFrom('staff_session'));
export const deleteLinks = systemStatement<object>((db) => db.deleteFrom('staff_link'));

/** How many connections to PostgreSQL other processes of Foyer have, seen from a new one. */
export const otherConnections: Compiled = {
  sql: `select count(*) as others from pg_stat_activity
    where datname = current_database() and application_name = 'foyer'
    and backend_start < (select backend_start from pg_stat_activity where pid = pg_backend_pid())`,
  names: [],
};
