/** What an e-mail address looks like. Pure. */
import { isLongerThan } from './text.ts';

export const MAX_EMAIL_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

// RFC 5322's dot-atom, with letters, marks and digits of any script (RFC 6531).
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
// Two labels or more, each of letters, digits and inner hyphens.
const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

export function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  const local = text.slice(0, at);
  return (
    at > 0 &&
    !isLongerThan(text, MAX_EMAIL_LENGTH) &&
    !isLongerThan(local, MAX_LOCAL_LENGTH) &&
    LOCAL.test(local) &&
    DOMAIN.test(text.slice(at + 1))
  );
}
