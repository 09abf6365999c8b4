/** The page of the console, and its content security policy. Pure. */
import { randomBytes } from 'node:crypto';

/** The placeholder in the page for the nonce of each answer. */
const PLACE = '__CSP_NONCE__';
const NONCE_BYTES = 16;

/** Everything comes from us; styles that the page makes itself need the nonce; nobody may frame the page. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The headers of every file of the console. */
export const fileHeaders = { 'x-content-type-options': 'nosniff' };

/** A link that somebody follows from the console sends no referrer: a one-time link may be in the address. */
const pageHeaders = {
  ...fileHeaders,
  'content-type': 'text/html; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The page with a nonce of its own, and the headers that go with it. */
export function pageAnswer(index: string): { headers: Readonly<Record<string, string>>; body: string } {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const headers = { ...pageHeaders, 'cache-control': 'no-cache', 'content-security-policy': policy(nonce) };
  return { headers, body: index.replaceAll(PLACE, nonce) };
}

const notBuilt = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Foyer: the console is not built</title>
  </head>
  <body>
    <h1>The console is not built</h1>
    <p>
      Run <code>npm run setup</code> in the folder of Foyer and start the service again.
      <code>npm start</code> does both.
    </p>
    <p>The API works without it: see <a href="/docs">the reference</a>.</p>
  </body>
</html>
`;

export const notBuiltAnswer = {
  headers: {
    ...pageHeaders,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  },
  body: notBuilt,
};
