import { request } from 'undici';
import { startCluster } from '../../../sandbox/cluster/index.ts';
import { TOKENS } from '../../../sandbox/cluster/server.ts';
import { createCluster } from '../../../src/adapters/kubernetes/cluster.ts';
import type { ClusterBench, Wanted } from '../../contracts/cluster.bench.ts';

/** More simulated seconds than any case needs. */
const MAX_TICKS = 300;
const NAMESPACE = 'contract';

/** The simulator under the contract: time passes by ticks. */
export async function simulatedBench(): Promise<ClusterBench> {
  const simulated = await startCluster({ stepMs: 0 });
  const { world, url, kubeconfig, visitorKubeconfig } = simulated;
  const clusterOf = (text: string): ReturnType<typeof createCluster> =>
    createCluster({ name: 'simulated', kubeconfig: { text } });
  const clusters = [kubeconfig, visitorKubeconfig, kubeconfig.replace(TOKENS.operator, 'nobody')].map(clusterOf);
  const [cluster, visitor, stranger] = clusters as [
    ReturnType<typeof createCluster>,
    ReturnType<typeof createCluster>,
    ReturnType<typeof createCluster>,
  ];
  world.createNamespace(NAMESPACE);
  return {
    cluster,
    visitor,
    stranger,
    visitorName: 'system:serviceaccount:default:visitor',
    namespace: NAMESPACE,
    deploy: async (wanted) => deploy(world, wanted),
    revise: async (ref, revised) => world.revise(ref.namespace, ref.name, revised, ref.kind),
    setImage: async (ref, image) => world.setImage(ref.namespace, ref.name, image, ref.kind),
    scale: async (ref, replicas) => world.scale(ref.namespace, ref.name, replicas, ref.kind),
    remove: async (ref) => world.delete(ref.namespace, ref.name, ref.kind),
    beside: async (resource, name, content, status = {}) =>
      world.putBeside(resource, NAMESPACE, name, { ...content, status }),
    async limit(quota, hard) {
      world.putBeside('resourcequotas', NAMESPACE, quota, { spec: { hard: { ...hard } } });
      return async () => {
        const known = world.store.get('resourcequotas', NAMESPACE, quota);
        if (known) world.store.delete('resourcequotas', known);
      };
    },
    async takeNoDryRun(webhook) {
      world.store.takingNoDryRun.add(webhook);
      return async () => void world.store.takingNoDryRun.delete(webhook);
    },
    async until(look, ok) {
      for (let tick = 0; tick < MAX_TICKS; tick++) {
        const seen = await look();
        if (ok(seen)) return seen;
        world.tick();
      }
      throw new Error(`not so after ${MAX_TICKS} ticks: ${JSON.stringify(await look())}`);
    },
    async wire(method, path, options = {}) {
      const token = options.visitor ? TOKENS.visitor : TOKENS.operator;
      const headers = { authorization: `Bearer ${token}`, ...(options.type && { 'content-type': options.type }) };
      const answer = await request(`${url}${path}`, { method, headers, body: options.body });
      const type = String(answer.headers['content-type']);
      return {
        code: answer.statusCode,
        type,
        body: type === 'application/json' ? await answer.body.json() : await answer.body.text(),
      };
    },
    async close() {
      await Promise.all(clusters.map((c) => c.close()));
      await simulated.close();
    },
  };
}

function deploy(world: Awaited<ReturnType<typeof startCluster>>['world'], wanted: Wanted): void {
  const { kind, name, replicas, image, paused, progressDeadlineSeconds } = wanted;
  world.create({
    kind,
    namespace: NAMESPACE,
    name,
    settled: false,
    ...(replicas !== undefined && { replicas }),
    ...(image !== undefined && { image }),
    ...(wanted.command && { command: [...wanted.command] }),
    ...(wanted.prints && { prints: wanted.prints }),
    ...(wanted.resources && { resources: wanted.resources }),
    ...(paused && { paused }),
    ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
    ...(wanted.annotations && { annotations: { ...wanted.annotations } }),
    ...(wanted.onDelete && { updateStrategy: 'OnDelete' as const }),
  });
  if (wanted.crash) world.crash(NAMESPACE, name, { until: 'mended' }, kind);
}
