/** No request delays the others by what stands in its headers: every header that is read is sent the worst texts. */
import { after, before, test } from 'node:test';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertLinear, HEAD_SIZES, type Make, plain, row, Timed } from '../harness/timed.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  await foyer.sdk(key).customers.create(endpoints.customers.create.body.example);
});
after(() => foyer[Symbol.asyncDispose]());

/** `x` and `y` stand around what Node would trim. */
const texts: Readonly<Record<string, Make>> = {
  'blanks after a comma': (bytes) => `, ${' '.repeat(bytes)}x`,
  'blanks after a semicolon': (bytes) => `x;${' '.repeat(bytes)}y`,
  'blanks and tabs': (bytes) => `x${' \t'.repeat(bytes / 2)}y`,
  'blanks before a comma': (bytes) => `"x"${' '.repeat(bytes)}y,`,
  'blanks around an equals sign': (bytes) => `x;q${' '.repeat(bytes / 2)}=${' '.repeat(bytes / 2)}y`,
  commas: (bytes) => ','.repeat(bytes),
  'commas and blanks': (bytes) => `x${', '.repeat(bytes / 2)}y`,
  'empty parameters': (bytes) => `x${'; '.repeat(bytes / 2)}y`,
  semicolons: (bytes) => `x/y${';'.repeat(bytes)}`,
  'equals signs': (bytes) => `x=${'='.repeat(bytes)}`,
  parameters: (bytes) => `x/y${';a=b'.repeat(bytes / 4)}`,
  'quotes that open': (bytes) => `x/y;a=${'"'.repeat(bytes)}x`,
  'quotes and backslashes': (bytes) => `"${'\\"'.repeat(bytes / 2)}`,
  'a quote that does not close': (bytes) => `x/y;a="${'\\a'.repeat(bytes / 2)}`,
  backslashes: (bytes) => `"${'\\'.repeat(bytes)}`,
  tags: (bytes) => '"a",'.repeat(bytes / 4),
  'weak tags': (bytes) => 'W/"a", '.repeat(bytes / 7),
  'weights of many': (bytes) => 'a/b;q=0.1,'.repeat(bytes / 10),
  'codings of many': (bytes) => 'gzip;q=0.1,'.repeat(bytes / 11),
  'pairs of a cookie': (bytes) => 'a=b; '.repeat(bytes / 5),
  'cookies of a session': (bytes) => 'foyer_session=a;'.repeat(bytes / 16),
  digits: (bytes) => '0'.repeat(bytes),
  slashes: (bytes) => '/'.repeat(bytes),
  'a boundary': (bytes) => `multipart/form-data;${' '.repeat(bytes / 2)}boundary=x${' '.repeat(bytes / 2)}y`,
  'boundaries of many': (bytes) => `multipart/form-data${';boundary= x'.repeat(bytes / 12)}`,
  'charsets of many': (bytes) => `application/json${';charset= "'.repeat(bytes / 11)}`,
};

/** The longest `Accept` that is examined, and those of any header. */
const SIZES = [900, ...HEAD_SIZES];

const { create, get, update, findByEmail } = endpoints.customers;

interface Target {
  readonly path: string;
  readonly method: string;
  readonly body?: object;
  /** Headers beside the one that is tested. */
  readonly headers?: Readonly<Record<string, string>>;
}

const json = { 'content-type': 'application/json' };
const one: Target = { path: '/customer/1', method: get.method };
const found: Target = { path: findByEmail.path, method: findByEmail.method, body: findByEmail.body.example };
const exported: Target = { path: endpoints.exports.customers.path, method: 'POST' };

/** What reads each header. */
const targets: Readonly<Record<string, Target>> = {
  'if-none-match': one,
  'if-match': { path: '/customer/1', method: update.method, body: { customerCity: 'Assen' }, headers: json },
  accept: exported,
  'accept-encoding': exported,
  'idempotency-key': { path: create.path, method: create.method, body: create.body.example, headers: json },
  // Refused, or else it would be a stream without an end.
  'last-event-id': { path: endpoints.changes.list.path, method: 'GET', headers: { accept: 'text/event-stream' } },
  'content-type': found,
  'content-encoding': { ...found, headers: json },
  cookie: one,
  'x-request-id': one,
  'x-forwarded-for': one,
  'x-forwarded-proto': one,
  forwarded: one,
  origin: one,
  traceparent: one,
  tracestate: one,
  authorization: one,
  'access-control-request-headers': { ...one, method: 'OPTIONS', headers: { origin: 'https://x.example' } },
};

for (const [header, { path, method, body, headers }] of Object.entries(targets)) {
  test(`${header}: the time grows with the length`, async (t) => {
    const timed = (make: Make, bytes: number) => {
      const text = make(bytes);
      const init = { method, headers: { ...headers, [header]: text }, body: body && JSON.stringify(body) };
      return new Timed(text.length, () => foyer.fetch(key, path, init as RequestInit));
    };
    let worst: { text: string; half: Timed; whole: Timed } | undefined;
    for (const size of SIZES) {
      const ofPlain = timed(plain, size);
      for (const [text, make] of Object.entries(texts)) {
        const whole = timed(make, size);
        await assertLinear(`${header}, ${text}`, timed(make, size / 4), whole, ofPlain);
        if (size !== SIZES.at(-1) || whole.ms < (worst?.whole.ms ?? 0)) continue;
        worst = { text, half: timed(make, size / 2), whole };
      }
    }
    if (worst !== undefined) t.diagnostic(await row([header, worst.text], worst.half, worst.whole));
  });
}
