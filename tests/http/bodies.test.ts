/** Bodies from callers whose language, library or habits differ. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertProblem, rawOf, requestText, sendRaw } from '../harness/raw.ts';
import { zstdFrame } from '../harness/zstd.ts';

const MIB = 1024 * 1024;
/** Its best quality, which is the default, would take half a minute for a bomb; the third 30 times as long. */
const brotli = (bytes: string | Uint8Array): Uint8Array =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  await foyer.sdk(key).customers.create({ email: 'jan@x.nl', customerFirstName: 'Jan', customerLastName: 'Pas' });
});
after(() => foyer[Symbol.asyncDispose]());

async function post(
  path: string,
  contentType: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  const bytes = new Uint8Array(Buffer.from(body));
  return rawOf(
    await foyer.fetch(key, path, { method: 'POST', headers: { 'content-type': contentType, ...headers }, body: bytes }),
  );
}

const setTypes = (contentType: string, body: string) => post('/customer/1/clienttypes', contentType, body);

suite('compressed', () => {
  const find = '{"email":"jan@x.nl"}';
  const packers: Record<string, (text: string | Uint8Array) => Uint8Array> = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    GZIP: gzipSync,
    br: brotli,
    zstd: zstdCompressSync,
    'identity, gzip': gzipSync,
    identity: (text) => Buffer.from(text),
  };

  for (const [coding, pack] of Object.entries(packers)) {
    test(`${coding}: a body is taken in every type`, async () => {
      const coded = { 'content-encoding': coding };
      for (const [type, body] of [
        [json, find],
        [form, 'email=jan%40x.nl'],
        [
          'multipart/form-data; boundary=x',
          '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\njan@x.nl\r\n--x--\r\n',
        ],
      ] as const) {
        const answer = await post('/customer/findByEmail', type, pack(body), coded);
        assert.equal(answer.status, 200, `${type}: ${answer.body}`);
      }
      assert.equal((await post('/export/customers', json, '', coded)).status, 200, 'nothing is no body');
    });
  }

  for (const [coding, pack] of Object.entries({ gzip: gzipSync, br: brotli, zstd: zstdCompressSync })) {
    const coded = { 'content-encoding': coding };

    test(`${coding}: 1 MiB is the limit of the unpacked body`, async () => {
      const fits = await post('/customer/findByEmail', json, pack(find.padEnd(MIB)), coded);
      assert.equal(fits.status, 200);
      assertProblem(await post('/customer/findByEmail', json, pack(find.padEnd(MIB + 1)), coded), 413);
    });

    test(`${coding}: a bomb is left where the limit is passed`, async () => {
      const bomb = pack(new Uint8Array(64 * MIB));
      assert(bomb.length < MIB);
      const before = process.memoryUsage.rss();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => post('/customer/findByEmail', json, bomb, coded)),
      );
      for (const answer of answers) assertProblem(answer, 413);
      const grown = process.memoryUsage.rss() - before;
      assert(grown < 256 * MIB, `20 bombs of 64 MiB took ${grown / MIB} MiB`);
    });

    test(`${coding}: what cannot be unpacked is a 400`, async () => {
      const packed = pack(find);
      for (const bytes of [Buffer.from(find), packed.subarray(0, -3), packed.subarray(0, 3), new Uint8Array(50)]) {
        assertProblem(await post('/customer/findByEmail', json, bytes, coded), 400);
      }
      const latin = await post('/customer/findByEmail', json, pack(Buffer.from('{"email":"\xe9"}', 'latin1')), coded);
      assertProblem(latin, 400);
      assert.match(latin.body, /not UTF-8/);
    });
  }

  test('a zstd frame may not ask for more memory than HTTP lets it', async () => {
    const bytes = Buffer.from(find);
    const coded = { 'content-encoding': 'zstd' };
    assert.equal((await post('/customer/findByEmail', json, zstdFrame(bytes, 23), coded)).status, 200);
    for (const windowLog of [24, 27, 31])
      assertProblem(await post('/customer/findByEmail', json, zstdFrame(bytes, windowLog), coded), 400);
  });

  test('another coding, or several, is a 415 that names it and what is taken', async () => {
    for (const coding of ['deflate', 'compress', 'aws-chunked', 'gzip, br', 'gzip,gzip', 'x'.repeat(500)]) {
      const answer = await post('/customer/findByEmail', json, deflateSync(find), { 'content-encoding': coding });
      assertProblem(answer, 415);
      const { message } = JSON.parse(answer.body);
      assert(message.includes(coding.replace(/,(?! )/, ', ').slice(0, 100)), message);
      assert(message.includes('gzip, br or zstd'), message);
      assert.equal(answer.headers.get('accept-encoding'), 'gzip, br, zstd');
    }
  });

  test('a compressed body may come in chunks', async () => {
    const packed = gzipSync(find);
    const lines = [
      `POST /v1/${key.client}/peppered/customer/findByEmail HTTP/1.1`,
      `Authorization: ${key.key}`,
      `Content-Type: ${json}`,
      'Content-Encoding: gzip',
      'Transfer-Encoding: chunked',
    ];
    const chunk = (bytes: Uint8Array) => [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n'];
    const parts = [requestText(lines), ...chunk(packed.subarray(0, 5)), ...chunk(packed.subarray(5)), '0\r\n\r\n'];
    const answer = await sendRaw(foyer.url, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
    assert.equal(answer.status, 200);
  });
});

suite('lists', () => {
  const holds = async (answer: { status: number; body: string }, list: string[] | RegExp) => {
    if (Array.isArray(list)) assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, list]);
    else {
      assert.equal(answer.status, 422);
      assert.match(answer.body, list);
    }
  };

  test('a form says by an empty item that a list is empty', async () => {
    for (const body of [
      'clienttypes[]=',
      'clienttypes=',
      'clienttypes',
      'clienttypes%5B%5D=',
      'clienttypes[0]=',
      'x=1&clienttypes[]=',
    ]) {
      await holds(await setTypes(form, 'clienttypes[]=a'), ['a']);
      await holds(await setTypes(form, body), []);
    }
  });

  test('two empty items, or one among others, are none; JSON has an empty list', async () => {
    await holds(await setTypes(form, 'clienttypes[]=&clienttypes[]='), /"clienttypes\.0"/);
    await holds(await setTypes(form, 'clienttypes[]=a&clienttypes[]='), /"clienttypes\.1"/);
    await holds(await setTypes(form, ''), /"clienttypes"/);
    await holds(await setTypes(json, '{"clienttypes":""}'), /"clienttypes"/);
    await holds(await setTypes(json, '{"clienttypes":[""]}'), /"clienttypes\.0"/);
    await holds(await setTypes(json, '{"clienttypes":null}'), /"clienttypes"/);
  });

  test('an object whose keys are whole numbers is the list of its values, as sent', async () => {
    const cases: [string, string[] | RegExp][] = [
      ['{"0":"a","2":"b"}', ['a', 'b']],
      ['{"2":"b","0":"a"}', ['b', 'a']],
      ['{ "10" : "k, \\"l\\"" , "9":"i}" , "007":"bond" }', ['k, "l"', 'i}', 'bond']],
      ['{}', []],
      ['{"99999999999":"z","1":"a"}', ['z', 'a']],
      ['{"0":"a","x":"b"}', /"array"/],
      ['{"-1":"a"}', /"array"/],
      ['{"1.5":"a"}', /"array"/],
      ['{"0":{"0":"a"}}', /"clienttypes\.0"/],
      ['{"0":"a","2":1}', /"clienttypes\.1"/],
    ];
    for (const [sent, list] of cases) {
      await holds(await setTypes(json, `{"note":{"clienttypes":["no"]},"clienttypes":${sent}}`), list);
    }
    const many = Object.fromEntries(Array.from({ length: 251 }, (_, at) => [2 * at, `t${at}`]));
    await holds(await setTypes(json, JSON.stringify({ clienttypes: many })), /"max"/);
  });

  test('so it is within a batch, and the batch itself and a list of numbers may come so', async () => {
    const cases: [string, string, string[]][] = [
      ['{"0":CUSTOMER,"2":OTHER}', '{"2":"b","0":"a"}', ['b', 'a']],
      ['{"2":OTHER,"0":CUSTOMER}', '{"7":"c"}', ['c']],
      ['[CUSTOMER,OTHER]', '{"10":"z","9":"y","0":"x"}', ['z', 'y', 'x']],
      ['[CUSTOMER,OTHER]', '{}', []],
    ];
    for (const [sent, types, list] of cases) {
      const named = '"customerFirstName":"A","customerLastName":"B"';
      const customer = `{"email":"php@x.nl","customerPhone":612,${named},"clienttypes":${types}}`;
      const other = `{"email":"js@x.nl",${named},"clienttypes":["${list.length}"]}`;
      const body = `{"customers":${sent.replace('CUSTOMER', customer).replace('OTHER', other)}}`;
      const { status, body: text } = await post('/customer/batch', json, body);
      assert.equal(status, 200, text);
      const lines: { customer: { email: string; customerTags: string[]; customerPhone: string } }[] = JSON.parse(text);
      const ofPhp = lines.findIndex(({ customer }) => customer.email === 'php@x.nl');
      assert.equal(ofPhp, sent.indexOf('CUSTOMER') < sent.indexOf('OTHER') ? 0 : 1, 'in the order sent');
      assert.deepEqual(lines[ofPhp]?.customer.customerTags, list);
      assert.equal(lines[ofPhp]?.customer.customerPhone, '612');
    }
    const found = await post('/customer/get', json, '{"customerIds":{"9":99,"3":1}}');
    assert.deepEqual(
      JSON.parse(found.body).map((customer: { customerId: number } | null) => customer?.customerId),
      [undefined, 1],
    );
  });

  test('a form may have holes in its list too', async () => {
    await holds(await setTypes(form, 'clienttypes[0]=a&clienttypes[7]=b'), ['a', 'b']);
    await holds(await setTypes(form, 'clienttypes[0]=a&clienttypes[70000]=b'), ['a', 'b']);
    await holds(await setTypes(form, 'clienttypes[123456789012]=b'), ['b']);
    await holds(await setTypes(form, 'clienttypes[x]=b'), /"array"/);
  });

  test('a number in brackets is a place; without numbers, or among others, the order sent counts', async () => {
    const cases: [string, string[] | RegExp][] = [
      ['clienttypes[2]=b&clienttypes[0]=a', ['a', 'b']],
      ['clienttypes[1000000]=b&clienttypes[2]=a', ['a', 'b']],
      ['clienttypes=b&clienttypes=a', ['b', 'a']],
      ['clienttypes[]=b&clienttypes[5]=a', ['b', 'a']],
      ['clienttypes[0]=a&clienttypes[0]=b', /"clienttypes\.0"/],
      ['clienttypes[0][x]=a', /"clienttypes\.0"/],
      ['clienttypes[__proto__]=a', /"array"/],
      ['clienttypes[=a', /"array"/],
      ['clienttypes[]=a&clienttypes[x]=b', /"array"/],
      ['__proto__[clienttypes][]=a', /"required"/],
    ];
    for (const [sent, list] of cases) await holds(await setTypes(form, sent), list);
  });
});

test('an empty JSON array is an empty object', async () => {
  assert.equal((await post('/export/customers', json, '[]')).status, 200);
  assert.equal((await post('/export/customers', json, ' [ ] ')).status, 200);
  const empty = await post('/customer/findByEmail', json, '[]');
  assert.equal(empty.status, 422);
  assert.match(empty.body, /"required"/);
  for (const body of ['[[]]', '[{}]', '[1]', '[null]']) {
    assertProblem(await post('/customer/findByEmail', json, body), 400);
  }
});

suite('in parts', () => {
  const boundary = '------------------------a1b2c3';
  const multipart = `multipart/form-data; boundary=${boundary}`;
  const part = (name: string, value: string, more = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name=${name}${more}\r\n\r\n${value}\r\n`;
  const end = `--${boundary}--\r\n`;

  test('a form of plain fields is read as any other', async () => {
    const made = await post(
      '/customer',
      multipart,
      [
        part('"email"', 'els@x.nl'),
        part('customerFirstName', 'Els=&%41+'),
        part('"customerLastName"', 'van Gënt\u2003'),
        part('"shoe[size]"', '38'),
        part('"Nonsense"', '1'),
        end,
      ].join(''),
    );
    assert.equal(made.status, 201, made.body);
    const { email, customerFirstName, customerLastName } = JSON.parse(made.body);
    assert.deepEqual([email, customerFirstName, customerLastName], ['els@x.nl', 'Els=&%41+', 'van Gënt']);
    assert.equal(made.headers.get('foyer-ignored-fields'), 'shoe,Nonsense');
    const set = await setTypes(multipart, `${part('"clienttypes[]"', 'b')}${part('"clienttypes[]"', 'a')}${end}`);
    assert.equal(set.body, '["b","a"]');
    assert.equal((await setTypes(multipart, `${part('"clienttypes[]"', '')}${end}`)).body, '[]');
  });

  test('what FormData of a browser or of Node sends is read', async () => {
    const data = new FormData();
    data.append('email', 'jan@x.nl');
    const response = await foyer.fetch(key, '/customer/findByEmail', { method: 'POST', body: data });
    assert.equal(response.status, 200);
  });

  test('the boundary may stand in quotes; what stands before and behind the parts says nothing', async () => {
    const body = `preamble\r\n${part('email', 'jan@x.nl')}${end}epilogue`;
    for (const type of [
      `multipart/form-data; boundary="${boundary}"`,
      `Multipart/Form-Data;charset=utf-8; boundary=${boundary}`,
    ]) {
      assert.equal((await post('/customer/findByEmail', type, body)).status, 200, type);
    }
  });

  test('a file is refused, and named', async () => {
    for (const file of [
      part('"photo"', 'data', '; filename="a.png"'),
      part('"photo"', '', '; filename=""'),
      part('"photo"', 'x', "; filename*=UTF-8''a.png"),
      `--${boundary}\r\nContent-Disposition: form-data; name="photo"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n\x00\r\n',
    ]) {
      for (const body of [
        `${file}${end}`,
        `${part('"email"', 'jan@x.nl')}${file}${end}`,
        `${file}${part('"email"', 'jan@x.nl')}${end}`,
      ]) {
        const answer = await post('/customer/findByEmail', multipart, body);
        assertProblem(answer, 415);
        assert.match(answer.body, /\\"photo\\" is a file/);
      }
    }
  });

  test('a form that is broken is a 400, wherever it breaks', async () => {
    const whole = part('"email"', 'jan@x.nl') + part('"x"', 'y') + end;
    for (let length = 1; length < whole.length - 2; length += 1) {
      assertProblem(await post('/customer/findByEmail', multipart, whole.slice(0, length)), 400);
    }
    for (const body of [
      '{"email":"jan@x.nl"}',
      whole.replaceAll('\r\n', '\n'),
      part('""', 'x').replace('; name=""', '') + end,
    ]) {
      assertProblem(await post('/customer/findByEmail', multipart, body), 400);
    }
    for (const parameters of [
      '',
      '; boundary',
      '; boundary=',
      '; boundary=""',
      '; boundary="',
      `; boundary=${'x'.repeat(71)}`,
    ]) {
      assertProblem(await post('/customer/findByEmail', `multipart/form-data${parameters}`, whole), 400);
    }
    assertProblem(
      await post('/customer/findByEmail', multipart, Buffer.from(part('"email"', '\xff') + end, 'latin1')),
      400,
    );
  });

  test('whatever stands in it, it is answered', async () => {
    const fragment = fc.constantFrom(
      ...[
        '--',
        boundary,
        `--${boundary}`,
        `--${boundary}\r\n`,
        end,
        part('"email"', 'jan@x.nl'),
        '\r\n',
        '\n',
        '\r\n\r\n',
        ':',
        '"',
      ],
      ...['Content-Disposition: form-data', '; name="a"', '; filename=x', 'Content-Type: text/plain', '\0', 'é', 'x'],
    );
    const anything = fc.array(fragment, { maxLength: 30 }).map((fragments) => fragments.join(''));
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const { status } = await post('/customer/findByEmail', multipart, body);
        assert([200, 400, 415, 422].includes(status), String(status));
      }),
      { numRuns: 300 },
    );
  });

  test('too many parts, and other worst ones, are refused or passed over without holding others up', async () => {
    assertProblem(await post('/customer/findByEmail', multipart, part('"a"', '').repeat(1001) + end), 400);
    const lines = 'x: y\r\n'.repeat(20_000);
    const crowd = `--${boundary}\r\n${lines}\r\nv\r\n${end}`;
    const long = part(`"${'n'.repeat(500_000)}"`, 'v') + end;
    for (const body of [crowd, long, `--${boundary}`.repeat(10_000), `\r\n--${boundary.slice(0, -1)}`.repeat(20_000)]) {
      const { status } = await post('/customer/findByEmail', multipart, body);
      assert([400, 422].includes(status), String(status));
    }
  });
});

test('a list of records comes in JSON only, and the document says so', async () => {
  const part = '--x\r\nContent-Disposition: form-data; name="customers[0][email]"\r\n\r\njan@x.nl\r\n--x--\r\n';
  for (const [type, body] of [
    [form, 'customers[0][email]=jan%40x.nl'],
    ['multipart/form-data; boundary=x', part],
  ] as const) {
    const refused = await post('/customer/batch', type, body);
    assertProblem(refused, 415);
    assert.match(refused.body, /send JSON/);
  }
  const { paths } = await (await fetch(`${foyer.url}/openapi.json`)).json();
  const typesOf = (path: string) => Object.keys(paths[path].post.requestBody.content);
  assert.deepEqual(typesOf('/customer/batch'), [json]);
  assert.deepEqual(typesOf('/customer/upsert'), [json, form, 'multipart/form-data']);
});

test('a form is refused for its parameters only when there are too many', async () => {
  const many = (count: number) => `email=jan%40x.nl${'&a=1'.repeat(count - 1)}`;
  assert.equal((await post('/customer/findByEmail', form, many(5000))).status, 200);
  const refused = await post('/customer/findByEmail', form, many(5001));
  assertProblem(refused, 400);
  assert.match(refused.body, /more than 5000 parameters/);
  assert.equal((await post('/customer/findByEmail', form, `&&${'&'.repeat(6000)}email=jan%40x.nl`)).status, 200);
  assert.equal((await post('/customer/findByEmail', form, 'email=jan%40x.nl&x[9999]=1')).status, 200);
});

test('brackets and equals signs in a value are text', async () => {
  const values = 'email=br%40x.nl&customerFirstName=a&customerLastName=b';
  const texts = ['x]=y', '[a]=b', 'a=b[0]=c', '%5B%5D='];
  for (const text of texts) {
    const { body } = await post('/customer/upsert', form, `${values}&customerCity=${text}`);
    assert.equal(JSON.parse(body).customerCity, decodeURIComponent(text), text);
  }
});
