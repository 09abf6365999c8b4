/** Imports, waited for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer, FileInput, Foyer, Import } from '../../sdk/src/index.ts';

export type ImportArguments = Omit<Parameters<Foyer['imports']['create']>[0], 'file'>;

/** Imports a file and waits until that is over. */
export async function importFile(sdk: Foyer, file: FileInput, options: ImportArguments = {}): Promise<Import> {
  const { importId } = await sdk.imports.create({ file, ...options });
  return finished(sdk, importId);
}

export async function finished(sdk: Foyer, importId: number): Promise<Import> {
  for (;;) {
    const job = await sdk.imports.get({ importId });
    if (job.finishedAt !== null) return job;
    await sleep(20);
  }
}

/** The counts of an import that are not 0. */
export function numbersOf(job: Import): Partial<Record<string, number>> {
  const { rowsRead, created, updated, unchanged, refused, conflicts, repeated } = job;
  const all = { rowsRead, created, updated, unchanged, refused, conflicts, repeated };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

/** All customers by address, without the fields that the service sets itself. */
export async function customersByEmail(sdk: Foyer): Promise<Map<string, Omit<Customer, 'customerId' | 'lastChanged'>>> {
  const all = new Map<string, Omit<Customer, 'customerId' | 'lastChanged'>>();
  for await (const { customerId: _, lastChanged: __, ...customer } of sdk.exports.customers()) {
    all.set(customer.email, customer);
  }
  return all;
}
