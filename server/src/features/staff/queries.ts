/** Statements on what is above the clients: staff members and their roles. */
import { sql } from '#kysely';
import { systemStatement } from '../../db/statement.ts';
import type { ClientTypesPolicy, NameOrder } from '../clients/tables.ts';
import type { StaffRole } from './tables.ts';

export interface MemberRow {
  staffId: number;
  email: string;
  name: string;
  passwordHash: string | null;
  preferences: string;
}

const memberColumns = [
  'm.staff_id as staffId',
  'm.email',
  'm.name',
  'm.password_hash as passwordHash',
  'm.preferences',
] as const;

export const memberByEmail = systemStatement<{ emailKey: string }, MemberRow>((db, p) =>
  db.selectFrom('staff_member as m').select(memberColumns).where('m.email_key', '=', p.emailKey),
);

export const memberById = systemStatement<{ staffId: number }, MemberRow>((db, p) =>
  db.selectFrom('staff_member as m').select(memberColumns).where('m.staff_id', '=', p.staffId),
);

export const lastStaffId = systemStatement<object, { last: number | null }>((db) =>
  db.selectFrom('staff_member').select((eb) => eb.fn.max<number | null>('staff_id').as('last')),
);

interface NewMember {
  staffId: number;
  email: string;
  emailKey: string;
  name: string;
  createdAt: number;
}

export const insertMember = systemStatement<NewMember>((db, p) =>
  db.insertInto('staff_member').values({
    staff_id: p.staffId,
    email: p.email,
    email_key: p.emailKey,
    name: p.name,
    password_hash: sql.lit(null),
    preferences: sql.lit('{}'),
    created_at: p.createdAt,
  }),
);

export const setName = systemStatement<{ staffId: number; name: string }>((db, p) =>
  db.updateTable('staff_member').set({ name: p.name }).where('staff_id', '=', p.staffId),
);

export const setLabels = systemStatement<{ staffId: number; label: string }>((db, p) =>
  db.updateTable('staff_role').set({ label: p.label }).where('staff_id', '=', p.staffId),
);

export const setPassword = systemStatement<{ staffId: number; passwordHash: string | null }>((db, p) =>
  db.updateTable('staff_member').set({ password_hash: p.passwordHash }).where('staff_id', '=', p.staffId),
);

export const setPreferences = systemStatement<{ staffId: number; preferences: string }>((db, p) =>
  db.updateTable('staff_member').set({ preferences: p.preferences }).where('staff_id', '=', p.staffId),
);

export interface RoleRow {
  role: StaffRole;
  removedAt: number | null;
}

export const roleAt = systemStatement<{ clientId: number; staffId: number }, RoleRow>((db, p) =>
  db
    .selectFrom('staff_role')
    .select(['role', 'removed_at as removedAt'])
    .where('client_id', '=', p.clientId)
    .where('staff_id', '=', p.staffId),
);

interface NewRole {
  clientId: number;
  staffId: number;
  role: StaffRole;
  label: string;
  addedAt: number;
}

/** Gives a staff member a role at a client, including one who had left. */
export const putRole = systemStatement<NewRole>((db, p) =>
  db
    .insertInto('staff_role')
    .values({
      client_id: p.clientId,
      staff_id: p.staffId,
      role: p.role,
      label: p.label,
      added_at: p.addedAt,
      removed_at: sql.lit(null),
    })
    .onConflict((oc) =>
      oc.columns(['client_id', 'staff_id']).doUpdateSet((eb) => ({
        role: eb.ref('excluded.role'),
        label: eb.ref('excluded.label'),
        added_at: eb.ref('excluded.added_at'),
        removed_at: sql.lit(null),
      })),
    ),
);

export const setRole = systemStatement<{ clientId: number; staffId: number; role: StaffRole }>((db, p) =>
  db
    .updateTable('staff_role')
    .set({ role: p.role })
    .where('client_id', '=', p.clientId)
    .where('staff_id', '=', p.staffId),
);

export const endRole = systemStatement<{ clientId: number; staffId: number; removedAt: number }>((db, p) =>
  db
    .updateTable('staff_role')
    .set({ removed_at: p.removedAt })
    .where('client_id', '=', p.clientId)
    .where('staff_id', '=', p.staffId),
);

/** A role that has not ended, with its client. */
export interface StaffClientRow {
  clientId: number;
  clientName: string;
  title: string;
  role: StaffRole;
  timeZone: string;
  clientTypes: ClientTypesPolicy;
  nameOrder: NameOrder;
}

const clientColumns = [
  'c.client_id as clientId',
  'c.name as clientName',
  'c.title',
  'r.role',
  'c.time_zone as timeZone',
  'c.client_types as clientTypes',
  'c.name_order as nameOrder',
] as const;

export const clientsOfMember = systemStatement<{ staffId: number }, StaffClientRow>((db, p) =>
  db
    .selectFrom('staff_role as r')
    .innerJoin('client as c', 'c.client_id', 'r.client_id')
    .select(clientColumns)
    .where('r.staff_id', '=', p.staffId)
    .where('r.removed_at', 'is', null),
);

export interface ListedRole {
  staffId: number;
  email: string;
  name: string;
  client: string;
  role: StaffRole;
  addedAt: number;
  hasPassword: number;
}

export const listRoles = systemStatement<object, ListedRole>((db) =>
  db
    .selectFrom('staff_role as r')
    .innerJoin('staff_member as m', 'm.staff_id', 'r.staff_id')
    .innerJoin('client as c', 'c.client_id', 'r.client_id')
    .select([
      'm.staff_id as staffId',
      'm.email',
      'm.name',
      'c.name as client',
      'r.role',
      'r.added_at as addedAt',
      sql<number>`case when m.password_hash is null then 0 else 1 end`.as('hasPassword'),
    ])
    .where('r.removed_at', 'is', null),
);
