import type { KubeConfig } from '@kubernetes/client-node';

export const LOOPBACK = /^https?:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(\/|$)/;

/** Why the cluster suite does not run; `undefined`: it may. With `CI=true` not running is a failure. */
export function whyNot(env: NodeJS.ProcessEnv): string | undefined {
  if (env['HIKESHI_TEST_KUBECONFIG']) return undefined;
  const why = 'cluster suite: HIKESHI_TEST_KUBECONFIG is not set (a kubeconfig of a cluster one may wreck, e.g. kind)';
  if (env['CI'] === 'true') throw new Error(`${why}; with CI=true that is a failure`);
  return why;
}

/**
 * Chooses the context, and refuses a cluster that nobody said may be wrecked: only a server on loopback is used without
 * `HIKESHI_TEST_CONTEXT`, which must be the very context.
 */
export function chooseContext(config: KubeConfig, wanted: string | undefined): void {
  if (wanted !== undefined) {
    if (!config.getContextObject(wanted)) throw new Error(`HIKESHI_TEST_CONTEXT: no context ${wanted}`);
    config.setCurrentContext(wanted);
    return;
  }
  const server = config.getCurrentCluster()?.server ?? '';
  if (LOOPBACK.test(server)) return;
  const name = config.getCurrentContext();
  throw new Error(`refusing ${server}: not on loopback. If it may be wrecked, set HIKESHI_TEST_CONTEXT=${name}`);
}
