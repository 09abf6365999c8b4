/** What is said about unknown parameters of a query. Pure. */
import leven from 'leven';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';

/** How many are named at most. */
const MAX_NAMES = 20;
const MAX_LENGTH = 100;

/** A violation for each unknown name; it suggests the nearest known one, or lists all if none is near. */
export function unknownParameters(sent: readonly string[], known: object): Violation[] {
  const unknown = new Set(sent.filter((name) => !Object.hasOwn(known, name)));
  return [...unknown].slice(0, MAX_NAMES).map((name) => {
    const field = name.toWellFormed().slice(0, MAX_LENGTH);
    return { field, code: 'unknown', message: `There is no parameter ${field}${advice(field, Object.keys(known))}` };
  });
}

function advice(name: string, known: readonly string[]): string {
  if (known.length === 0) return ': this request takes none.';
  const nearest = nearestOf(name, known);
  return nearest === undefined ? `; those that there are: ${known.join(', ')}.` : `; did you mean ${nearest}?`;
}

/** The name that differs least, in a third of its letters at most. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((one) => ({ one, errors: leven(lettersOf(name), lettersOf(one)) }))
    .filter(({ one, errors }) => errors <= Math.max(1, one.length / 3))
    .sort((a, b) => a.errors - b.errors);
  return nearest?.one;
}

/** `changed_since` and `ChangedSince` are `changedSince` spelled otherwise. */
const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
