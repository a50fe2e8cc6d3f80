import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { testBytes } from '../../src/alerts/test-alert.ts';
import { postTestAlert, waitShown } from '../../src/app/test-alert.ts';
import { Secret } from '../../src/config/secret.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { startTestApp, TEAM, type TestApp } from '../support/app.ts';
import { lastingPort } from '../support/ports.ts';
import {
  buttons,
  firstPost,
  linesSaid,
  menu,
  onlyPost,
  thread,
  told,
  untilShows,
  whispers,
  words,
} from './support/seen.ts';

const MINUTE = 60_000;

let app: TestApp;
afterEach(() => app.close());

/** What hana is answered, once the alert has done all that it does at once. */
async function say(words: string): Promise<string> {
  const before = whispers(app, 'hana').length;
  await app.slack.as('hana').command('general', `/ops ${words}`);
  const answer = await app.slack.until(() => whispers(app, 'hana')[before]);
  await app.atRest();
  return answer;
}

async function pass(ms: number): Promise<void> {
  app.move(ms);
  await app.atRest();
}

const lockScreen = (): string => app.slack.channel('alerts').posts()[0]!.text;

it('goes the way of a real alert, is a test in every line, calls nobody, says whom it would, and ends by itself', async () => {
  app = await startTestApp({ config: TEAM });
  const answer = await say('test-alert');
  expect(answer).toMatch(/Test alert .*INC-1.* is on its way, and resolves by itself at/);
  expect(answer).toMatch(/Goes to <#C0ALERTS01> as Critical/);
  expect(answer).toMatch(/Calls .*taro.* at once, then .*sre.* after 10m/s);
  expect(answer).toMatch(/this one calls nobody. With .*--page/);
  const post = onlyPost(app, 'alerts');
  expect(words(app, post)).toMatch(/TEST HikeshiTestAlert.* · Critical · INC-1/);
  expect(words(app, post)).toMatch(/This is a test, nothing is wrong; hana sent it/);
  expect(words(app, post)).toMatch(
    /Nobody is called; a real one would call .*@taro.* at once, then .*@sre.* after 10m\./,
  );
  expect(lockScreen()).toMatch(/^Critical: TEST HikeshiTestAlert at production\. This is a test/);
  expect(buttons(app, post)).toEqual(['Acknowledge', 'Resolve']);
  await app.slack.as('taro').click(post, 'Acknowledge');
  await app.atRest();
  await app.slack.as('taro').click(post, 'Give it back', { confirm: true });
  await pass(4 * MINUTE);
  expect(told(app)).toEqual({});
  expect(words(app, post)).toMatch(/Nobody has it yet/);
  await pass(MINUTE);
  await untilShows(app, post, /Resolved at .* after 5 min: all its alerts cleared/);
  expect(lockScreen()).toMatch(/^Resolved: TEST HikeshiTestAlert/);
  await linesSaid(app);
  expect(thread(app, post).join('\n')).toMatch(/Resolved: all alerts cleared/);
  await pass(20 * MINUTE);
  expect(told(app)).toEqual({});
  expect(buttons(app, post)).toEqual([]);
});

it('with --page it really calls; what a person does with it is kept until its time; so many at once are enough', async () => {
  app = await startTestApp({ config: TEAM });
  await say('test-alert critical --page --lasts 20m');
  const post = await firstPost(app);
  expect(words(app, post)).toMatch(/TEST HikeshiTestAlert/);
  expect(buttons(app, post)).toEqual(['Acknowledge', 'Escalate now', 'Resolve']);
  expect(menu(app, post)).not.toContain('Silence…');
  expect(told(app)).toEqual({ taro: ['alerts', 'dm'] });
  await pass(10 * MINUTE);
  expect(Object.keys(told(app))).toContain('mika');
  await app.slack.as('hana').click(post, 'Resolve');
  await app.slack.until(() => app.slack.as('hana').view());
  await app.slack.as('hana').submit();
  await app.atRest();
  await untilShows(app, post, /Resolved by <@U0HANA0001>.*still firing, held/s);
  await pass(10 * MINUTE);
  await untilShows(app, post, /after 10 min\.\s*$/);
  const before = whispers(app, 'hana').length;
  const hana = app.slack.as('hana');
  await Promise.all(Array.from({ length: 8 }, () => hana.command('general', '/ops test-alert low')));
  await app.slack.until(() => whispers(app, 'hana')[before + 7]);
  await app.atRest();
  const answers = whispers(app, 'hana').slice(before);
  expect(answers.filter((text) => text.includes('so many test alerts are running'))).toHaveLength(3);
  expect(await say('test-alert low')).toMatch(/^INC-2, INC-3, INC-4, INC-5, INC-6: so many test alerts are running/);
  expect(app.slack.channel('alerts').posts()).toHaveLength(6);
});

it('from the command line goes to the running program with its credentials, and says when Slack has it, or why nobody took it', async () => {
  app = await startTestApp({ config: TEAM });
  const { live, port, database } = app.app();
  const config = { ...live.config(), env: { ...live.config().env, port, host: '0.0.0.0' } };
  const source = config.sources['default']!;
  const said = sentences('en').found.test;
  const alert = { labels: { alertname: 'X', severity: 'critical' }, pages: false, lastsMs: MINUTE };
  expect(await postTestAlert(config, { source }, alert, said)).toBe(1);
  expect(await waitShown(database.db, 1, said)).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/^INC-1 is in #alerts, /),
  });
  expect(words(app, onlyPost(app, 'alerts'))).toMatch(/TEST X.*it was sent from the command line/s);
  const other = { ...source, tokens: [new Secret('another-token-0123456789')] };
  expect(await postTestAlert(config, { source: other }, alert, said)).toMatchObject({
    why: expect.stringMatching(/answered HTTP 401$/),
    remedy: expect.stringContaining('another token'),
  });
  const nobody = `http://127.0.0.1:${await lastingPort()}`;
  expect(await postTestAlert(config, { source, url: nobody }, alert, said)).toMatchObject({
    why: expect.stringContaining('ECONNREFUSED'),
    remedy: expect.stringContaining('start Hikeshi first'),
  });
});

it('comes over the webhook as well, in the team’s language; no Alertmanager has been heard by it', async () => {
  app = await startTestApp({ config: TEAM.replace('channel: alerts', 'channel: alerts, language: ja') });
  const { live } = app.app();
  const labels = { alertname: 'HikeshiTestAlert', severity: 'warning' };
  const bytes = testBytes({ labels, pages: false, lastsMs: MINUTE }, live.rules().language, app.now());
  expect(await app.send(bytes.toString())).toMatchObject({
    status: 200,
    body: { outcome: 'opened', incident: 'INC-1' },
  });
  await app.atRest();
  expect(words(app, onlyPost(app, 'alerts'))).toMatch(/【テスト】HikeshiTestAlert.* · 中 · INC-1/);
  expect(words(app, onlyPost(app, 'alerts'))).toMatch(
    /これはテストです。.*誰も呼び出しません。本物でも誰も呼び出されません。/s,
  );
  const { rows } = await sql`select name from sources where last_heard is not null`.execute(app.app().database.db);
  expect(rows).toEqual([]);
});
