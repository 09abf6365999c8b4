/** Who calls: at an endpoint of a client, or above the clients. */
import type { Scope } from '../../../sdk/src/contract/endpoint.ts';
import type { Principal } from '../db/transaction/change.ts';
import type { ClientTypesPolicy, NameOrder } from '../features/clients/tables.ts';
import type { StaffRole } from '../features/staff/tables.ts';
import type { Meter } from './limits/meter.ts';
import type { Visit } from './wire/browser.ts';

/** Who calls an endpoint of a client, with what the request needs to know of the client. */
export interface Caller extends Principal {
  readonly clientName: string;
  readonly timeZone: string;
  readonly clientTypes: ClientTypesPolicy;
  readonly nameOrder: NameOrder;
  readonly scopes: ReadonlySet<Scope>;
  /** How messages name them: "API key", "role viewer". */
  readonly called: string;
  /** What is left of the key's limit, if it has one. */
  readonly meter?: Meter | undefined;
}

/** A client at which a staff member works, and in what role. */
export interface Workplace {
  readonly clientId: number;
  readonly clientName: string;
  readonly title: string;
  readonly role: StaffRole;
  readonly scopes: readonly Scope[];
  readonly timeZone: string;
  readonly clientTypes: ClientTypesPolicy;
  readonly nameOrder: NameOrder;
}

/** A staff member who is signed in. */
export interface SignedIn {
  readonly staffId: number;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  /** JSON. */
  readonly preferences: string;
  readonly token: string;
  readonly tokenHash: string;
  readonly csrfToken: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly clients: readonly Workplace[];
}

/** Who calls an endpoint above the clients. */
export interface Visitor {
  readonly visit: Visit;
  readonly session: SignedIn | undefined;
}

/** An API key that is not revoked, with what a request needs to know about its client. */
export interface FoundKey {
  readonly clientId: number;
  readonly keyId: number;
  readonly scopes: string;
  readonly expiresAt: number | null;
  readonly rateLimit: string | null;
  readonly lastUsedAt: number | null;
  readonly clientName: string;
  readonly timeZone: string;
  readonly clientTypes: ClientTypesPolicy;
  readonly nameOrder: NameOrder;
}

/** Where the guard looks up keys and sessions; the features that keep them implement it. */
export interface Credentials {
  findKey(text: string): Promise<FoundKey | undefined>;
  /** Notes that a key is in use. */
  noteKeyUse(key: FoundKey): void;
  /** A staff member by the token of a session; whoever is signed in works at one client or more. */
  findSession(token: string): Promise<SignedIn | undefined>;
  /** Notes that a session is in use. */
  noteUse(session: SignedIn): void;
}
