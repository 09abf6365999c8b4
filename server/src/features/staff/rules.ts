/** What each role may do, and how a person is named. Pure. */
import { type Scope, scopes } from '../../../../sdk/src/contract/endpoint.ts';
import { isEmail } from '../../http/wire/email.ts';
import { cleanText, isLongerThan } from '../../http/wire/text.ts';
import type { StaffRole } from './tables.ts';

const MAX_NAME_CHARACTERS = 255;

/** What each role may do, as the scopes of a key. */
export const scopesOf: Readonly<Record<StaffRole, readonly Scope[]>> = {
  viewer: ['customers:read', 'exports:read'],
  editor: ['customers:read', 'exports:read', 'customers:write'],
  admin: Object.keys(scopes) as Scope[],
};

/** How the history names a person. */
export const labelOf = ({ name, email }: { name: string; email: string }): string => name || email;

/** An e-mail address as it is kept; throws if it is not one. */
export function checkEmail(text: string): string {
  const email = cleanText(text);
  if (email !== undefined && isEmail(email)) return email;
  throw new Error(`"${text}" is not an e-mail address; give one like name@theatre.nl.`);
}

/** A name as it is kept; throws if it cannot be one. */
export function checkName(text: string): string {
  const name = cleanText(text);
  if (name !== undefined && !isLongerThan(name, MAX_NAME_CHARACTERS)) return name;
  throw new Error(`A name has at most ${MAX_NAME_CHARACTERS} characters, and no control characters.`);
}

export const noSuchMember = (email: string): Error =>
  new Error(`There is no staff member ${email}; "foyer staff list" lists the existing ones.`);
