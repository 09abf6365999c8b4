/** Damaged and odd CSV: no row and no cell of it is lost without being told. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { customersByEmail, type ImportArguments, importFile, numbersOf } from '../harness/imports.ts';

let foyer: TestFoyer;
before(async () => {
  foyer = await startFoyer();
});
after(() => foyer[Symbol.asyncDispose]());

/** Imports a file into a client of its own. */
async function imported(file: string | Buffer, options: ImportArguments = {}) {
  const sdk = foyer.sdk(await foyer.client());
  const job = await importFile(sdk, new Blob([file as BlobPart]), options);
  assert.equal(job.error, null);
  const refused = await (await sdk.imports.refused(job)).text();
  return { sdk, job, numbers: numbersOf(job), refused: refused.split('\r\n').slice(1, -1) };
}

const header = 'Email;Voornaam;Achternaam;Opm';

test('lines may end in different ways in one file', async () => {
  const rows = [
    'ml1@x.nl;A;B;x\r\n',
    'ml2@x.nl;C;D;y\n',
    'ml3@x.nl;E;F;z\r',
    'ml4@x.nl;E;F;"z\r\nz\nz"\n',
    'no;E;F;\r\n',
  ];
  for (const end of ['\r\n', '\n', '\r']) {
    const { sdk, numbers, refused } = await imported(`${header}${end}${rows.join('')}`);
    assert.deepEqual(numbers, { rowsRead: 5, created: 4, refused: 1 });
    assert.deepEqual([...(await customersByEmail(sdk)).keys()], ['ml1@x.nl', 'ml2@x.nl', 'ml3@x.nl', 'ml4@x.nl']);
    assert.match(refused[0] ?? '', /^no;E;F;.*;6$/);
  }
});

test('mixed line ends fall anywhere between two pieces of a large file', async () => {
  const ends = ['\r\n', '\n', '\r'];
  const rows = Array.from({ length: 30_000 }, (_, at) => `v${at}@x.nl;F${'x'.repeat(at % 40)};L;x${ends[at % 3]}`);
  const { numbers } = await imported(`${header}\r\n${rows.join('')}`, { dryRun: true });
  assert.deepEqual(numbers, { rowsRead: 30_000, created: 30_000 });
});

test('a row with more cells than the header is refused, and comes back with all of them', async () => {
  const rows = ['A;B;tm1@x.nl;Zwolle;Oeps;verloren', 'A;B; extra;tm2@x.nl;Zwolle', 'A;B;tm3@x.nl;Zwolle;; ;'];
  const { sdk, numbers, refused } = await imported(`Voornaam;Achternaam;Email;Plaats\n${rows.join('\n')}\n`);
  assert.deepEqual(numbers, { rowsRead: 3, created: 1, refused: 2 });
  assert.deepEqual([...(await customersByEmail(sdk)).keys()], ['tm3@x.nl']);
  assert.deepEqual(refused, [
    'A;B;tm1@x.nl;Zwolle;The row has 6 cells, the header 4.;2;Oeps;verloren',
    'A;B; extra;tm2@x.nl;The row has 5 cells, the header 4.;3;Zwolle',
  ]);
  const head = 'Voornaam;Achternaam;Email;Plaats;error;row';
  const again = await imported(`${head}\n${refused.join('\n')}\n`);
  assert.deepEqual(again.numbers, { rowsRead: 2, refused: 2 }, 'as long as it is not mended');
});

test('a quotation mark that is not closed swallows no row', async () => {
  for (const rows of [
    ['sq1@x.nl;A;B;"goed', 'sq2@x.nl;C;D;', 'sq3@x.nl;E;F;"slecht'],
    ['sq1@x.nl;A;B;"goed', 'sq2@x.nl;C;D;"'],
    ['sq1@x.nl;A;B;"goed', 'sq2@x.nl;C;D;nog', 'sq3@x.nl;E;F;slecht"'],
    ['sq1@x.nl;A;"B;goed', 'sq2@x.nl;C;D";'],
    ['sq1@x.nl;A;"B;goed', 'sq2@x.nl;C;"D;'],
    ['"sq1@x.nl;A;B;goed', 'sq2@x.nl";C;D;x'],
  ]) {
    const { sdk, numbers, refused } = await imported(`${header}\n${rows.join('\n')}\nsq4@x.nl;G;H;ok\n`);
    assert.deepEqual(numbers, { rowsRead: 2, created: 1, refused: 1 }, rows.join('|'));
    assert.deepEqual([...(await customersByEmail(sdk)).keys()], ['sq4@x.nl']);
    assert.match(refused.join('\n'), /line 2 .*quotation mark is opened, and not closed/, rows.join('|'));
  }
});

test('a cell may have several lines, and quotation marks', async () => {
  const cells = [
    '"one\ntwo; three\r\nfour"',
    '"""Fine"", she said;\nand left"',
    '"a\n\n;;\n"',
    '5" wide',
    '"5"" wide"',
    '"x"y',
  ];
  const rows = cells.map((cell, at) => `c${at}@x.nl;A;B;${cell}\nd${at}@x.nl;A;B;\n`);
  const { numbers } = await imported(`${header}\n${rows.join('')}`);
  assert.deepEqual(numbers, { rowsRead: 12, created: 12 });
  const inFront = await imported('Opm;Email;Voornaam;Achternaam\n"one;\ntwo";a@x.nl;A;B\n"x\ny;";b@x.nl;A;B\n');
  assert.deepEqual(inFront.numbers, { rowsRead: 2, created: 2 });
});

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
/** `é` in Windows-1252, which is not UTF-8. */
const bad = Buffer.from([0xe9]);
const table = (name: Buffer): Buffer[] => [
  Buffer.from('Voornaam;Achternaam;Email\nAndr'),
  name,
  Buffer.from(';B;e1@x.nl\nZoë;\ufffd;e2@x.nl\n'),
];

test('a byte order mark decides, and rows with bytes of another encoding are refused', async () => {
  for (const [file, options] of [
    [Buffer.concat([BOM, ...table(bad)]), {}],
    [Buffer.concat(table(bad)), { encoding: 'utf-8' }],
  ] as const) {
    const { job, refused } = await imported(file, options);
    assert.equal(job.reading.encoding, 'utf-8');
    assert.equal(job.reading.columns[0]?.name, 'Voornaam');
    assert.match(refused[0] ?? '', /cannot be read as utf-8/);
  }
  const undefinedByte = await imported(
    Buffer.concat([...table(Buffer.from([0x81]))].slice(0, 2).concat(Buffer.from(';B;e1@x.nl\n'))),
  );
  assert.deepEqual([undefinedByte.job.reading.encoding, undefinedByte.job.refused], ['windows-1252', 1]);
});

test('a replacement character that the file itself holds is a character like any other', async () => {
  const { sdk, numbers } = await imported(Buffer.concat([BOM, ...table(Buffer.from('é'))]));
  assert.deepEqual(numbers, { rowsRead: 2, created: 2 });
  assert.equal((await customersByEmail(sdk)).get('e2@x.nl')?.customerLastName, '\ufffd');
});
