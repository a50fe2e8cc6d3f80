import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { LIMITS } from '../../src/core/outbox/limits.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type AlertBody, alert, bodyOf, resolved } from './support/alerts.ts';
import { untilWhispered } from './support/seen.ts';

/** Our real pace against Slack's real limits: a channel takes a message a second. */

const MANY = 20;

let app: TestApp;
let firing: readonly AlertBody[];
beforeEach(async () => {
  app = await startTestApp({ limits: LIMITS, slack: { limits: 'slack' } });
  firing = Array.from({ length: MANY }, (_, i) =>
    alert({ now: app.now(), labels: { alertname: `Storm${String(i).padStart(2, '0')}`, severity: 'warning' } }),
  );
});
afterEach(() => app.close());

const posts = () => app.slack.channel('alerts').posts();
const sending = () =>
  app.slack.log.flatMap((line) => (line.kind === 'call' && line.method.startsWith('chat.') ? [line] : []));
const refused = () => sending().filter((call) => call.refused || call.fault);

describe(`${MANY} incidents at once in one channel`, () => {
  it('are all shown, with not one call refused; buttons are not held up; all are shown resolved', async () => {
    const answers = await Promise.all(firing.map((one) => app.send(bodyOf([one]))));
    expect(answers.map((answer) => answer.status)).toEqual(firing.map(() => 200));
    const first = await app.slack.until(() => posts()[2], 15_000);
    await app.slack.as('hana').click(first, 'Acknowledge');
    await untilWhispered(app, 'hana', /You have INC-/);
    expect(posts().length).toBeLessThan(MANY);
    const taken = () => /<@U0HANA0001> has it/.test(visibleText(app.slack.channel('alerts').message(first.ts)!));
    await app.slack.until(taken, 1_000);
    await app.slack.until(() => posts().length === MANY, 45_000);
    expect(new Set(posts().map((post) => /Storm\d\d/.exec(post.text)![0])).size).toBe(MANY);
    expect(refused()).toEqual([]);

    await Promise.all(firing.map((one) => app.send(bodyOf([resolved(one, app.now())]))));
    const began = app.now().getTime();
    const open = () => posts().filter((post) => !/Resolved at/.test(visibleText(post))).length;
    for (let left = open(); left > 0; left = open()) {
      app.move(5_000);
      await app.slack.until(() => open() < left, 15_000);
    }
    expect(app.now().getTime() - began).toBeLessThan(10 * 60_000);
    expect(refused()).toEqual([]);
    expect(posts()).toHaveLength(MANY);
  }, 120_000);

  it('a critical one in the middle goes first', async () => {
    await Promise.all(firing.map((one) => app.send(bodyOf([one]))));
    await app.slack.until(() => posts().length >= 2, 15_000);
    await app.send(bodyOf([alert({ now: app.now(), labels: { alertname: 'Worst' } })]));
    const before = posts().length;
    await app.slack.until(() => posts().some((post) => /Worst/.test(post.text)), 15_000);
    expect(posts().findIndex((post) => /Worst/.test(post.text))).toBeLessThanOrEqual(before + 1);
    expect(refused()).toEqual([]);
  }, 60_000);
});
