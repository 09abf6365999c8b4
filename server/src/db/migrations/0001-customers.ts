import { type ColumnDataType, type CreateTableBuilder, type Kysely, sql } from '#kysely';

/** What differs between the engines when a table is made. */
interface Types {
  /** The type of a whole number up to 2^53. */
  readonly integer: ColumnDataType;
  /** What stands behind the closing bracket of a table. */
  readonly tableEnd: string;
  /** Hides the rows of other clients; the tables of the installation show all of them to whoever asks for it. */
  protect(db: Kysely<unknown>, table: string, reach: 'client' | 'installation'): Promise<void>;
}

/** The customer record, its history, client-types and keys. */
export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  const table = (name: string): CreateTableBuilder<string, string> =>
    db.schema.createTable(name).modifyEnd(sql.raw(types.tableEnd)) as CreateTableBuilder<string, string>;

  await table('client')
    .addColumn('client_id', types.integer, (c) => c.primaryKey().notNull())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('time_zone', 'text', (c) => c.notNull())
    .addColumn('client_types', 'text', (c) => c.notNull().check(sql`client_types in ('open', 'closed')`))
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .execute();

  await table('client_counter')
    .addColumn('client_id', types.integer, (c) => c.primaryKey().notNull().references('client.client_id'))
    .addColumn('last_customer_id', types.integer, (c) => c.notNull().defaultTo(0))
    .addColumn('last_client_type_id', types.integer, (c) => c.notNull().defaultTo(0))
    .addColumn('last_key_id', types.integer, (c) => c.notNull().defaultTo(0))
    .addColumn('last_change_number', types.integer, (c) => c.notNull().defaultTo(0))
    .addColumn('last_changed_at', types.integer, (c) => c.notNull().defaultTo(0))
    .execute();

  await table('customer')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('customer_id', types.integer, (c) => c.notNull())
    .addColumn('external_id', 'text')
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull())
    .addColumn('salutation', 'text', (c) => c.notNull())
    .addColumn('first_name', 'text', (c) => c.notNull())
    .addColumn('last_name', 'text', (c) => c.notNull())
    .addColumn('preposition', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('house_nr', 'text', (c) => c.notNull())
    .addColumn('zip', 'text', (c) => c.notNull())
    .addColumn('city', 'text', (c) => c.notNull())
    .addColumn('country', 'text', (c) => c.notNull())
    .addColumn('phone', 'text', (c) => c.notNull())
    .addColumn('credit', types.integer, (c) => c.notNull())
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addColumn('change_number', types.integer, (c) => c.notNull())
    .addColumn('changed_at', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_pkey', ['client_id', 'customer_id'])
    .addUniqueConstraint('customer_email', ['client_id', 'email_key'])
    .addUniqueConstraint('customer_external_id', ['client_id', 'external_id'])
    .addUniqueConstraint('customer_changed', ['client_id', 'changed_at', 'change_number'])
    .execute();

  await table('customer_change')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('change_number', types.integer, (c) => c.notNull())
    .addColumn('customer_id', types.integer, (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('changed_at', types.integer, (c) => c.notNull())
    .addColumn('by_kind', 'text', (c) => c.notNull())
    .addColumn('by_id', types.integer)
    .addColumn('changed', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_change_pkey', ['client_id', 'change_number'])
    .execute();

  await table('client_type')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('client_type_id', types.integer, (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('client_type_pkey', ['client_id', 'client_type_id'])
    .addUniqueConstraint('client_type_name', ['client_id', 'name_key'])
    .execute();

  await table('customer_client_type')
    .addColumn('client_id', types.integer, (c) => c.notNull())
    .addColumn('customer_id', types.integer, (c) => c.notNull())
    .addColumn('client_type_id', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_client_type_pkey', ['client_id', 'customer_id', 'client_type_id'])
    .addForeignKeyConstraint('customer_client_type_customer', ['client_id', 'customer_id'], 'customer', [
      'client_id',
      'customer_id',
    ])
    .addForeignKeyConstraint('customer_client_type_client_type', ['client_id', 'client_type_id'], 'client_type', [
      'client_id',
      'client_type_id',
    ])
    .execute();

  await table('api_key')
    .addColumn('client_id', types.integer, (c) => c.notNull().references('client.client_id'))
    .addColumn('key_id', types.integer, (c) => c.notNull())
    .addColumn('key_hash', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('created_at', types.integer, (c) => c.notNull())
    .addColumn('expires_at', types.integer)
    .addColumn('revoked_at', types.integer)
    .addPrimaryKeyConstraint('api_key_pkey', ['client_id', 'key_id'])
    .addUniqueConstraint('api_key_hash', ['client_id', 'key_hash'])
    .execute();

  for (const name of ['client', 'client_counter']) await types.protect(db, name, 'installation');
  const ofClient = ['customer', 'customer_change', 'client_type', 'customer_client_type', 'api_key'];
  for (const name of ofClient) await types.protect(db, name, 'client');
}
