import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../sandbox/slack/index.ts';
import type { Answering, Received } from '../sandbox/slack/app.ts';
import { call } from '../sandbox/slack/help.ts';
import { seriousFindings } from './axe.ts';
import { hasChromium } from './browser.ts';
import { CONTROLS, FORM, HOME, LOADING, MRKDWN, RICH, STACKED } from './page-gallery.ts';
import { type Action, LANGUAGES, useStage } from './page-stage.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hikeshi-page-test-'));

describe.skipIf(!hasChromium)('the page, with a workspace of its own', { timeout: 120_000 }, () => {
  const stage = useStage();
  const { lookedAt, post, shows, actions, isFocused, heard } = stage;
  let { slack, app, page } = stage;
  beforeEach(() => {
    ({ slack, app, page } = stage);
  });

  it('draws every block as Slack does, in both languages, widths and colours, for everybody', async () => {
    const shown = await shows(RICH);
    await shown.getByRole('heading', { name: 'A heading' }).waitFor();
    for (const [tag, text] of [
      ['p:not(.who) > strong', 'boldprint'],
      ['em', 'italic'],
      ['s', 'gone'],
      ['p > code', 'kubectl get pods'],
      ['ul > li', 'first itemsecond item'],
      ['ol.indent-1 > li', 'step one'],
      ['blockquote', 'as they said'],
      ['mark.mention.me', '@taro@sre@here'],
      ['span.mention', '@hana'],
      ['thead th', 'podrestarts'],
      ['tbody td', 'checkout-17'],
      ['.context strong', 'print'],
      ['figcaption', 'Memory'],
    ] as const)
      expect((await shown.locator(tag).allTextContents()).join(''), tag).toBe(text);
    expect(await shown.getByText('<img src=x onerror=alert(1)>').count()).toBe(1);
    expect(await shown.locator('img').count()).toBe(0);
    expect(await shown.getByRole('link').count(), 'a link only where a click may go').toBe(1);
    await shown.getByRole('img', { name: 'large_orange_circle' }).waitFor();
    await shows(CONTROLS);
    const plain = await shows(MRKDWN);
    await plain.locator('pre', { hasText: 'code *as is*' }).waitFor();
    expect(await plain.locator('blockquote').textContent()).toBe('quoted');

    await page.getByText('shop/checkout 1/2').press('Enter');
    await page.getByText('checkout-2 CrashLoopBackOff ↻ 4').waitFor();
    const findings: string[] = [];
    for (const [lang, name] of Object.entries(LANGUAGES)) {
      await page.locator('.language select').selectOption({ label: name });
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(lang);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 900 });
          await page.screenshot({ path: join(FOLDER, `blocks-${lang}-${colorScheme}-${width}.png`) });
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          findings.push(...(await seriousFindings(page)));
        }
      }
    }
    expect([...new Set(findings)]).toEqual([]);
  });

  it('uses every control, by mouse and by keyboard; a question stands before what asks', async () => {
    const shown = await shows(CONTROLS);
    await shown.getByRole('button', { name: 'Press' }).click();
    expect(await heard('press')).toMatchObject({ value: 'v' });
    await shown.getByRole('button', { name: 'Ask first' }).click();
    const question = page.getByRole('dialog', { name: 'Are you sure?' });
    await question.getByRole('button', { name: 'Leave it' }).click();
    await question.waitFor({ state: 'detached' });
    expect(actions().some((one) => one.action_id === 'asks')).toBe(false);
    await shown.getByRole('button', { name: 'Ask first' }).press('Enter');
    await question.getByRole('button', { name: 'Do it' }).press('Enter');
    await heard('asks');

    await shown.getByLabel('One of').selectOption('b');
    expect(await heard('one')).toMatchObject({ selected_option: { value: 'b' } });
    const some = shown.getByRole('combobox', { name: 'Some of' });
    await some.click();
    await shown.getByRole('listbox').getByRole('option', { name: 'Option a' }).click();
    await some.press('ArrowDown');
    await some.press('ArrowDown');
    await some.press('Enter');
    await shown.getByRole('button', { name: 'Remove: Option c' }).waitFor();
    expect(await heard('many')).toMatchObject({ selected_options: [{ value: 'a' }, { value: 'c' }] });
    await shown.getByLabel('Somebody').selectOption({ label: 'Hana Ito' });
    expect(await heard('who')).toMatchObject({ selected_user: PEOPLE.hana });
    await shown.getByLabel('A day').fill('2026-02-03');
    await shown.getByLabel('A time').fill('04:05');
    await shown.getByRole('checkbox', { name: 'Option y' }).check();
    await shown.getByRole('radio', { name: 'Option q' }).check();
    expect(await heard('day')).toMatchObject({ selected_date: '2026-02-03' });
    expect(await heard('time')).toMatchObject({ selected_time: '04:05' });
    expect(await heard('ticks')).toMatchObject({ selected_options: [{ value: 'y' }] });
    expect(await heard('radio')).toMatchObject({ selected_option: { value: 'q' } });

    const dots = shown.getByRole('button', { name: 'More actions' });
    await dots.press('Enter');
    await page.getByRole('menuitem', { name: 'Option a' }).press('ArrowDown');
    await page.getByRole('menuitem', { name: 'Option b' }).press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await dots.press('Enter');
    await page.getByRole('menuitem', { name: 'Option a' }).press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await heard('dots')).toMatchObject({ selected_option: { value: 'c' } });
  });

  it('has modals that load, are updated, complain beside their fields, stack, and give the focus back', async () => {
    const trigger = ({ body }: Received) => ({ trigger_id: String(body['trigger_id']) });
    const steps: Record<string, (received: Received) => Promise<unknown>> = {
      form: (received) => call(slack, 'views.open', { ...trigger(received), view: LOADING }),
      more: (received) => call(slack, 'views.push', { ...trigger(received), view: STACKED }),
    };
    let submitted: Answering = { body: { response_action: 'errors', errors: { much: 'At most 3.' } } };
    app.answer = async (received) => {
      if (received.body['type'] === 'view_submission') return submitted;
      const [action] = (received.body['actions'] ?? []) as Action[];
      await steps[action?.action_id ?? '']?.(received);
      return {};
    };
    const opener = (await shows(CONTROLS)).getByRole('button', { name: 'Open a form' });
    await opener.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Restart' });
    await dialog.getByText('One moment…').waitFor();
    const [loading] = slack.user('taro').views;
    await call(slack, 'views.update', { view_id: String(loading?.['id']), view: FORM });
    const reason = dialog.getByLabel('Reason');
    await isFocused(reason);
    expect(await seriousFindings(page)).toEqual([]);

    await dialog.getByRole('button', { name: 'Do it' }).click();
    await expect.poll(() => dialog.getByRole('alert').count()).toBe(2);
    await reason.fill('out of memory');
    await dialog.getByLabel('How many').fill('5');
    await dialog.getByLabel('Hand over to').selectOption({ label: 'Kenji Mori' });
    await dialog.getByRole('radio', { name: 'Option b' }).check();
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.getByText('At most 3.').waitFor();
    expect(await dialog.getByLabel('How many').getAttribute('aria-invalid')).toBe('true');
    for (const [name, width] of [
      ['modal-1280', 1280],
      ['modal-390', 390],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    }

    await dialog.getByRole('button', { name: 'More' }).click();
    await page.getByRole('dialog', { name: 'Details' }).getByText('On top of the other.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.getByLabel('Reason').inputValue()).toBe('out of memory');
    submitted = {};
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { body } = app.got.findLast((one) => one.body['type'] === 'view_submission')!;
    expect(JSON.parse(JSON.stringify(body))).toMatchObject({
      view: {
        state: {
          values: {
            why: { why: { value: 'out of memory' } },
            much: { much: { value: '5' } },
            to: { to: { selected_user: PEOPLE.kenji } },
            when: { when: { selected_date: '2026-01-31' } },
            how: { how: { selected_option: { value: 'b' } } },
          },
        },
      },
    });
    await isFocused(opener);
  });

  it('writes: commands and names are suggested, what was sent comes back, answers are for one person', async () => {
    app.answer = ({ body }) =>
      body['command'] === undefined ? {} : { body: { text: `you said ${String(body['text'])}` } };
    const box = page.getByRole('textbox', { name: 'Message # alerts' });
    await box.fill('/');
    const offered = page.getByRole('listbox', { name: 'Suggestions' });
    await offered.getByRole('option', { name: '/ops logs <target> what a pod said' }).waitFor();
    await page.screenshot({ path: join(FOLDER, 'suggestions.png') });
    expect(await seriousFindings(page)).toEqual([]);
    await box.press('ArrowDown');
    await box.press('Tab');
    expect(await box.inputValue()).toBe('/ops logs ');
    await box.pressSequentially('checkout');
    await box.press('Enter');
    await page.getByText('Only visible to you').waitFor();
    await page.getByText('you said logs checkout').waitFor();
    await box.press('ArrowUp');
    expect(await box.inputValue()).toBe('/ops logs checkout');
    await box.press('ArrowDown');
    expect(await box.inputValue()).toBe('');
    await box.pressSequentially('hello @ha');
    await box.press('Enter');
    await box.pressSequentially('there');
    await box.press('Enter');
    const mine = page.getByRole('log').locator('.message', { hasText: 'hello @hana there' });
    await mine.waitFor();
    expect(slack.channel('alerts').messages.at(-1)?.text).toBe(`hello <@${PEOPLE.hana}> there`);
    await box.pressSequentially('/nothing of the kind');
    await box.press('Enter');
    const refusal = page.getByRole('alert');
    await refusal.getByText('Slack knows no such command').waitFor();
    await refusal.getByText('Only visible to you').waitFor();
    expect(await page.locator('.bar .notice').textContent(), 'not far from where one writes').toBe('');
    expect(await box.inputValue()).toBe('/nothing of the kind');
    await box.fill('');
    await refusal.waitFor({ state: 'detached' });

    await mine.getByRole('button', { name: 'Reply in thread' }).press('Enter');
    const thread = page.getByRole('region', { name: 'Thread' });
    const reply = thread.getByRole('textbox');
    await isFocused(reply);
    await page.keyboard.type('on it');
    await thread.getByRole('checkbox', { name: 'Also send to the channel' }).check();
    await reply.press('Enter');
    await thread.getByText('on it').waitFor();
    await page.getByRole('log', { name: '# alerts' }).getByText('also sent to the channel').waitFor();
    await reply.press('Escape');
    await thread.waitFor({ state: 'detached' });
    const link = page.getByRole('button', { name: /^1 reply/ });
    await isFocused(link);
  });

  it('keeps what each person has read, rings their phones, and lets them answer with an emoji', async () => {
    const asked = await shows({ text: `<@${PEOPLE.hana}>, have a look at *this*` });
    const phone = page.getByRole('region', { name: 'Hana Ito' });
    await phone.getByText('@hana, have a look at this').waitFor();
    await asked.getByRole('button', { name: 'Add a reaction' }).click();
    await asked.getByRole('button', { name: 'Add a reaction: eyes' }).click();
    const mine = asked.getByRole('button', { name: 'eyes, 1: taro' });
    await mine.click();
    await mine.waitFor({ state: 'detached' });
    await asked.getByRole('button', { name: 'Add a reaction' }).click();
    await asked.getByRole('button', { name: 'Add a reaction: eyes' }).click();
    await mine.waitFor();

    await post({ text: 'news in ops' }, 'ops');
    const ops = page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name: '# ops' });
    await expect.poll(() => ops.textContent()).toContain('unread');
    await page.locator('#me').selectOption({ label: 'Hana Ito (viewer)' });
    await ops.click();
    await expect.poll(() => ops.textContent()).not.toContain('unread');
    await page.locator('#me').selectOption({ label: 'Taro Ono (on call)' });
    await page.getByRole('navigation', { name: 'Channels' }).getByRole('button', { name: '# alerts' }).click();
    await page.reload();
    await page.getByRole('log').waitFor();
    await expect.poll(() => ops.textContent()).not.toContain('unread');
    await phone.getByRole('button', { name: /have a look/ }).click();
    expect(await page.locator('#me').inputValue(), 'her notification opens on her screen').toBe(PEOPLE.hana);
  });

  it('opens what is behind what the app says, by keyboard, and has nothing behind what people say', async () => {
    const shown = await shows({ text: 'INC-1' });
    const opener = shown.getByRole('button', { name: 'Behind it' });
    await opener.press('Enter');
    const pane = page.getByRole('region', { name: 'Behind this message' });
    await pane.getByRole('heading', { name: 'Incident INC-1' }).waitFor();
    await isFocused(pane.getByRole('button', { name: 'Look again' }));
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    await pane.locator('summary', { hasText: 'MSG-1' }).press('Enter');
    await pane.getByText('"kind": "show"').waitFor();
    expect(await pane.locator('b').count()).toBe(0);

    const findings: string[] = [];
    for (const [lang, name] of Object.entries(LANGUAGES)) {
      await page.locator('.language select').selectOption({ label: name });
      await expect.poll(() => lookedAt.at(-1)).toMatchObject({ as: PEOPLE.taro, lang });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: join(FOLDER, `behind-${lang}-${width}.png`) });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        findings.push(...(await seriousFindings(page)));
      }
    }
    expect([...new Set(findings)]).toEqual([]);
    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });
    const said = slack.as('hana').say('alerts', 'hello');
    const theirs = page.locator(`[id="m-${said.ts}"]`);
    await theirs.waitFor();
    expect(await theirs.locator('.behind-link').count()).toBe(0);
  });

  it('shows files with their first lines, and a home that is filled once one is published', async () => {
    const text = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`).join('\n');
    const { upload_url: to, file_id: id } = await call(slack, 'files.getUploadURLExternal', {
      filename: 'pods.txt',
      length: String(text.length),
    });
    await fetch(String(to), { method: 'POST', body: text });
    await call(slack, 'files.completeUploadExternal', {
      files: [{ id, title: 'All pods' }],
      channel_id: slack.channel('alerts').id,
    });
    const file = page.locator('.file');
    await file.getByText('line 12').waitFor();
    expect(await file.locator('pre').textContent()).toMatch(/^line 1\n[\s\S]*line 12\n… \+18$/);
    const download = file.getByRole('link', { name: 'Download' });
    const [given] = await Promise.all([page.waitForEvent('download'), download.click()]);
    expect(given.suggestedFilename()).toBe('pods.txt');

    const { ts } = await post({ text: 'gone to' }, 'ops');
    const { permalink } = await call(slack, 'chat.getPermalink', { channel: slack.channel('ops').id, message_ts: ts });
    await (await shows({ text: `<${String(permalink)}|there>` })).getByRole('link', { name: 'there' }).click();
    await page.getByRole('log', { name: '# ops' }).locator('.spot', { hasText: 'gone to' }).waitFor();

    await page.getByRole('button', { name: '火 Hikeshi' }).click();
    await page.getByRole('log', { name: 'Hikeshi' }).waitFor();
    await page.getByRole('tab', { name: 'Home' }).click();
    await page.getByRole('tabpanel').getByText('One moment…').waitFor();
    await call(slack, 'views.publish', { user_id: PEOPLE.taro, view: HOME });
    await page.getByRole('tabpanel').getByRole('button', { name: 'Home button' }).waitFor();
    await expect
      .poll(() => slack.deliveries('event').some((one) => JSON.stringify(one.payload).includes('app_home_opened')))
      .toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
  });
});
