/** The console in a browser: how long a scroll through a long list blocks it, and how soon what is typed is found. */
import type { Page } from 'playwright-core';
import { launchChromium } from '../tests/harness/chromium.ts';
import { staffVisit } from '../tests/harness/console.ts';
import { startFoyer } from '../tests/harness/foyer.ts';
import type { Finding } from './large.ts';
import { percentile } from './scenarios.ts';
import { typedQueries } from './search-queries.ts';
import { pathOf, seed } from './seed.ts';

const SCROLLED_ROWS = 10_000;
const SEARCHES = 20;

export async function consoleOf(folder: string, customers: number): Promise<{ what: string; findings: Finding[] }> {
  const seeded = await seed(`${folder}/console.db`, customers);
  await using foyer = await startFoyer('sqlite', { database: { engine: 'sqlite', path: pathOf(seeded) } });
  const [client] = seeded.clients;
  if (client === undefined) throw new Error('There is no client');
  const browser = await launchChromium();
  const of = { client: client.name, clientId: client.id, keyId: 0, key: client.key };
  const visit = await staffVisit(foyer, browser, of);
  const { page } = visit;
  await visit.open(`/${client.name}/customers`);
  await page.getByRole('row').nth(5).waitFor();
  const texts = typedQueries(2000, customers).flatMap(({ kind, text }) => (kind === '3 letters' ? [text] : []));
  const findings = [
    ...(await searches(page, [...new Set(texts.map((text) => text.toLowerCase()))].slice(0, SEARCHES))),
    ...(await scrolling(page, Math.min(SCROLLED_ROWS, customers))),
  ];
  await visit.context.close();
  await browser.close();
  return { what: `The console among ${customers.toLocaleString('en')} customers`, findings };
}

/** From the press of the last key to the frame with the results. */
async function searches(page: Page, texts: readonly string[]): Promise<Finding[]> {
  const box = page.getByRole('searchbox');
  const took: number[] = [];
  for (const text of texts) {
    await box.fill('');
    await page.waitForTimeout(300);
    await box.pressSequentially(text.slice(0, -1));
    await page.waitForTimeout(500);
    const shown = page.evaluate(untilFound);
    await box.press(text.slice(-1));
    took.push(await shown);
  }
  took.sort((a, b) => a - b);
  const aim = { most: 150 };
  return [
    { what: 'key press to results, median', value: percentile(took, 0.5), unit: 'ms', aim },
    { what: 'key press to results, p95', value: percentile(took, 0.95), unit: 'ms' },
  ];
}

/** Runs in the page: the list is marked as stale while the next one is loading. */
function untilFound(): Promise<number> {
  return new Promise((resolve) => {
    let pressedAt = 0;
    let wasOld = false;
    document.addEventListener('keydown', ({ timeStamp }) => (pressedAt = timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      const isOld = document.querySelector('[role=grid]')?.getAttribute('aria-busy') === 'true';
      wasOld ||= isOld;
      if (!wasOld || isOld) return;
      observer.disconnect();
      // After the next frame, what is in the document now has been painted.
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressedAt)));
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}

async function scrolling(page: Page, rows: number): Promise<Finding[]> {
  await page.getByRole('searchbox').fill('');
  await page.waitForTimeout(1000);
  const { tasks, gaps, ms } = await page.evaluate(scroll, rows);
  const most = (all: readonly number[]) => Math.max(0, ...all);
  return [
    {
      what: `scrolling ${rows.toLocaleString('en')} rows, longest task`,
      value: most(tasks),
      unit: 'ms',
      aim: { most: 100 },
    },
    { what: 'tasks of more than 50 ms', value: tasks.length, unit: '' },
    { what: 'longest time between two frames', value: most(gaps), unit: 'ms' },
    { what: 'all of it', value: ms / 1000, unit: 's' },
  ];
}

/** Runs in the page: scrolls as fast as a hand would, to a row that is loaded on the way. */
async function scroll(rows: number): Promise<{ tasks: number[]; gaps: number[]; ms: number }> {
  const STEP_PX = 500;
  const tasks: number[] = [];
  const gaps: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: 'longtask' });
  const scroller = document.querySelector('[role=grid] > [role=rowgroup]:last-child');
  if (scroller === null) throw new Error('There is no list');
  const began = performance.now();
  let before = began;
  const isThere = () =>
    [...scroller.querySelectorAll('[role=row]')].some((row) => Number(row.getAttribute('aria-rowindex')) > rows - 20);
  while (!isThere() && performance.now() - began < 180_000) {
    scroller.scrollTop += STEP_PX;
    const now: number = await new Promise((resolve) => requestAnimationFrame(resolve));
    gaps.push(now - before);
    before = now;
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  observer.disconnect();
  return { tasks, gaps, ms: performance.now() - began };
}
