/** The tables of the staff members and of their roles. */

/** A person who signs in to the console, at one client or several. */
export interface StaffMemberTable {
  staff_id: number;
  email: string;
  /** The address as it is compared. */
  email_key: string;
  name: string;
  /** Argon2id, as a PHC string; `null` until the first link is used. */
  password_hash: string | null;
  /** JSON: what the console remembers for them. */
  preferences: string;
  created_at: number;
}

/** What a staff member may do at a client. The row stays when they leave, so that the history still names them. */
export interface StaffRoleTable {
  client_id: number;
  staff_id: number;
  role: StaffRole;
  /** How the client's history names them: by name, or else by address. */
  label: string;
  added_at: number;
  removed_at: number | null;
}

export type StaffRole = 'viewer' | 'editor' | 'admin';
