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
const MADE_UP_CONTEXT = 'loaded-context';
const NONE =
  'there is no kubeconfig: ~/.kube/config does not exist; set KUBECONFIG to its path, or kubeconfig of the cluster in the config';

/**
 * Loads credentials with the official client's loader, which is imported here and not before: it costs 100 ms.
 * @throws ConfigProblem without the library's own words, which may quote the file
 */
export async function loadKubeconfig(
  source: KubeconfigSource | 'in-cluster',
  execPlugins: readonly string[],
): Promise<KubeConfig> {
  const { KubeConfig } = await import('./client-config.ts');
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
  const what = whatOf(source);
  try {
    if (source.text !== undefined) config.loadFromString(source.text);
    else if (source.path !== undefined) config.loadFromFile(source.path);
    else config.loadFromDefault();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'not a valid kubeconfig';
    throw new ConfigProblem(`${what} cannot be read: ${code}`);
  }
  if (source.path === undefined && source.text === undefined && isMadeUp(config)) throw new ConfigProblem(NONE);
  chooseContext(config, source.context, what);
}

/** The place as people know it, of the variable that the client library's loader looks at. */
function whatOf({ path, text }: KubeconfigSource): string {
  if (text !== undefined) return 'kubeconfig';
  const named = process.env['KUBECONFIG'];
  return `kubeconfig ${path ?? (named ? `${named} (of KUBECONFIG)` : '~/.kube/config')}`;
}

/** Nothing that the loader knows of was there, so it made something up. */
function isMadeUp(config: KubeConfig): boolean {
  const [only, ...others] = config.getContexts();
  return only?.name === MADE_UP_CONTEXT && others.length === 0 && config.getCluster(only.cluster)?.server === MADE_UP;
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
