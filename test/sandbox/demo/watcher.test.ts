import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { buildShop } from '../../../sandbox/demo/scenario.ts';
import { type Alerts, watchCluster, workloads } from '../../../sandbox/demo/watcher.ts';

let cluster: SimulatedCluster;
const told: [string, Readonly<Record<string, string>>, string?][] = [];
const alerts: Alerts = {
  fire: (labels, annotations) => void told.push(['fire', labels, annotations?.['summary']]),
  resolve: (labels) => void told.push(['resolve', labels]),
};
const CRASHING = { alertname: 'PodCrashLooping', severity: 'critical', namespace: 'shop', deployment: 'checkout' };

beforeEach(async () => {
  told.length = 0;
  cluster = await startCluster({ stepMs: 0 });
  buildShop(cluster.world);
});

afterEach(() => cluster.close());

const counts = () => workloads(cluster.world).map((one) => `${one.namespace}/${one.name} ${one.ready}/${one.desired}`);

describe('the watcher of the cluster', () => {
  it('finds the shop well', () => {
    expect(counts().sort()).toEqual([
      'kube-system/node-agent 3/3',
      'payments/db 1/1',
      'shop/cart 2/2',
      'shop/checkout 3/3',
    ]);
  });

  it('raises one alert when pods crash, and resolves it when all are ready again', () => {
    const watcher = watchCluster(cluster.world, alerts, () => undefined);
    watcher.look();
    expect(told).toEqual([]);
    cluster.world.crash('shop', 'checkout', { until: 'mended', exitCode: 137, reason: 'OOMKilled' });
    cluster.world.tick(2);
    watcher.look();
    watcher.look();
    expect(told).toEqual([['fire', CRASHING, 'checkout crash-loops, exit code 137 (OOMKilled)']]);
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
    watcher.stop();
  });
});
