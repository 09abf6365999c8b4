/** Checks lists of records. Pure. */
import type { RecordsField } from '../../../../sdk/src/contract/field.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';

type Checked = { readonly value: readonly unknown[] } | { readonly violations: readonly Violation[] };

/** The records themselves are checked later, each by itself. */
export function checkRecords(name: string, { maxItems = 1 }: RecordsField, sent: unknown): Checked {
  const wrong = (code: Violation['code'], what: string): Checked => ({
    violations: [{ field: name, code, message: `The ${name} field ${what}.` }],
  });
  if (sent === '') return wrong('required', 'is required');
  if (!Array.isArray(sent)) return wrong('array', 'must be an array of objects');
  if (sent.length === 0) return wrong('required', 'must have at least one item');
  return sent.length > maxItems ? wrong('max', `must not have more than ${maxItems} items`) : { value: sent };
}
