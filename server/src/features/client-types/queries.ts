import { read, tagWrite, write } from '../../db/statement.ts';

export interface ClientTypeRow {
  clientTypeId: number;
  name: string;
}

export const clientTypeByKey = read<{ nameKey: string }, ClientTypeRow>((db, p) =>
  db
    .selectFrom('client_type')
    .select(['client_type_id as clientTypeId', 'name'])
    .where('client_id', '=', p.clientId)
    .where('name_key', '=', p.nameKey),
);

export const allClientTypes = read<object, { name: string; nameKey: string }>((db, p) =>
  db.selectFrom('client_type').select(['name', 'name_key as nameKey']).where('client_id', '=', p.clientId),
);

interface NewClientType extends ClientTypeRow {
  nameKey: string;
  createdAt: number;
}

export const insertClientType = write<NewClientType>((db, p) =>
  db.insertInto('client_type').values({
    client_id: p.clientId,
    client_type_id: p.clientTypeId,
    name: p.name,
    name_key: p.nameKey,
    created_at: p.createdAt,
  }),
);

export const removeTags = tagWrite<object>((db, p) =>
  db.deleteFrom('customer_client_type').where('client_id', '=', p.clientId).where('customer_id', '=', p.customerId),
);

export const insertTag = tagWrite<{ clientTypeId: number }>((db, p) =>
  db.insertInto('customer_client_type').values({
    client_id: p.clientId,
    customer_id: p.customerId,
    client_type_id: p.clientTypeId,
  }),
);
