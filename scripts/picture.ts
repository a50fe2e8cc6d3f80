/** `npm run picture`: makes the READMEs' pictures from the demo's page, so that they show what there is. Needs a Chromium, as the tests do. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { commandHints } from '../sandbox/demo/command-hints.ts';
import { controlsOf } from '../sandbox/demo/controls.ts';
import { startDemo } from '../sandbox/demo/start.ts';
import { startPage } from '../sandbox/page/server.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'images');
const SIZE = { width: 1280, height: 800 };
const WITHIN_MS = 30_000;
const WORDS = {
  en: { break: 'Break checkout', finding: 'Looked at by itself', replies: /repl/ },
  ja: { break: 'checkout を壊す', finding: '自動で調べました', replies: /返信/ },
} as const;

/** An alert has come, its finding is in the thread. */
async function picture(browser: Browser, lang: keyof typeof WORDS): Promise<void> {
  const words = WORDS[lang];
  const demo = await startDemo({ lang, stepMs: 100 });
  const site = await startPage({
    slackUrl: () => demo.slack.url,
    controls: controlsOf(demo),
    commands: commandHints(),
    port: 0,
  });
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
  try {
    page.setDefaultTimeout(WITHIN_MS);
    await page.goto(site.url);
    await page.getByRole('button', { name: words.break }).click();
    await page.getByRole('button', { name: words.replies }).first().click();
    await page.getByText(words.finding).last().waitFor();
    await page.screenshot({ path: join(FOLDER, `demo.${lang}.png`) });
  } finally {
    await page.close();
    await site.close();
    await demo.stop();
  }
}

await mkdir(FOLDER, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  await picture(browser, 'en');
  await picture(browser, 'ja');
} finally {
  await browser.close();
}
