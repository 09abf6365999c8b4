/** No request delays the others by how its body is built: the bodies that are most expensive to read. */
import { after, before, test } from 'node:test';
import { endpoints } from '../../sdk/src/contract/index.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';
import { assertLinear, BODY_SIZES, type Make, plain, row, Timed } from '../harness/timed.ts';

let foyer: TestFoyer;
let key: TestKey;
before(async () => {
  foyer = await startFoyer();
  key = await foyer.client();
});
after(() => foyer[Symbol.asyncDispose]());

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
  const init = { method: endpoint.method, headers: { 'content-type': 'application/json' } };
  const timed = (body: string) => new Timed(body.length, () => foyer.fetch(key, endpoint.path, { ...init, body }));
  for (const size of BODY_SIZES) {
    const ofPlain = timed(`{"x":"${plain(size)}"}`);
    for (const [about, make] of Object.entries(bodies)) {
      const whole = timed(make(size));
      await assertLinear(about, timed(make(size / 4)), whole, ofPlain);
      if (size === BODY_SIZES.at(-1)) t.diagnostic(await row(['the body', about], timed(make(size / 2)), whole));
    }
  }
});
