/** Headers that do not depend on what an answer says. Constants: they are written with every answer. */

/** Nobody may guess a type other than the declared one, or learn from where a link was followed. */
export const everyAnswer = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } as const;

/** An answer that may hold a customer is cached by nobody on the way, and not by a browser. */
export const privateAnswer = { ...everyAnswer, 'cache-control': 'no-store' } as const;

/** The headers that a page of another origin may read, beside those that browsers always let it read. */
export const exposedHeaders = [
  'Allow',
  'Content-Disposition',
  'ETag',
  'Foyer-Changed-Until',
  'Foyer-Cursor',
  'Foyer-Ignored-Fields',
  'Foyer-Outcome',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
] as const;
