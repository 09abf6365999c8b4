/** What an e-mail address looks like. Pure. */
import { domainToASCII } from 'node:url';
import { foldCase, isLongerThan } from './text.ts';

export const MAX_EMAIL_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

/** Marks among them: with one an address would look like another. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u;

// RFC 5322's dot-atom, with letters, marks and digits of any script (RFC 6531).
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
// Two labels or more, each of letters, digits and inner hyphens.
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?';
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`, 'u');

export function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  const local = text.slice(0, at);
  return (
    at > 0 &&
    !isLongerThan(text, MAX_EMAIL_LENGTH) &&
    !isLongerThan(local, MAX_LOCAL_LENGTH) &&
    !UNSEEN.test(text) &&
    LOCAL.test(local) &&
    DOMAIN.test(text.slice(at + 1))
  );
}

/**
 * An address as it is compared: without case, and its domain as in the DNS, so that `münchen.example` and
 * `xn--mnchen-3ya.example` are one. A domain that is not international is compared as written.
 */
export function keyOfEmail(email: string): string {
  const folded = foldCase(email);
  const at = folded.lastIndexOf('@');
  const domain = folded.slice(at + 1);
  if (at === -1 || !IS_INTERNATIONAL.test(domain)) return folded;
  const ascii = domainToASCII(email.slice(email.lastIndexOf('@') + 1));
  // With digits at the end it would be read as an IP address.
  return ascii === '' || /(?:^|\.)\d+$/.test(ascii) ? folded : `${folded.slice(0, at)}@${ascii}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: whatever is not plain ASCII
const IS_INTERNATIONAL = /[^\u0000-\u007f]|(?:^|\.)xn--/;
