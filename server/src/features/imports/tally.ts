/** What a chunk of rows adds to the counts of its job. Pure. */

import { columnOf } from '../customers/columns.ts';
import type { RowResult } from './apply.ts';
import type { Counts } from './mapping/record.ts';
import { noCounts } from './mapping/record.ts';
import type { JobRow } from './queries.ts';

type Numbers = Pick<JobRow, 'rowsRead' | 'created' | 'updated' | 'unchanged' | 'refused' | 'conflicts' | 'repeated'>;

export function tally(job: Numbers, results: readonly RowResult[]): Numbers {
  const count = (...outcomes: RowResult['outcome'][]) =>
    results.reduce((sum, { outcome }) => sum + (outcomes.includes(outcome) ? 1 : 0), 0);
  return {
    rowsRead: job.rowsRead + results.length,
    created: job.created + count('created'),
    updated: job.updated + count('updated'),
    unchanged: job.unchanged + count('unchanged'),
    refused: job.refused + count('refused', 'conflict'),
    conflicts: job.conflicts + count('conflict'),
    repeated: job.repeated + results.filter(({ isRepeated }) => isRepeated).length,
  };
}

/** Adds two counts of repairs and warnings. */
export function addCounts(json: string, more: Counts): string {
  const sum = { ...noCounts(), ...(JSON.parse(json) as Partial<Counts>) };
  for (const group of ['repairs', 'warnings', 'notTaken'] as const) {
    const into = sum[group] as Record<string, number>;
    for (const [name, count] of Object.entries(more[group])) into[name] = (into[name] ?? 0) + (count ?? 0);
  }
  return JSON.stringify(sum);
}

/** Filled fields of customers whose cells in an export are empty, and change nothing. */
export function emptiedIn(results: readonly RowResult[]): Counts {
  let emptied = 0;
  for (const { row, before } of results) {
    if (before === undefined || row.customerId !== before.customer_id) continue;
    for (const field of row.empty ?? []) {
      const held = field === 'customerTags' ? before.tags !== '[]' : before[columnOf[field]];
      if (held) emptied += 1;
    }
  }
  return emptied === 0 ? noCounts() : { ...noCounts(), warnings: { emptied } };
}

/** Why a row was refused, in words. */
export const errorText = ({ violations }: RowResult): string => violations.map(({ message }) => message).join(' ');
