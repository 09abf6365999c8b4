/**
 * What the search finds first: sixty queries with their answers, written from its rules; all hits, in the same order,
 * on both engines.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { CustomerInput, Foyer } from '../../sdk/src/index.ts';
import { type EngineName, engineName } from '../harness/database.ts';
import { startFoyer, type TestFoyer } from '../harness/foyer.ts';
import { untilIndexed } from '../harness/search-index.ts';
import { relevance } from './relevance/queries.ts';

/** In the order of creation: a later one changed more recently. */
const lines = (await readFile(new URL('relevance/customers.ndjson', import.meta.url), 'utf8')).trimEnd().split('\n');
const customers: CustomerInput[] = lines.map((line) => JSON.parse(line));

const engines: readonly EngineName[] = engineName === 'postgres' ? ['postgres', 'sqlite'] : ['sqlite'];
const foyers: TestFoyer[] = [];
const sdks: Foyer[] = [];
before(async () => {
  for (const engine of engines) {
    const foyer = await startFoyer(engine);
    foyers.push(foyer);
    const sdk = foyer.sdk(await foyer.client());
    sdks.push(sdk);
    for (const customer of customers) await sdk.customers.create(customer);
  }
});
after(async () => {
  for (const foyer of foyers) await foyer[Symbol.asyncDispose]();
});

test('there are sixty queries', () => assert.equal(relevance.length, 60));

for (const state of ['as it was written', 'as the index has it'] as const) {
  test(`${state}:`, async (t) => {
    if (state === 'as the index has it') for (const foyer of foyers) await untilIndexed(foyer.database);
    for (const { query, first, why } of relevance) await t.test(`${query}: ${why}`, () => checkFirst(query, first));
  });
}

async function checkFirst(query: string, first: string | null): Promise<void> {
  const pages = await Promise.all(sdks.map((sdk) => sdk.customers.search(query)));
  const emails = pages.map((page) => page.customers.map(({ email }) => email));
  assert.equal(emails[0]?.[0] ?? null, first);
  for (const other of emails.slice(1)) assert.deepEqual(other, emails[0], 'the other engine');
}
