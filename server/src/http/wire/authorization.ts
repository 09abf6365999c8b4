/** How a request carries its key. Pure. */

/** A longer text is not taken for a key. */
const MAX_KEY_CHARACTERS = 200;
/** How many characters of the base64 of Basic are decoded: enough for the longest key. */
const MAX_BASIC_CHARACTERS = 280;

/**
 * The key in an `Authorization` header: the key itself, `Bearer KEY`, or Basic with the key as user name. The password
 * is ignored: many programs cannot leave it empty.
 */
export function keyOfHeader(header: string): string | undefined {
  const basic = /^basic +([a-z\d+/]+)={0,2}$/i.exec(header)?.[1];
  if (basic !== undefined) return userOf(basic);
  if (header.length > MAX_KEY_CHARACTERS) return undefined;
  const [scheme = '', value, ...more] = header.split(/ +/);
  if (value === undefined) return scheme;
  return more.length === 0 && scheme.toLowerCase() === 'bearer' ? value : undefined;
}

/** The user name ends at the first colon; only as much is decoded as a key may hold. */
function userOf(base64: string): string | undefined {
  const text = Buffer.from(base64.slice(0, MAX_BASIC_CHARACTERS), 'base64').toString('latin1');
  const end = text.indexOf(':');
  return end === -1 ? undefined : text.slice(0, end);
}
