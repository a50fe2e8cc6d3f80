import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import type { Labels } from '../../../sandbox/demo/alertmanager.ts';
import { BREAKAGES } from '../../../sandbox/demo/breakages.ts';
import { buildNeighbours } from '../../../sandbox/demo/neighbours.ts';
import { ruleWatches } from '../../../sandbox/demo/rules.ts';
import { buildShop } from '../../../sandbox/demo/scenario.ts';
import { workloads } from '../../../sandbox/demo/states.ts';
import { type Alerts, startWatcher, type Watcher } from '../../../sandbox/demo/watcher.ts';

let cluster: SimulatedCluster;
let watcher: Watcher;
const told: [string, Labels, string?][] = [];
let firingWhenTold: boolean | undefined;
const alerts: Alerts = {
  fire: (labels, annotations) => void told.push(['fire', labels, annotations?.['summary']]),
  resolve(labels) {
    told.push(['resolve', labels]);
    firingWhenTold = watcher.isFiring('shop/checkout');
  },
};
const CRASHING = { alertname: 'PodCrashLooping', severity: 'critical', namespace: 'shop', deployment: 'checkout' };

beforeEach(async () => {
  told.length = 0;
  cluster = await startCluster({ stepMs: 0 });
  buildShop(cluster.world);
  buildNeighbours(cluster.world);
  watcher = startWatcher(ruleWatches(cluster.world), alerts);
});

afterEach(async () => {
  watcher.stop();
  await cluster.close();
});

const counts = () => workloads(cluster.world).map((one) => `${one.namespace}/${one.name} ${one.ready}/${one.desired}`);

describe('the watcher of the cluster', () => {
  it('finds the shop well, and all around it', () => {
    expect(counts().sort()).toEqual([
      'catalog/prices 4/4',
      'kube-system/node-agent 3/3',
      'mail/mailer 2/2',
      'payments/db 1/1',
      'reports/archiver 3/3',
      'reports/renderer 2/2',
      'search/indexer 2/2',
      'search/suggest 2/2',
      'shop/cart 2/2',
      'shop/checkout 3/3',
    ]);
    watcher.look();
    expect(told).toEqual([]);
  });

  it('raises one alert when pods crash, and resolves it when all are ready again', () => {
    cluster.world.crash('shop', 'checkout', { until: 'mended', exitCode: 137, reason: 'OOMKilled' });
    cluster.world.tick(2);
    watcher.look();
    watcher.look();
    expect(told).toEqual([['fire', CRASHING, 'checkout crash-loops, exit code 137 (OOMKilled)']]);
    expect(watcher.isFiring('shop/checkout')).toBe(true);
    const pods = workloads(cluster.world).find((one) => one.name === 'checkout')?.pods ?? [];
    expect(pods.map(({ status, ready }) => [status, ready])).toEqual(
      Array.from({ length: 3 }, () => ['CrashLoopBackOff', false]),
    );
    expect(pods.every((one) => one.restarts > 0)).toBe(true);
    cluster.world.mend('shop', 'checkout');
    watcher.look();
    expect(told).toHaveLength(1);
    cluster.world.tick(400);
    watcher.look();
    expect(told.at(-1)).toEqual(['resolve', CRASHING]);
    expect(watcher.isFiring('shop/checkout')).toBe(false);
    expect(firingWhenTold, 'who hears that it is over is not told that it fires').toBe(false);
  });

  it('holds the alerts of pods that are gone until their workload is whole again', () => {
    const { world } = cluster;
    world.crash('search', 'indexer', { until: 'restart' });
    world.tick(2);
    watcher.look();
    const fired = told.map(([, { pod }]) => pod);
    expect(fired).toHaveLength(2);
    for (const pod of world.store.list('pods', 'search'))
      if (fired.includes(pod.metadata.name)) world.store.delete('pods', pod);
    watcher.look();
    expect(told).toHaveLength(2);
    world.mend('search', 'indexer');
    world.tick(20);
    watcher.look();
    expect(told.slice(2).map(([what, { pod }]) => [what, pod])).toEqual(fired.map((pod) => ['resolve', pod]));
  });

  it('has nothing to say of rollouts and scaling that get on', () => {
    const { world } = cluster;
    world.scale('reports', 'renderer', 3);
    world.revise('catalog', 'prices', { env: { LEVEL: 'debug' } });
    world.revise('search', 'suggest', { env: { LEVEL: 'debug' } });
    const short = new Set<string>();
    for (let i = 0; i < 20; i++) {
      world.tick();
      watcher.look();
      for (const { name, ready, desired } of workloads(world)) if (ready < desired) short.add(name);
    }
    expect([...short].sort()).toEqual(['prices', 'renderer']);
    expect(told).toEqual([]);
    expect(workloads(world).filter(({ ready, desired }) => ready < desired)).toEqual([]);
  });

  it.each([
    ['wrong-tag', 'KubeContainerWaiting', 1, { container: 'app', reason: 'ImagePullBackOff' }],
    ['crash-loop', 'KubePodCrashLooping', 2, { container: 'app', reason: 'CrashLoopBackOff' }],
    ['out-of-memory', 'PodCrashLooping', 1, { deployment: 'checkout' }],
    ['too-few', 'TooFewReplicas', 1, { deployment: 'mailer' }],
    ['bad-release', 'KubeDeploymentReplicasMismatch', 1, { deployment: 'prices', namespace: 'catalog' }],
    ['probe', 'KubePodNotReady', 2, {}],
    ['quota', 'KubeDeploymentReplicasMismatch', 1, { deployment: 'renderer', namespace: 'reports' }],
  ])('%s fires %s, of nothing else, and by hand it is mended', async (id, alertname, count, labels) => {
    const { world } = cluster;
    const orders = { fill: async () => undefined, leave: async () => undefined };
    const alertmanager = { ...alerts, fires: () => false };
    const stage = { cluster, alertmanager, orders, watcher };
    const breakage = BREAKAGES.find((one) => one.id === id)!;
    await breakage.break(stage);
    world.tick(12);
    watcher.look();
    expect(told.map(([what, said]) => [what, said['alertname']])).toEqual(
      Array.from({ length: count }, () => ['fire', alertname]),
    );
    expect(told[0]?.[1]).toMatchObject(labels);
    expect(BREAKAGES.filter((one) => one.isBroken(stage)).map((one) => one.id)).toEqual([id]);
    await breakage.mend(stage);
    world.tick(400);
    watcher.look();
    expect(told.filter(([what]) => what === 'resolve')).toHaveLength(count);
    expect(breakage.isBroken(stage)).toBe(false);
    expect(workloads(world).filter(({ ready, desired }) => ready < desired)).toEqual([]);
  });
});
