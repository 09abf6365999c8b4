/** Files of customers, imported through the API. */
import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Foyer, FoyerError } from '../../sdk/src/index.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { customersByEmail, finished, importFile, numbersOf } from '../harness/imports.ts';
import { rowOf, sheetOf, workbook } from '../harness/workbook.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

const three = [
  'Klantnr;Voornaam;Tussenvoegsel;Achternaam;Type;E-mail adres;' +
    'Straat;Huisnr.;Toev.;Postcode;Plaats;Telefoon;Telefoon 2;Tegoed',
  'K1;Sanne;de;Vries;vriend;sanne@x.nl;Melkmarkt;12;A;8011 MC;Zwolle;06-12 34 56 78;038 4211111;12,50',
  'K2;Jan;;Pastoor;"vriend, donateur";jan@x.nl;Grote Markt 1;;;7411 AA;Deventer;;0570-611111;',
  'K3;Piet;;;;geen adres;;;;;;;;',
  '',
].join('\r\n');

test('a field that there is not is refused, in the query and in the form, before anything is stored', async () => {
  const key = await foyer.client();
  const send = (path: string, fields: Record<string, string> = {}) => {
    const body = new FormData();
    body.set('file', new Blob([three]), 'bezoekers.csv');
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return foyer.fetch(key, path, { method: 'POST', body });
  };
  for (const [path, fields] of [
    ['/import', { dryrun: 'true' }],
    ['/import?dryrun=true', {}],
    ['/import/preview', { dryrun: 'true', emtpy: 'clear' }],
    ['/import/preview?dryrun=true', {}],
  ] as const) {
    const response = await send(path, fields);
    assert.equal(response.status, 422, path);
    const { violations } = await response.json();
    assert.deepEqual([violations[0].field, violations[0].code], ['dryrun', 'unknown'], path);
    if (!path.includes('preview')) assert.match(violations[0].message, /did you mean dryRun/, path);
  }
  assert.deepEqual(await foyer.sdk(key).imports.list(), []);
  assert.deepEqual(await readdir(foyer.importFolder), [], 'nothing of the file is left');
  assert.equal((await send('/import', { dryRun: 'true' })).status, 202);
});

test('a folder that somebody removed is made again', async () => {
  const sdk = foyer.sdk(await foyer.client());
  await rm(foyer.importFolder, { recursive: true });
  assert.equal((await importFile(sdk, three)).state, 'done');
});

test('a file of a spreadsheet becomes customers, and what was done to its cells is told', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const job = await importFile(sdk, three, { fileName: 'bezoekers.csv', setClienttypes: 'Type' });
  assert.equal(job.state, 'done');
  assert.equal(job.fileName, 'bezoekers.csv');
  assert.deepEqual(numbersOf(job), { rowsRead: 3, created: 2, refused: 1 });
  assert.deepEqual(job.repairs.map(({ code, count }) => [code, count]).sort(), [
    ['address', 1],
    ['decimalComma', 1],
    ['houseNumberAddition', 1],
    ['phonePunctuation', 2],
  ]);
  assert.deepEqual(job.notTaken, [{ column: 'Telefoon 2', count: 1 }]);
  const all = await customersByEmail(sdk);
  assert.deepEqual(
    [...all.values()],
    [
      {
        customerExternalId: 'K1',
        email: 'sanne@x.nl',
        customerSalutation: '',
        customerFirstName: 'Sanne',
        customerLastName: 'Vries',
        customerPreposition: 'de',
        customerAddress: 'Melkmarkt 12 A',
        customerHouseNr: '12 A',
        customerZip: '8011 MC',
        customerCity: 'Zwolle',
        customerCountry: '',
        customerPhone: '0612345678',
        customerCredit: '12.50',
        customerTags: ['vriend'],
      },
      {
        customerExternalId: 'K2',
        email: 'jan@x.nl',
        customerSalutation: '',
        customerFirstName: 'Jan',
        customerLastName: 'Pastoor',
        customerPreposition: '',
        customerAddress: 'Grote Markt 1',
        customerHouseNr: '',
        customerZip: '7411 AA',
        customerCity: 'Deventer',
        customerCountry: '',
        customerPhone: '0570611111',
        customerCredit: '0.00',
        customerTags: ['vriend', 'donateur'],
      },
    ],
  );
});

test('the refused rows come back in their own columns, and can be mended and imported', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const { importId } = await importFile(sdk, three);
  const refused = await (await sdk.imports.refused({ importId })).text();
  const [head, row, ...rest] = refused.split('\r\n');
  assert.match(head ?? '', /^Klantnr;.*;Tegoed;error;row$/);
  assert.match(row ?? '', /^K3;Piet;.*geen adres.*e-mail address.*customerLastName.*;4$/);
  assert.deepEqual(rest, ['']);
  const mended = refused.replace('geen adres', 'piet@x.nl').replace('K3;Piet;;;', 'K3;Piet;;Bakker;');
  const again = await importFile(sdk, mended);
  assert.deepEqual(numbersOf(again), { rowsRead: 1, created: 1 });
});

test('every change says which import has made it', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const { importId } = await importFile(sdk, three, { setClienttypes: 'Type' });
  const changes = await Array.fromAsync(sdk.changes.history({ customerId: 1 }));
  assert.deepEqual(
    changes.map(({ kind, by }) => [kind, by]),
    [['created', { key: null, staff: null, label: `import ${importId}` }]],
  );
});

test('who is known is changed or left alone; an empty cell says nothing, or clears the field', async () => {
  const sdk = foyer.sdk(await foyer.client());
  await importFile(sdk, three);
  const second = 'E-mail;Plaats;Postcode\nSANNE@x.nl;Deventer;\njan@x.nl;Deventer;7411 AA\nnieuw@x.nl;Olst;\n';
  const job = await importFile(sdk, second, { policy: 'update' });
  assert.deepEqual(numbersOf(job), { rowsRead: 3, updated: 1, unchanged: 1, refused: 1 });
  const sanne = await sdk.customers.findByEmail({ email: 'sanne@x.nl' });
  assert.deepEqual([sanne.customerCity, sanne.customerZip, sanne.email], ['Deventer', '8011 MC', 'SANNE@x.nl']);
  await importFile(sdk, second, { policy: 'update', empty: 'clear' });
  assert.equal((await sdk.customers.findByEmail({ email: 'sanne@x.nl' })).customerZip, '');
  const created = await importFile(sdk, second, { policy: 'create' });
  assert.deepEqual(numbersOf(created), { rowsRead: 3, refused: 3 });
});

test('twice the same address in a file: the later row is written over the earlier, and counted', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const rows = ['email,first_name,last_name'];
  for (let at = 0; at < 500; at += 1) rows.push(`v${at}@x.nl,First${at},Last`);
  rows.push('V7@X.nl,Later,Last', 'v7@x.nl,Last,Last', 'v499@x.nl,First499,Last');
  const file = rows.join('\n');
  const expected = { rowsRead: 503, created: 500, updated: 2, unchanged: 1, repeated: 3 };
  assert.deepEqual(numbersOf(await importFile(sdk, file, { dryRun: true })), expected);
  assert.equal((await customersByEmail(sdk)).size, 0, 'a dry run writes nothing');
  assert.deepEqual(numbersOf(await importFile(sdk, file)), expected);
  assert.equal((await sdk.customers.findByEmail({ email: 'v7@x.nl' })).customerFirstName, 'Last');
});

test('a dry run foresees what rows do to customers that earlier rows have made or changed', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  for (const [at, email] of ['a@x.nl', 'b@x.nl'].entries())
    await sdk.customers.create({
      email,
      customerExternalId: `K${at}`,
      customerFirstName: 'A',
      customerLastName: 'B',
      customerCity: 'Olst',
    });
  const fill = Array.from({ length: 400 }, (_, at) => `F${at};fill${at}@x.nl;A;B;Olst;`);
  const rows = [
    'K0;new@x.nl;A;B;Olst;', // changes the address
    'N1;n1@x.nl;A;B;Olst;vip', // makes a customer
    ...fill, // The rest is in another part.
    ';a@x.nl;A;B;Olst;', // makes another with the address that is free now
    'K0;new@x.nl;A;B;Olst;', // changes nothing
    ';new@x.nl;A;B;Epe;', // changes the first once more
    'N1;;A;B;Olst;VIP', // changes nothing
    'N1;b@x.nl;A;B;Olst;', // the address of the second
    'K1;n1@x.nl;A;B;Olst;', // the address of the one that was made
    ';N1@x.nl;A;B;Epe;', // changes the address of that one, and the city
  ];
  const file = ['Klantnr;Email;Voornaam;Achternaam;Plaats;Type', ...rows].join('\n');
  for (const policy of ['upsert', 'update', 'create'] as const) {
    const options = { policy, setClienttypes: 'Type' };
    const foreseen = await importFile(sdk, file, { ...options, dryRun: true });
    const refused = await (await sdk.imports.refused(foreseen)).text();
    const other = foyer.sdk(await foyer.client());
    for (const { customerId: _, lastChanged: __, customerTags: ___, ...one } of await first(sdk))
      await other.customers.create({ ...one, customerExternalId: one.customerExternalId ?? '' });
    const job = await importFile(other, file, options);
    assert.deepEqual(numbersOf(foreseen), numbersOf(job), policy);
    const rowsOf = (csv: string) => csv.split('\r\n').map((line) => line.split(';').at(-1));
    assert.deepEqual(rowsOf(refused), rowsOf(await (await other.imports.refused(job)).text()), policy);
    if (policy === 'upsert')
      assert.deepEqual(numbersOf(job), {
        rowsRead: 409,
        created: 402,
        updated: 3,
        unchanged: 2,
        refused: 2,
        repeated: 4,
      });
    if (policy === 'create') assert.match(refused, /This is the customer of row 3, who is not to be changed/);
  }
});

const first = (sdk: Foyer) => Array.fromAsync(sdk.customers.list({ sort: 'customerId' }));

test('a row that would give somebody more client-types than a customer may have is refused', async () => {
  const sdk = foyer.sdk(await foyer.client());
  await importFile(sdk, three);
  const many = Array.from({ length: 250 }, (_, at) => `tag ${at}`);
  await sdk.clientTypes.set({ customerId: 1, clienttypes: many });
  const file = 'email\nsanne@x.nl\njan@x.nl\n';
  for (const dryRun of [true, false]) {
    const job = await importFile(sdk, file, { addClienttypes: ['vip'], dryRun });
    assert.deepEqual(numbersOf(job), { rowsRead: 2, updated: 1, refused: 1 });
    assert.match(await (await sdk.imports.refused(job)).text(), /have more than 250 client-types/);
  }
  const all = await customersByEmail(sdk);
  assert.deepEqual([all.get('sanne@x.nl')?.customerTags, all.get('jan@x.nl')?.customerTags], [many, ['vip']]);
});

test('the same file with the same options is the same import, unless it is to be done again', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const first = await importFile(sdk, three);
  const same = await sdk.imports.create({ file: three });
  assert.equal(same.importId, first.importId);
  const other = await importFile(sdk, three, { dryRun: true });
  const again = await importFile(sdk, three, { again: true });
  assert.deepEqual([other.importId, again.importId], [first.importId + 1, first.importId + 2]);
  assert.deepEqual(
    (await sdk.imports.list()).map(({ importId }) => importId),
    [again.importId, other.importId, first.importId],
  );
});

test('a file may be larger than other bodies, packed, and of any charset', async () => {
  const key = await foyer.client();
  const rows = Array.from({ length: 60_000 }, (_, at) => `v${at}@x.nl;First;Last`);
  const file = new Blob([`email;voornaam;achternaam\n${rows.join('\n')}`]);
  assert(file.size > 1024 * 1024);
  const send = async (body: BodyInit, headers: Record<string, string>) => {
    const query = '/import?dryRun=true&again=true';
    const response = await foyer.fetch(key, query, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    assert.equal(response.status, 202, await response.clone().text());
    return finished(foyer.sdk(key), (await response.json()).importId);
  };
  const plain = await send(file, { 'content-type': 'text/csv; charset=windows-1252' });
  assert.equal(plain.rowsRead, 60_000);
  const packed = file.stream().pipeThrough(new CompressionStream('gzip'));
  assert.equal((await send(packed, { 'content-type': 'text/csv', 'content-encoding': 'gzip' })).rowsRead, 60_000);
});

test('a form takes the file and the options', async () => {
  const key = await foyer.client();
  const form = new FormData();
  form.append('dryRun', 'true');
  form.append('file', new File([three], 'van de kassa.csv', { type: 'application/vnd.ms-excel' }));
  form.append('addClienttypes[]', 'nieuw');
  const response = await foyer.fetch(key, '/import', { method: 'POST', body: form });
  assert.equal(response.status, 202);
  assert.match(response.headers.get('location') ?? '', /\/import\/1$/);
  const job = await response.json();
  assert.deepEqual([job.fileName, job.dryRun], ['van de kassa.csv', true]);
  assert.deepEqual(numbersOf(await finished(foyer.sdk(key), job.importId)), { rowsRead: 3, created: 2, refused: 1 });
});

test('an import that is to stop at the first refused row stops there', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const rows = 'email;voornaam;achternaam\na@x.nl;A;A\nnot an address;B;B\nc@x.nl;C;C\n';
  const job = await importFile(sdk, rows, { onError: 'stop' });
  assert.equal(job.state, 'failed');
  assert.match(job.error ?? '', /^Stopped at line 3: .*e-mail/);
  assert.deepEqual(numbersOf(job), { rowsRead: 2, created: 1, refused: 1 });
});

test('an import is cancelled behind the rows that are written', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const rows = Array.from({ length: 20_000 }, (_, at) => `v${at}@x.nl;First;Last`);
  const { importId } = await sdk.imports.create({ file: `email;voornaam;achternaam\n${rows.join('\n')}` });
  while ((await sdk.imports.get({ importId })).rowsRead === 0) await sleep(5);
  const cancelled = await sdk.imports.cancel({ importId });
  assert.equal(cancelled.state, 'cancelled');
  const { rowsRead } = await sdk.imports.get({ importId });
  assert(rowsRead < 20_000);
  await sleep(100);
  assert.equal((await customersByEmail(sdk)).size, rowsRead);
  assert.equal((await sdk.imports.cancel({ importId })).state, 'cancelled', 'it stays so');
});

test('client-types are added, and an unknown one is refused where the list is closed', async () => {
  const sdk = foyer.sdk(await foyer.client({ clientTypes: 'closed' }));
  const rows = 'email;voornaam;achternaam;Type\na@x.nl;A;A;vriend\nb@x.nl;B;B;\n';
  const job = await importFile(sdk, rows, { setClienttypes: 'Type' });
  assert.deepEqual(numbersOf(job), { rowsRead: 2, created: 1, refused: 1 });
  const open = foyer.sdk(await foyer.client());
  await importFile(open, rows, { setClienttypes: 'Type', addClienttypes: ['Nieuw'] });
  const tags = [...(await customersByEmail(open)).values()].map(({ customerTags }) => customerTags);
  assert.deepEqual(tags, [['vriend', 'Nieuw'], ['Nieuw']]);
  assert.deepEqual(await open.exports.clientTypes(), ['Nieuw', 'vriend']);
});

test('client-types are added to those that a customer has', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const rows = 'email;voornaam;achternaam;Type\na@x.nl;A;A;vriend\nb@x.nl;B;B;NIEUW\n';
  await importFile(sdk, rows, { setClienttypes: 'type' });
  const some = 'email;voornaam;achternaam\na@x.nl;A;A\nb@x.nl;B;B\n';
  const foreseen = await sdk.imports.preview({ file: some, addClienttypes: ['nieuw'] });
  assert.deepEqual(
    foreseen.rows.map(({ outcome, changed }) => [outcome, changed]),
    [
      ['updated', { customerTags: { before: ['vriend'], after: ['vriend', 'NIEUW'] } }],
      ['unchanged', {}],
    ],
  );
  const added = await importFile(sdk, some, { addClienttypes: ['nieuw'] });
  assert.deepEqual(numbersOf(added), { rowsRead: 2, updated: 1, unchanged: 1 });
  const all = await customersByEmail(sdk);
  assert.deepEqual(
    ['a@x.nl', 'b@x.nl'].map((email) => all.get(email)?.customerTags),
    [['vriend', 'NIEUW'], ['NIEUW']],
  );
});

test('a line of NDJSON with a member that comes late is refused, not read in part', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const person = (at: number) => ({
    email: `n${at}@x.nl`,
    customerFirstName: 'Jan',
    customerLastName: 'Pas',
    other: at,
  });
  const lines: object[] = Array.from({ length: 1001 }, (_, at) => person(at));
  lines.push({ ...person(1001), customerPhone: '0612345678' }, { ...person(1002), unknown: 1 });
  const job = await importFile(sdk, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  assert.deepEqual(numbersOf(job), { rowsRead: 1003, created: 1002, refused: 1 });
});

test('a column of client-types that is not there is refused', async () => {
  const sdk = foyer.sdk(await foyer.client());
  await assert.rejects(sdk.imports.create({ file: three, setClienttypes: 'Typo' }), /does not have: "Typo"/);
});

test('a cell that holds two telephone numbers, or a negative number, is refused', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const rows = 'email;voornaam;achternaam;telefoon\na@x.nl;A;A;06 12345678 / 020 1234567\nb@x.nl;B;B;-5\n';
  const job = await importFile(sdk, `${rows}c@x.nl;C;C;+31 (0)6-12345678\n`);
  assert.deepEqual(numbersOf(job), { rowsRead: 3, created: 1, refused: 2 });
  const [visitor] = (await customersByEmail(sdk)).values();
  assert.equal(visitor?.customerPhone, '+31612345678');
});

test('a preview says how the file is read and what its rows would do', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await importFile(sdk, three);
  const next =
    'Mail;Voornaam;Achternaam;Woonplaats;Mobiel;Onzin\nsanne@x.nl;Sanne;Vries;Olst;612345678;x\n' +
    'new@x.nl;Ans;van der Berg;;;\njan@x.nl;Jan;Pastoor;;;\nx;;;;;\n';
  const preview = await sdk.imports.preview({ file: next });
  assert.deepEqual(preview.reading.columns.at(-1), { name: 'Onzin', field: null });
  assert.deepEqual(
    preview.rows.map(({ outcome, customerId }) => [outcome, customerId]),
    [
      ['updated', 1],
      ['created', null],
      ['unchanged', 2],
      ['refused', null],
    ],
  );
  assert.deepEqual(preview.rows[0]?.changed, {
    customerCity: { before: 'Zwolle', after: 'Olst' },
    customerPhone: { before: '0612345678', after: '612345678' },
  });
  assert.deepEqual(preview.warnings.map(({ code, count }) => [code, count]).sort(), [
    ['phoneZero', 1],
    ['preposition', 1],
  ]);
  const mended = await sdk.imports.preview({ file: next, splitLastNames: true, restoreZeros: true });
  assert.deepEqual(mended.warnings, []);
  assert.equal(mended.rows[0]?.customer.customerPhone, '0612345678');
  assert.deepEqual(
    [mended.rows[1]?.customer.customerPreposition, mended.rows[1]?.customer.customerLastName],
    ['van der', 'Berg'],
  );
  assert.deepEqual((await sdk.imports.list()).length, 1, 'a preview leaves nothing');
  const writer = foyer.sdk(await foyer.key(key, { scopes: ['customers:write'] }));
  assert.deepEqual(
    (await writer.imports.preview({ file: next })).rows[0]?.changed,
    {},
    'who may not read customers sees none',
  );
});

test('a file that cannot be read is refused, and says why', async () => {
  const sdk = foyer.sdk(await foyer.client());
  for (const [file, why] of [
    ['', /missing/],
    ['%PDF-1.7', /PDF/],
    ['[{"email":"a@x.nl"}]', /JSON array/],
    ['a;b;c\n1;2;3\n', /columns that are known/],
  ] as const) {
    await assert.rejects(sdk.imports.create({ file }), (error: FoyerError) => {
      assert.equal(error.code, 'validation');
      assert.match(error.message, why);
      return error instanceof FoyerError;
    });
  }
  await assert.rejects(sdk.imports.create({ file: three, mapping: '{"Nergens":"email"}' }), /Nergens/);
  await assert.rejects(sdk.imports.create({ file: three, mapping: '{"Type":"shoeSize"}' }), /shoeSize|Type/);
});

test('the error of a formula is no value of a cell; the same text is', async () => {
  const sdk = foyer.sdk(await foyer.client());
  const failing = '<row><c t="inlineStr"><is><t>a@x.nl</t></is></c><c t="e"><f>A9/0</f><v>#DIV/0!</v></c>';
  const name = '<c t="inlineStr"><is><t>#N/A</t></is></c>';
  const elsewhere = rowOf('b@x.nl', '#N/A', 'Last').replace('</row>', '<c t="e"><v>#N/A</v></c></row>');
  const rows = `${rowOf('email', 'voornaam', 'achternaam', 'aantal')}${failing}${name}</row>${elsewhere}`;
  const job = await importFile(sdk, await workbook(sheetOf(rows)));
  assert.deepEqual(numbersOf(job), { rowsRead: 2, created: 1, refused: 1 });
  // Nor one that is used: another column has the telephone number.
  const second = rowOf('c@x.nl', 'A', 'B', '0612345678').replace('</row>', '<c t="e"><v>#N/A</v></c></row>');
  const phones = `${rowOf('email', 'voornaam', 'achternaam', 'telefoon', 'telefoon 2')}${second}`;
  const other = await importFile(sdk, await workbook(sheetOf(phones)));
  assert.deepEqual([numbersOf(other), other.notTaken], [{ rowsRead: 1, created: 1 }, []]);
  // Nor a street beside a complete address.
  const third = rowOf('d@x.nl', 'A', 'B', 'Kade 12').replace('</row>', '<c t="e"><v>#N/A</v></c></row>');
  const streets = `${rowOf('email', 'voornaam', 'achternaam', 'adresregel 1', 'straat')}${third}`;
  assert.deepEqual(numbersOf(await importFile(sdk, await workbook(sheetOf(streets)))), { rowsRead: 1, created: 1 });
  const refused = await (await sdk.imports.refused(job)).text();
  assert.match(refused, /The column ""voornaam"" holds #DIV\/0!, the error of a formula\."?;2/);
  assert.equal((await sdk.customers.findByEmail({ email: 'b@x.nl' })).customerFirstName, '#N/A');
});

test('a form may hold a large mapping; one that is too large, and too many fields, are refused', async () => {
  const key = await foyer.client();
  const long = '€'.repeat(15_000);
  const send = async (fields: readonly (readonly [name: string, value: string])[]) => {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    form.append('file', new File([three.replace('Telefoon 2', long)], 'x.csv'));
    const response = await foyer.fetch(key, '/import/preview', { method: 'POST', body: form });
    return [response.status, (await response.json()).message];
  };
  assert.deepEqual(await send([['mapping', JSON.stringify({ [long]: null })]]), [200, undefined]);
  const tooLong = JSON.stringify({ [long]: null, ['x'.repeat(100_000)]: null });
  assert.deepEqual(await send([['mapping', tooLong]]), [
    422,
    'The mapping field must not be longer than 20000 characters.',
  ]);
  const tags = (count: number) => Array.from({ length: count }, (_, at) => ['addClienttypes[]', `t${at}`] as const);
  assert.deepEqual((await send(tags(20)))[0], 200);
  assert.deepEqual(await send(tags(101)), [400, 'The form has more than 100 fields.']);
});
