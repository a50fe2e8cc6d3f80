import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { createCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/cluster.ts';
import type { WorkloadRef } from '../../../src/domain/workload.ts';

const REF: WorkloadRef = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const START = new Date('2026-01-02T03:00:00Z');

let simulated: SimulatedCluster;
let cluster: KubernetesCluster;

beforeEach(async () => {
  simulated = await startCluster({ stepMs: 0, now: () => START });
  cluster = createCluster({ name: 'main', kubeconfig: { text: simulated.kubeconfig } });
  simulated.world.create({
    namespace: 'shop',
    name: 'checkout',
    replicas: 4,
    image: 'registry.example.com/shop/checkout:1.4.2',
    age: 86_400_000,
  });
});

afterEach(async () => {
  await cluster.close();
  await simulated.close();
});

async function statuses(): Promise<string[]> {
  const { pods } = await cluster.pods({ namespace: 'shop' });
  return [...new Set(pods.map((p) => p.status))].sort();
}

async function restart(run: string): Promise<void> {
  const plan = await cluster.workload(REF);
  const mark = { run, by: 'U1', reason: 'crash loop', at: START };
  await cluster.restart(REF, { expect: plan ?? expect.unreachable(), mark, dryRun: false });
}

/** Ticks until the rollout ends, and tells how many pods were updated at each look. */
async function watch(): Promise<number[]> {
  const updated: number[] = [];
  for (let i = 0; i < 60; i++) {
    const rollout = await cluster.rollout(REF);
    if (updated.at(-1) !== rollout.updated) updated.push(rollout.updated);
    if (rollout.state === 'done') return updated;
    simulated.world.tick();
  }
  return expect.unreachable('the rollout did not end');
}

describe('the simulated cluster', () => {
  it('starts with what was created, already running and of its age', async () => {
    expect(await statuses()).toEqual(['Running']);
    const { pods } = await cluster.pods({});
    expect(pods.map((p) => p.createdAt)).toEqual(Array(4).fill(new Date('2026-01-01T03:00:00Z')));
    expect(new Set(pods.map((p) => p.node)).size).toBe(3);
  });

  it('plays a crash loop that a restart ends, step by step', async () => {
    const { world } = simulated;
    world.crash('shop', 'checkout', { until: 'restart', exitCode: 137, reason: 'OOMKilled' });
    world.tick(40);
    expect(await statuses()).toEqual(['CrashLoopBackOff']);
    const { pods } = await cluster.pods({});
    expect(pods[0]).toMatchObject({
      restarts: 3,
      readyContainers: 0,
      problem: { message: 'exit code 137 (OOMKilled)' },
    });
    await restart('run-1');
    const steps = await watch();
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(4);
    expect(steps.length).toBeGreaterThan(2);
    world.tick(2);
    expect(await statuses()).toEqual(['Running']);
  });

  it('plays a crash that restarts do not end', async () => {
    const { world } = simulated;
    world.crash('shop', 'checkout', { until: 'mended' });
    world.tick();
    await restart('run-1');
    world.tick(700);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'failed', reason: 'ProgressDeadlineExceeded' });
    world.mend('shop', 'checkout');
    world.tick(5);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'done', available: 4 });
  });

  it('keeps three of four pods while a broken image rolls out, and takes it back', async () => {
    const { world } = simulated;
    world.breakImage('shop', 'checkout');
    world.tick(20);
    const seen = await cluster.rollout(REF);
    expect(seen).toMatchObject({ state: 'progressing', available: 3 });
    expect(seen.problems[0]?.message).toContain('registry.example.com/shop/checkout:missing');
    world.setImage('shop', 'checkout', 'registry.example.com/shop/checkout:1.4.2');
    await watch();
    expect(await cluster.workload(REF)).toMatchObject({
      revision: 3,
      images: ['registry.example.com/shop/checkout:1.4.2'],
    });
  });

  it('plays a release that no restart mends, and a rollback does', async () => {
    const { world } = simulated;
    world.revise('shop', 'checkout', { image: 'registry.example.com/shop/checkout:2.0.0' });
    world.crash('shop', 'checkout', { until: 'rollback' });
    world.tick(10);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'progressing', available: 3 });
    await restart('JOB-1');
    world.tick(10);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'progressing', available: 3 });
    world.setImage('shop', 'checkout', 'registry.example.com/shop/checkout:1.4.2');
    world.tick(10);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'done', available: 4 });
  });

  it('plays a readiness probe that fails, said each ten seconds, until a restart', async () => {
    const { world } = simulated;
    world.failProbe('shop', 'checkout', { until: 'restart', words: 'HTTP probe failed with statuscode: 503' });
    world.tick(25);
    const facts = await cluster.facts(REF);
    expect(
      facts?.pods.map(({ ready, containers }) => [ready, containers[0]?.state.is, containers[0]?.restarts]),
    ).toEqual(Array.from({ length: 4 }, () => [false, 'running', 0]));
    const said = {
      reason: 'Unhealthy',
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
      count: 3,
    };
    expect(facts?.events).toContainEqual(expect.objectContaining(said));
    await restart('JOB-1');
    world.tick(20);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'done', available: 4 });
  });

  it('says of each kind of workload that its quota is full, and makes the pods when it is not', async () => {
    const { world } = simulated;
    const full = { spec: { hard: { pods: '0' } } };
    world.putBeside('resourcequotas', 'data', 'none', full);
    const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
    for (const kind of kinds) world.create({ kind, namespace: 'data', name: kind.toLowerCase(), settled: false });
    world.tick(5);
    const said = async (kind: (typeof kinds)[number]) => {
      const facts = await cluster.facts({ kind, namespace: 'data', name: kind.toLowerCase() });
      return facts?.events.map((event) => [
        event.reason,
        event.kind,
        event.count,
        /exceeded quota: none/.test(event.message),
      ]);
    };
    expect(await said('Deployment')).toEqual([['FailedCreate', 'ReplicaSet', 1, true]]);
    expect(await said('StatefulSet')).toEqual([['FailedCreate', 'StatefulSet', 1, true]]);
    expect(await said('DaemonSet')).toEqual([['FailedCreate', 'DaemonSet', 1, true]]);
    const quota = world.store.get('resourcequotas', 'data', 'none')!;
    expect(quota['status']).toEqual({ hard: { pods: '0' }, used: { pods: '0' } });
    world.store.put('resourcequotas', { ...quota, spec: { hard: { pods: '5' } } });
    world.tick(5);
    expect(world.store.get('resourcequotas', 'data', 'none')!['status']).toMatchObject({ used: { pods: '5' } });
    expect(await cluster.rollout({ kind: 'Deployment', namespace: 'data', name: 'deployment' })).toMatchObject({
      state: 'done',
      problems: [],
    });
  });

  it('runs by itself when it is told to', async () => {
    const live = await startCluster({ stepMs: 1 });
    const seen = createCluster({ name: 'live', kubeconfig: { text: live.kubeconfig } });
    live.world.create({ namespace: 'shop', name: 'checkout', settled: false });
    let state = '';
    for (let i = 0; i < 2_000 && state !== 'done'; i++) ({ state } = await seen.rollout(REF));
    expect(state).toBe('done');
    await seen.close();
    await live.close();
  });

  it('is not looked at while nothing changes, and is again after each change', async () => {
    const { world } = simulated;
    world.settle();
    const looks = vi.spyOn(world.store, 'list');
    world.tick(3);
    expect(looks).not.toHaveBeenCalled();
    world.crash('shop', 'checkout', { until: 'mended' });
    world.tick();
    expect(await cluster.rollout(REF)).toMatchObject({ available: 0 });
    const restarts = (): number[] =>
      world.store.list('pods', 'shop').map((pod) => pod.status.containerStatuses?.[0]?.restartCount ?? 0);
    world.tick(25);
    expect(restarts()).toEqual([2, 2, 2, 2]);
    world.mend('shop', 'checkout');
    world.tick(2);
    expect(await cluster.rollout(REF)).toMatchObject({ state: 'done' });
    looks.mockClear();
    world.tick();
    expect(looks).not.toHaveBeenCalled();
  });

  it('names what it does not have', () => {
    expect(() => simulated.world.crash('shop', 'nobody', { until: 'mended' })).toThrow('has no Deployment shop/nobody');
  });
});
