/** No request delays the others by how its body is built: the most expensive bodies of every content type. */
import { after, before, describe, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertLinear, BODY_SIZES, type Make, plain, row, Timed } from '../harness/timed.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  await foyer.sdk(key).customers.create(endpoints.customers.create.body.example);
});
after(() => foyer[Symbol.asyncDispose]());

const times = (count: number, item: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => item(at));

const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;

const json: Readonly<Record<string, Make>> = {
  'a number, and members as deep as 3,000': (bytes) =>
    `{"7":1,${times(bytes / deep.length, (at) => `"x${at}":${deep}`).join(',')}}`,
  'a number, and a list of many': (bytes) => `{"7":1,"x":[${'0,'.repeat(bytes / 2)}0]}`,
  'a number, and many members': (bytes) => `{${times(bytes / 12, (at) => `"${at}":0`).join(',')}}`,
  'a number, and one name many times': (bytes) => `{"7":1,${'"x":0,'.repeat(bytes / 6)}"x":0}`,
  'a number, and many escapes': (bytes) => `{"7":1,"x":"${'\\"'.repeat(bytes / 2)}"}`,
  'a number, and brackets': (bytes) => `{"7":1,"x":${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}}`,
  'a list of a number and a list of many': (bytes) => `{"x":[1,[${'0,'.repeat(bytes / 2)}0]]}`,
  'a list of a text and lists of a number': (bytes) => `{"x":["a",${'[0],'.repeat(bytes / 4)}[0]]}`,
  'lists of 1,000 numbers': (bytes) => `{${times(bytes / 2010, (at) => `"x${at}":[${'0,'.repeat(999)}0]`).join(',')}}`,
};

const batch: Readonly<Record<string, Make>> = {
  'customers, and a list of many within one': (bytes) =>
    `{"customers":[{"customerPhone":1,"x":[${'0,'.repeat(bytes / 2)}0]}]}`,
  'customers, and a record of many': (bytes) =>
    `{"customers":[{${times(bytes / 12, (at) => `"x${at}":0`).join(',')}}]}`,
  'customers, and numbers within': (bytes) =>
    `{"customers":[${times(1000, () => `{"a":1,"b":[${'0,'.repeat(bytes / 2100)}0]}`).join(',')}]}`,
  'customers under numbers': (bytes) =>
    `{"customers":{${times(bytes / 22, (at) => `"${bytes - at}":{"a":0}`).join(',')}}}`,
  'customers whose lists are under numbers': (bytes) =>
    `{"customers":[${times(bytes / 30, () => '{"clienttypes":{"1":1,"0":2}}').join(',')}]}`,
};

/** A form has at most so many parameters. */
const most = (count: number): number => Math.min(5000, count);

const form: Readonly<Record<string, Make>> = {
  'a list from its end': (bytes) => times(most(bytes / 20), (at) => `clienttypes[${9999 - at}]=a`).join('&'),
  'a list of many': (bytes) => 'clienttypes[]=a&'.repeat(most(bytes / 16)),
  'a name many times': (bytes) => 'clienttypes=a&'.repeat(most(bytes / 14)),
  'keys of one object': (bytes) => times(most(bytes / 14), (at) => `email[x${at}]=a`).join('&'),
  'a list, then keys': (bytes) =>
    `${'x[]=a&'.repeat(most(bytes / 16) / 2)}${times(most(bytes / 16) / 2, (at) => `x[k${at}]=a`).join('&')}`,
  'many names': (bytes) => times(most(bytes / 8), (at) => `x${at}=a`).join('&'),
  'brackets in a value': (bytes) => `x=${'['.repeat(bytes)}`,
  'equals signs in a value': (bytes) => `x=${'='.repeat(bytes)}`,
  'brackets in a name': (bytes) => `x${'[]'.repeat(bytes / 2)}=a`,
  'brackets that open': (bytes) => `x${'['.repeat(bytes)}=a`,
  'brackets that close': (bytes) => `x${']'.repeat(bytes)}=a`,
  'escaped brackets': (bytes) => `x${'%5B%5D'.repeat(bytes / 6)}=a`,
  'percent signs': (bytes) => `x=${'%25'.repeat(bytes / 3)}`,
  'letters of three bytes': (bytes) => `x=${'%E2%82%AC'.repeat(bytes / 9)}`,
  'plus signs': (bytes) => `x=${'+'.repeat(bytes)}`,
  ampersands: (bytes) => '&'.repeat(bytes),
  'one name after another': (bytes) => 'x&'.repeat(most(bytes / 2)),
  'digits in brackets': (bytes) => `x[${'9'.repeat(bytes)}]=a`,
};

const part = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const END = '--b--\r\n';

const multipart: Readonly<Record<string, Make>> = {
  'a list from its end': () => times(1000, (at) => part(`clienttypes[${999 - at}]`, 'a')).join('') + END,
  'a list of 1,000': () => part('clienttypes[]', 'a').repeat(1000) + END,
  'brackets in a value': (bytes) => part('x', '['.repeat(bytes)) + END,
  'percent signs': (bytes) => part('x', '%'.repeat(bytes)) + END,
  'almost a boundary': (bytes) => part('x', '\r\n--'.repeat(bytes / 4)) + END,
  'line ends': (bytes) => part('x', '\r\n'.repeat(bytes / 2)) + END,
  'a long name': (bytes) => part('['.repeat(Math.min(bytes, 7000)), '') + END,
  'before the first part': (bytes) => `${'-\r\n'.repeat(bytes / 3)}${part('x', 'a')}${END}`,
  'behind the last part': (bytes) => `${part('x', 'a')}${END}${'--b'.repeat(bytes / 3)}`,
};

const FORM = 'application/x-www-form-urlencoded';
const PARTS = 'multipart/form-data; boundary=b';

interface Group {
  readonly about: string;
  readonly type: string;
  readonly endpoint: Endpoint;
  readonly bodies: Readonly<Record<string, Make>>;
  readonly ofPlain: Make;
}

const { customers, clientTypes } = endpoints;
const inJson = { type: 'application/json', ofPlain: (bytes: number) => `{"x":"${plain(bytes)}"}` };
const groups: readonly Group[] = [
  { about: 'JSON', endpoint: customers.create, bodies: json, ...inJson },
  { about: 'a batch', endpoint: customers.batch, bodies: batch, ...inJson },
  {
    about: 'a form',
    endpoint: clientTypes.set,
    type: FORM,
    bodies: form,
    ofPlain: (bytes) => `x=${plain(bytes)}`,
  },
  {
    about: 'a form in parts',
    endpoint: clientTypes.set,
    type: PARTS,
    bodies: multipart,
    ofPlain: (bytes) => part('x', plain(bytes)) + END,
  },
];

for (const { about, type, endpoint, bodies, ofPlain } of groups) {
  describe(about, () => {
    const path = endpoint.path.replace('{customerId}', '1');
    const init = { method: endpoint.method, headers: { 'content-type': type } };
    const timed = (body: string) => new Timed(body.length, () => foyer.fetch(key, path, { ...init, body }));
    for (const [what, make] of Object.entries(bodies)) {
      test(`${what}: the time grows with the length`, async (t) => {
        for (const size of BODY_SIZES) {
          const whole = timed(make(size));
          await assertLinear(what, timed(make(size / 4)), whole, timed(ofPlain(size)));
          if (size === BODY_SIZES.at(-1)) t.diagnostic(await row([about, what], timed(make(size / 2)), whole));
        }
      });
    }
  });
}
