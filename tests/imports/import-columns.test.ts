/** Which columns hold what, and how their cells become the fields of a customer. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import type { ImportArguments } from '../harness/imports.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** The preview of one row: its header and its cells, besides an address and names. */
async function previewOf(header: string, cells: string, options: ImportArguments = {}) {
  const sdk = foyer.sdk(await foyer.client());
  const file = `Email;Voornaam;Achternaam;${header}\na@x.nl;A;B;${cells}\n`;
  const preview = await sdk.imports.preview({ file, ...options });
  const [row] = preview.rows;
  assert(row !== undefined);
  return { ...preview, row, customer: row.customer };
}

for (const [header, cells, address, houseNr] of [
  ['Straat;Huisnr', 'Plein 1944;12', 'Plein 1944 12', '12'],
  ['Straat;Huisnr', 'Plein 1944;1944', 'Plein 1944', '1944'],
  ['Straat;Huisnr', 'Plein 1944;4', 'Plein 1944 4', '4'],
  ['Straat;Huisnr', 'Kade 12;12', 'Kade 12', '12'],
  ['Straat;Huisnr', 'Kade 12a;12', 'Kade 12a', '12'],
  ['Straat;Huisnr', 'Kade 12a;12 A', 'Kade 12a', '12 A'],
  ['Straat;Huisnr', 'Meir 1 bus 2;1', 'Meir 1 bus 2', '1'],
  ['Straat;Huisnr', '1e Kade;1', '1e Kade 1', '1'],
  ['Straat;Huisnr;Toev', 'Kade;;12 bis', 'Kade 12 bis', '12 bis'],
  ['Straat;Huisnr;Toev', 'Kade;12;', 'Kade 12', '12'],
  ['Straat;Huisnr;Toev', 'Kade;12;2', 'Kade 12 2', '12 2'],
  ['Straat;Huisnr;Toev', 'Kade;12 bis;bis', 'Kade 12 bis', '12 bis'],
  ['Straat;Huisnr;Toev', 'Kade 1;1;a', 'Kade 1 a', '1 a'],
  ['Straat;Huisnr;Toev', 'Kade 1a;1;A', 'Kade 1a', '1 A'],
  ['Straat;Huisnr;Toev', 'Kade 1;;a', 'Kade 1 a', null],
  ['Straat;Huisnr;Bus', 'Meir 1;;12', 'Meir 1 12', null],
  ['Straat;Huisnr;Bus', 'Meir 1 bus 12;1;12', 'Meir 1 bus 12', '1 12'],
  ['Straat en nummer;Bus', 'Meir 1;12', 'Meir 1 12', null],
  ['Straat en nummer;Bus', 'Meir 1 bus 12;12', 'Meir 1 bus 12', null],
  ['Straat en nummer;Bus', 'Meir 1;', 'Meir 1', null],
  ['Straat;Bus', 'Meir 1;12', 'Meir 1 12', null],
  ['Straat;Huisnr;Adresregel 1', 'Kade;12;', 'Kade 12', '12'],
  ['Straat;Huisnr;Adresregel 1', 'Kade;12;Kade 12', 'Kade 12', '12'],
  ['Adresregel 1;Huisnr', 'Kade;12', 'Kade 12', '12'],
  ['Straat;Nr.', 'Kade;12', 'Kade 12', '12'],
  ['Nr.;Adres', '7;Kade 12', 'Kade 12', null],
  ['Adres;Plaats;Nummer', 'Kade 12;Olst;7', 'Kade 12', null],
  ['Straat en nr.', 'Kade 12', 'Kade 12', null],
  ['Straat en huisnr.', 'Kade 12', 'Kade 12', null],
  ['Straat + nr', 'Kade 12', 'Kade 12', null],
  ['Adres 1', 'Kade 12', 'Kade 12', null],
] as const) {
  test(`${header}: ${cells}`, async () => {
    const { customer } = await previewOf(header, cells);
    assert.deepEqual([customer.customerAddress, customer.customerHouseNr], [address, houseNr]);
  });
}

test('a number of a row that the mapping calls a house number is one', async () => {
  const mapping = JSON.stringify({ 'Nr.': 'houseNumber' });
  const { customer } = await previewOf('Nr.;Adres', '12;Kade', { mapping });
  assert.equal(customer.customerAddress, 'Kade 12');
});

test('a street that a complete address makes superfluous is reported only if it is another', async () => {
  assert.deepEqual((await previewOf('Straat;Adresregel 1', 'Kade;Kade 12')).notTaken, []);
  const { notTaken } = await previewOf('Straat;Adresregel 1', 'Laan;Kade 12');
  assert.deepEqual(notTaken, [{ column: 'Straat', count: 1 }]);
});

for (const [header, cells, phone, notTaken] of [
  ['Telefoonnummer 1;Telefoonnummer 2', '0612345678;0687654321', '0612345678', 'Telefoonnummer 2'],
  ['Telefoonnummer 2;Telefoonnummer 1', '0687654321;0612345678', '0612345678', 'Telefoonnummer 2'],
  ['Telefoonnummer 1;Telefoonnummer 2', ';0687654321', '0687654321', undefined],
  ['Mobiel;Telefoon', '0612345678;0381234567', '0612345678', 'Telefoon'],
  ['Telefoon;Mobiel', '0381234567;0612345678', '0381234567', 'Mobiel'],
  ['Telefoon 2;Mobiel', '0381234567;0612345678', '0612345678', 'Telefoon 2'],
  ['Tel. 1;Mobiel 1', '0381234567;0612345678', '0381234567', 'Mobiel 1'],
  ['GSM-nummer', '0612345678', '0612345678', undefined],
  ['Mobiele nummer', '0612345678', '0612345678', undefined],
  ['Mobile Phone Number', '0612345678', '0612345678', undefined],
  ['Telefoon thuis', '0612345678', '0612345678', undefined],
] as const) {
  test(`of telephone numbers the first counts: ${header}: ${cells}`, async () => {
    const { customer, ...preview } = await previewOf(header, cells);
    assert.equal(customer.customerPhone, phone);
    assert.deepEqual(
      preview.notTaken.map(({ column }) => column),
      notTaken === undefined ? [] : [notTaken],
    );
  });
}

for (const [header, cells, email, name] of [
  ['E-mailadres 1;E-mailadres 2;Voornaam;Achternaam', 'a@x.nl;b@x.nl;A;B', 'a@x.nl', 'A'],
  ['E-mailadres 2;E-mailadres 1;Voornaam;Achternaam', 'b@x.nl;a@x.nl;A;B', 'a@x.nl', 'A'],
  ['Email werk;Email privé;Voornaam;Achternaam', 'a@x.nl;b@x.nl;A;B', 'a@x.nl', 'A'],
  ['Billing Email;First Name;Last Name', 'a@x.nl;A;B', 'a@x.nl', 'A'],
  ['Attendee Email;First Name;Last Name', 'a@x.nl;A;B', 'a@x.nl', 'A'],
  ['Buyer First Name;Buyer Last Name;Buyer Email', 'A;B;a@x.nl', 'a@x.nl', 'A'],
  // One person's names do not go to another's address.
  ['Buyer First Name;Buyer Last Name;Buyer Email;First Name;Last Name;Email', 'C;D;c@x.nl;A;B;a@x.nl', 'a@x.nl', 'A'],
] as const) {
  test(`of e-mail addresses the first counts: ${header}`, async () => {
    const sdk = foyer.sdk(await foyer.client());
    const { rows } = await sdk.imports.preview({ file: `${header}\n${cells}\n` });
    assert.deepEqual([rows[0]?.customer.email, rows[0]?.customer.customerFirstName], [email, name]);
  });
}

test('Zip/Postal Code is a postal code; the prefix of a foreign shop is no preposition', async () => {
  const { customer } = await previewOf('Zip/Postal Code;Prefix', '8011 AA;Mrs.');
  assert.deepEqual([customer.customerZip, customer.customerPreposition], ['8011 AA', null]);
});

for (const [cell, phone] of [
  ['(0)6-12345678', '0612345678'],
  ['+31 (0)6-12345678', '+31612345678'],
  ['0031 (0)6-12345678', '0031612345678'],
  ['31(0)612345678', '31612345678'],
  ['(+32) (0)470 12 34 56', '+32470123456'],
] as const) {
  test(`the zero in brackets of ${cell}`, async () => {
    assert.equal((await previewOf('Telefoon', cell)).customer.customerPhone, phone);
  });
}

test('what makes a spreadsheet keep a number as text is taken off, and counted', async () => {
  const cells = `"=""00123""";'8011;'06-12345678;'s-Hertogenbosch`;
  const { customer, repairs } = await previewOf('Klantnr;Postcode;Telefoon;Plaats', cells);
  assert.deepEqual(
    [customer.customerExternalId, customer.customerZip, customer.customerPhone, customer.customerCity],
    ['00123', '8011', '0612345678', "'s-Hertogenbosch"],
  );
  assert.equal(repairs.find(({ code }) => code === 'numberAsText')?.count, 3);
});

test('of two forms of address the first that is one counts', async () => {
  const { customer, row, notTaken } = await previewOf('Aanhef;Geslacht', 'Geachte heer;M');
  assert.deepEqual([customer.customerSalutation, row.outcome], ['M', 'created']);
  assert.deepEqual(notTaken, [{ column: 'Aanhef', count: 1 }]);
  assert.equal((await previewOf('Aanhef;Geslacht', 'Mevr.;M')).customer.customerSalutation, 'F');
  assert.equal((await previewOf('Aanhef;Geslacht', 'Geachte heer;')).row.outcome, 'refused');
});

test('filled cells of columns without a name are counted', async () => {
  const { warnings } = await previewOf('Plaats;;;', 'Olst;lost;;too');
  assert.equal(warnings.find(({ code }) => code === 'unnamedColumn')?.count, 2);
  assert.deepEqual((await previewOf('Plaats;;;', 'Olst;;;')).warnings, []);
});
