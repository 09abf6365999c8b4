/** A Chromium from the npm registry, for what only a real browser shows. `CHROMIUM` names another one. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Unpacks it once, for all runs: it takes 200 MB. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'));
  const folder = join(root, 'node_modules', '.foyer', `chromium-${version}`);
  const executable = join(folder, 'chromium');
  if (existsSync(executable)) return executable;
  const own = `${folder}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  const { TMPDIR } = process.env;
  // The package unpacks to the folder for temporary files, which differs for each run.
  process.env.TMPDIR = own;
  try {
    const { default: pack } = await import('@sparticuz/chromium');
    await pack.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
  try {
    renameSync(own, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(executable)) throw error;
  }
  return executable;
}

/** Its sandbox needs rights that a container, or root, does not have; pages are restricted as usual. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--font-render-hinting=none'];

/** With `fonts`, text is set in the one typeface of the package, whatever the machine has. */
export async function launchChromium({ fonts = false } = {}): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? (await unpacked());
  const ownFonts = join(executablePath, '..', 'fonts', 'own.conf');
  if (fonts)
    writeFileSync(ownFonts, `<fontconfig><dir>${join(executablePath, '..', 'fonts', 'fonts')}</dir></fontconfig>`);
  // It sometimes leaves files behind.
  const folder = mkdtempSync(join(tmpdir(), 'foyer-chromium-'));
  const browser = await chromium.launch({
    executablePath,
    args,
    env: { ...process.env, TMPDIR: folder, ...(fonts ? { FONTCONFIG_FILE: ownFonts } : {}) } as Record<string, string>,
  });
  browser.once('disconnected', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return browser;
}
