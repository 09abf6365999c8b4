/** An API key. */
export interface ApiKeyTable {
  client_id: number;
  key_id: number;
  /** SHA-256 of the key, in hexadecimal. */
  key_hash: string;
  label: string;
  /** Separated by commas. */
  scopes: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  /** `500/2000`, `off`, or `null` if the setting of the process applies. */
  rate_limit: string | null;
  /** When it was last used, to a minute. */
  last_used_at: number | null;
  /** The number of the key that took its place. */
  replaced_by: number | null;
}
