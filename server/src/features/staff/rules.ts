/** What roles may do, and how a person is named. Pure. */
import { type Scope, scopes } from '../../../../sdk/src/contract/endpoint.ts';
import type { StaffRole } from '../../db/schema.ts';
import { isEmail } from '../../http/wire/email.ts';
import { cleanText, isLongerThan } from '../../http/wire/text.ts';

const LONGEST_NAME = 255;

/** What each role may do, as the scopes of a key say it. */
export const scopesOf: Readonly<Record<StaffRole, readonly Scope[]>> = {
  viewer: ['customers:read', 'exports:read'],
  editor: ['customers:read', 'exports:read', 'customers:write'],
  admin: Object.keys(scopes) as Scope[],
};

/** How a person is called in the history. */
export const labelOf = ({ name, email }: { name: string; email: string }): string => name || email;

/** An address as it is kept; throws when it is none. */
export function checkEmail(text: string): string {
  const email = cleanText(text);
  if (email !== undefined && isEmail(email)) return email;
  throw new Error(`"${text}" is no e-mail address; give one like name@theatre.nl.`);
}

/** A name as it is kept; throws when it cannot be one. */
export function checkName(text: string): string {
  const name = cleanText(text);
  if (name !== undefined && !isLongerThan(name, LONGEST_NAME)) return name;
  throw new Error(`A name has at most ${LONGEST_NAME} characters, and no control characters.`);
}

export const noSuchMember = (email: string): Error =>
  new Error(`There is no staff member ${email}; "foyer staff list" shows those that are.`);
