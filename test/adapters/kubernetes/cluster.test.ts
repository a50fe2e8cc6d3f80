import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimulatedCluster, startCluster } from '../../../sandbox/cluster/index.ts';
import { TOKENS } from '../../../sandbox/cluster/server.ts';
import { createCluster, type KubernetesCluster } from '../../../src/adapters/kubernetes/cluster.ts';
import type { Limits } from '../../../src/adapters/kubernetes/rest.ts';
import type { WorkloadRef } from '../../../src/domain/workload.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';

const REF: WorkloadRef = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const mark = { run: 'run-1', by: 'U1', reason: 'because', at: new Date() };

let simulated: SimulatedCluster;
let cluster: KubernetesCluster;

beforeEach(async () => {
  simulated = await startCluster({ stepMs: 0 });
  cluster = open();
});

afterEach(async () => {
  await cluster.close();
  await simulated.close();
});

function open(limits: Partial<Limits> = {}): KubernetesCluster {
  return createCluster({ name: 'main', kubeconfig: { text: simulated.kubeconfig }, limits });
}

/** The error of a call that must fail: always a ClusterError, and never with a secret anywhere in it. */
async function failure(call: Promise<unknown>): Promise<ClusterError> {
  const error: unknown = await call.then(
    () => expect.unreachable('it did not fail'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ClusterError);
  expect(inspect(error, { depth: 10 })).not.toContain(TOKENS.operator);
  return error as ClusterError;
}

async function planned(): Promise<{ uid: string; templateHash: string }> {
  const workload = await cluster.workload(REF);
  return { uid: workload?.uid ?? '', templateHash: workload?.templateHash ?? '' };
}

describe('an API server in trouble', () => {
  it('is away when nothing listens', async () => {
    await simulated.close();
    const error = await failure(cluster.version());
    expect(error).toMatchObject({
      kind: 'away',
      cluster: 'main',
      message: 'cannot reach the API server of main (ECONNREFUSED)',
    });
  });

  it('is away while connections are cut or 503 is answered, and back after', async () => {
    simulated.world.away(true);
    expect(await failure(cluster.version())).toMatchObject({ kind: 'away' });
    simulated.world.away('503');
    const refused = await failure(cluster.version());
    expect(refused).toMatchObject({ kind: 'away', message: 'the server is currently unable to handle the request' });
    simulated.world.away(false);
    expect(await cluster.version()).toBe('v1.35.4');
  });

  it('is away when an answer takes longer than its limit', async () => {
    simulated.world.slow(60_000);
    const impatient = open({ requestMs: 50 });
    const error = await failure(impatient.version());
    expect(error).toMatchObject({ kind: 'away', message: 'cannot reach the API server of main (TIMEOUT)' });
  });

  it('is not asked any longer when the caller gives up', async () => {
    simulated.world.slow(60_000);
    const controller = new AbortController();
    const call = failure(cluster.namespaces({ signal: controller.signal }));
    controller.abort();
    expect((await call).message).toContain('CANCELLED');
    expect((await failure(cluster.version({ signal: controller.signal }))).message).toContain('CANCELLED');
  });

  it('may not answer without end', async () => {
    simulated.world.create({ namespace: 'shop', name: 'checkout', replicas: 20 });
    const small = open({ maxResponseBytes: 2_000 });
    const error = await failure(small.pods({}));
    expect(error).toMatchObject({ kind: 'away', message: expect.stringContaining('UND_ERR_RES_EXCEEDED_MAX_SIZE') });
  });
});

describe('restart', () => {
  beforeEach(() => simulated.world.create({ namespace: 'shop', name: 'checkout', replicas: 2 }));

  it('changes once when the answer is lost, and the probe finds it', async () => {
    const expected = await planned();
    simulated.world.loseAnswers();
    const change = { expect: expected, mark, dryRun: false };
    expect(await failure(cluster.restart(REF, change))).toMatchObject({ kind: 'away' });
    expect(await cluster.workload(REF)).toMatchObject({ generation: 2 });
    expect(await cluster.restartHappened(REF, 'run-1')).toBe(true);
  });

  it('names the right that is missing', async () => {
    const expected = await planned();
    simulated.world.forbid('patch', 'deployments');
    const error = await failure(cluster.restart(REF, { expect: expected, mark, dryRun: true }));
    expect(error.kind).toBe('forbidden');
    expect(error.message).toContain('cannot patch resource "deployments" in API group "apps" in the namespace "shop"');
  });

  it('leaves who, why and when in the template, and the annotations that were there', async () => {
    simulated.world.create({ namespace: 'shop', name: 'cart', templateAnnotations: { 'example.com/a~b': 'kept' } });
    const ref = { ...REF, name: 'cart' };
    const live = await cluster.workload(ref);
    const at = new Date('2026-01-02T03:04:05.678Z');
    const change = {
      expect: live ?? expect.unreachable(),
      mark: { ...mark, at, reason: `\ud800 ${'火'.repeat(900)}` },
      dryRun: false,
    };
    await cluster.restart(ref, change);
    const stored = simulated.world.store.get('deployments', 'shop', 'cart');
    expect(stored?.spec.template.metadata.annotations).toEqual({
      'example.com/a~b': 'kept',
      'kubectl.kubernetes.io/restartedAt': '2026-01-02T03:04:05Z',
      'hikeshi/run': 'run-1',
      'hikeshi/by': 'U1',
      'hikeshi/reason': `\ufffd ${'火'.repeat(498)}`,
    });
  });
});

describe('long lists', () => {
  it('are counted by the server, or page by page without specs, and never fetched whole', async () => {
    simulated.world.create({ namespace: 'shop', name: 'checkout', replicas: 1200 });
    const all = await cluster.pods({});
    expect(all.pods).toHaveLength(500);
    expect(all.more).toBe(700);
    const some = await cluster.pods({ namespace: 'shop', selector: 'app=checkout', limit: 30 });
    expect(some.pods).toHaveLength(30);
    expect(some.more).toBe(1170);
    const none = await cluster.pods({ limit: 0 });
    expect(none).toEqual({ pods: [], more: 1200 });
  });

  it('of workloads are cut at the limit, over all kinds', async () => {
    for (const [i, kind] of (['Deployment', 'StatefulSet', 'DaemonSet'] as const).entries()) {
      simulated.world.create({ kind, namespace: 'shop', name: `w${i}` });
    }
    const rows = await cluster.workloads({ limit: 2 });
    expect(rows.map((r) => r.ref.name)).toEqual(['w0', 'w1']);
  });
});
