import { pino } from 'pino';
import type { Config } from '../config/config.ts';
import { accessAsked, type Permission, permissionsOf, permissionText } from '../core/rbac.ts';
import { type Access, type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Finding, Tell } from './check.ts';
import { createCleanups } from './cleanups.ts';
import { openEnvironments } from './environments.ts';
import { loadModules } from './modules.ts';
import { wordsOf } from './stderr.ts';

const LIMIT_MS = 8_000;
const NAMED = 3;

/** Whether each cluster answers, and which rights the enabled commands lack there. */
export async function lookAtClusters(config: Config, note: Tell, env: NodeJS.ProcessEnv): Promise<void> {
  const needed = permissionsOf(loadModules(config.disabledCommands).commands.values());
  const cleanups = createCleanups(pino({ level: 'silent' }));
  for (const environment of openEnvironments(config, env, cleanups).values()) {
    for (const [name, cluster] of environment.clusters) {
      const what = `cluster ${environment.name}/${name}`;
      const scope = { environment: environment.name, namespaces: environment.namespaces ?? 'all', needed } as const;
      for (const finding of await findingsOf(cluster, scope)) note({ what, ...finding });
    }
  }
  await cleanups.run(2_000);
}

interface Scope {
  readonly environment: string;
  readonly namespaces: readonly string[] | 'all';
  readonly needed: ReadonlyMap<Permission, readonly string[]>;
}

type Found = Omit<Finding, 'what'>;

async function findingsOf(cluster: Cluster, scope: Scope): Promise<readonly Found[]> {
  try {
    const detail = await cluster.version({ signal: AbortSignal.timeout(LIMIT_MS) });
    return [{ ok: true, detail }, await rightsIn(cluster, scope)];
  } catch (error) {
    const wrong = error instanceof ClusterError && error.kind === 'misconfigured';
    const remedy = wrong
      ? 'check KUBECONFIG and the context under `clusters`'
      : 'check that the API server can be reached from here with this context';
    return [{ ok: false, detail: wordsOf(error), remedy }];
  }
}

async function rightsIn(cluster: Cluster, { environment, namespaces, needed }: Scope): Promise<Found> {
  const { wanted, within } = accessAsked(needed.keys(), namespaces);
  const { missing, user } = await cluster.access(wanted, within, { signal: AbortSignal.timeout(LIMIT_MS) });
  const whose = user === undefined ? '' : `, as ${user}`;
  if (missing.length === 0)
    return { ok: true, detail: `all ${wanted.length} rights that the enabled commands need${whose}` };
  const named = missing.slice(0, NAMED).map(inWords);
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return {
    ok: 'warning',
    detail: `lacks ${named.join(', ')}${more}, of ${wanted.length} rights${whose}`,
    remedy: `somebody who may runs: hikeshi rbac --environment ${environment} ${subjectFlag(user)}| kubectl apply -f -`,
  };
}

function inWords(question: Access['missing'][number]): string {
  return `${permissionText(question)}${question.namespace === undefined ? '' : ` in ${question.namespace}`}`;
}

/** Whom `hikeshi rbac` is to bind the rights to; our own account is its default. */
function subjectFlag(user: string | undefined): string {
  const [, account] = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(user ?? '') ?? [];
  if (account !== undefined)
    return account === 'hikeshi:hikeshi' ? '' : `--service-account ${account.replace(':', '/')} `;
  return user === undefined ? '' : `--user '${user.replaceAll("'", `'\\''`)}' `;
}
