import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from '#kysely';

interface Types {
  readonly integer: ColumnDataType;
  readonly tableEnd: string;
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation' | 'above'): Promise<void>;
}

/** Staff members, who stand above the clients; what they may do at each; and what lets them in. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema.createTable(name).modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<string, string>;

  await table('staff_member')
    .addColumn('staff_id', types.integer, (c) => c.primaryKey().notNull())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('preferences', 'text', (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .execute();

  await table('staff_role')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('staff_id', types.integer, (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('viewer', 'editor', 'admin')`))
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('added_at', types.integer, (c) => c.notNull())
    .addColumn('removed_at', types.integer)
    .addPrimaryKeyConstraint('staff_role_pkey', ['client_id', 'staff_id'])
    .execute();
  await db.schema.createIndex('staff_role_staff_id').on('staff_role').columns(['staff_id', 'client_id']).execute();

  await table('staff_session')
    .addColumn('token_hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('staff_id', types.integer, (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addColumn('used_at', types.integer, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('staff_session_staff_id').on('staff_session').column('staff_id').execute();

  await table('staff_link')
    .addColumn('token_hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('staff_id', types.integer, (c) => c.notNull())
    .addColumn('purpose', 'text', (c) => c.notNull().check(sql`purpose in ('password', 'sign-in')`))
    .addColumn('expires_at', types.integer, (c) => c.notNull())
    .execute();

  await table('staff_attempt')
    .addColumn('subject', 'text', (c) => c.primaryKey().notNull())
    .addColumn('since', types.integer, (c) => c.notNull())
    .addColumn('attempts', types.integer, (c) => c.notNull())
    .execute();

  await types.protect(db, 'staff_role', 'installation');
  for (const name of ['staff_member', 'staff_session', 'staff_link', 'staff_attempt']) {
    await types.protect(db, name, 'above');
  }
}
