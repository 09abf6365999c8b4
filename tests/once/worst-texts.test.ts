/**
 * No request delays the others by the texts in it: its time is linear, not quadratic, in its length. Every field and
 * parameter of every endpoint is sent the most expensive texts. Each run prints a table of the times.
 */
import { after, before, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import type { Field } from '../../sdk/src/contract/field.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { clientEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertLinear, BODY_SIZES, HEAD_SIZES, type Make, plain, row, Timed } from '../harness/timed.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  await foyer.sdk(key).customers.create(endpoints.customers.create.body.example);
  await foyer.sdk(key).webhooks.create(endpoints.webhooks.create.body.example);
});
after(() => foyer[Symbol.asyncDispose]());

/** Texts of about a number of bytes in UTF-8. */
const texts: Readonly<Record<string, Make>> = {
  'marks in the wrong order': (bytes) => `a${'\u0301'.repeat(bytes / 4)}${'\u0316'.repeat(bytes / 4)}`,
  'marks of letters that have many': (bytes) => `\u03b1${'\u0345\u0301\u0313'.repeat(22)}`.repeat(bytes / 134),
  'vowels of two parts': (bytes) => '\u09c7\u09be'.repeat(bytes / 6),
  blanks: (bytes) => ' '.repeat(bytes),
  'blanks within': (bytes) => `a${' '.repeat(bytes)}a`,
  'nothing to be seen': (bytes) => '\u200b'.repeat(bytes / 3),
  'letters without dots': (bytes) => 'ı'.repeat(bytes / 2),
  'ligatures that become eighteen': (bytes) => '\ufdfa'.repeat(bytes / 3),
  'labels of a domain': (bytes) => `a@${'a-.'.repeat(bytes / 3)}`,
  'dots and an end that fits not': (bytes) => `${'a.'.repeat(bytes / 2)}!@`,
  digits: (bytes) => '0'.repeat(bytes),
  'digits and signs': (bytes) => '0 '.repeat(bytes / 2),
  'words with typing errors': (bytes) => 'vermeeer '.repeat(bytes / 9),
};

/** How many bytes a path takes for one of UTF-8. */
const escapes = (make: Make): number => encodeURIComponent(make(600)).length / 600;

interface Target {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly sizes: readonly number[];
  readonly request: (make: Make, bytes: number) => { readonly path: string; readonly body?: string };
}

const pathOf = ({ path }: Endpoint, param = '1'): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'clienttype' ? encodeURIComponent(param) : '1'));

/**
 * A text of a number of bytes; or as many as a list may have, each just short enough to be examined: six UTF-16 units
 * for a code point.
 */
function valueOfKind(field: Field, make: Make, bytes: number): unknown {
  if (field.kind !== 'names') return make(bytes);
  const perUnit = Buffer.byteLength(make(600)) / make(600).length;
  const ofOne = Math.floor(field.maxLength * 5.9 * perUnit);
  // Each has two quotes and a comma around it.
  const count = Math.max(1, Math.floor(bytes / (ofOne + 3)));
  return Array.from({ length: Math.min(field.maxItems, count) }, () => make(ofOne));
}

function targetsOf(name: string, endpoint: Endpoint): Target[] {
  const { body, query = {}, params = {} } = endpoint;
  const ofBody = Object.entries(body?.fields ?? {}).map(([field, kind]) => ({
    name: `${name} ${field}`,
    endpoint,
    sizes: BODY_SIZES,
    request: (make: Make, bytes: number) => ({
      path: pathOf(endpoint),
      body: JSON.stringify({ ...body?.example, [field]: valueOfKind(kind, make, bytes) }),
    }),
  }));
  const example = body && { body: JSON.stringify(body.example) };
  const ofQuery = Object.keys(query).map((field) => ({
    name: `${name} ?${field}`,
    endpoint,
    sizes: HEAD_SIZES,
    request: (make: Make, bytes: number) => ({
      path: `${pathOf(endpoint)}?${field}=${encodeURIComponent(make(bytes / escapes(make)))}`,
      ...example,
    }),
  }));
  const ofPath = Object.entries(params)
    .filter(([, field]) => field.kind === 'text')
    .map(([param]) => ({
      name: `${name} {${param}}`,
      endpoint,
      sizes: HEAD_SIZES,
      request: (make: Make, bytes: number) => ({ path: pathOf(endpoint, make(bytes / escapes(make))), ...example }),
    }));
  return [...ofBody, ...ofQuery, ...ofPath];
}

const targets: Target[] = clientEndpoints.flatMap(({ name, endpoint }) => targetsOf(name, endpoint));

function timedOf(endpoint: Endpoint, { path, body }: ReturnType<Target['request']>): Timed {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body };
  const request = () => foyer.fetch(key, path, { method: endpoint.method, ...sent });
  return new Timed(Buffer.byteLength(body ?? path), request);
}

for (const { name, endpoint, sizes, request } of targets) {
  test(`${name}: the time grows with the length`, async (t) => {
    const timed = (make: Make, bytes: number) => timedOf(endpoint, request(make, bytes));
    let worst: { text: string; half: Timed; whole: Timed } | undefined;
    for (const size of sizes) {
      const ofPlain = timed(plain, size);
      for (const [text, make] of Object.entries(texts)) {
        const whole = timed(make, size);
        await assertLinear(`${name}, ${text}`, timed(make, size / 4), whole, ofPlain);
        if (size !== sizes.at(-1) || whole.ms < (worst?.whole.ms ?? 0)) continue;
        worst = { text, half: timed(make, size / 2), whole };
      }
    }
    if (worst !== undefined) t.diagnostic(await row([name, worst.text], worst.half, worst.whole));
  });
}
