/** A browser, as far as a session needs one: it keeps cookies, and says which page a request comes from. */
import { createFoyer, createSession, type Foyer, type SessionCalls } from '../../sdk/src/index.ts';
import type { StaffRole } from '../../server/src/features/staff/tables.ts';
import { addMember, linkFor, type StaffOptions } from '../../server/src/features/staff/writes.ts';
import type { TestFoyer } from './foyer.ts';

export const PASSWORD = 'een lange zin is goed';

export interface Browser {
  readonly cookies: Map<string, string>;
  readonly session: SessionCalls;
  /** The API of a client, in the session. */
  foyer(client: string): Foyer;
  /** A request from a page of the service itself, unless the headers say otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Opens one at the console of a service. */
export function openBrowser(url: string): Browser {
  const cookies = new Map<string, string>();
  const send: typeof fetch = async (input, init) => {
    const headers = new Headers({ origin: url, 'sec-fetch-site': 'same-origin' });
    for (const [name, value] of new Headers(init?.headers)) headers.set(name, value);
    if (cookies.size > 0 && !headers.has('cookie')) headers.set('cookie', cookieText(cookies));
    const response = await fetch(input, { ...init, headers: withoutEmpty(headers) });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  const session = createSession({ baseUrl: url, fetch: send });
  return {
    cookies,
    session,
    foyer: (client) => createFoyer({ baseUrl: url, client, session, fetch: send, retries: 0 }),
    fetch: (path, init) => send(url + path, init),
  };
}

const cookieText = (cookies: ReadonlyMap<string, string>): string =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** A header that is `undefined` is not sent. */
const withoutEmpty = (headers: Headers): [string, string][] => [...headers].filter(([, value]) => value !== '');

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const at = pair.indexOf('=');
  if (attributes.includes('Max-Age=0')) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}

let members = 0;

/** Makes a staff member of a client, with a password; returns the address. */
export async function makeStaff(
  foyer: TestFoyer,
  client: string,
  role: StaffRole,
  options: Partial<StaffOptions> = {},
): Promise<string> {
  members += 1;
  const email = options.email ?? `staff${members}@theater.example`;
  const { token } = await addMember(foyer.app.store, { email, client, role, ...options });
  if (token !== undefined) await openBrowser(foyer.url).session.redeemLink({ token, password: PASSWORD });
  return email;
}

/** A browser in which a staff member of a client is signed in; without a password, which would take time. */
export async function signedInByLink(
  foyer: TestFoyer,
  client: string,
  role: StaffRole,
  name?: string,
): Promise<Browser> {
  members += 1;
  const email = `staff${members}@theater.example`;
  await addMember(foyer.app.store, { email, client, role, ...(name === undefined ? {} : { name }) });
  const browser = openBrowser(foyer.url);
  await browser.session.redeemLink({ token: await linkFor(foyer.app.store, email, 'sign-in') });
  return browser;
}

/** The same, with a password. */
export async function signedIn(
  foyer: TestFoyer,
  client: string,
  role: StaffRole,
): Promise<Browser & { email: string }> {
  const email = await makeStaff(foyer, client, role);
  const browser = openBrowser(foyer.url);
  await browser.session.signIn({ email, password: PASSWORD });
  return { ...browser, email };
}
