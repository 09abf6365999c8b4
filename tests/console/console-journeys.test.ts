/** What staff do every day, in a real browser: in Dutch and in English, by the mouse and by the keyboard alone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { CustomerInput } from '../../sdk/src/index.ts';
import { makeStaff, PASSWORD } from '../harness/browser.ts';
import { launchChromium } from '../harness/chromium.ts';
import { fill, type Hand, type Language, staffVisit, type Visit, visit } from '../harness/console.ts';
import { engineName } from '../harness/database.ts';
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
  customerAddress: 'Melkmarkt 12',
  customerZip: '8011 MC',
  customerCity: 'Zwolle',
} satisfies CustomerInput;
const els = { email: 'els@voorbeeld.example', customerFirstName: 'Els', customerLastName: 'Visser' };

/** A client with these customers. */
async function house(...customers: CustomerInput[]) {
  const key = await foyer.client();
  const sdk = foyer.sdk(key);
  const made = [];
  for (const customer of customers) made.push(await sdk.customers.create(customer));
  return { key, sdk, made };
}

const listName = 'Berg, Jan van den';
const rowOf = ({ page }: Visit, name: string) => page.getByRole('row').filter({ hasText: name });

async function openRecord(at: Visit, key: TestKey, customerId: number): Promise<void> {
  await at.open(`/${key.client}/customers/${customerId}`);
  await at.page.getByRole('heading', { level: 1, name: 'Jan van den Berg' }).waitFor();
}

/** The language does not depend on the engine: on PostgreSQL they are done once. */
const ways: [Language, Hand][] =
  engineName === 'sqlite'
    ? [
        ['nl', 'mouse'],
        ['en', 'keyboard'],
      ]
    : [['nl', 'keyboard']];

for (const [language, hand] of ways) {
  const options = { language, hand };

  describe(`in ${language}, by the ${hand}`, () => {
    test('sign in', async () => {
      const { key } = await house(jan);
      const email = await makeStaff(foyer, key.client, 'editor');
      await using at = await visit(foyer, browser, options);
      const { page, w } = at;
      await at.open(`/${key.client}/customers?search=berg`);
      await page.getByRole('heading', { name: w.session.signInTitle }).waitFor();
      await at.type(at.field(w.fields.email), email);
      await at.type(page.getByLabel(w.session.password, { exact: true }), 'this is not it');
      await at.act(at.button(w.session.signIn));
      await page.getByRole('alert').filter({ hasText: w.problems['sign-in-failed'] }).waitFor();
      await at.type(page.getByLabel(w.session.password, { exact: true }), PASSWORD);
      await at.act(at.button(w.session.signIn));
      // The page that the user wanted.
      await rowOf(at, listName).waitFor();
      assert.equal(new URL(page.url()).search, '?search=berg');
    });

    test('find somebody by three letters', async () => {
      const { key } = await house(jan, els);
      await using at = await staffVisit(foyer, browser, key, options);
      const { page, w } = at;
      await at.open();
      await rowOf(at, 'Visser, Els').waitFor();
      if (hand === 'keyboard') await page.keyboard.press('/');
      await at.type(page.getByRole('searchbox', { name: w.customers.search }), 'ber');
      await rowOf(at, 'Visser, Els').waitFor({ state: 'detached' });
      // On a slow machine, results for the first letters come before.
      await rowOf(at, listName).locator('mark', { hasText: /^Ber$/ }).first().waitFor();
      if (hand === 'keyboard') {
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
      } else await rowOf(at, listName).click();
      await page.getByRole('heading', { level: 1, name: 'Jan van den Berg' }).waitFor();
      assert.match(page.url(), /\/customers\/1\?search=ber$/);
      assert.equal(await page.title(), 'Jan van den Berg · Foyer');
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: 'Jan van den Berg' }).waitFor({ state: 'detached' });
      await page.goBack();
      await rowOf(at, 'Visser, Els').waitFor();
    });

    test('correct a street, and undo it', async () => {
      const { key, sdk } = await house(jan);
      await using at = await staffVisit(foyer, browser, key, options);
      const { page, w } = at;
      await openRecord(at, key, 1);
      if (hand === 'keyboard') await page.keyboard.press('e');
      else await page.getByText('Melkmarkt 12').click();
      await at.type(at.field(w.fields.customerAddress), 'Grote Markt 1');
      await page.keyboard.press('Enter');
      await page
        .getByText(fill(w.customer.savedField, { field: w.fields.customerAddress, name: 'Jan van den Berg' }))
        .waitFor();
      assert.equal((await sdk.customers.get({ customerId: 1 })).customerAddress, 'Grote Markt 1');
      const history = page.getByRole('region', { name: w.history.title });
      await history.getByText('Melkmarkt 12').waitFor();
      await at.act(at.button(w.undo.undo));
      await page.getByText(w.undo.undone, { exact: true }).waitFor();
      assert.equal((await sdk.customers.get({ customerId: 1 })).customerAddress, 'Melkmarkt 12');
    });

    test('a new customer whose address exists leads to that record', async () => {
      const { key } = await house(jan);
      await using at = await staffVisit(foyer, browser, key, options);
      const { page, w } = at;
      await at.open();
      await rowOf(at, listName).waitFor();
      if (hand === 'keyboard') await page.keyboard.press('n');
      else await at.button(w.customers.new).click();
      await at.type(at.field(w.fields.customerFirstName), 'J.');
      await at.type(at.field(w.fields.customerLastName), 'Berg');
      await at.type(at.field(w.fields.email), 'JAN@voorbeeld.example');
      await page.keyboard.press('Enter');
      await page.getByText(w.violations.taken).waitFor();
      await page.getByText(fill(w.customer.owned, { name: 'Jan van den Berg' })).waitFor();
      await at.act(page.getByRole('link', { name: w.customer.openOwner }));
      await page.getByRole('heading', { level: 1, name: 'Jan van den Berg' }).waitFor();
      assert.match(page.url(), /\/customers\/1$/);
    });

    test('tag twenty at once, and undo it', async () => {
      const many = Array.from({ length: 20 }, (_, n) => ({ ...els, email: `els${n}@voorbeeld.example` }));
      const { key, sdk } = await house(...many);
      await sdk.clientTypes.set({ customerId: 3, clienttypes: ['pers', 'vriend'] });
      const tagged = async () => {
        const names = [];
        for await (const { customerId } of sdk.customers.list({ clienttype: ['vriend'] })) names.push(customerId);
        return names.length;
      };
      await using at = await staffVisit(foyer, browser, key, options);
      const { page, w } = at;
      await at.open();
      const all = page.getByRole('checkbox', { name: w.customers.selectAll });
      if (hand === 'keyboard') {
        await rowOf(at, 'Visser, Els').first().waitFor();
        await page.keyboard.press('ArrowDown');
        for (let row = 1; row < many.length; row += 1) await page.keyboard.press('Shift+ArrowDown');
      } else await all.click();
      await page.getByText(fill(w.bulk.selected_other, { number: 20 })).waitFor();
      await at.act(at.button(w.bulk.add));
      const dialog = page.getByRole('dialog', { name: w.bulk.addTitle });
      await at.type(dialog.getByRole('combobox', { name: w.bulk.tag }), 'vriend');
      // First it says what it will do.
      await dialog.getByText(fill(w.bulk.willAdd_other, { count: 19, tag: 'vriend' })).waitFor();
      assert.equal(await tagged(), 1);
      await at.act(dialog.getByRole('button', { name: w.bulk.addNow, exact: true }));
      await page.getByText(fill(w.bulk.added_other, { count: 19, tag: 'vriend' })).waitFor();
      assert.equal(await tagged(), 20);
      await at.act(at.button(w.undo.undo));
      await page.getByText(w.undo.undone, { exact: true }).waitFor();
      assert.equal(await tagged(), 1);
      assert.deepEqual((await sdk.customers.get({ customerId: 3 })).customerTags, ['pers', 'vriend']);
    });

    test('two people edit one record', async () => {
      const { key, sdk } = await house(jan);
      await using at = await staffVisit(foyer, browser, key, options);
      const { page, w } = at;
      await openRecord(at, key, 1);
      if (hand === 'keyboard') await page.keyboard.press('e');
      else await at.button(w.customer.edit).click();
      await at.type(at.field(w.fields.customerAddress), 'Mine 1');
      await at.type(at.field(w.fields.customerCity), 'Deventer');
      await sdk.customers.update({ customerId: 1, customerAddress: 'Theirs 2', customerPhone: '0201234567' });
      await at.act(at.button(w.customer.save));
      const dialog = page.getByRole('dialog', { name: w.conflict.title });
      await dialog.waitFor();
      // It asks only about the field that both changed, and nothing is preselected.
      assert.equal(await dialog.getByRole('radiogroup').count(), 1);
      assert.equal((await sdk.customers.get({ customerId: 1 })).customerAddress, 'Theirs 2');
      await dialog.getByText('Theirs 2').waitFor();
      const mine = dialog.getByRole('radio', { name: /Mine 1/ });
      if (hand === 'keyboard') {
        await at.act(dialog.getByRole('radio', { name: /Theirs 2/ }));
        await page.keyboard.press('ArrowRight');
      } else await mine.click();
      await at.act(dialog.getByRole('button', { name: w.conflict.save }));
      await dialog.waitFor({ state: 'detached' });
      const saved = await sdk.customers.get({ customerId: 1 });
      assert.equal(saved.customerAddress, 'Mine 1');
      assert.equal(saved.customerCity, 'Deventer');
      assert.equal(saved.customerPhone, '0201234567');
    });

    test('rename a client-type', async () => {
      const { key, sdk } = await house(jan);
      await sdk.clientTypes.set({ customerId: 1, clienttypes: ['vriend'] });
      await using at = await staffVisit(foyer, browser, key, options);
      const { page, w } = at;
      await at.open(`/${key.client}/tags`);
      await at.act(page.getByRole('button', { name: fill(w.tags.actionsOf, { tag: 'vriend' }) }));
      await at.act(page.getByRole('menuitem', { name: w.tags.rename }));
      const dialog = page.getByRole('dialog', { name: fill(w.tags.renameTitle, { tag: 'vriend' }) });
      await dialog.getByText(fill(w.tags.renameText_one, { count: 1 })).waitFor();
      await at.type(dialog.getByRole('textbox', { name: w.tags.newName }), 'ambassadeur');
      await page.keyboard.press('Enter');
      await page.getByRole('rowheader', { name: 'ambassadeur' }).waitFor();
      assert.deepEqual((await sdk.customers.get({ customerId: 1 })).customerTags, ['ambassadeur']);
    });

    test('sign out everywhere: the other window asks to sign in, and goes on where it was', async () => {
      const { key, sdk } = await house(jan);
      const email = await makeStaff(foyer, key.client, 'editor');
      await using one = await visit(foyer, browser, options);
      await using other = await visit(foyer, browser, options);
      for (const at of [one, other]) {
        await at.open('/sign-in');
        await at.type(at.field(at.w.fields.email), email);
        await at.type(at.page.getByLabel(at.w.session.password, { exact: true }), PASSWORD);
        await at.act(at.button(at.w.session.signIn));
        await rowOf(at, listName).waitFor();
      }
      const { page, w } = other;
      await openRecord(other, key, 1);
      await other.act(other.button(w.customer.edit));
      await other.type(other.field(w.fields.customerCity), 'Kampen');
      await one.open(`/${key.client}/account`);
      await one.act(one.button(w.session.signOutEverywhere));
      await one.page.getByRole('heading', { name: w.session.signInTitle }).waitFor();
      await other.act(other.button(w.customer.save));
      const dialog = page.getByRole('dialog', { name: w.session.endedTitle });
      await other.type(dialog.getByLabel(w.session.password, { exact: true }), PASSWORD);
      await other.act(dialog.getByRole('button', { name: w.session.signIn }));
      await dialog.waitFor({ state: 'detached' });
      await page
        .getByText(fill(w.customer.savedField, { field: w.fields.customerCity, name: 'Jan van den Berg' }))
        .waitFor();
      assert.equal((await sdk.customers.get({ customerId: 1 })).customerCity, 'Kampen');
    });
  });
}
