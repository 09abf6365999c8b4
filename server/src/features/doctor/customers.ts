/**
 * Checks the customers of a client, all or a sample: that they exist, agree with their last change, and have the same
 * client-types in both places.
 */
import type { Store } from '../../db/store.ts';
import { feedEnds } from '../changes/queries.ts';
import type { CustomerRow } from '../customers/columns.ts';
import { customersByIds } from '../customers/queries.ts';
import { type Finding, numbered, type Patient } from './finding.ts';
import { tagsByIds } from './queries.ts';

const CHUNK = 500;
const SAMPLE = 2000;

/** The numbers of the customers to check, some at a time. */
export function* chunksOf({ customers }: Patient, isFull: boolean, size = CHUNK): Generator<number[]> {
  if (isFull || customers <= SAMPLE) {
    for (let from = 1; from <= customers; from += size)
      yield Array.from({ length: Math.min(size, customers - from + 1) }, (_, at) => from + at);
    return;
  }
  for (let left = SAMPLE; left > 0; left -= size)
    yield Array.from({ length: Math.min(size, left) }, () => 1 + Math.floor(Math.random() * customers));
}

export async function examineCustomers(store: Store, patient: Patient, isFull: boolean): Promise<Finding[]> {
  const { clientId, name: client } = patient;
  const [gone, ahead, otherTags]: [number[], number[], number[]] = [[], [], []];
  for (const all of chunksOf(patient, isFull)) {
    const ids = JSON.stringify(all);
    const rows = await store.read(clientId, (tx) => tx.all(customersByIds, { ids }));
    const tags = await store.read(clientId, (tx) => tx.all(tagsByIds, { ids }));
    const ends = await store.read(clientId, (tx) => tx.get(feedEnds, {}));
    const found = new Map(rows.map((row) => [row.customer_id, row]));
    gone.push(...all.filter((id) => !found.has(id)));
    const isAhead = ({ change_number, changed_at }: CustomerRow) =>
      ends !== undefined && (change_number > ends.last || changed_at > ends.lastAt);
    ahead.push(...rows.filter(isAhead).map((row) => row.customer_id));
    const namesOf = Map.groupBy(tags, ({ customerId }) => customerId);
    const differs = (row: CustomerRow) => {
      const names = new Set((namesOf.get(row.customer_id) ?? []).map(({ name }) => name));
      return names.symmetricDifference(new Set<string>(JSON.parse(row.tags))).size > 0;
    };
    otherTags.push(...rows.filter(differs).map((row) => row.customer_id));
  }
  const findings: Finding[] = [];
  const tell = (check: Finding['check'], ids: readonly number[], what: string, advice: string) => {
    if (ids.length > 0) findings.push({ check, client, what: `${what}: ${numbered(ids)}`, advice });
  };
  tell('customers', gone, 'customers are missing', 'Restore a backup that has them.');
  tell(
    'numbers',
    ahead,
    'customers stand at a change that there is not yet',
    'Export and feed will not show what is changed of them next: restore a backup.',
  );
  tell(
    'tags',
    otherTags,
    'the client-types of customers are not those by which they are found',
    'Set them anew: POST /customer/NUMBER/clienttypes, first with others and then with the right ones.',
  );
  return findings;
}
