/** Two people of a file do not become one customer by a reference that is none. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { customersByEmail, importFile, numbersOf } from '../harness/imports.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

test('a reference that a spreadsheet has rounded is refused', async () => {
  const sdk = foyer.sdk(await foyer.client());
  for (const rounded of ['8,71E+12', '8.71234E+12', '9E+15']) {
    const file = `Lidnummer;Voornaam;Achternaam;Email\n${rounded};A;B;a@x.nl\n${rounded};C;D;c@x.nl\n`;
    const job = await importFile(sdk, file);
    assert.deepEqual(numbersOf(job), { rowsRead: 2, refused: 2 }, rounded);
    assert.match(await (await sdk.imports.refused(job)).text(), /a spreadsheet has rounded/);
  }
  const codes = 'Lidnummer;Voornaam;Achternaam;Email\n5E12;A;B;a@x.nl\nE+5;C;D;c@x.nl\n8712345678901;E;F;e@x.nl\n';
  assert.deepEqual(numbersOf(await importFile(sdk, codes)), { rowsRead: 3, created: 3 });
});

test('the reference of an order is no reference of a customer', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const file = 'first_name,last_name,email,reference,referentie\nA,B,a@x.nl,ORD-77,ORD-77\nC,D,c@x.nl,ORD-77,ORD-77\n';
  assert.deepEqual(numbersOf(await importFile(sdk, file)), { rowsRead: 2, created: 2 });
  assert.equal((await customersByEmail(sdk)).get('a@x.nl')?.customerExternalId, null);
});

test('a later row with the reference of an earlier one is refused if its address and its name are others', async () => {
  for (const fill of [0, 2500]) {
    const rest = Array.from({ length: fill }, (_, at) => `F${at};F;G;f${at}@x.nl`);
    const file = [
      'Klantnr;Voornaam;Achternaam;Email',
      'K1;Anna;Bos;anna@x.nl',
      ...rest,
      'K1;Piet;Vos;piet@x.nl', // somebody else
      'K1;Anna;de Bos;anna@x.nl', // another name
      'K1;ANNA;de bos;anna@y.nl', // another address
      'K1;Piet;Bos;piet@x.nl', // somebody else
    ].join('\n');
    const sdk = foyer.sdk(await foyer.client());
    const expected = { rowsRead: fill + 5, created: fill + 1, updated: 2, refused: 2, repeated: 2 };
    const foreseen = await importFile(sdk, file, { dryRun: true });
    assert.deepEqual(numbersOf(foreseen), expected);
    const job = await importFile(sdk, file);
    assert.deepEqual(numbersOf(job), expected);
    for (const one of [foreseen, job])
      assert.match(await (await sdk.imports.refused(one)).text(), /K1;Piet;Vos;.*An earlier row has the reference K1/);
    assert.equal((await customersByEmail(sdk)).get('anna@y.nl')?.customerFirstName, 'ANNA');
    // By another file the customer may become anything.
    const other = 'Klantnr;Voornaam;Achternaam;Email\nK1;Piet;Vos;piet@x.nl\n';
    assert.deepEqual(numbersOf(await importFile(sdk, other)), { rowsRead: 1, updated: 1 });
  }
});

test('so it is behind a row that changes nothing', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const one = 'Klantnr;Voornaam;Achternaam;Email\nK1;Anna;Bos;anna@x.nl\n';
  await importFile(sdk, one);
  const file = `${one}K1;Piet;Vos;piet@x.nl\n`;
  for (const dryRun of [true, false])
    assert.deepEqual(numbersOf(await importFile(sdk, file, { dryRun })), { rowsRead: 2, unchanged: 1, refused: 1 });
});

test('a row of somebody whom an earlier row of the file left as is counts as repeated', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const one = 'Voornaam;Achternaam;Email;Plaats\nA;B;rp1@x.nl;Olst\n';
  await importFile(sdk, one);
  for (const dryRun of [true, false]) {
    const job = await importFile(sdk, `${one}A;B;rp1@x.nl;Epe\n`, { dryRun });
    assert.deepEqual(numbersOf(job), { rowsRead: 2, updated: 1, unchanged: 1, repeated: 1 });
  }
});
