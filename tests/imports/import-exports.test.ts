/** Exports that were edited in a spreadsheet and come back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Foyer } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { importFile, numbersOf } from '../harness/imports.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** A client with two customers, and the lines of their export. */
async function exported(): Promise<{ sdk: Foyer; head: string; anna: string; piet: string }> {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const file =
    'Email;Voornaam;Achternaam;Plaats;Telefoon\nanna@x.nl;Anna;Bos;Olst;0612345678\npiet@x.nl;Piet;Vos;Epe;\n';
  await importFile(sdk, file);
  const response = await foyer.fetch(key, '/export/customers', {
    method: 'POST',
    headers: { accept: 'text/csv; dialect=excel' },
  });
  const [head = '', anna = '', piet = ''] = (await response.text()).split('\r\n');
  // `lastChanged` has whole seconds.
  await sleep(1100);
  return { sdk, head, anna, piet };
}

test('of two rows of one customer the later one changes what the earlier one made', async () => {
  const { sdk, head, anna, piet } = await exported();
  for (const fill of [0, 2500]) {
    const rest = Array.from({ length: fill }, (_, at) => piet.replace('Epe', `Epe ${at}`).replace(/^\d+/, ''));
    const unique = rest.map((line, at) => line.replace('piet@', `piet${at}@`));
    const file = [head, anna.replace('Olst', `A${fill}`), ...unique, anna.replace('Olst', `B${fill}`)].join('\n');
    const overwrite = fill > 0;
    for (const dryRun of [true, false]) {
      const job = await importFile(sdk, file, { dryRun, overwrite });
      const expected = { rowsRead: fill + 2, updated: 2, repeated: 1 };
      assert.deepEqual(numbersOf(job), fill === 0 ? expected : { ...expected, created: fill });
    }
    assert.equal((await sdk.customers.get({ customerId: 1 })).customerCity, `B${fill}`);
  }
});

test('a customer whom somebody else changed after the export stays a conflict, in each of its rows', async () => {
  const { sdk, head, anna, piet } = await exported();
  await sdk.customers.update({ customerId: 1, customerCity: 'Hattem' });
  const file = [head, anna.replace('Olst', 'Zwolle'), piet.replace('Epe', 'Ede'), anna.replace('Olst', 'Wijhe')];
  for (const dryRun of [true, false])
    assert.deepEqual(numbersOf(await importFile(sdk, file.join('\n'), { dryRun })), {
      rowsRead: 3,
      updated: 1,
      refused: 2,
      conflicts: 2,
    });
});

test('the preview shows what a conflict would write over', async () => {
  const { sdk, head, anna } = await exported();
  await sdk.customers.update({ customerId: 1, customerCity: 'Hattem' });
  const { rows } = await sdk.imports.preview({ file: `${head}\n${anna.replace('Olst', 'Zwolle')}\n` });
  assert.equal(rows[0]?.outcome, 'conflict');
  assert.deepEqual(rows[0]?.changed, { customerCity: { before: 'Hattem', after: 'Zwolle' } });
});

test('numbers of customers that are not used are told', async () => {
  const { sdk, head, anna } = await exported();
  const names = head.split(';');
  const at = names.indexOf('lastChanged');
  const without = (line: string) => line.split(';').toSpliced(at, 1).join(';');
  const file = `${without(head)}\n${without(anna).replace('anna@', 'anne@')}\n`;
  const told = (warnings: readonly { code: string; count: number }[]) =>
    warnings.map(({ code, count }) => [code, count]);
  assert.deepEqual(told((await sdk.imports.preview({ file })).warnings), [['customerId', 1]]);
  const used = await sdk.imports.preview({ file, match: 'customerId' });
  assert.deepEqual([told(used.warnings), used.rows[0]?.outcome], [[], 'updated']);
});

test('cells that were emptied in an export are told, unless they empty the fields', async () => {
  const { sdk, head, anna, piet } = await exported();
  const file = [head, anna.replace('Olst', '').replace('0612345678', ''), piet].join('\n');
  const preview = await sdk.imports.preview({ file });
  const told = (warnings: readonly { code: string; count: number }[]) =>
    warnings.map(({ code, count }) => [code, count]);
  assert.deepEqual(told(preview.warnings), [['emptied', 2]]);
  for (const dryRun of [true, false]) {
    const job = await importFile(sdk, file, { dryRun });
    assert.deepEqual([numbersOf(job), told(job.warnings)], [{ rowsRead: 2, unchanged: 2 }, [['emptied', 2]]]);
  }
  const job = await importFile(sdk, file, { empty: 'clear' });
  assert.deepEqual([numbersOf(job), job.warnings], [{ rowsRead: 2, updated: 1, unchanged: 1 }, []]);
});
