import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { hasChromium, useBrowser, WITHIN_MS } from './browser.ts';
import { addressOf, FOLDER, run } from './demo-program.ts';

const WORDS = {
  en: {
    break: 'Break checkout',
    acknowledge: 'Acknowledge',
    behind: 'Behind it',
    pane: 'Behind this message',
    state: /State.*acknowledged since/s,
    home: 'Home',
    open: /1 incident is open/,
    called: /shop: @on-call \(taro\) at once, then @sre \(kenji, mika\) after 10m/,
    pods: 'Pods',
    messages: 'Messages',
  },
  ja: {
    break: 'checkout を壊す',
    acknowledge: '対応する',
    behind: '裏側を見る',
    pane: 'このメッセージの裏側',
    state: /状態.*対応中/s,
    home: 'ホーム',
    open: /未解決のインシデント 1 件/,
    called: /@on-call \(taro\)/,
    pods: 'Pod',
    messages: 'メッセージ',
  },
} as const;

describe.skipIf(!hasChromium)('the page', { timeout: 120_000 }, () => {
  const browser = useBrowser();

  /** Both widths, light and dark. */
  async function shoot(page: Page, name: string): Promise<void> {
    for (const width of [1280, 390])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}-${width}.png`) });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  it.each(['en', 'ja'] as const)(
    'shows in %s what is behind a message, and a home whose buttons answer',
    async (lang) => {
      const words = WORDS[lang];
      const page = await browser().newPage({ viewport: { width: 1280, height: 900 } });
      page.setDefaultTimeout(WITHIN_MS);
      await page.goto(await addressOf(run('--port', '0', '--lang', lang)));
      await page.getByRole('button', { name: words.break }).click();
      const post = page
        .getByRole('log', { name: '# alerts' })
        .locator('.message', { hasText: 'PodCrashLooping' })
        .first();
      await post.getByRole('button', { name: words.acknowledge }).click();
      await post.getByRole('button', { name: words.behind }).click();
      const pane = page.getByRole('region', { name: words.pane });
      await pane.getByText(words.state).first().waitFor();
      await pane.locator('summary', { hasText: 'outbox' }).first().click();
      await pane.locator('details[open] pre', { hasText: '"subject": "incident:1"' }).waitFor();
      await shoot(page, `${lang}-behind`);
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: '火 Hikeshi' }).click();
      await page.getByRole('tab', { name: words.home }).click();
      const home = page.getByRole('tabpanel');
      await home.getByText(words.open).waitFor();
      await home.getByText(words.called).waitFor();
      await shoot(page, `${lang}-home`);
      await home.getByRole('link', { name: 'INC-1' }).waitFor();
      await home.getByRole('button', { name: words.pods, exact: true }).click();
      await page.getByRole('tab', { name: words.messages }).click();
      const answer = page
        .getByRole('log', { name: 'Hikeshi' })
        .locator('.message', { hasText: 'CrashLoopBackOff' })
        .last();
      await answer.getByRole('button', { name: words.behind }).click();
      await pane.getByText('pods').first().waitFor();
      await page.close();
    },
  );
});
