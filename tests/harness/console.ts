/** The console in a real browser, as a person uses it: things are found by their role and name. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { en } from '../../console/src/words/en.ts';
import { nl, type Words } from '../../console/src/words/nl.ts';
import type { StaffRole } from '../../server/src/features/staff/tables.ts';
import { signedInByLink } from './browser.ts';
import type { TestFoyer, TestKey } from './foyer.ts';

export type Language = 'nl' | 'en';
/** By the mouse, or by the keyboard alone. */
export type Hand = 'mouse' | 'keyboard';

const words: Record<Language, Words> = { nl, en };
const locales: Record<Language, string> = { nl: 'nl-NL', en: 'en-GB' };

export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly w: Words;
  /** Uses a button, a link or a row, by mouse or keyboard. */
  act(on: Locator): Promise<void>;
  /** Types into a field, replacing what it holds. */
  type(into: Locator, text: string): Promise<void>;
  /** Opens a page of the console. */
  open(path?: string): Promise<void>;
  button(name: string): Locator;
  field(name: string): Locator;
}

export interface VisitOptions {
  readonly language?: Language;
  readonly hand?: Hand;
  readonly width?: number;
  readonly height?: number;
}

/** Text with its places filled: `fill(w.tags.added, { tag: 'vip' })`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => String(values[name]));

/** Opens a browser window of somebody who is not signed in. */
export async function visit(foyer: TestFoyer, browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const { language = 'nl', hand = 'mouse', width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: locales[language],
    baseURL: foyer.url,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('console', (message) => {
    if (/Content Security Policy|Warning:|Each child/.test(message.text())) faults.push(message.text());
  });
  const act = async (on: Locator) => {
    if (hand === 'mouse') return on.click();
    await focus(page, on);
    await page.keyboard.press('Enter');
  };
  return {
    context,
    page,
    w: words[language],
    act,
    async type(into, text) {
      if (hand === 'mouse') return into.fill(text);
      await focus(page, into);
      await page.keyboard.press('Control+A');
      await (text === '' ? page.keyboard.press('Delete') : page.keyboard.type(text));
    },
    async open(path = '/') {
      await page.goto(`/console${path}`);
    },
    button: (name) => page.getByRole('button', { name, exact: true }),
    field: (name) => page.getByRole('textbox', { name, exact: true }),
    async [Symbol.asyncDispose]() {
      await context.close();
      assert.deepEqual(faults, [], 'what the page itself complains of');
    },
  };
}

/** Opens a browser window of somebody who is signed in at a client. */
export async function staffVisit(
  foyer: TestFoyer,
  browser: Browser,
  { client }: TestKey,
  options: VisitOptions & { role?: StaffRole; name?: string } = {},
): Promise<Visit> {
  const { cookies } = await signedInByLink(foyer, client, options.role ?? 'editor', options.name);
  const visiting = await visit(foyer, browser, options);
  await visiting.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: foyer.url })));
  return visiting;
}

const MOST_STEPS = 80;

/** Moves to something by the keyboard, as a person would: by Tab, or back by Shift and Tab; in a menu by the arrows. */
async function focus(page: Page, on: Locator): Promise<void> {
  await on.waitFor();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const key = await on.evaluate((element) => {
      const now = document.activeElement ?? document.body;
      if (element === now) return undefined;
      if (element.getAttribute('role') === 'menuitem') return 'ArrowDown';
      const isBefore = now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
      return isBefore && now !== document.body ? 'Shift+Tab' : 'Tab';
    });
    if (key === undefined) return;
    await page.keyboard.press(key);
  }
  assert.fail(`The keyboard does not lead to ${on}`);
}
