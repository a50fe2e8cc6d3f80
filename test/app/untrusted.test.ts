import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { firstPost, linesSaid, told, words } from './support/seen.ts';

const LOUD =
  '<!channel> <!here> <@U0HANA0001> @here @channel #general *bold* _it_ ~gone~ `code` :fire: <https://evil.test|click>';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({
    config: `
slack: {channel: alerts}
environments:
  production: {clusters: {main: {kubeconfig: KUBECONFIG_FILE}}}
`,
  });
});
afterEach(() => app.close());

interface Leaf {
  readonly type: string;
  readonly text?: string;
  readonly style?: object;
}

/** Every object of a message's blocks, flat. */
function leaves(message: Message): Leaf[] {
  const walk = (part: unknown): Leaf[] => {
    if (Array.isArray(part)) return part.flatMap(walk);
    if (typeof part !== 'object' || part === null) return [];
    return [part as Leaf, ...Object.values(part).flatMap(walk)];
  };
  return walk(message.blocks);
}

function expectHarmless(message: Message): void {
  const all = leaves(message);
  expect(all.filter((leaf) => ['user', 'usergroup', 'broadcast', 'channel'].includes(leaf.type))).toEqual([]);
  expect(all.filter((leaf) => leaf.type === 'emoji' && JSON.stringify(leaf).includes('fire'))).toEqual([]);
  expect(all.filter((leaf) => leaf.type === 'link' && JSON.stringify(leaf).includes('evil.test'))).toEqual([]);
  expect(all.filter((leaf) => leaf.type === 'mrkdwn' && /bold|fire|channel|here/.test(leaf.text ?? ''))).toEqual([]);
  expect(message.text).not.toMatch(/<!(?!date\^)|<@|<https:\/\/evil/);
}

describe('text from an alert is data', () => {
  it('in labels and annotations: nobody is told, nothing is formatted', async () => {
    const labels = { alertname: LOUD, namespace: LOUD, pod: LOUD, deployment: '', severity: 'warning' };
    const annotations = {
      summary: LOUD,
      description: LOUD,
      runbook_url: 'javascript:alert(1)',
      dashboard_url: '<!channel>',
    };
    const firing = alert({ now: app.now(), labels, annotations });
    await app.send(bodyOf([firing]));
    const post = await firstPost(app);
    await app.atRest();
    expectHarmless(post);
    expect(words(app, post)).toContain('*bold*');
    expect(words(app, post)).toContain('<!channel>');
    expect(told(app)).toEqual({});
    await app.send(bodyOf([firing, alert({ now: app.now(), labels: { ...labels, pod: `two ${LOUD}` }, annotations })]));
    await linesSaid(app);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await linesSaid(app);
    for (const message of app.slack.channel('alerts').messages) expectHarmless(message);
    expect(told(app)).toEqual({});
  });

  it('in an unknown severity, a channel wish and a receiver', async () => {
    const labels = { severity: LOUD, slack_channel: LOUD };
    await app.send({ ...bodyOf([alert({ now: app.now(), labels })]), receiver: LOUD });
    const post = await firstPost(app);
    await app.atRest();
    expectHarmless(post);
    expect(words(app, post)).toMatch(/not in channels\.allowed/);
    expect(told(app)).toEqual({});
  });

  it('in a body that is refused and one that is kept', async () => {
    await app.send(`${LOUD} is not JSON`);
    await app.send({ ...bodyOf([]), alerts: [1, { labels: { alertname: LOUD } }] });
    await app.slack.until(() => app.slack.channel('alerts').posts().length >= 2);
    await app.atRest();
    for (const message of app.slack.channel('alerts').messages) expectHarmless(message);
    expect(told(app)).toEqual({});
  });
});
