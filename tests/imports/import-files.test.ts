/** Files as real systems make them: the result of each, row by row. */
import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { test } from 'node:test';
import type { Customer } from '../../sdk/src/index.ts';
import { startFoyer } from '../harness/foyer.ts';
import { customersByEmail, type ImportArguments, importFile, numbersOf } from '../harness/imports.ts';
import { samples } from './samples.ts';

/** A customer on one line: the filled fields, in the order of the resource. */
const lineOf = (customer: Partial<Customer>): string =>
  Object.entries(customer)
    .filter(([, value]) => value !== null && value !== '' && value !== '0.00' && String(value) !== '')
    .map(([name, value]) => `${name.replace('customer', '')}=${value}`)
    .join(' | ');

for (const { file, is, options, numbers, told, customers, refused } of samples) {
  test(`${file}: ${is}`, async () => {
    await using foyer = await startFoyer();
    const sdk = foyer.sdk(await foyer.client());
    const blob = await openAsBlob(new URL(`files/${file}`, import.meta.url).pathname);
    const job = await importFile(sdk, blob, options as ImportArguments);
    const { kind, encoding, delimiter, headerRow } = job.reading;
    assert.equal(job.error, null);
    assert.deepEqual(
      {
        is: [kind, encoding, delimiter, headerRow].map(String).join(' '),
        numbers: numbersOf(job),
        told: [
          ...job.repairs.map(({ code, count }) => `${code} ${count}`),
          ...job.warnings.map(({ code, count }) => `warning ${code} ${count}`),
          ...job.notTaken.map(({ column, count }) => `not taken ${column} ${count}`),
        ].sort(),
        customers: [...(await customersByEmail(sdk)).values()].map(lineOf),
        refused: await refusedOf(await (await sdk.imports.refused(job)).text()),
      },
      { is, numbers, told, customers, refused },
    );
  });
}

/** Each refused line as its number and why. */
async function refusedOf(csv: string): Promise<string[]> {
  return csv
    .split('\r\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(/;(?=[^;]*;\d+$)/).at(-1) ?? '');
}
