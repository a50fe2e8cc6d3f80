import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../sandbox/slack/index.ts';
import type { Received } from '../sandbox/slack/app.ts';
import { call } from '../sandbox/slack/help.ts';
import { seriousFindings } from './axe.ts';
import { hasChromium, WITHIN_MS } from './browser.ts';
import { CHOOSING, CONTROLS, WIDE } from './page-gallery.ts';
import { useStage } from './page-stage.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hikeshi-page-client-test-'));
const rows = (count: number): string => Array.from({ length: count }, (_, i) => `row ${i + 1}`).join('\n');

describe.skipIf(!hasChromium)('the page, as a Slack user expects it', { timeout: 120_000 }, () => {
  const stage = useStage();
  const { post, shows, isFocused, done } = stage;
  let { slack, app, page } = stage;
  beforeEach(() => {
    ({ slack, app, page } = stage);
  });
  const box = () => page.getByRole('textbox', { name: 'Message # alerts' });
  const inSidebar = (name: string) => page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name });

  it('keeps a draft for each channel, thread and person, over a reload, and marks where one waits', async () => {
    const shown = await shows({ text: 'INC-7' });
    await box().fill('not yet sent');
    await shown.getByRole('button', { name: 'Reply in thread' }).click();
    const reply = page.getByRole('region', { name: 'Thread' }).getByRole('textbox');
    await reply.fill('half an answer');
    await inSidebar('# ops').click();
    expect(await page.getByRole('textbox', { name: 'Message # ops' }).inputValue()).toBe('');
    await inSidebar('alerts').getByRole('img', { name: 'Draft' }).waitFor();
    await page.reload();
    await page.getByRole('log', { name: '# ops' }).waitFor();
    await inSidebar('alerts').click();
    expect(await box().inputValue()).toBe('not yet sent');
    await shown.getByRole('img', { name: 'Draft' }).waitFor();
    await shown.locator('.thread-link').click();
    expect(await reply.inputValue()).toBe('half an answer');
    await page.locator('#me').selectOption({ label: 'Hana Ito (viewer)' });
    expect(await box().inputValue(), 'somebody else’s').toBe('');
    await page.locator('#me').selectOption({ label: 'Taro Ono (on call)' });
    await box().press('Enter');
    await page.getByRole('log').locator('.message', { hasText: 'not yet sent' }).waitFor();
    expect(await box().inputValue()).toBe('');
  });

  it('shows an answer that is taller than the view from its beginning, and folds what is very long', async () => {
    app.answer = ({ body }) =>
      body['command'] === undefined ? {} : { body: { text: `*The headline*\n\`\`\`${rows(80)}\`\`\`` } };
    for (const asked of ['/ops pods', '/ops logs checkout']) {
      await box().fill(asked);
      await box().press('Enter');
      const answer = page.locator('.message.ephemeral').last();
      await answer.getByText('The headline').waitFor();
      await expect
        .poll(async () => {
          const view = (await page.getByRole('log').boundingBox())!;
          const headline = (await answer.getByText('The headline').boundingBox())!;
          return headline.y > view.y && headline.y < view.y + view.height;
        })
        .toBe(true);
    }
    const answer = page.locator('.message.ephemeral').last();
    const height = async (): Promise<number> => (await answer.boundingBox())!.height;
    expect(await height()).toBeLessThan(600);
    const more = answer.getByRole('button', { name: 'Show more' });
    expect(await more.getAttribute('aria-expanded')).toBe('false');
    await more.press('Enter');
    expect(await height()).toBeGreaterThan(1000);
    await answer.getByRole('button', { name: 'Show less' }).press('Enter');
    expect(await height()).toBeLessThan(600);
    await page.setViewportSize({ width: 1280, height: 300 });
    const short = await shows({ text: `first\n${rows(20)}\nlast` });
    await page.getByRole('button', { name: '↓ Jump to the newest' }).click();
    await expect.poll(async () => (await short.boundingBox())!.y).toBeLessThan(0);
  });

  it('chooses several of many by a press, by typing, and by keyboard alone, with chips for what is chosen', async () => {
    app.answer = async (received: Received) => {
      const trigger = String(received.body['trigger_id']);
      if (received.body['type'] === 'block_actions')
        await call(slack, 'views.open', { trigger_id: trigger, view: CHOOSING });
      return {};
    };
    await (await shows(CONTROLS)).getByRole('button', { name: 'Open a form' }).click();
    const dialog = page.getByRole('dialog', { name: 'End sessions' });
    const field = dialog.getByRole('combobox', { name: 'Sessions' });
    await isFocused(field);
    await field.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Open a form' }).click();
    await field.press('ArrowDown');
    await field.press('ArrowDown');
    await field.press('Enter');
    await dialog.getByRole('option', { name: 'session 2', exact: true, selected: true }).waitFor();
    await field.pressSequentially('12');
    expect(await dialog.getByRole('option').count()).toBe(1);
    await dialog.getByRole('option', { name: 'session 12' }).click();
    await dialog.getByRole('button', { name: 'Remove: session 12' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [390, 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: join(FOLDER, `several-${width}.png`) });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
    await field.fill('nothing of the kind');
    await dialog.getByText('Nothing matches').waitFor();
    await field.press('Escape');
    await dialog.getByRole('listbox').waitFor({ state: 'detached' });
    expect(await field.inputValue(), 'the list is closed, the form is not').toBe('');
    await field.press('Backspace');
    await dialog.getByRole('button', { name: 'Remove: session 12' }).waitFor({ state: 'detached' });
    await field.press('ArrowDown');
    await dialog.getByRole('option', { name: 'session 3' }).click();
    await dialog.getByRole('button', { name: 'End them' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { body } = app.got.findLast((one) => one.body['type'] === 'view_submission')!;
    expect(JSON.parse(JSON.stringify(body))).toMatchObject({
      view: { state: { values: { pids: { pids: { selected_options: [{ value: '2' }, { value: '3' }] } } } } },
    });
  });

  it('shows what is not well as that, closes what lies over the page, and says why a button does nothing', async () => {
    const item = (name: string) => page.locator('.world > li', { has: page.locator(`#world-${name}`) });
    expect(await item('mail-mailer').getAttribute('class')).toBe('bad');
    expect(await item('shop-cart').getAttribute('class')).toBe('good');
    const summary = page.locator('#world-shop-checkout');
    const pods = page.getByRole('list', { name: 'Pods: shop/checkout' });
    await summary.press('Enter');
    await pods.waitFor();
    await summary.press('Escape');
    await pods.waitFor({ state: 'hidden' });
    await isFocused(summary);
    await summary.click();
    await pods.waitFor();
    await page.getByRole('log').click();
    await pods.waitFor({ state: 'hidden' });
    await summary.press('Enter');
    await page.locator('#world-mail-mailer').press('Enter');
    await pods.waitFor({ state: 'hidden' });
    await page.getByText('No pods').waitFor();
    for (const [name, why] of [
      ['Break checkout', 'checkout is broken already: its post is in #alerts.'],
      ['Resolve PaymentLatencyHigh', 'PaymentLatencyHigh does not fire: there is nothing to resolve.'],
    ] as const) {
      const button = page.getByRole('button', { name, disabled: true });
      expect(await button.getAttribute('title')).toBe(why);
      await button.press('Enter');
      await page.locator('.notice', { hasText: why }).waitFor();
    }
    await page.getByRole('button', { name: '+1 min', exact: true }).press('Enter');
    await expect.poll(() => done).toEqual(['advance']);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('has phones whose badges fall as messages are read, and which show all that came, in words', async () => {
    const phone = page.getByRole('region', { name: 'Hana Ito' });
    const calls = Array.from({ length: 6 }, (_, i) => `<@${PEOPLE.hana}> production/tokyo/shop/checkout-${i}`);
    for (const text of calls) await post({ text }, 'ops');
    await post({ text: `<@${PEOPLE.hana}> \`\`\`NAME  READY\`\`\` :eyes:` }, 'ops');
    await phone.getByText('7 unread').waitFor();
    expect(await phone.getByRole('listitem').count()).toBe(7);
    expect(await phone.getByRole('listitem').first().textContent()).not.toContain('`');
    expect(await phone.getByRole('listitem').last().locator('wbr').count()).toBeGreaterThan(3);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.locator('.tabs button').nth(2).click();
    await page.screenshot({ path: join(FOLDER, 'phones-390.png') });
    await page.locator('#me').selectOption({ label: 'Hana Ito (viewer)' });
    expect(await page.locator('.tabs button').first().textContent()).toContain('7 unread');
    expect(await page.title()).toMatch(/^\(7\) /);
    await page.setViewportSize({ width: 1280, height: 900 });
    await inSidebar('# ops').click();
    await phone.locator('.count').waitFor({ state: 'detached' });
    expect(await phone.getByRole('listitem').count(), 'what was told stays').toBe(7);
  });

  it('marks as new what came while one was away, not what one watches coming, wherever the focus is', async () => {
    const fresh = page.locator('.rule.fresh');
    await post({ text: 'before' });
    await page.getByText('before').waitFor();
    await page.evaluate(`document.querySelector('.tabs button:last-child').click()`);
    await page.locator('.at-demo').waitFor();
    await post({ text: 'while one looks' });
    await page.getByText('while one looks').waitFor();
    expect([await fresh.count(), await inSidebar('# alerts').textContent()]).toEqual([0, '# alerts']);
    await inSidebar('# ops').click();
    await post({ text: 'while one is away' });
    await expect.poll(() => inSidebar('# alerts').textContent()).toContain('unread');
    await inSidebar('# alerts').click();
    await expect.poll(() => fresh.count(), { timeout: WITHIN_MS }).toBe(1);
  });

  it('forgets what was read, written and begun in another world', async () => {
    await box().fill('of the old world');
    await page.evaluate(`sessionStorage.setItem('story', '{"since":9e9,"step":5}')`);
    await page.reload();
    await page.getByRole('region', { name: 'The first two minutes' }).waitFor();
    await page.evaluate(`sessionStorage.setItem('world', 'another')`);
    await page.reload();
    await page.getByRole('log').waitFor();
    expect([await box().inputValue(), await page.locator('.guide').count()]).toEqual(['', 0]);
  });

  it('breaks neither the rows of code nor the headings of tables, where they fit and where they do not', async () => {
    const shown = await shows(WIDE);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const one of await shown.locator('th').all()) expect((await one.boundingBox())!.height).toBeLessThan(32);
      if (width === 1280)
        for (const one of await shown.locator('td').all()) expect((await one.boundingBox())!.height).toBeLessThan(32);
      const lines = await shown.locator('pre').evaluate((pre) => pre.clientHeight);
      expect(lines, 'two rows').toBeLessThan(60);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });
});
