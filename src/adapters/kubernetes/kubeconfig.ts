import type { KubeConfig, User } from '@kubernetes/client-node';
import { ConfigProblem } from './errors.ts';

/** Where credentials come from. Without `path` and `text`: `KUBECONFIG`, `~/.kube/config`, then the pod's own account. */
export interface KubeconfigSource {
  readonly path?: string;
  /** The YAML itself instead of a file. */
  readonly text?: string;
  /** Absent: the file's current context. */
  readonly context?: string;
}

/** The address that the client library makes up when it finds no configuration at all. */
const MADE_UP = 'http://localhost:8080';

/**
 * Loads credentials with the official client's loader, which is imported here and not before: it costs 400 ms.
 * @throws ConfigProblem without the library's own words, which may quote the file
 */
export async function loadKubeconfig(
  source: KubeconfigSource | 'in-cluster',
  execPlugins: readonly string[],
): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (source === 'in-cluster') loadFromPod(config);
  else loadFromSource(config, source);
  const user = config.getCurrentUser();
  if (user) refusePlugins(user, execPlugins);
  return config;
}

function loadFromPod(config: KubeConfig): void {
  if (!process.env['KUBERNETES_SERVICE_HOST']) {
    throw new ConfigProblem('not running in a pod (KUBERNETES_SERVICE_HOST is not set): name a kubeconfig instead');
  }
  config.loadFromCluster();
}

function loadFromSource(config: KubeConfig, source: KubeconfigSource): void {
  const what = source.text === undefined ? `kubeconfig ${source.path ?? '(default)'}` : 'kubeconfig';
  try {
    if (source.text !== undefined) config.loadFromString(source.text);
    else if (source.path !== undefined) config.loadFromFile(source.path);
    else config.loadFromDefault();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'not a valid kubeconfig';
    throw new ConfigProblem(`${what} cannot be read: ${code}`);
  }
  chooseContext(config, source.context, what);
}

function chooseContext(config: KubeConfig, context: string | undefined, what: string): void {
  if (context !== undefined) config.setCurrentContext(context);
  const wanted = config.getCurrentContext();
  const cluster = config.getContextObject(wanted) && config.getCurrentCluster();
  if (cluster && cluster.server !== MADE_UP) return;
  const known = config.getContexts().map((c) => c.name);
  if (!cluster && wanted)
    throw new ConfigProblem(`${what} has no context ${wanted}; it has: ${known.join(', ') || 'none'}`);
  throw new ConfigProblem(`${what} names no cluster: set kubeconfig and context`);
}

/** A kubeconfig may name any program to run for a token: only what the operator listed is run. */
function refusePlugins(user: User, allowed: readonly string[]): void {
  const provider = user.authProvider as { name?: string; config?: { exec?: unknown } } | null | undefined;
  if (provider && provider.name !== 'tokenFile') {
    throw new ConfigProblem(
      `auth-provider ${provider.name ?? ''} of user ${user.name} is not supported: use a token or an exec plugin`,
    );
  }
  const exec = user.exec as { command?: string } | null | undefined;
  if (exec && !allowed.includes(exec.command ?? '')) {
    throw new ConfigProblem(
      `exec plugin ${exec.command ?? ''} of user ${user.name} is not in the cluster's list of allowed plugins`,
    );
  }
}
