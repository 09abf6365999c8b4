/** The tables of sessions, one-time links and attempts to sign in. */

/** A browser in which a staff member is signed in. */
export interface StaffSessionTable {
  /** SHA-256 of what its cookie holds, in hexadecimal. */
  token_hash: string;
  staff_id: number;
  created_at: number;
  used_at: number;
}

/** A link that lets somebody in once. */
export interface StaffLinkTable {
  /** SHA-256 of its token, in hexadecimal. */
  token_hash: string;
  staff_id: number;
  purpose: LinkPurpose;
  expires_at: number;
}

export type LinkPurpose = 'password' | 'sign-in';

/** How often somebody has tried a password recently. */
export interface StaffAttemptTable {
  /** An account, or an address from which it was tried; see attempts.ts. */
  subject: string;
  since: number;
  attempts: number;
}
