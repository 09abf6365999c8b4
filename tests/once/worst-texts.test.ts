/**
 * No request delays the others by the texts in it: its time is linear, not quadratic, in its length. Every field and
 * parameter of every endpoint is sent the most expensive texts. Each run prints a table of the times.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Endpoint } from '../../sdk/src/contract/endpoint.ts';
import type { Field } from '../../sdk/src/contract/field.ts';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { clientEndpoints } from '../harness/endpoints.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
  await foyer.sdk(key).customers.create(endpoints.customers.create.body.example);
  await foyer.sdk(key).webhooks.create(endpoints.webhooks.create.body.example);
});
after(() => foyer[Symbol.asyncDispose]());

const KIB = 1024;
const BODY_SIZES = [64 * KIB, 1020 * KIB];
/** The path and the headers together have at most 16 KiB. */
const PATH_SIZES = [2 * KIB, 14 * KIB];
/** Doubled twice, a text takes at most four times as long; with quadratic time, sixteen times. */
const GROWTH = 8;
/**
 * Within this factor of a plain text of the same length a text delays nobody: it is too short to tell how its time
 * grows.
 */
const PLAIN = 4;
/** A shorter time delays nobody, and cannot be told from what else the machine does. */
const NOISE_MS = 20;
/** However it grows, no text takes more than this factor of a plain one: a body of 70,000 members takes 30 to 40. */
const MOST = 60;
/** Garbage collection may run during a try: there are more tries before a text counts as slow. */
const TRIES = 15;

type Make = (bytes: number) => string;

const plain: Make = (bytes) => 'a'.repeat(bytes);

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
    sizes: PATH_SIZES,
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
      sizes: PATH_SIZES,
      request: (make: Make, bytes: number) => ({ path: pathOf(endpoint, make(bytes / escapes(make))), ...example }),
    }));
  return [...ofBody, ...ofQuery, ...ofPath];
}

const targets: Target[] = clientEndpoints.flatMap(({ name, endpoint }) => targetsOf(name, endpoint));

type Request = ReturnType<Target['request']>;

/** A request, and its mean CPU time in this thread over its tries: what else the machine does is not counted. */
class Timed {
  readonly bytes: number;
  #used = 0;
  #tries = 0;
  readonly #endpoint: Endpoint;
  readonly #request: Request;

  constructor(endpoint: Endpoint, request: Request) {
    this.#endpoint = endpoint;
    this.#request = request;
    this.bytes = Buffer.byteLength(request.body ?? request.path);
  }

  /** In milliseconds. The system counts in ticks of several: a single try may seem to take none. */
  get ms(): number {
    return this.#used / 1000 / this.#tries;
  }

  get isTried(): boolean {
    return this.#tries > 0;
  }

  async send(): Promise<void> {
    const { path, body } = this.#request;
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body };
    const before = process.threadCpuUsage();
    const response = await foyer.fetch(key, path, { method: this.#endpoint.method, ...sent });
    await response.arrayBuffer();
    const { user, system } = process.threadCpuUsage(before);
    this.#used += user + system;
    this.#tries += 1;
    assert(response.status < 500 && ![413, 431].includes(response.status), `${path}: ${response.status}`);
  }
}

/** Checks that a text takes no longer than a quarter of it and a plain one allow, in as many tries as needed. */
async function assertLinear(about: string, quarter: Timed, whole: Timed, plain: Timed): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    await quarter.send();
    await whole.send();
    if (tries > 1 || !plain.isTried) await plain.send();
    if (whole.ms <= Math.max(NOISE_MS, PLAIN * plain.ms)) return;
    if (whole.ms <= GROWTH * quarter.ms && whole.ms <= MOST * plain.ms) return;
  }
  const [ms, ofQuarter, ofPlain] = [whole, quarter, plain].map((timed) => timed.ms.toFixed(1));
  throw new assert.AssertionError({
    message: `${about}: ${whole.bytes} bytes take ${ms} ms, a quarter of them ${ofQuarter}, plain text ${ofPlain}`,
  });
}

/** A row of the table: a text, how long it is, and what its half and the whole take. */
async function row(about: readonly string[], half: Timed, whole: Timed): Promise<string> {
  for (let tries = 1; tries <= 2; tries += 1) for (const timed of [half, whole]) await timed.send();
  return `| ${[...about, whole.bytes, half.ms.toFixed(1), whole.ms.toFixed(1)].join(' | ')} |`;
}

for (const { name, endpoint, sizes, request } of targets) {
  test(`${name}: the time grows with the length`, async (t) => {
    const timed = (make: Make, bytes: number) => new Timed(endpoint, request(make, bytes));
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

test('bodies that cost most to read: the time grows with the length', async (t) => {
  const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;
  const bodies: Readonly<Record<string, Make>> = {
    'a number, and members as deep as 3,000': (bytes) =>
      `{"7":1,${Array.from({ length: bytes / deep.length }, (_, at) => `"x${at}":${deep}`).join(',')}}`,
    'a number, and a list of many': (bytes) => `{"7":1,"x":[${'0,'.repeat(bytes / 2)}0]}`,
    'a number, and many members': (bytes) =>
      `{${Array.from({ length: bytes / 12 }, (_, at) => `"${at}":0`).join(',')}}`,
    'a number, and many escapes': (bytes) => `{"7":1,"x":"${'\\"'.repeat(bytes / 2)}"}`,
    'a number, and brackets': (bytes) => `{"7":1,"x":${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}}`,
  };
  const endpoint = endpoints.customers.create;
  const timed = (body: string) => new Timed(endpoint, { path: endpoint.path, body });
  for (const size of BODY_SIZES) {
    const ofPlain = timed(`{"x":"${plain(size)}"}`);
    for (const [about, make] of Object.entries(bodies)) {
      const whole = timed(make(size));
      await assertLinear(about, timed(make(size / 4)), whole, ofPlain);
      if (size === BODY_SIZES.at(-1)) t.diagnostic(await row(['the body', about], timed(make(size / 2)), whole));
    }
  }
});
