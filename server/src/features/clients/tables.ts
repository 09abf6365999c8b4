/** The table of the clients: who they are, and their settings. */

/** An organisation. These rows are read by everyone and seldom written: a cluster keeps a copy on every node. */
export interface ClientTable {
  client_id: number;
  name: string;
  title: string;
  time_zone: string;
  client_types: ClientTypesPolicy;
  created_at: number;
  name_order: NameOrder;
  /** 32 random bytes in hexadecimal, with which cursors and the like are sealed. */
  secret: string;
}

/** May a caller make a new client-type by using its name? */
export type ClientTypesPolicy = 'open' | 'closed';

/** How names are ordered: `de Vries` under V in the Netherlands (`nl`), under D in Belgium (`be`). */
export type NameOrder = 'nl' | 'be';
