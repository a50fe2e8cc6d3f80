import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** False where there is none, said aloud: then the tests of the page are skipped. In CI that is an error. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium && process.env['CI'] === 'true')
  throw new Error(`there is no Chromium at ${CHROMIUM}: install one, or name it in CHROMIUM`);
if (!hasChromium) console.warn(`skipped: the demo's page, for there is no Chromium at ${CHROMIUM}`);

/** How long the page may take for what it shows, on a busy machine. */
export const WITHIN_MS = 20_000;

/** One for all tests of a `describe`; it is there once they run. */
export function useBrowser(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  return () => browser;
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}
