/** Headers that do not depend on what an answer says. Constants: they are written with every answer. */

/** Nobody is to guess another type than the one that is told, or to learn from where a link was followed. */
export const everyAnswer = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } as const;

/** What may hold a customer is kept by nobody on the way, and not by a browser. */
export const privateAnswer = { ...everyAnswer, 'cache-control': 'no-store' } as const;
