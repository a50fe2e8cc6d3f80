import { pino } from 'pino';
import type { Config } from '../config/config.ts';
import { accessAsked, type Permission, permissionsOf, permissionText } from '../core/rbac.ts';
import { type Access, type Cluster, ClusterError } from '../ports/cluster.ts';
import type { Around, Finding, Tell, Words } from './check.ts';
import { createCleanups } from './cleanups.ts';
import { openEnvironments } from './environments.ts';
import { waitsFor } from './gaps.ts';
import { loadModules } from './modules.ts';
import { wordsOf } from './stderr.ts';

const LIMIT_MS = 8_000;
const NAMED = 3;

/** Where clusters are named, or what stands above them. */
const CLUSTERS = /^environments(\.[^.]+(\.clusters\b.*)?)?$/;

/** Whether each cluster answers, and which rights the enabled commands lack there. */
export async function lookAtClusters(config: Config, note: Tell, { words, env, gaps }: Around): Promise<void> {
  waitsFor(gaps.like(CLUSTERS), words.what.clusters, note, words);
  const needed = permissionsOf(loadModules(config.disabledCommands).commands.values());
  const cleanups = createCleanups(pino({ level: 'silent' }));
  for (const environment of openEnvironments(config, env, cleanups).values()) {
    for (const [name, cluster] of environment.clusters) {
      const what = words.what.cluster({ cluster: `${environment.name}/${name}` });
      const scope = {
        environment: environment.name,
        namespaces: environment.namespaces ?? 'all',
        needed,
        said: words.cluster,
      } as const;
      for (const finding of await findingsOf(cluster, scope)) note({ what, ...finding });
    }
  }
  await cleanups.run(2_000);
}

interface Scope {
  readonly environment: string;
  readonly namespaces: readonly string[] | 'all';
  readonly needed: ReadonlyMap<Permission, readonly string[]>;
  readonly said: Words['cluster'];
}

type Found = Omit<Finding, 'what'>;

async function findingsOf(cluster: Cluster, scope: Scope): Promise<readonly Found[]> {
  try {
    const detail = await cluster.version({ signal: AbortSignal.timeout(LIMIT_MS) });
    return [{ ok: true, detail }, await rightsIn(cluster, scope)];
  } catch (error) {
    const wrong = error instanceof ClusterError && error.kind === 'misconfigured';
    const code = error instanceof ClusterError && typeof error.cause === 'string' ? error.cause : undefined;
    const detail = code === undefined ? wordsOf(error) : scope.said.away({ code });
    return [{ ok: false, detail, remedy: scope.said.remedies[wrong ? 'misconfigured' : 'away'] }];
  }
}

async function rightsIn(cluster: Cluster, { environment, namespaces, needed, said }: Scope): Promise<Found> {
  const { wanted, within } = accessAsked(needed.keys(), namespaces);
  const { missing, user } = await cluster.access(wanted, within, { signal: AbortSignal.timeout(LIMIT_MS) });
  const count = wanted.length;
  if (missing.length === 0) return { ok: true, detail: said.rights({ count, user }) };
  const rights = missing.slice(0, NAMED).map((question) => inWords(question, said));
  const command = `hikeshi rbac --environment ${environment} ${subjectFlag(user)}| kubectl apply -f -`;
  return {
    ok: 'warning',
    detail: said.lacks.detail({ rights, more: missing.length - NAMED, count, user }),
    remedy: said.lacks.remedy({ command }),
  };
}

function inWords(question: Access['missing'][number], said: Words['cluster']): string {
  const permission = permissionText(question);
  const { namespace } = question;
  return namespace === undefined ? permission : said.right({ permission, namespace });
}

/** Whom `hikeshi rbac` is to bind the rights to; our own account is its default. */
function subjectFlag(user: string | undefined): string {
  const [, account] = /^system:serviceaccount:([^:]+:[^:]+)$/.exec(user ?? '') ?? [];
  if (account !== undefined)
    return account === 'hikeshi:hikeshi' ? '' : `--service-account ${account.replace(':', '/')} `;
  return user === undefined ? '' : `--user '${user.replaceAll("'", `'\\''`)}' `;
}
