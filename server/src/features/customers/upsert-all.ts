/** Many upserts in one transaction, one after another. */
import type { upsertInput } from '../../../../sdk/src/contract/customer-batches.ts';
import type { Violation } from '../../../../sdk/src/contract/problems.ts';
import type { WriteTransaction } from '../../db/transaction/write.ts';
import type { Checked } from '../../http/wire/check.ts';
import { foreknowing } from './finder.ts';
import { carryOut, planUpsert, type Rights, type Upserted } from './upsert.ts';

/** The result of one upsert, or its violations. */
export type UpsertResult = Upserted | { readonly violations: readonly Violation[] };

export async function upsertAll(
  tx: WriteTransaction,
  all: readonly Checked<typeof upsertInput>[],
  rights: Rights,
): Promise<UpsertResult[]> {
  const finder = await foreknowing(tx, all);
  const results: UpsertResult[] = [];
  for (const one of all) {
    const plan = await planUpsert(finder, one, rights);
    if (plan.violations.length > 0) {
      results.push(plan);
      continue;
    }
    const upserted = await carryOut(tx, plan, one.values);
    if (upserted.outcome !== 'unchanged') finder.put(plan.customer, upserted.row);
    results.push(upserted);
  }
  return results;
}
