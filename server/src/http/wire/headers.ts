/** Headers that do not depend on what an answer says. Constants: they are written with every answer. */

/** Nobody is to guess another type than the one that is told, or to learn from where a link was followed. */
export const everyAnswer = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } as const;

/** What may hold a customer is kept by nobody on the way, and not by a browser. */
export const privateAnswer = { ...everyAnswer, 'cache-control': 'no-store' } as const;

/** What a page of another origin may read of an answer, beside what browsers let it read in any case. */
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
