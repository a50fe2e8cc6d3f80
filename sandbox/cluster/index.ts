import type { AddressInfo } from 'node:net';
import { createApiServer, TOKENS } from './server.ts';
import { World } from './world.ts';

export interface ClusterOptions {
  /** 0 or absent: any free one. */
  port?: number;
  now?: () => Date;
  /** Default: random ones. */
  uid?: () => string;
  /** Real milliseconds between two looks of the controllers; 0: only `world.tick()` moves anything. */
  stepMs?: number;
}

export interface SimulatedCluster {
  readonly url: string;
  /** YAML for an account that may do everything the bot does. */
  readonly kubeconfig: string;
  /** The same for an account without any rights. */
  readonly visitorKubeconfig: string;
  readonly world: World;
  close(): Promise<void>;
}

/** Starts a Kubernetes API look-alike on loopback: what our adapter asks, answered as a real API server does. */
export async function startCluster(options: ClusterOptions = {}): Promise<SimulatedCluster> {
  const world = new World(options.now ?? (() => new Date()), options.uid);
  const server = createApiServer(world);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const timer = options.stepMs === 0 ? undefined : setInterval(() => world.step(), options.stepMs ?? 700).unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: kubeconfigFor(url, TOKENS.operator),
    visitorKubeconfig: kubeconfigFor(url, TOKENS.visitor),
    world,
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `insecure-skip-tls-verify` is what client libraries want to see before they speak http. */
export function kubeconfigFor(server: string, token: string): string {
  return `apiVersion: v1
kind: Config
current-context: sandbox
clusters:
  - name: sandbox
    cluster: { server: '${server}', insecure-skip-tls-verify: true }
contexts:
  - name: sandbox
    context: { cluster: sandbox, user: sandbox }
users:
  - name: sandbox
    user: { token: '${token}' }
`;
}
