import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTroubled, type PlacedPod, podCells, podColumns, podsMeant, sortPods } from '../../src/core/pod-rows.ts';
import type { PodRow } from '../../src/domain/workload.ts';

const NOW = new Date('2026-11-20T03:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);
const placed = (name: string, more: Partial<PodRow> = {}): PlacedPod & { readonly environment: string } => ({
  environment: 'production',
  cluster: 'main',
  pod: {
    namespace: 'shop',
    name,
    uid: name,
    status: 'Running',
    readyContainers: 1,
    containers: 1,
    restarts: 0,
    createdAt: ago(5 * 86_400_000 + 3 * 3_600_000),
    images: [],
    containerNames: ['app'],
    labels: {},
    ...more,
  },
});
const names = (pods: readonly PlacedPod[]): string[] => pods.map(({ pod }) => pod.name);

describe('sortPods', () => {
  const pods = [
    placed('done', { status: 'Completed', readyContainers: 0 }),
    placed('fine'),
    placed('restarted', { restarts: 1, lastRestartAt: ago(60_000) }),
    placed('long-ago', { restarts: 9, lastRestartAt: ago(86_400_000) }),
    placed('starting', {
      readyContainers: 0,
      problem: { container: 'app', reason: 'ContainerCreating', message: '' },
      createdAt: ago(1_000),
    }),
    placed('crashing', {
      status: 'CrashLoopBackOff',
      readyContainers: 0,
      restarts: 3,
      problem: { container: 'app', reason: 'CrashLoopBackOff', message: 'exit code 1' },
    }),
  ];

  it('puts first what somebody has to look at', () => {
    expect(names(sortPods(pods, 'problems', NOW))).toEqual([
      'crashing',
      'starting',
      'restarted',
      'long-ago',
      'fine',
      'done',
    ]);
  });

  it('sorts as asked', () => {
    expect(names(sortPods(pods, 'restarts', NOW))[0]).toBe('long-ago');
    expect(names(sortPods(pods, 'age', NOW))[0]).toBe('starting');
    expect(names(sortPods(pods, 'name', NOW))[0]).toBe('crashing');
  });

  it('gives one order, however the pods came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(pods, { minLength: pods.length }), (shuffled) => {
        expect(names(sortPods(shuffled, 'problems', NOW))).toEqual(names(sortPods(pods, 'problems', NOW)));
      }),
    );
  });
});

describe('isTroubled', () => {
  const problem = { container: '', reason: 'ContainersNotReady', message: 'containers with unready status: [app]' };
  const unready = { problem, readyContainers: 0, createdAt: ago(61_000) };
  it.each<[string, Partial<PodRow>, boolean]>([
    ['runs and is not ready', {}, true],
    ['has just begun', { createdAt: ago(59_000) }, false],
    ['has just begun again', { restarts: 1, lastRestartAt: ago(59_000) }, false],
    ['may take long by its probes', { startMs: 90_000 }, false],
    ['has taken longer than its probes let it', { startMs: 60_500 }, true],
    ['is pulling', { status: 'ContainerCreating', problem: { ...problem, reason: 'ContainerCreating' } }, false],
    ['is of a job', { labels: { 'batch.kubernetes.io/job-name': 'import' } }, false],
    ['ended well', { status: 'Completed', problem: undefined }, false],
  ])('a pod that %s: %#', (_, more, expected) => {
    const { problem: found, ...row } = { ...unready, ...more };
    expect(isTroubled(placed('a', { ...row, ...(found && { problem: found }) }).pod, NOW)).toBe(expected);
  });
});

describe('podsMeant', () => {
  const pods = [
    placed('checkout-7d9f86c5b-x2v4q'),
    placed('checkout-worker-7d9f86c5b-x2v4q'),
    placed('db-0'),
    placed('agent-x2v4q', { namespace: 'kube-system' }),
    placed('backup-29384710-x2v4q'),
  ];
  it.each([
    [{ name: 'checkout' }, ['checkout-7d9f86c5b-x2v4q']],
    [{ name: 'checkout-7d9f86c5b-x2v4q' }, ['checkout-7d9f86c5b-x2v4q']],
    [{ kind: 'Pod', name: 'db-0' } as const, ['db-0']],
    [{ kind: 'StatefulSet', name: 'db' } as const, ['db-0']],
    [{ kind: 'Deployment', name: 'db' } as const, ['db-0']],
    [{ name: 'backup' }, ['backup-29384710-x2v4q']],
    [{ name: 'work' }, ['checkout-worker-7d9f86c5b-x2v4q']],
    [{ name: 'check' }, ['checkout-7d9f86c5b-x2v4q', 'checkout-worker-7d9f86c5b-x2v4q']],
    [{ name: 'c' }, ['checkout-7d9f86c5b-x2v4q', 'checkout-worker-7d9f86c5b-x2v4q', 'backup-29384710-x2v4q']],
    [{ name: '6c5' }, []],
    [{ name: '86c5' }, ['checkout-7d9f86c5b-x2v4q', 'checkout-worker-7d9f86c5b-x2v4q']],
    [{ namespace: 'kube-system', name: 'agent' }, ['agent-x2v4q']],
    [{ namespace: 'shop', name: 'agent' }, []],
    [{ cluster: 'dr', name: 'db' }, []],
  ])('%j', (reading, expected) => {
    expect(names(podsMeant(pods, [reading]))).toEqual(expected);
  });
});

it('has the cells that kubectl has', () => {
  const pod = placed('a', { restarts: 3, lastRestartAt: ago(125_000), node: 'node-1', ip: '10.0.0.1' });
  const all = { cluster: true, namespace: true, wide: true };
  expect(podColumns(all)).toEqual('CLUSTER/NAMESPACE/NAME READY STATUS RESTARTS AGE IP NODE'.split(' '));
  expect(podCells(pod, all, NOW)).toEqual([
    'main/shop/a',
    '1/1',
    'Running',
    '3 (2m ago)',
    '5d3h',
    '10.0.0.1',
    'node-1',
  ]);
  const few = { cluster: false, namespace: false, wide: false };
  expect(podColumns({ ...few, namespace: true })[0]).toBe('NAMESPACE/NAME');
  expect(podCells(placed('a'), few, NOW)).toEqual(['a', '1/1', 'Running', '0', '5d3h']);
  expect(podCells(placed('a'), { ...few, wide: true }, NOW).slice(-2)).toEqual(['<none>', '<none>']);
});
