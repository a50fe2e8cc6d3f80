import type { AccessQuestion } from '../ports/cluster.ts';
import { CLUSTER_RIGHTS, type ClusterCall, type KubernetesRight } from '../ports/cluster-rights.ts';

/** One verb on one resource: what can be asked of an API server. */
export interface Permission {
  readonly group: string;
  /** With its subresource: `deployments/scale`. */
  readonly resource: string;
  readonly verb: string;
  readonly scope: 'namespace' | 'cluster';
}

/** What of a command says which rights it needs. */
export interface Calling {
  readonly name: string;
  readonly kind: 'query' | 'action';
  readonly calls?: readonly ClusterCall[];
  /** `databases`: it asks no cluster. */
  readonly needs?: readonly string[];
}

/** Finding what somebody typed, which every action on a workload begins with. */
const TO_FIND_A_TARGET: readonly ClusterCall[] = ['workloads', 'namespaces'];

/** The calls that a command makes, those of the pipeline around it included. */
function callsOf(command: Calling): readonly ClusterCall[] {
  return [
    ...(command.calls ?? []),
    ...(command.kind === 'action' && command.needs?.[0] !== 'databases' ? TO_FIND_A_TARGET : []),
  ];
}

/** What these commands need, each once, sorted; and which of them need it. */
export function permissionsOf(commands: Iterable<Calling>): ReadonlyMap<Permission, readonly string[]> {
  const found = new Map<string, { readonly permission: Permission; readonly by: Set<string> }>();
  for (const command of commands) {
    for (const permission of callsOf(command).flatMap((call) => CLUSTER_RIGHTS[call].flatMap(each))) {
      const key = permissionText(permission);
      const known = found.get(key) ?? { permission, by: new Set() };
      known.by.add(command.name);
      found.set(key, known);
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([, { permission, by }]) => [permission, [...by].sort()]));
}

function each({ group, resources, verbs, scope }: KubernetesRight): readonly Permission[] {
  return resources.flatMap((resource) =>
    verbs.map((verb) => ({ group, resource, verb, scope: scope ?? ('namespace' as const) })),
  );
}

/** `patch deployments.apps/scale`, as kubectl writes it. */
export function permissionText({ verb, resource, group }: Pick<Permission, 'verb' | 'resource' | 'group'>): string {
  const [name = '', ...sub] = resource.split('/');
  return `${verb} ${[group === '' ? name : `${name}.${group}`, ...sub].join('/')}`;
}

/** Where the rules are asked for when all namespaces are ours: what is bound cluster-wide applies in each. */
const ANY_NAMESPACE = 'default';

/**
 * What to ask an API server about, and in which namespace about rules. In single namespaces nothing is asked of the cluster's
 * scope: the config says which namespaces there are.
 */
export function accessAsked(
  permissions: Iterable<Permission>,
  namespaces: readonly string[] | 'all',
): { readonly wanted: readonly AccessQuestion[]; readonly within: string } {
  const all = [...permissions];
  const bare = ({ group, resource, verb }: Permission): AccessQuestion => ({ group, resource, verb });
  if (namespaces === 'all') return { wanted: all.map(bare), within: ANY_NAMESPACE };
  const inside = all.filter(({ scope }) => scope === 'namespace');
  const wanted = namespaces.flatMap((namespace) => inside.map((permission) => ({ ...bare(permission), namespace })));
  return { wanted, within: namespaces[0] ?? ANY_NAMESPACE };
}

/** As RBAC writes rules. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One rule for each group and set of verbs. */
export function rulesOf(permissions: Iterable<Permission>): readonly Rule[] {
  const byResource = grouped([...permissions], ({ group, resource }) => `${group} ${resource}`);
  const resources = [...byResource.values()].map((all) => ({
    group: all[0]!.group,
    resource: all[0]!.resource,
    verbs: [...new Set(all.map(({ verb }) => verb))].sort(),
  }));
  const rules = grouped(resources, ({ group, verbs }) => `${group} ${verbs.join()}`);
  return [...rules.values()].map((all) => ({
    apiGroups: [all[0]!.group],
    resources: all.map(({ resource }) => resource).sort(),
    verbs: all[0]!.verbs,
  }));
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** Whom the rights are bound to. */
export type Subject =
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string }
  | { readonly kind: 'User' | 'Group'; readonly name: string };

/** The account as API servers name it: `system:serviceaccount:hikeshi:hikeshi`, or a user. */
export function subjectOf(user: string): Subject {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return account ? { kind: 'ServiceAccount', name: account[2]!, namespace: account[1]! } : { kind: 'User', name: user };
}

export const OUR_ACCOUNT: Subject = { kind: 'ServiceAccount', name: 'hikeshi', namespace: 'hikeshi' };

const API_GROUP = 'rbac.authorization.k8s.io';
const NAME = 'hikeshi';

/**
 * Roles with their bindings: for the whole cluster, or one of each in every namespace. In single namespaces nothing is granted
 * at the cluster's scope: which namespaces there are then stands in the config.
 */
export function rbacManifests(
  permissions: Iterable<Permission>,
  namespaces: readonly string[] | 'all',
  subject: Subject,
): readonly object[] {
  const all = [...permissions];
  if (namespaces === 'all') return pair('ClusterRole', {}, rulesOf(all), subject);
  const rules = rulesOf(all.filter(({ scope }) => scope === 'namespace'));
  return namespaces.flatMap((namespace) => pair('Role', { namespace }, rules, subject));
}

function pair(
  kind: 'Role' | 'ClusterRole',
  place: object,
  rules: readonly Rule[],
  subject: Subject,
): readonly object[] {
  if (rules.length === 0) return [];
  const apiVersion = `${API_GROUP}/v1`;
  const metadata = { name: NAME, ...place };
  const bound = subject.kind === 'ServiceAccount' ? subject : { apiGroup: API_GROUP, ...subject };
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: API_GROUP, kind, name: NAME },
      subjects: [bound],
    },
  ];
}

/** What is granted beyond what is needed; what every authenticated account has is left out. */
export function beyond(granted: readonly Rule[], needed: Iterable<Permission>): readonly string[] {
  const known = new Set([...needed].map(permissionText));
  const texts = granted.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  );
  const more = texts.filter((p) => !known.has(permissionText(p)) && !OF_EVERYBODY.test(`${p.group}/${p.resource}`));
  return [...new Set(more.map(permissionText))].sort();
}

/** `system:basic-user`. */
const OF_EVERYBODY = /^(authorization|authentication)\.k8s\.io\/selfsubject/;
