import { beforeAll, expect, it } from 'vitest';
import { query as events } from '../../src/commands/events.ts';
import { useLists } from '../support/lists.ts';
import { targetOf } from '../support/shop.ts';

const lists = useLists();
const { ask } = lists;

const at = (secondsAgo: number): string =>
  new Date(Date.parse('2026-11-20T03:00:00Z') - secondsAgo * 1_000).toISOString().replace('.000', '');

beforeAll(() => {
  const main = lists.world('production/main');
  for (const namespace of ['shop', 'data', 'reports']) main.createNamespace(namespace);
  const event = (object: string, type: string, reason: string, secondsAgo: number, namespace = 'shop'): void => {
    const [kind, name] = object.split('/') as [string, string];
    main.putBeside('events', namespace, `${name}.${reason}.${secondsAgo}`.toLowerCase(), {
      involvedObject: { kind, name },
      type,
      reason,
      message: `${reason} of ${name}`,
      lastTimestamp: at(secondsAgo),
      count: 3,
    });
  };
  event('Deployment/checkout', 'Normal', 'ScalingReplicaSet', 400);
  event('ReplicaSet/checkout-5d8c9f7b6', 'Normal', 'SuccessfulCreate', 390);
  event('Pod/checkout-5d8c9f7b6-x2x4z', 'Warning', 'BackOff', 300);
  event('Pod/checkout-5d8c9f7b6-b6c8d', 'Warning', 'Unhealthy', 10);
  event('Pod/checkout-api-5d8c9f7b6-b6c8d', 'Warning', 'Failed', 5);
  event('HorizontalPodAutoscaler/checkout', 'Normal', 'SuccessfulRescale', 20);
  event('StatefulSet/checkout', 'Normal', 'Other', 20);
  event('Pod/db-0', 'Normal', 'Pulled', 1, 'data');
});

it('shows warnings first, and of each the newest', async () => {
  const answer = await ask(events, '-n shop --cluster main');
  expect(answer.text).toBe(
    'production/main/shop: 7 events, 3 of them warnings, first pod/checkout-api-5d8c9f7b6-b6c8d.',
  );
  expect(answer.columns).toEqual(['OBJECT', 'LAST SEEN', 'TYPE', 'REASON', 'MESSAGE']);
  expect(answer.rows.map((row) => row[3]?.split(' ')[0])).toEqual([
    'Failed',
    'Unhealthy',
    'BackOff',
    'SuccessfulRescale',
    'Other',
    'SuccessfulCreate',
    'ScalingReplicaSet',
  ]);
  expect(answer.rows[1]).toEqual([
    'pod/checkout-5d8c9f7b6-b6c8d',
    expect.any(String),
    'Warning',
    'Unhealthy ×3',
    'Unhealthy of checkout-5d8c9f7b6-b6c8d',
  ]);
});

it('of a workload are its own and those of its replica sets, pods and autoscaler, and of nothing else', async () => {
  const ofDeployment = ['Unhealthy', 'BackOff', 'SuccessfulRescale', 'SuccessfulCreate', 'ScalingReplicaSet'];
  expect((await ask(events, 'deploy/checkout -n shop')).rows.map((row) => row[3]?.split(' ')[0])).toEqual(ofDeployment);
  const incidentTarget = targetOf('checkout');
  expect((await ask(events, '', { incidentTarget })).rows.map((row) => row[3]?.split(' ')[0])).toEqual(ofDeployment);
  expect((await ask(events, '-n data', { incidentTarget })).rows.map((row) => row[3]?.split(' ')[0])).toEqual([
    'Pulled',
  ]);
  expect((await ask(events, 'shop/checkout-5d8c9f7b6-x2x4z')).rows.map((row) => row[3]?.split(' ')[0])).toEqual([
    'BackOff',
  ]);
  expect((await ask(events, 'db')).rows.map((row) => row[3]?.split(' ')[0])).toEqual(['Pulled']);
});

it('says of what refuses a pod who does, whole, and leads to why', async () => {
  const refusal = 'exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10';
  lists.world('production/main').putBeside('events', 'reports', 'refused', {
    involvedObject: { kind: 'ReplicaSet', name: 'renderer-bbf7d8c595' },
    type: 'Warning',
    reason: 'FailedCreate',
    message: `Error creating: pods "renderer-bbf7d8c595-x2x4z" is forbidden: ${refusal}. ${'And more. '.repeat(9)}`,
    lastTimestamp: at(10),
    count: 12,
  });
  const answer = await ask(events, '-n reports');
  expect(answer.rows[0]?.slice(3)).toEqual(['FailedCreate ×12', expect.stringContaining(refusal)]);
  expect(answer.lines).toEqual([expect.stringContaining(`replicaset/renderer-bbf7d8c595 FailedCreate: ${refusal}`)]);
  expect(answer.buttons).toEqual([['Why renderer?', 'why production/main/reports/deployment/renderer']]);
  const whole = await ask(events, '-n reports', { whole: true });
  expect([answer.cut, whole.cut]).toEqual([true, false]);
  expect(whole.rows[0]?.at(-1)).toMatch(/^Error creating: .*(And more\. ){8}/);
});

it('asks why of workloads, once each, and of pods of none', async () => {
  const { buttons, lines } = await ask(events, '-n shop --cluster main');
  expect(buttons.map(([, says]) => says)).toEqual([
    'why production/main/shop/deployment/checkout-api',
    'why production/main/shop/deployment/checkout',
  ]);
  expect(lines).toHaveLength(3);
});

it('says that there are none, and for how long there are any', async () => {
  const answer = await ask(events, 'shop/payments');
  expect(answer.text).toContain('production/shop: 0 events called shop/payments.');
  expect(answer.lines).toEqual([expect.stringContaining('after an hour')]);
});
