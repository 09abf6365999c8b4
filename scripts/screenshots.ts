/**
 * Pictures of the console with the demo's visitors: the two of the README and the tour (`npm run screenshots`), or with
 * a folder after `--` every page in both widths, themes and languages, for review.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { makeDemo } from '../server/src/features/demo/make.ts';
import { launchChromium } from '../tests/harness/chromium.ts';
import { type Language, staffVisit, type Visit } from '../tests/harness/console.ts';
import { startFoyer, type TestKey } from '../tests/harness/foyer.ts';

const [folder] = process.argv.slice(2);
const images = fileURLToPath(new URL('../docs/images', import.meta.url));
mkdirSync(folder ?? images, { recursive: true });

await using foyer = await startFoyer('sqlite');
await makeDemo(foyer.app.store);
const demo: TestKey = await foyer.key({ client: 'demo', clientId: 1, keyId: 0, key: '' });
const sdk = foyer.sdk(demo);
await sdk.customers.update({
  customerId: 38,
  customerAddress: 'Theerestraat 113',
  customerPhone: '0200000038',
  customerCredit: '25.50',
});
await sdk.customers.update({ customerId: 38, customerCity: 'Den Bosch' });
await sdk.customers.update({ customerId: 38, customerCity: 'Sint-Michielsgestel' });
const browser = await launchChromium({ fonts: true });

const still = (page: Page) => page.waitForTimeout(300);
const seen = async ({ page }: Visit, text: string) => page.getByText(text, { exact: true }).first().waitFor();

/** The pages, each with the steps that lead to it. */
const pages: Record<string, (at: Visit) => Promise<unknown>> = {
  list: async (at) => {
    await at.open('/demo/customers');
    await seen(at, 'Bakker, Brechtje');
  },
  found: async (at) => {
    await at.open('/demo/customers?search=ber');
    await at.page.getByRole('row').filter({ hasText: 'Mehmet' }).waitFor();
  },
  'nothing found': async (at) => {
    await at.open('/demo/customers?search=xyz&tag=vip');
    await at.page.getByRole('heading', { level: 2 }).waitFor();
  },
  record: async (at) => {
    await at.open('/demo/customers/38?search=ber');
    await at.page.getByText(at.w.history.clienttypes).first().waitFor();
    await at.page
      .getByRole('row', { includeHidden: true })
      .filter({ hasText: 'Mehmet' })
      .waitFor({ state: 'attached' });
  },
  edit: async (at) => {
    await pages.record?.(at);
    await at.page.keyboard.press('e');
    await at.field(at.w.fields.customerPhone).fill('06-twee');
    await at.button(at.w.customer.save).click();
    await seen(at, at.w.violations.numeric);
  },
  new: async (at) => {
    await at.open('/demo/customers/new?search=jan van den berg');
    await at.field(at.w.fields.email).waitFor();
  },
  selection: async (at) => {
    await pages.list?.(at);
    for (const row of [1, 2, 3]) await at.page.getByRole('checkbox').nth(row).check();
  },
  tagging: async (at) => {
    await pages.selection?.(at);
    await at.button(at.w.bulk.add).click();
    await at.page.getByRole('combobox', { name: at.w.bulk.tag }).fill('vip');
    await at.page.getByText('‘vip’').first().waitFor();
    await at.page.keyboard.press('Escape');
  },
  filter: async (at) => {
    await at.open('/demo/customers?city=Zwolle');
    await at.page.getByRole('button', { name: at.w.fields.customerTags }).first().click();
    await at.page.getByRole('dialog').waitFor();
  },
  account: async (at) => {
    await at.open('/demo/account');
    await seen(at, at.w.account.look);
  },
  menu: async (at) => {
    await pages.list?.(at);
    await at.page.getByRole('button', { name: /^Account/ }).click();
  },
  keys: async (at) => {
    await pages.list?.(at);
    await at.page.keyboard.press('?');
    await at.page.getByRole('dialog').waitFor();
  },
  tags: async (at) => {
    await at.open('/demo/tags');
    await at.page.getByRole('rowheader', { name: 'vip' }).waitFor();
  },
  remove: async (at) => {
    await pages.tags?.(at);
    await at.page.getByRole('button', { name: /vip/ }).click();
    await at.page.getByRole('menuitem', { name: at.w.tags.remove }).click();
    await at.page.getByRole('dialog').waitFor();
  },
  'sign in': async (at) => {
    await at.context.clearCookies();
    await at.open('/sign-in');
    await at.button(at.w.session.signIn).click();
    await seen(at, at.w.violations.required);
  },
};

async function picture(name: string, path: string, language: Language, width: number, colorScheme: 'light' | 'dark') {
  const at = await staffVisit(foyer, browser, demo, {
    language,
    width,
    height: width < 768 ? 844 : 800,
    role: 'admin',
    name: 'Sanne de Vries',
  });
  await at.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await pages[name]?.(at);
  await still(at.page);
  await at.page.screenshot({ path });
  await at.context.close();
}

if (folder === undefined) {
  await picture('record', join(images, 'console.png'), 'en', 1280, 'light');
  await picture('record', join(images, 'console-phone.png'), 'nl', 390, 'dark');
} else {
  for (const name of Object.keys(pages)) {
    for (const [language, width, scheme] of [
      ['nl', 1280, 'light'],
      ['en', 1280, 'dark'],
      ['nl', 390, 'dark'],
      ['en', 390, 'light'],
    ] as const) {
      await picture(name, join(folder, `${name} ${width} ${language} ${scheme}.png`), language, width, scheme);
    }
  }
}
await browser.close();
