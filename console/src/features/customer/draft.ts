import { here } from '../../storage.ts';
import type { Values } from './fields.ts';

/** What was typed and is not saved yet. It outlives an error, the session, the back button and a reload of the page. */
export interface Draft {
  readonly values: Values;
  /** What the record held when somebody began to type, and its version then. */
  readonly original: Partial<Values>;
  readonly version: string | undefined;
}

const nameOf = (client: string, record: number | 'new'): string => `foyer.draft.${client}.${record}`;

export function readDraft(client: string, record: number | 'new'): Draft | undefined {
  const kept = here.get(nameOf(client, record));
  return kept === null ? undefined : (JSON.parse(kept) as Draft);
}

export const keepDraft = (client: string, record: number | 'new', draft: Draft | undefined): void =>
  here.set(nameOf(client, record), draft === undefined ? null : JSON.stringify(draft));
