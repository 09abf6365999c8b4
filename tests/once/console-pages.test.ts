/**
 * The console's other promises: it follows changes, keeps what was typed, shows no more than it may, and runs nothing
 * that was stored.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../harness/chromium.ts';
import { fill, staffVisit, type Visit } from '../harness/console.ts';
import { startFoyer, type TestFoyer, type TestKey } from '../harness/foyer.ts';

let foyer: TestFoyer;
let browser: Browser;
before(async () => {
  [foyer, browser] = await Promise.all([startFoyer(), launchChromium()]);
});
after(async () => {
  await browser.close();
  await foyer[Symbol.asyncDispose]();
});

const jan = {
  email: 'jan@voorbeeld.example',
  customerFirstName: 'Jan',
  customerPreposition: 'van den',
  customerLastName: 'Berg',
  customerCity: 'Zwolle',
};
const els = { email: 'els@voorbeeld.example', customerFirstName: 'Els', customerLastName: 'Visser' };
const rowOf = ({ page }: Visit, name: string) => page.getByRole('row').filter({ hasText: name });
const cityOf = ({ page, w }: Visit) =>
  page
    .getByRole('region', { name: fill(w.customer.label, { id: 1 }) })
    .getByRole('definition')
    .nth(9);

async function openRecord(at: Visit, key: TestKey): Promise<void> {
  await at.open(`/${key.client}/customers/1`);
  await at.page.getByRole('heading', { name: 'Jan van den Berg' }).waitFor();
}

test('a list and a record that are open follow what others do', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await sdk.customers.create(jan);
  await using at = await staffVisit(foyer, browser, key);
  await openRecord(at, key);
  await rowOf(at, 'Berg, Jan').filter({ hasText: 'Zwolle' }).waitFor();
  await at.page.getByRole('region', { name: at.w.history.title }).getByText(at.w.history.created).waitFor();
  await sdk.customers.update({ customerId: 1, customerCity: 'Kampen' });
  await cityOf(at).filter({ hasText: 'Kampen' }).waitFor();
  await rowOf(at, 'Berg, Jan').filter({ hasText: 'Kampen' }).waitFor();
  await sdk.customers.create(els);
  await rowOf(at, 'Visser, Els').waitFor();
});

test('a lost connection is shown, and what was done meanwhile is there when it is back', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await sdk.customers.create(jan);
  await using at = await staffVisit(foyer, browser, key);
  const isFollowing = at.page.waitForResponse((response) => response.request().resourceType() === 'eventsource');
  await openRecord(at, key);
  await isFollowing;
  await at.context.setOffline(true);
  // The browser keeps its connection: the service ends it.
  await foyer.app.server.server.closeAllConnections();
  await at.page.getByText(at.w.live.lost).waitFor();
  await sdk.customers.update({ customerId: 1, customerCity: 'Kampen' });
  await at.context.setOffline(false);
  await at.page.getByText(at.w.live.lost).waitFor({ state: 'detached' });
  await cityOf(at).filter({ hasText: 'Kampen' }).waitFor();
});

test('what was typed outlives the back button and a reload', async () => {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create(jan);
  await using at = await staffVisit(foyer, browser, key);
  const { page, w } = at;
  await at.open(`/${key.client}/customers`);
  await rowOf(at, 'Berg, Jan').click();
  await at.button(w.customer.edit).click();
  await at.field(w.fields.customerCity).fill('Kampen');
  await page.goBack();
  await page.getByRole('heading', { name: 'Jan van den Berg' }).waitFor({ state: 'detached' });
  await rowOf(at, 'Berg, Jan').click();
  await page.getByText(w.customer.draft).waitFor();
  assert.equal(await at.field(w.fields.customerCity).inputValue(), 'Kampen');
  await page.reload();
  await page.getByText(w.customer.draft).waitFor();
  assert.equal(await at.field(w.fields.customerCity).inputValue(), 'Kampen');
  await at.button(w.customer.discard).click();
  await page.reload();
  await page.getByRole('heading', { name: 'Jan van den Berg' }).waitFor();
  assert.equal(await page.getByText(w.customer.draft).count(), 0);
});

test('several mistakes stand at their fields, in the language of the page, and nothing typed is lost', async () => {
  const key = await foyer.client();
  await using at = await staffVisit(foyer, browser, key);
  const { page, w } = at;
  await at.open(`/${key.client}/customers/new`);
  await at.field(w.fields.email).fill('no address');
  await at.field(w.fields.customerPhone).fill('06-twee');
  await at.field(w.fields.customerCredit).fill('25,5,0');
  await at.button(w.customer.save).click();
  await page.getByText(w.violations.email).waitFor();
  const messageOf = (name: string) =>
    at.field(name).evaluate((field) => {
      const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
      return ids.map((id) => document.getElementById(id)?.textContent ?? '').join();
    });
  assert.equal(await messageOf(w.fields.customerFirstName), w.violations.required);
  assert.equal(await messageOf(w.fields.customerPhone), w.violations.numeric);
  assert.equal(await messageOf(w.fields.customerCredit), w.violations.decimal);
  assert.equal(await at.field(w.fields.customerPhone).inputValue(), '06-twee');
  await at.field(w.fields.email).fill('els@voorbeeld.example');
  await at.field(w.fields.customerFirstName).fill('Els');
  await at.field(w.fields.customerLastName).fill('Visser');
  // As people write them.
  await at.field(w.fields.customerPhone).fill('06 12 34 56 78');
  await at.field(w.fields.customerCredit).fill('1.225,50');
  await at.button(w.customer.save).click();
  await page.getByRole('heading', { name: 'Els Visser' }).waitFor();
  const made = await foyer.sdk(key).customers.get({ customerId: 1 });
  assert.equal(made.customerPhone, '0612345678');
  assert.equal(made.customerCredit, '1225.50');
});

test('the list as it is filtered goes to Excel, and a failure is told', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await sdk.customers.create(jan);
  await sdk.customers.create(els);
  await sdk.customers.create({ ...jan, email: 'piet@voorbeeld.example', customerCity: 'Gent' });
  await using at = await staffVisit(foyer, browser, key, { role: 'viewer' });
  const { page, w } = at;
  await at.open(`/${key.client}/customers?search=berg&city=Zwolle`);
  await rowOf(at, 'Berg, Jan').waitFor();
  await page.route('**/export/customers', (route) => route.fulfill({ status: 500, body: '' }));
  await at.button(w.customers.export).click();
  await page.getByRole('alert').filter({ hasText: w.problems.unexpected }).waitFor();
  await page.unroute('**/export/customers');
  const [download] = await Promise.all([page.waitForEvent('download'), at.button(w.customers.export).click()]);
  assert.match(download.suggestedFilename(), new RegExp(`^${key.client} bezoekers \\d{4}-\\d\\d-\\d\\d\\.xlsx$`));
  await page.getByRole('alert').waitFor({ state: 'detached' });
  const { rows } = await sdk.imports.preview({ file: new Blob([await readFile(await download.path())]) });
  assert.deepEqual(
    rows.map(({ customerId }) => customerId),
    [1],
  );
});

test('a viewer is offered nothing that changes', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await sdk.customers.create(jan);
  await sdk.clientTypes.set({ customerId: 1, clienttypes: ['vriend'] });
  await using at = await staffVisit(foyer, browser, key, { role: 'viewer' });
  const { page, w } = at;
  await openRecord(at, key);
  await page.getByText('vriend', { exact: true }).first().waitFor();
  for (const name of [w.customers.new, w.customer.edit, w.tags.add])
    assert.equal(await at.button(name).count(), 0, name);
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await page.keyboard.press('n');
  await page.keyboard.press('e');
  assert.equal(await page.getByRole('textbox').count(), 0);
  await at.open(`/${key.client}/tags`);
  await page.getByRole('rowheader', { name: 'vriend' }).waitFor();
  assert.equal(await page.getByRole('button', { name: fill(w.tags.actionsOf, { tag: 'vriend' }) }).count(), 0);
});

test('a script that was stored in every field is text', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const bad = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  await sdk.customers.create({
    email: 'hacked@voorbeeld.example',
    customerFirstName: bad,
    customerLastName: bad,
    customerPreposition: bad,
    customerAddress: 'javascript:window.hacked=1',
    customerCity: bad,
    customerCountry: bad,
    customerExternalId: bad,
  });
  await sdk.clientTypes.set({ customerId: 1, clienttypes: [bad] });
  await using at = await staffVisit(foyer, browser, key);
  const { page, w } = at;
  await at.open(`/${key.client}/customers/1?search=${encodeURIComponent('<img')}&city=${encodeURIComponent(bad)}`);
  await page.getByText(w.history.clienttypes).waitFor();
  await at.open(`/${key.client}/tags`);
  await page.getByRole('rowheader').waitFor();
  await at.open(`/sign-in?next=${encodeURIComponent('javascript:window.hacked=1')}`);
  await at.button(w.session.signIn).waitFor();
  assert.equal(await page.evaluate(() => 'hacked' in window), false);
  assert.equal(await page.locator('img').count(), 0);
});

test('the address of another client shows nothing of it', async () => {
  const [key, other] = [await foyer.client(), await foyer.client()];
  await foyer.sdk(other).customers.create(jan);
  await using at = await staffVisit(foyer, browser, key);
  await at.open(`/${other.client}/customers/1`);
  await at.page.getByRole('heading', { name: at.w.states.noPage }).waitFor();
  assert.equal(await at.page.getByText('Berg').count(), 0);
});

test('the address tells the place in a long list, and leads back to it', async () => {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  await Promise.all(
    Array.from({ length: 250 }, (_, n) =>
      sdk.customers.create({
        ...els,
        email: `v${n}@voorbeeld.example`,
        customerLastName: `Visser${String(n).padStart(3, '0')}`,
      }),
    ),
  );
  await using at = await staffVisit(foyer, browser, key);
  const { page } = at;
  await at.open(`/${key.client}/customers`);
  await rowOf(at, 'Visser000').waitFor();
  await page.keyboard.press('ArrowDown');
  // The end of what is loaded: more may be on its way.
  while (!(await rowOf(at, 'Visser199').isVisible())) {
    await page.keyboard.press('End');
    await page.waitForTimeout(100);
  }
  await page.waitForURL(/row=1\d\d/);
  const address = page.url();
  await page.reload();
  await rowOf(at, 'Visser190').waitFor();
  assert.equal(page.url(), address);
});

test('what is first loaded is small: other pages are loaded when they are opened', async () => {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create(jan);
  await using at = await staffVisit(foyer, browser, key);
  let bytes = 0;
  at.page.on('response', async (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname)) bytes += Number(response.headers()['content-length']);
  });
  await at.open(`/${key.client}/customers`);
  await rowOf(at, 'Berg, Jan').waitFor();
  const first = bytes;
  assert.ok(first > 50 * 1024, 'it is counted');
  assert.ok(first <= 200 * 1024, `${first} bytes of JavaScript over the wire`);
  await rowOf(at, 'Berg, Jan').click();
  await at.page.getByRole('heading', { name: 'Jan van den Berg' }).waitFor();
  assert.ok(bytes > first, 'the record came later');
});

test('a link that is in focus stays where it is when the look-up of the address comes back', async () => {
  const key = await foyer.client();
  await foyer.sdk(key).customers.create(jan);
  await using at = await staffVisit(foyer, browser, key, { hand: 'keyboard', language: 'en' });
  const { page, w } = at;
  const wanted = Promise.withResolvers<void>();
  await page.route('**/customer/findByEmail', async (route) => {
    await wanted.promise;
    await route.continue();
  });
  await at.open(`/${key.client}/customers/new`);
  await at.type(at.field(w.fields.customerFirstName), 'J.');
  await at.type(at.field(w.fields.customerLastName), 'Berg');
  await at.type(at.field(w.fields.email), jan.email);
  await page.keyboard.press('Enter');
  const link = page.getByRole('link', { name: w.customer.openOwner });
  await link.waitFor();
  await link.focus();
  const answered = page.waitForResponse('**/customer/findByEmail');
  wanted.resolve();
  await (await answered).finished();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  assert(await link.evaluate((element) => element === document.activeElement));
});
