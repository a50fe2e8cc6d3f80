import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Diagnosis, diagnose } from '../../src/core/why/diagnose.ts';
import type { Cause } from '../../src/domain/why/finding.ts';
import type { SubjectRef } from '../../src/ports/cluster.ts';
import { fakeImages } from '../fakes/images.ts';
import { type RealBench, realBench } from './bench.ts';
import { whyNot } from './guard.ts';
import { BROKEN } from './why.broken.ts';
import { type Broken, IMAGE } from './why.case.ts';
import { eventObject, type Said, statusPatch } from './why.kubelet.ts';

const MERGE = 'application/merge-patch+json';
const RESOURCES = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;
const LABEL = { 'hikeshi.test/no-kubelet': 'true' };

interface Named {
  readonly name: string;
  readonly uid: string;
}

/**
 * Each workload broken in a known way, all in one namespace but where that itself is what breaks them: every cause is named, and
 * no other. Scheduler, controllers and admission are real. A kubelet's words are ours, on a node that has none.
 */
describe.skipIf(whyNot(process.env))('why', () => {
  let bench: RealBench;
  let node: string;
  const namespaces: string[] = [];
  const refs = new Map<Broken, SubjectRef>();
  beforeAll(async () => {
    bench = await realBench();
    node = `${bench.namespace}-node`;
    await bench.write('POST', '/api/v1/nodes', {
      metadata: { name: node, labels: LABEL },
      spec: { taints: [{ key: 'hikeshi.test/no-kubelet', value: 'true', effect: 'NoSchedule' }] },
    });
  });
  afterAll(async () => {
    if (!bench) return;
    for (const namespace of namespaces) await bench.write('DELETE', `/api/v1/namespaces/${namespace}`);
    // Nobody else ends pods there.
    for (const namespace of [...namespaces, bench.namespace])
      await bench.write('DELETE', `/api/v1/namespaces/${namespace}/pods?gracePeriodSeconds=0`);
    await bench.write('DELETE', `/api/v1/nodes/${node}`);
    await bench.close();
  });

  /** What its kubelet would renew. */
  async function nodeIs(ready: boolean): Promise<void> {
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const condition = {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    await bench.write('PATCH', `/api/v1/nodes/${node}/status`, { status: { conditions: [condition] } }, MERGE);
  }

  async function namespaceOf({ name, apart }: Broken): Promise<string> {
    if (!apart) return bench.namespace;
    const namespace = `${bench.namespace}-${name}`;
    await bench.write('POST', '/api/v1/namespaces', { metadata: { name: namespace, labels: apart } });
    namespaces.push(namespace);
    await bench.until(
      () => bench.wire('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
      ({ code }) => code === 200,
    );
    return namespace;
  }

  async function create(broken: Broken, namespace: string): Promise<SubjectRef> {
    const { name, kind = 'Deployment', beside = [] } = broken;
    for (const [path, body] of beside) {
      const at = path.lastIndexOf('/');
      await bench.write('POST', `/${path.slice(0, at)}/namespaces/${namespace}${path.slice(at)}`, body);
    }
    if (beside.some(([path]) => path.endsWith('resourcequotas'))) await quotaCounted(namespace);
    await bench.write('POST', `/apis/apps/v1/namespaces/${namespace}/${RESOURCES[kind]}`, manifest(broken));
    return { kind, namespace, name };
  }

  const quotaCounted = (namespace: string): Promise<unknown> =>
    bench.until(
      () => bench.wire('GET', `/api/v1/namespaces/${namespace}/resourcequotas/few`),
      ({ body }) => (body as { status?: { used?: object } }).status?.used !== undefined,
    );

  function manifest({ name, kind = 'Deployment', spec, pod, container, kubelet, deleted }: Broken): object {
    const labels = { app: name };
    const containers = [{ name: 'app', image: IMAGE, ...container }];
    const metadata = { labels, ...(deleted && { finalizers: ['hikeshi.test/keep'] }) };
    return {
      metadata: { name },
      spec: {
        selector: { matchLabels: labels },
        ...(kind === 'StatefulSet' && { serviceName: name }),
        template: { metadata, spec: { containers, ...(kubelet && { nodeName: node }), ...pod } },
        ...spec,
      },
    };
  }

  async function podsOf({ namespace, name }: SubjectRef, count: number): Promise<readonly Named[]> {
    const listed = await bench.until(
      () => bench.wire('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=app=${name}`),
      ({ body }) => (body as { items: readonly unknown[] }).items.length === count,
    );
    const { items } = listed.body as { items: readonly { metadata: Named }[] };
    return items.map(({ metadata }) => metadata);
  }

  async function say(said: Said, pod: Named, namespace: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.name}/status`;
    await bench.write('PATCH', path, statusPatch(said), MERGE);
    for (const [i, event] of (said.events ?? []).entries())
      await bench.write('POST', `/api/v1/namespaces/${namespace}/events`, eventObject({ ...pod, namespace }, event, i));
  }

  const lookAt = async (ref: SubjectRef, laterS = 0): Promise<Diagnosis> => {
    const now = new Date(Date.now() + laterS * 1_000);
    return (await diagnose(bench.cluster, ref, {
      images: fakeImages(),
      until: performance.now() + 10_000,
      now,
      signal: AbortSignal.timeout(30_000),
    }))!;
  };
  const causesOf = ({ verdict }: Diagnosis): readonly Cause[] => verdict.findings.map(({ cause }) => cause);

  const wantedOf = ({ expected }: Broken): readonly unknown[] =>
    expected.map((cause) => expect.objectContaining(cause));

  async function broken(one: Broken): Promise<SubjectRef> {
    const namespace = await namespaceOf(one);
    const ref = await create(one, namespace);
    const { kubelet, second, deleted } = one;
    if (!kubelet) return ref;
    const pods = await podsOf(ref, second ? 2 : 1);
    for (const [i, pod] of pods.entries()) await say((i === 1 && second) || kubelet, pod, namespace);
    if (!deleted) return ref;
    const [pod] = pods;
    await bench.write('DELETE', `/api/v1/namespaces/${namespace}/pods/${pod!.name}?gracePeriodSeconds=1`);
    return { kind: 'Pod', namespace, name: pod!.name };
  }

  it.each(BROKEN)('$name ($words words)', async (one) => {
    await nodeIs(true);
    const ref = await broken(one);
    const seen = await bench.until(
      () => lookAt(ref, one.laterS),
      ({ verdict }) =>
        one.expected.length > 0 ? verdict.findings.length >= one.expected.length : verdict.state === 'healthy',
    );
    expect(causesOf(seen)).toEqual(wantedOf(one));
    refs.set(one, ref);
  });

  it('names the same of each when all has settled and everything else is broken beside it', async () => {
    await nodeIs(true);
    const again = await Promise.all(
      [...refs].map(async ([one, ref]) => ({ one, found: causesOf(await lookAt(ref, one.laterS)) })),
    );
    expect(again.map(({ one, found }) => [one.name, found])).toEqual(BROKEN.map((one) => [one.name, wantedOf(one)]));
  });

  it('names what of a node stands in the way: free CPU, its labels, its taints, where the scheduler does not', async () => {
    const reasonsOf = async (name: string) => {
      const [cause] = causesOf(await lookAt({ kind: 'Deployment', namespace: bench.namespace, name }));
      return cause?.id === 'unschedulable' ? cause.reasons : [];
    };
    expect(await reasonsOf('cpu')).toContainEqual(
      expect.objectContaining({ why: 'resource', resource: 'cpu', asks: '5k' }),
    );
    expect(await reasonsOf('selector')).toContainEqual(
      expect.objectContaining({ why: 'selector', selector: 'disk=ssd' }),
    );
    const [taint] = (await reasonsOf('taint')).filter(({ why }) => why === 'taint');
    expect(taint).toMatchObject({
      nodes: 1,
      taints: expect.arrayContaining(['hikeshi.test/no-kubelet=true:NoSchedule']),
    });
    expect((await reasonsOf('affinity')).map(({ why }) => why)).toContain('affinity');
    expect((await reasonsOf('spread')).map(({ why }) => why)).toContain('spread');
  });

  it('a node that is away is the cause, and not what its pods said last', async () => {
    await nodeIs(false);
    const seen = await bench.until(
      () => lookAt({ kind: 'Deployment', namespace: bench.namespace, name: 'exits' }),
      (d) => causesOf(d)[0]?.id === 'node-not-ready',
    );
    expect(causesOf(seen)).toEqual([{ id: 'node-not-ready', node }]);
  });
});
