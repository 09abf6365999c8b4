/** The tables of the client-types, and of who has them. */
import type { ActorKind } from '../../db/schema.ts';

export interface ClientTypeTable {
  client_id: number;
  client_type_id: number;
  name: string;
  /** The name as it is compared. In a retired row it is something that cannot be a name, so that the name is free. */
  name_key: string;
  created_at: number;
  /** When it was renamed, merged or removed; the row is deleted when the last of its customers has followed. */
  retired_at: number | null;
  /** What its customers get instead; `null` if it was removed. */
  becomes: number | null;
  retired_by_kind: ActorKind | null;
  retired_by_id: number | null;
}

export interface CustomerClientTypeTable {
  client_id: number;
  customer_id: number;
  client_type_id: number;
}
