/** axe-core finds no violation of WCAG 2.2 AA on any page of the console, in either theme, wide or narrow. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { addMember, linkFor } from '../../server/src/features/staff/writes.ts';
import { launchChromium } from '../harness/chromium.ts';
import { fill, staffVisit, type Visit, visit } from '../harness/console.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const all: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  // A dialog over the page is outside its landmarks, by design.
  rules: { region: { enabled: false } },
  resultTypes: ['violations'],
};
const ofColour: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
};

let foyer: TestFoyer;
let browser: Browser;
let key: TestKey;
before(async () => {
  [foyer, browser] = await Promise.all([startFoyer(), launchChromium()]);
  key = await foyer.client({ title: 'Stadstheater' });
  const sdk = foyer.sdk(key);
  for (let n = 1; n <= 30; n += 1) {
    await sdk.customers.create({
      email: `bezoeker${n}@voorbeeld.example`,
      customerFirstName: n % 2 === 0 ? 'Jan' : 'Els',
      customerPreposition: 'van den',
      customerLastName: `Berg${n}`,
      customerCity: 'Zwolle',
      customerCredit: n % 3 === 0 ? '25.50' : '0.00',
      customerPhone: '0201234567',
    });
  }
  await sdk.clientTypes.set({ customerId: 1, clienttypes: ['vriend', 'donateur', 'pers'] });
  await sdk.customers.update({ customerId: 1, customerCity: 'Deventer', customerPhone: '' });
});
after(async () => {
  await browser.close();
  await foyer[Symbol.asyncDispose]();
});

type Axe = typeof import('axe-core');

async function violations(page: Page, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const results: AxeResults = await page.evaluate((run) => (globalThis as never as { axe: Axe }).axe.run(run), options);
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`,
  );
}

/** What is shown now, by all rules; in the dark, where the colours differ and nothing else, by those of colour. */
async function check({ page }: Visit, what: string): Promise<void> {
  for (const [colorScheme, rules] of [
    ['light', all],
    ['dark', ofColour],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await violations(page, rules), [], `${what}, ${colorScheme}`);
  }
}

test('before one is signed in', async () => {
  await using at = await visit(foyer, browser);
  const { page, w } = at;
  await at.open('/sign-in');
  await at.act(at.button(w.session.signIn));
  await page.getByText(w.violations.required).first().waitFor();
  await check(at, 'the sign-in page with its errors');
  const email = 'nieuw@theater.example';
  await addMember(foyer.app.store, { email, client: key.client, role: 'viewer' });
  await at.open(`/link#${await linkFor(foyer.app.store, email, 'password')}`);
  await page.getByText(fill(w.link.choose, { email })).waitFor();
  await check(at, 'a one-time link');
  await at.open('/link#nonsense');
  await page.getByRole('heading', { name: w.link.spentTitle }).waitFor();
  await check(at, 'a link that is spent');
});

for (const width of [1280, 390]) {
  test(`the pages, ${width} pixels wide`, async () => {
    await using at = await staffVisit(foyer, browser, key, { width, role: 'admin' });
    const { page, w } = at;
    await at.open(`/${key.client}/customers`);
    await page.getByRole('row').filter({ hasText: 'Berg1,' }).waitFor();
    await check(at, 'the list');
    await at.act(page.getByRole('button', { name: new RegExp(`^${w.fields.customerCity}`) }));
    await page.getByRole('dialog').waitFor();
    await check(at, 'a filter');
    await page.keyboard.press('Escape');
    await page.getByRole('checkbox', { name: fill(w.customers.select, { name: 'Berg2, Jan van den' }) }).check();
    await at.act(at.button(w.bulk.add));
    await page.getByRole('dialog', { name: w.bulk.addTitle }).waitFor();
    await check(at, 'tagging a selection');
    await at.open(`/${key.client}/customers?search=nobody`);
    await page.getByRole('heading', { name: fill(w.customers.noneFound, { asked: 'nobody' }) }).waitFor();
    await check(at, 'nothing found');
    await at.open(`/${key.client}/customers/1?search=berg1`);
    await page.getByText(w.history.clienttypes).waitFor();
    await check(at, 'a record');
    await page.keyboard.press('e');
    await at.type(at.field(w.fields.email), 'nonsense');
    await at.act(at.button(w.customer.save));
    await page.getByText(w.violations.email).waitFor();
    await check(at, 'a record that is edited, with an error');
    await at.act(at.button(w.customer.discard));
    await at.open(`/${key.client}/customers/new`);
    await at.field(w.fields.email).waitFor();
    await check(at, 'a new customer');
    await at.open(`/${key.client}/customers/999`);
    await page.getByText(w.customer.notFound).waitFor();
    await check(at, 'a customer that is not there');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: w.keys.title }).waitFor();
    await check(at, 'the keys');
    await at.open(`/${key.client}/tags`);
    await page.getByRole('rowheader', { name: 'vriend' }).waitFor();
    await check(at, 'the client-types');
    await at.act(page.getByRole('button', { name: fill(w.tags.actionsOf, { tag: 'vriend' }) }));
    await at.act(page.getByRole('menuitem', { name: w.tags.remove }));
    await page.getByRole('dialog').waitFor();
    await check(at, 'removing a client-type');
    await at.open(`/${key.client}/account`);
    await page.getByRole('heading', { name: w.account.title }).waitFor();
    await check(at, 'the account');
    await at.act(page.getByRole('button', { name: /^Account van/ }));
    await page.getByRole('dialog').waitFor();
    await check(at, 'the menu of the account');
    await at.open('/elsewhere/customers');
    await page.getByRole('heading', { name: w.states.noPage }).waitFor();
    await check(at, 'a page that is not there');
  });
}

test('two people edit one record', async () => {
  await using at = await staffVisit(foyer, browser, key);
  const { page, w } = at;
  await at.open(`/${key.client}/customers/2`);
  await at.act(at.button(w.customer.edit));
  await at.type(at.field(w.fields.customerAddress), 'Mine 1');
  await foyer.sdk(key).customers.update({ customerId: 2, customerAddress: 'Theirs 2' });
  await at.act(at.button(w.customer.save));
  await page.getByRole('dialog', { name: w.conflict.title }).waitFor();
  await check(at, 'the choice');
});
