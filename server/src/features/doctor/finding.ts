/** What is wrong with an installation, and what to do about it. */
export interface Finding {
  readonly check: 'file' | 'disk' | 'settings' | 'numbers' | 'times' | 'customers' | 'tags' | 'index' | 'keys';
  /** The short name of the client; `undefined` if it concerns all. */
  readonly client?: string;
  readonly what: string;
  readonly advice: string;
}

/** A check of one client. */
export interface Patient {
  readonly clientId: number;
  readonly name: string;
  /** The number of its last customer. */
  readonly customers: number;
}

/** How many of a kind are listed by number. */
const MOST_NAMED = 5;

/** `3, 5, 8 and 12 more` */
export function numbered(all: readonly number[]): string {
  const named = all.slice(0, MOST_NAMED).join(', ');
  return all.length > MOST_NAMED ? `${named} and ${all.length - MOST_NAMED} more` : named;
}
