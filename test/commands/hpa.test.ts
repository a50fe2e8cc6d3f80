import { beforeAll, expect, it } from 'vitest';
import { query as hpa } from '../../src/commands/hpa.ts';
import { useLists } from '../support/lists.ts';

const lists = useLists();
const { ask } = lists;

beforeAll(() => {
  const main = lists.world('production/main');
  for (const namespace of ['shop', 'data']) main.createNamespace(namespace);
  const scaler = (minReplicas: number, maxReplicas: number, currentReplicas: number, measured = true) => ({
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'any' },
      minReplicas,
      maxReplicas,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
    },
    status: {
      currentReplicas,
      currentMetrics: measured ? [{ resource: { name: 'cpu', current: { averageUtilization: 40 } } }] : [],
    },
  });
  main.putBeside('horizontalpodautoscalers', 'shop', 'calm', scaler(1, 5, 2));
  main.putBeside('horizontalpodautoscalers', 'shop', 'fixed', scaler(3, 3, 3));
  main.putBeside('horizontalpodautoscalers', 'shop', 'full', scaler(1, 5, 5));
  main.putBeside('horizontalpodautoscalers', 'data', 'blind', scaler(1, 5, 1, false));
});

it('hpa: at the maximum or blind first, and what is fixed is no trouble', async () => {
  const answer = await ask(hpa, '--cluster main');
  expect(answer.text).toBe('production/main: 4 autoscalers, 2 at the maximum or without metrics, first blind.');
  expect(answer.columns).toEqual(['NAMESPACE/NAME', 'REPLICAS', 'MIN', 'MAX', 'TARGETS', 'AGE']);
  expect(answer.rows.map((row) => row.slice(0, 5))).toEqual([
    ['data/blind', '1', '1', '5', 'cpu: <unknown>/60%'],
    ['shop/full', '5', '1', '5', 'cpu: 40%/60%'],
    ['shop/calm', '2', '1', '5', 'cpu: 40%/60%'],
    ['shop/fixed', '3', '3', '3', 'cpu: 40%/60%'],
  ]);
  expect((await ask(hpa, 'shop/full -o wide')).rows[0]).toContain('Deployment/any');
});
