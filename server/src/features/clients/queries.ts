/** Statements on clients, their settings and their counters. */

import { read, systemStatement } from '../../db/statement.ts';
import type { ClientTypesPolicy, NameOrder } from './tables.ts';

export interface ClientRow {
  clientId: number;
  name: string;
  title: string;
  timeZone: string;
  clientTypes: ClientTypesPolicy;
  nameOrder: NameOrder;
  createdAt: number;
  customers: number;
}

/** Customer numbers have no gaps, so the last one is their count. */
export const listClients = systemStatement<object, ClientRow>((db) =>
  db
    .selectFrom('client as c')
    .innerJoin('client_counter as n', 'n.client_id', 'c.client_id')
    .select([
      'c.client_id as clientId',
      'c.name',
      'c.title',
      'c.time_zone as timeZone',
      'c.client_types as clientTypes',
      'c.name_order as nameOrder',
      'c.created_at as createdAt',
      'n.last_customer_id as customers',
    ]),
);

/** The settings of a client that may be changed later. */
export interface ClientSettings {
  title: string;
  timeZone: string;
  clientTypes: ClientTypesPolicy;
  nameOrder: NameOrder;
}

export const clientByName = systemStatement<{ name: string }, ClientSettings & { clientId: number }>((db, p) =>
  db
    .selectFrom('client')
    .select([
      'client_id as clientId',
      'title',
      'time_zone as timeZone',
      'client_types as clientTypes',
      'name_order as nameOrder',
    ])
    .where('name', '=', p.name),
);

export const updateClientSettings = systemStatement<ClientSettings & { clientId: number }>((db, p) =>
  db
    .updateTable('client')
    .set({ title: p.title, time_zone: p.timeZone, client_types: p.clientTypes, name_order: p.nameOrder })
    .where('client_id', '=', p.clientId),
);

/** See `ClientTable`. */
export const clientSecret = read<object, { secret: string }>((db, p) =>
  db.selectFrom('client').select('secret').where('client_id', '=', p.clientId),
);

export const lastClientId = systemStatement<object, { last: number | null }>((db) =>
  db.selectFrom('client').select((eb) => eb.fn.max<number | null>('client_id').as('last')),
);

export interface NewClient extends ClientSettings {
  clientId: number;
  name: string;
  secret: string;
  createdAt: number;
}

export const insertClient = systemStatement<NewClient>((db, p) =>
  db.insertInto('client').values({
    client_id: p.clientId,
    name: p.name,
    title: p.title,
    time_zone: p.timeZone,
    client_types: p.clientTypes,
    created_at: p.createdAt,
    name_order: p.nameOrder,
    secret: p.secret,
  }),
);

/** The counters of a new client begin at 0. */
export const insertCounters = systemStatement<{ clientId: number }>((db, p) =>
  db.insertInto('client_counter').values({ client_id: p.clientId }),
);
