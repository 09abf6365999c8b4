/** Statements on API keys. */

import { read, write } from '../../db/statement.ts';
import type { ClientTypesPolicy, NameOrder } from '../clients/tables.ts';

/** A key that is not revoked, with what a request needs to know about its client. */
export interface KeyRow {
  keyId: number;
  scopes: string;
  expiresAt: number | null;
  rateLimit: string | null;
  lastUsedAt: number | null;
  clientName: string;
  timeZone: string;
  clientTypes: ClientTypesPolicy;
  nameOrder: NameOrder;
}

export const keyByHash = read<{ hash: string }, KeyRow>((db, p) =>
  db
    .selectFrom('api_key as k')
    .innerJoin('client as c', 'c.client_id', 'k.client_id')
    .select([
      'k.key_id as keyId',
      'k.scopes',
      'k.expires_at as expiresAt',
      'k.rate_limit as rateLimit',
      'k.last_used_at as lastUsedAt',
      'c.name as clientName',
      'c.time_zone as timeZone',
      'c.client_types as clientTypes',
      'c.name_order as nameOrder',
    ])
    .where('k.client_id', '=', p.clientId)
    .where('k.key_hash', '=', p.hash)
    .where('k.revoked_at', 'is', null),
);

export interface NewKey {
  keyId: number;
  hash: string;
  label: string;
  scopes: string;
  createdAt: number;
  expiresAt: number | null;
  rateLimit: string | null;
}

export const insertKey = write<NewKey>((db, p) =>
  db.insertInto('api_key').values({
    client_id: p.clientId,
    key_id: p.keyId,
    key_hash: p.hash,
    label: p.label,
    scopes: p.scopes,
    created_at: p.createdAt,
    expires_at: p.expiresAt,
    rate_limit: p.rateLimit,
  }),
);

export interface ListedKey {
  keyId: number;
  label: string;
  scopes: string;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  rateLimit: string | null;
  lastUsedAt: number | null;
  replacedBy: number | null;
}

export const listKeys = read<object, ListedKey>((db, p) =>
  db
    .selectFrom('api_key')
    .select([
      'key_id as keyId',
      'label',
      'scopes',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'revoked_at as revokedAt',
      'rate_limit as rateLimit',
      'last_used_at as lastUsedAt',
      'replaced_by as replacedBy',
    ])
    .where('client_id', '=', p.clientId)
    .orderBy('key_id'),
);

export const revokeKey = write<{ keyId: number; revokedAt: number }>((db, p) =>
  db
    .updateTable('api_key')
    .set({ revoked_at: p.revokedAt })
    .where('client_id', '=', p.clientId)
    .where('key_id', '=', p.keyId)
    .where('revoked_at', 'is', null),
);

/** Lets a key expire whose place another has taken. */
export const replaceKey = write<{ keyId: number; expiresAt: number; replacedBy: number }>((db, p) =>
  db
    .updateTable('api_key')
    .set({ expires_at: p.expiresAt, replaced_by: p.replacedBy })
    .where('client_id', '=', p.clientId)
    .where('key_id', '=', p.keyId),
);

export const noteKeyUse = write<{ keyId: number; now: number }>((db, p) =>
  db
    .updateTable('api_key')
    .set({ last_used_at: p.now })
    .where('client_id', '=', p.clientId)
    .where('key_id', '=', p.keyId),
);
