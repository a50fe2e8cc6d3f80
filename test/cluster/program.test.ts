import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeSlack, visibleText } from '../../sandbox/slack/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type RealBench, realBench } from './bench.ts';
import { whyNot } from './guard.ts';

const MARKS = {
  'kubectl.kubernetes.io/restartedAt': expect.any(String),
  'hikeshi/reason': 'it leaks',
  'hikeshi/by': expect.stringContaining('kenji'),
};

/** The whole program before a real API server: what is typed and pressed in Slack is what happens there. */
describe.skipIf(whyNot(process.env))('the program on a real API server', () => {
  let bench: RealBench;
  let app: TestApp;
  let slack: FakeSlack;

  beforeAll(async () => {
    bench = await realBench();
    await bench.deploy({ kind: 'Deployment', name: 'checkout', replicas: 2 });
    await bench.deploy({
      kind: 'Deployment',
      name: 'broken',
      image: 'registry.k8s.io/pause:missing',
      progressDeadlineSeconds: 5,
    });
    await bench.until(
      () => bench.cluster.rollout({ kind: 'Deployment', namespace: bench.namespace, name: 'checkout' }),
      (r) => r.state === 'done',
    );
    const file = bench.kubeconfigPath;
    const context = process.env['HIKESHI_TEST_CONTEXT'];
    app = await startTestApp({
      config: `
slack: {channel: alerts}
environments:
  production: {clusters: {main: {kubeconfig: ${file}${context ? `, context: ${context}` : ''}}}}
routes: [{match: ['alertname="Down"'], runbook: checkout}]
runbooks: {checkout: {target: production/${bench.namespace}/deployment/checkout, actions: [restart]}}
roles: {operator: ['@kenji']}
timetable:
  night: {at: '0 0 * * *', do: [scale ${bench.namespace}/sleeps 0], reason: it sleeps}
  morning: {at: '10 0 * * *', do: [scale ${bench.namespace}/sleeps back], reason: it wakes}
`,
    });
    slack = app.slack;
  });
  afterAll(async () => {
    await app?.close();
    await bench?.close();
  });

  const modal = (): string => JSON.stringify(slack.as('kenji').view() ?? {});

  async function restart(): Promise<void> {
    await slack.until(() => modal().includes('"callback_id":"action-confirm"'), 15_000);
    expect(await slack.as('kenji').submit({ reason: 'it leaks' })).toMatchObject({ ok: true });
  }

  const said = (channel: string): string => slack.channel(channel).messages.map(visibleText).join('\n');

  it('lists its pods', async () => {
    await slack.as('kenji').command('ops', `/ops pods -n ${bench.namespace} checkout`);
    await slack.until(() => slack.user('kenji').ephemerals.some((e) => visibleText(e).includes('Running')), 10_000);
  });

  it('follows logs, those of a pod that comes while it does included, until it is stopped', async () => {
    const { namespace } = bench;
    await bench.deploy({ kind: 'Deployment', name: 'talks', prints: ['one', 'two'] });
    await bench.until(
      () => bench.cluster.rollout({ kind: 'Deployment', namespace, name: 'talks' }),
      (r) => r.state === 'done',
    );
    await slack.as('taro').command('ops', `/ops logs ${namespace}/talks -f`);
    const shows = (pattern: RegExp) =>
      slack.until(() => slack.user('taro').directMessages.find((m) => pattern.test(visibleText(m))), 40_000);
    await shows(/follows .*talks, container app.*lines of 1 pod.*one.*two/s);
    await bench.scale({ kind: 'Deployment', namespace, name: 'talks' }, 2);
    await bench.until(
      () => bench.cluster.rollout({ kind: 'Deployment', namespace, name: 'talks' }),
      (r) => r.state === 'done',
    );
    app.move(10_000);
    const post = await shows(/lines of 2 pods/);
    expect(visibleText(post).match(/ two$/gm)).toHaveLength(2);
    expect(visibleText(post)).not.toMatch(/missing/);
    await slack.as('taro').click(post, 'Stop');
    await shows(/Stopped by/);
  });

  it('restarts a workload by command, watches it and says that it is healthy; the marks say who and why', async () => {
    const ref = { kind: 'Deployment', namespace: bench.namespace, name: 'checkout' } as const;
    const before = await bench.cluster.workload(ref);
    await slack.as('kenji').command('ops', `/ops restart ${bench.namespace}/checkout`);
    await restart();
    await slack.until(() => /Healthy/.test(said('ops')), 40_000);
    const after = await bench.cluster.workload(ref);
    expect(after!.templateHash).not.toBe(before!.templateHash);
    const raw = await bench.write('GET', `/apis/apps/v1/namespaces/${bench.namespace}/deployments/checkout`);
    expect(raw).toMatchObject({ spec: { template: { metadata: { annotations: MARKS } } } });
  });

  it('says that a workload does not become healthy, and why', async () => {
    await slack.as('kenji').command('ops', `/ops restart ${bench.namespace}/broken`);
    await restart();
    await slack.until(
      () => /ImagePullBackOff|ErrImagePull/.test(said('ops')) && /Not healthy/.test(said('ops')),
      60_000,
    );
  });

  it('restarts from the button of an incident whose alert names no workload', async () => {
    const alert = {
      status: 'firing',
      labels: { alertname: 'Down', severity: 'critical' },
      annotations: {},
      startsAt: new Date().toISOString(),
      fingerprint: 'f1',
    };
    await app.send({
      version: '4',
      status: 'firing',
      receiver: 'r',
      groupKey: 'down',
      groupLabels: { alertname: 'Down' },
      alerts: [alert],
    });
    const post = await slack.until(() => slack.channel('alerts').messages[0], 10_000);
    await slack.as('kenji').click(post!, 'Restart checkout');
    await restart();
    await slack.until(
      () =>
        slack
          .channel('alerts')
          .thread(post!.ts)
          .some((m) => /Healthy/.test(visibleText(m))),
      40_000,
    );
  });

  it('scales to zero and back by the timetable', async () => {
    const ref = { kind: 'Deployment', namespace: bench.namespace, name: 'sleeps' } as const;
    await bench.deploy({ kind: 'Deployment', name: 'sleeps', replicas: 2 });
    await bench.until(
      () => bench.cluster.rollout(ref),
      (r) => r.state === 'done',
    );
    const midnight = new Date(app.now());
    midnight.setUTCHours(24, 0, 2, 0);
    app.move(midnight.getTime() - app.now().getTime());
    await slack.until(() => /night · 00:00.*sleeps to 0: Done/s.test(said('alerts')), 40_000);
    expect(await bench.cluster.workload(ref)).toMatchObject({ desired: 0 });
    app.move(10 * 60_000);
    await slack.until(() => /morning · 00:10.*sleeps to 2: Healthy/s.test(said('alerts')), 40_000);
    expect(await bench.cluster.workload(ref)).toMatchObject({ desired: 2 });
  });
});
