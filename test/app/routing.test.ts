import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';
import { alert, bodyOf, resolved } from './support/alerts.ts';
import { buttons, firstPost, onlyPost, told, words } from './support/seen.ts';

let app: TestApp;
afterEach(() => app.close());

const PLACES = `
slack: {channel: alerts}
channels: {allowed: [ops]}
environments:
  production: {clusters: {main: {kubeconfig: KUBECONFIG_FILE}}, matchers: ['cluster="tokyo"']}
  staging: {clusters: {stg: {kubeconfig: KUBECONFIG_FILE}}, matchers: ['tier="test"']}
runbooks:
  shop: {link: 'https://runbooks.example.test/shop', actions: [restart]}
routes:
  - {match: ['severity="critical"'], channel: oncall, continue: true}
  - match: ['namespace="shop"']
    channel: alerts
    runbook: shop
`;

async function send(labels: Record<string, string>, annotations: Record<string, string> = {}): Promise<void> {
  await app.send(bodyOf([alert({ now: app.now(), labels, annotations })]));
  await app.atRest();
}

describe('where an alert goes', () => {
  it('follows the routes; a route with continue gets a copy that changes with the post', async () => {
    app = await startTestApp({ config: PLACES });
    const firing = alert({ now: app.now(), labels: { cluster: 'tokyo' } });
    await app.send(bodyOf([firing]));
    await app.atRest();
    const post = onlyPost(app, 'alerts');
    const copy = onlyPost(app, 'oncall');
    expect(words(app, copy)).toContain('CheckoutErrors');
    expect(buttons(app, copy)).toContain('Acknowledge');
    await app.slack.as('taro').click(copy, 'Acknowledge');
    await app.atRest();
    expect(words(app, post)).toMatch(/<@U0TARO0001> has it/);
    expect(words(app, copy)).toMatch(/<@U0TARO0001> has it/);
    await app.send(bodyOf([resolved(firing, app.now())]));
    await app.atRest();
    expect(words(app, post)).toMatch(/Resolved/);
    expect(words(app, copy)).toMatch(/Resolved/);
  });

  it('by its own label only to an allowed channel', async () => {
    app = await startTestApp({ config: PLACES });
    await send({ alertname: 'A', severity: 'warning', slack_channel: '#Ops' });
    expect(words(app, onlyPost(app, 'ops'))).not.toContain('channels.allowed');
    await send({ alertname: 'B', severity: 'warning', slack_channel: 'general' });
    const post = onlyPost(app, 'alerts');
    expect(words(app, post)).toMatch(/asked for channel general, which is not in channels\.allowed/);
    expect(app.slack.channel('general').posts()).toEqual([]);
  });
});

describe('how bad it is', () => {
  it.each([
    ['page', 'Critical'],
    ['P2', 'High'],
    ['Warning', 'Medium'],
    ['info', 'Low'],
  ])('severity %s is %s', async (severity, shown) => {
    app = await startTestApp({ config: PLACES });
    await send({ severity, namespace: 'other' });
    expect((await firstPost(app, shown === 'Critical' ? 'oncall' : 'alerts')).text).toMatch(new RegExp(`^${shown}: `));
  });

  it('an unknown or absent severity is medium, and the post says so', async () => {
    app = await startTestApp({ config: PLACES });
    await send({ alertname: 'A', severity: 'terrible' });
    const post = await firstPost(app);
    expect(words(app, post)).toMatch(/Medium/);
    expect(words(app, post)).toMatch(/Severity terrible is not known, taken as medium/);
    await send({ alertname: 'B', severity: '' });
    expect(words(app, app.slack.channel('alerts').posts()[1]!)).toMatch(/No severity label, taken as medium/);
  });
});

describe('what an alert is about', () => {
  it.each([
    ['none', {}, /No action buttons: no environment in hikeshi\.yaml matches its labels/],
    ['two', { cluster: 'tokyo', tier: 'test' }, /No action buttons: several environments match its labels/],
  ])('with %s matching environment there is nothing that acts, and the post says why', async (_many, labels, why) => {
    app = await startTestApp({ config: PLACES });
    await send({ severity: 'warning', ...labels });
    const post = await firstPost(app);
    expect(buttons(app, post)).toEqual(['Acknowledge', 'Resolve']);
    expect(words(app, post)).toMatch(why);
  });

  it('with one environment the workload can be acted upon', async () => {
    app = await startTestApp({ config: PLACES });
    await send({ severity: 'warning', cluster: 'tokyo' });
    const post = await firstPost(app);
    expect(buttons(app, post)).toEqual(['Acknowledge', 'Restart checkout', 'Diagnose', 'Resolve']);
    expect(words(app, post)).toContain('production/shop/checkout');
  });

  it('a workload that was worked out from a pod name says so', async () => {
    app = await startTestApp({ config: PLACES });
    await send({ severity: 'warning', cluster: 'tokyo', deployment: '', pod: 'checkout-6d4cf56db6-x7v9q' });
    const post = await firstPost(app);
    expect(words(app, post)).toMatch(/The workload checkout was worked out from the pod's name/);
  });

  it('nobody is paged by a route without policy, and a post below critical says so calmly', async () => {
    app = await startTestApp({ config: PLACES });
    await send({ severity: 'warning', cluster: 'tokyo' });
    expect(words(app, await firstPost(app))).toMatch(/Nobody is paged for this one/);
    expect(told(app)).toEqual({});
  });
});
