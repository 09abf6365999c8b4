/** A customer: its record, with the stamp of its last change. */
export interface CustomerTable {
  client_id: number;
  customer_id: number;
  external_id: string | null;
  email: string;
  /** The address as it is compared: see `keyOfEmail`. */
  email_key: string;
  salutation: string;
  first_name: string;
  last_name: string;
  preposition: string;
  address: string;
  house_nr: string;
  zip: string;
  city: string;
  country: string;
  phone: string;
  credit: number;
  /** JSON: the names of its client-types, in order. `customer_client_type` holds the same, for searches. */
  tags: string;
  created_at: number;
  /** The last change to this customer; within a client it grows together with `changed_at`. */
  change_number: number;
  changed_at: number;
}
