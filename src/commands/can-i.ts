import { z } from 'zod';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import type { Environment } from '../core/environments.ts';
import {
  accessAsked,
  beyond,
  OUR_ACCOUNT,
  type Permission,
  permissionsOf,
  permissionText,
  rbacManifests,
  subjectOf,
} from '../core/rbac.ts';
import { manifestText } from '../core/rbac-yaml.ts';
import { clustersOf, environmentFor } from '../core/targets.ts';
import { type Block, messageOf, type Text } from '../domain/content.ts';
import type { Catalog } from '../messages/catalog.ts';
import { type Access, type AccessQuestion, type Cluster, ClusterError } from '../ports/cluster.ts';

const Args = z.object({ namespace: z.string().min(1).optional() });

/** Lines of a list on a phone. */
const LISTED = 10;

/** What the bot's own account may do in Kubernetes, against what the enabled commands need, both ways. */
export const query = defineQuery({
  name: 'can-i',
  positionals: [],
  flags: [{ long: 'namespace', short: 'n', value: 'NS', describe: (m) => m.rbac.flags.namespace }],
  args: Args,
  summary: (m) => m.rbac.summary,
  examples: ['can-i', 'can-i -e staging', 'can-i -n shop --cluster tokyo'],
  role: 'operator',
  needs: ['environments', 'rights'],
  calls: ['access'],

  async answer({ namespace }, { environments, rights }, asked, m) {
    const { environment: name, incidentTarget, cluster, signal } = asked;
    const scope = { environments, ...(name && { environment: name }), ...(incidentTarget && { incidentTarget }) };
    const environment = environmentFor(undefined, scope);
    const needed = permissionsOf(rights.commands.values());
    const namespaces = namespace === undefined ? (environment.namespaces ?? 'all') : [namespace];
    const answers = await Promise.all(
      clustersOf(environment, cluster).map((one) => look(one, { needed, namespaces, signal })),
    );
    return shown(environment, answers, { needed, namespaces }, m);
  },
});

interface Scope {
  readonly needed: ReadonlyMap<Permission, readonly string[]>;
  readonly namespaces: readonly string[] | 'all';
}

type Seen =
  | { readonly cluster: string; readonly access: Access; readonly asked: number; readonly more: readonly string[] }
  | { readonly cluster: string; readonly error: ClusterError };

async function look(cluster: Cluster, { needed, namespaces, signal }: Scope & Pick<Asked, 'signal'>): Promise<Seen> {
  const { wanted, within } = accessAsked(needed.keys(), namespaces);
  try {
    const access = await cluster.access(wanted, within, { signal });
    return { cluster: cluster.name, access, asked: wanted.length, more: beyond(access.rules, needed.keys()) };
  } catch (error) {
    if (error instanceof ClusterError) return { cluster: cluster.name, error };
    throw error;
  }
}

function shown(environment: Environment, answers: readonly Seen[], scope: Scope, m: Catalog): Answered {
  const blocks = answers.flatMap((seen) => blocksOf(environment, seen, scope, m));
  const lacking = answers.filter((seen) => 'error' in seen || seen.access.missing.length > 0);
  const text = m.rbac.found({ environment: environment.name, clusters: answers.length, lacking: lacking.length });
  return messageOf(text, ...blocks);
}

function blocksOf(environment: Environment, seen: Seen, { needed, namespaces }: Scope, m: Catalog): readonly Block[] {
  const place = `${environment.name}/${seen.cluster}`;
  if ('error' in seen) {
    const { kind, message } = seen.error;
    return [{ kind: 'text', text: m.rbac.unanswered({ place, problem: `${kind}: ${message}` }) }];
  }
  const { access, asked, more } = seen;
  const lines: Text[] = access.missing
    .slice(0, LISTED)
    .map((question) =>
      m.rbac.missing({ right: permissionText(question), commands: neededBy(needed, question), in: question.namespace }),
    );
  const said = m.rbac.account({ place, user: access.user, has: asked - access.missing.length, of: asked });
  return [
    { kind: 'text', text: said },
    ...(lines.length > 0 ? [{ kind: 'list' as const, items: lines }] : []),
    ...(access.missing.length > LISTED ? [context(m.rbac.more({ more: access.missing.length - LISTED }))] : []),
    ...(more.length > 0
      ? [context(m.rbac.beyond({ rights: more.slice(0, LISTED), more: Math.max(0, more.length - LISTED) }))]
      : []),
    ...(access.missing.length > 0 ? mending(place, access, needed, namespaces, m) : []),
  ];
}

function mending(
  place: string,
  { user }: Access,
  needed: Scope['needed'],
  namespaces: Scope['namespaces'],
  m: Catalog,
): readonly Block[] {
  const subject = user === undefined ? OUR_ACCOUNT : subjectOf(user);
  const code = manifestText(m.rbac.heading({ place }), rbacManifests(needed.keys(), namespaces, subject));
  return [
    { kind: 'text', text: m.rbac.mend() },
    { kind: 'code', code },
  ];
}

function neededBy(needed: Scope['needed'], question: AccessQuestion): readonly string[] {
  const text = permissionText(question);
  return [...needed].find(([permission]) => permissionText(permission) === text)?.[1] ?? [];
}

function context(line: Text): Block {
  return { kind: 'context', lines: [line] };
}
