/** The cursor of a list is opaque, and valid only for what it was made for. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let key: TestKey;
let other: TestKey;
before(async () => {
  foyer = await startFoyer();
  [key, other] = [await foyer.client(), await foyer.client()];
  for (const owner of [key, other]) {
    for (const name of ['Geheimzinnig', 'Hoekstra', 'Ijzerman']) {
      const customer = { email: `${name}@x.example`, customerFirstName: 'Eva', customerLastName: name };
      await foyer.sdk(owner).customers.create(customer);
    }
  }
});
after(() => foyer[Symbol.asyncDispose]());

async function cursorOf(query: string): Promise<string> {
  const answer = await foyer.fetch(key, `/customer?limit=1&${query}`);
  return ((await answer.json()) as { nextCursor: string }).nextCursor;
}

async function statusOf(of: TestKey, query: string, cursor: string): Promise<number> {
  return (await foyer.fetch(of, `/customer?limit=1&${query}&cursor=${encodeURIComponent(cursor)}`)).status;
}

test('it holds no personal data, in no encoding', async () => {
  const cursor = await cursorOf('sort=name');
  for (const encoding of ['base64url', 'base64', 'hex', 'latin1'] as const) {
    const text = Buffer.from(cursor, encoding).toString('latin1').toLowerCase();
    assert.doesNotMatch(text, /geheim|eva/);
  }
  assert.notEqual(cursor, await cursorOf('sort=name'), 'nor does it tell that two are the same');
});

test('it is refused with other filters, another order, for another client, and with a bit changed', async () => {
  const cursor = await cursorOf('sort=name');
  assert.equal(await statusOf(key, 'sort=name', cursor), 200);
  assert.equal(await statusOf(key, 'sort=customerId', cursor), 422);
  assert.equal(await statusOf(key, 'sort=name&city=x', cursor), 422);
  assert.equal(await statusOf(other, 'sort=name', cursor), 422);
  const bytes = Buffer.from(cursor, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(await statusOf(key, 'sort=name', changed.toString('base64url')), 422, `byte ${at}`);
  }
  for (const made of ['', 'x', 'W10', Buffer.from('["a",true,1,"x",2]').toString('base64url')].slice(1)) {
    assert.equal(await statusOf(key, 'sort=name', made), 422, made);
  }
});

test('a list by name goes on behind the longest names, and skips and repeats nobody', async () => {
  // One that stays as it is, one of four bytes, one that unfolds into three letters, and one that does into eighteen.
  const letters = ['中', '𠀀', '각', '\ufdfa'];
  for (const country of ['NL', 'BE'] as const) {
    const owner = await foyer.client({ nameOrder: country === 'NL' ? 'nl' : 'be' });
    const { customers } = foyer.sdk(owner);
    const expected: number[] = [];
    for (const [at, letter] of letters.entries()) {
      const long = letter.repeat(255);
      for (const last of [long, long, `${letter.repeat(254)}z`]) {
        const customer = { email: `c${expected.length}@x.nl`, customerFirstName: long, customerLastName: last };
        const { customerId } = await customers.create({ ...customer, customerPreposition: long });
        expected.push(customerId);
      }
      const listed: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await foyer.fetch(owner, `/customer?sort=name&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
        assert.equal(page.status, 200, `${at} ${cursor?.length}`);
        const answer = (await page.json()) as { customers: { customerId: number }[]; nextCursor: string | null };
        listed.push(...answer.customers.map(({ customerId }) => customerId));
        cursor = answer.nextCursor ?? undefined;
      } while (cursor !== undefined);
      assert.deepEqual(
        listed.toSorted((a, b) => a - b),
        expected,
      );
    }
  }
});
