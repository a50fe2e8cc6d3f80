import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CHANNELS, PEOPLE } from '../../sandbox/slack/index.ts';
import type { Received } from '../sandbox/slack/app.ts';
import { button, call } from '../sandbox/slack/help.ts';
import { hasChromium } from './browser.ts';
import { CONTROLS, HINTED } from './page-gallery.ts';
import { useStage } from './page-stage.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hikeshi-page-place-test-'));
/** An incident's post as the guide knows it by: its alert, and a button that takes it or gives it back. */
const postWith = (id: string, label: string) => ({
  text: 'PodCrashLooping checkout',
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: 'PodCrashLooping checkout' } },
    { type: 'actions', elements: [button(label, { action_id: id }), button('Restart', { action_id: 'action' })] },
  ],
});
const FITS = 'document.documentElement.scrollHeight <= window.innerHeight';

describe.skipIf(!hasChromium)('the page, and where its reader is in it', { timeout: 120_000 }, () => {
  const stage = useStage();
  const { post, shows, isFocused } = stage;
  let { slack, app, page } = stage;
  beforeEach(() => {
    ({ slack, app, page } = stage);
  });
  const incident = () => post(postWith('ack', 'Acknowledge'));
  const inChannels = (name: string) => page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name });
  const thread = () => page.getByRole('log', { name: 'Thread' });

  it('is never longer than the screen, whatever waits unread on the phones', async () => {
    for (const who of Object.values(PEOPLE))
      for (const n of [1, 2, 3, 4]) await post({ text: `<@${who}> call ${n}` }, 'ops');
    const shown = await shows({ text: 'INC-1' });
    await shown.locator('.thread-link').click();
    await page.getByText('unread', { exact: true }).first().waitFor({ state: 'attached' });
    for (const size of [
      { width: 1280, height: 800 },
      { width: 1280, height: 300 },
      { width: 390, height: 800 },
    ]) {
      await page.setViewportSize(size);
      if (size.width === 390) await page.locator('.tabs button').nth(2).click();
      await page.screenshot({ path: join(FOLDER, `unread-${size.width}-${size.height}.png`) });
      expect(await page.evaluate(FITS), JSON.stringify(size)).toBe(true);
    }
  });

  it('keeps a tab’s badge on the tab’s line in Japanese too', async () => {
    for (let n = 0; n < 12; n++) await post({ text: `<@${PEOPLE.taro}> call ${n}` }, 'ops');
    slack.user('taro').change({ locale: 'ja-JP' });
    await page.setViewportSize({ width: 390, height: 800 });
    const tab = page.locator('.tabs button').first();
    await tab.getByText('チャンネル').waitFor();
    const badge = tab.locator('.count');
    await badge.waitFor();
    await page.screenshot({ path: join(FOLDER, 'tabs-ja-390.png') });
    // A rectangle for each line: of the word, and of the number.
    const lines = (of: string) =>
      page.evaluate(`((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()].map(({ top, bottom }) => Math.round((top + bottom) / 2));
      })(document.querySelector('${of}').firstChild)`) as Promise<readonly number[]>;
    const [word, count] = [await lines('.tabs button'), await lines('.tabs .count')];
    expect([word.length, count.length]).toEqual([1, 1]);
    expect(Math.abs(word[0]! - count[0]!)).toBeLessThan(5);
    const [box, whole] = [(await badge.boundingBox())!, (await tab.boundingBox())!];
    expect(box.x + box.width).toBeLessThanOrEqual(whole.x + whole.width);
  });

  it('follows a thread to its end while the guide points at what it is about', async () => {
    const { ts } = await incident();
    const reply = (n: number) => post({ text: `finding ${n}\n${'line\n'.repeat(6)}`, thread_ts: ts });
    for (let n = 0; n < 8; n++) await reply(n);
    await page.getByRole('button', { name: 'Show me around' }).click();
    await page.locator(`[id="m-${ts}"].spot .thread-link`).click();
    await thread().getByText('finding 7').waitFor();
    await expect.poll(isAtEnd).toBe(true);
    await reply(8);
    await thread().getByText('finding 8').waitFor();
    await expect.poll(isAtEnd).toBe(true);
    expect(await page.getByRole('button', { name: '↓ Jump to the newest' }).count()).toBe(0);
    await page.screenshot({ path: join(FOLDER, 'thread.png') });
  });

  it('shows the way to the newest at once where a thread opens at one of its earlier messages', async () => {
    const { ts } = await incident();
    const replies: string[] = [];
    for (let n = 0; n < 8; n++) {
      const reply = await post({ text: `finding ${n}\n${'line\n'.repeat(6)}`, thread_ts: ts });
      replies.push(reply.ts);
    }
    const link = `https://hikeshi.slack.com/archives/${CHANNELS.alerts}/p${replies[0]!.replace('.', '')}`;
    const shown = await shows({ text: `<${link}|the first finding>` });
    await shown.getByRole('link', { name: 'the first finding' }).click();
    await thread().getByText('finding 7').waitFor();
    const way = page.getByRole('region', { name: 'Thread' }).getByRole('button', { name: '↓ Jump to the newest' });
    await way.click();
    await expect.poll(isAtEnd).toBe(true);
    await way.waitFor({ state: 'detached' });
  });

  it('keeps who one is and where, over a reload', async () => {
    await page.locator('#me').selectOption({ label: 'Hana Ito (viewer)' });
    await inChannels('# ops').click();
    const shown = page.getByRole('log', { name: '# ops' }).locator('.message', { hasText: 'INC-5' });
    await post({ text: 'INC-5' }, 'ops');
    await shown.locator('.thread-link').click();
    await thread().getByText('INC-5').waitFor();
    await page.reload();
    await thread().getByText('INC-5').waitFor();
    await page.getByRole('log', { name: '# ops' }).waitFor();
    expect(await page.locator('#me').inputValue()).toBe(PEOPLE.hana);
  });

  it('keeps the focus where a control was that something else has replaced', async () => {
    const { ts } = await incident();
    const ack = page.locator(`[id="m-${ts}"]`).getByRole('button', { name: 'Acknowledge' });
    await ack.focus();
    await call(slack, 'chat.update', { channel: CHANNELS.alerts, ts, ...postWith('unack', 'Give it back') });
    await isFocused(page.locator(`[id="m-${ts}"]`).getByRole('button', { name: 'Give it back' }));
    const guide = page.getByRole('region', { name: 'The first two minutes' });
    await page.getByRole('button', { name: 'Show me around' }).press('Enter');
    await isFocused(guide.getByRole('button', { name: 'Show me' }));
    await guide.getByRole('button', { name: 'Next step' }).press('Enter');
    await guide.getByText('4/8').waitFor();
    await guide.getByRole('button', { name: 'Next step' }).press('Enter');
    await guide.getByText('5/8').waitFor();
    await isFocused(guide.getByRole('button', { name: 'Show me' }));
    await guide.getByRole('button', { name: 'Leave' }).press('Enter');
    await isFocused(page.getByRole('button', { name: 'Show me around' }));
  });

  it('has one suggestion that Enter would take: the one that is pointed at, or that arrows came to', async () => {
    const box = page.getByRole('textbox', { name: 'Message # alerts' });
    await box.fill('/ops ');
    const all = page.getByRole('listbox').getByRole('option');
    await all.nth(1).hover();
    await all.nth(1).and(page.locator('[aria-selected="true"]')).waitFor();
    await box.press('ArrowUp');
    await all.first().and(page.locator('[aria-selected="true"]')).waitFor();
    const grounds = await page.evaluate(
      `[...document.querySelectorAll('[role="option"]')].map((one) => getComputedStyle(one).backgroundColor)`,
    );
    const [first, ...others] = grounds as readonly string[];
    expect([others.length, others.includes(first!)]).toEqual([1, false]);
  });

  it('shows all rows of an open list in a form, and a hint below its field’s ring', async () => {
    app.answer = async (received: Received) => {
      const trigger = String(received.body['trigger_id']);
      if (received.body['type'] === 'block_actions')
        await call(slack, 'views.open', { trigger_id: trigger, view: HINTED });
      return {};
    };
    await page.setViewportSize({ width: 1280, height: 500 });
    await (await shows(CONTROLS)).getByRole('button', { name: 'Open a form' }).click();
    const dialog = page.getByRole('dialog', { name: 'End sessions' });
    const field = dialog.getByRole('combobox', { name: 'Sessions' });
    await field.press('ArrowDown');
    const list = dialog.getByRole('listbox');
    await list.waitFor();
    await expect
      .poll(async () => {
        const [box, foot] = [(await list.boundingBox())!, (await dialog.locator('footer').boundingBox())!];
        return box.y + box.height <= foot.y;
      })
      .toBe(true);
    await page.screenshot({ path: join(FOLDER, 'list.png') });
    await field.press('Escape');
    const why = dialog.getByRole('textbox', { name: 'Why' });
    const [input, hint] = [(await why.boundingBox())!, (await dialog.getByText('For the audit').boundingBox())!];
    expect(hint.y - input.y - input.height).toBeGreaterThanOrEqual(3);
  });

  const isAtEnd = (): Promise<boolean> =>
    thread().evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight < 2);
});
