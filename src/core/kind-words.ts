import type { ManifestResource } from '../ports/cluster-manifests.ts';

/** kubectl's names for what can be shown whole. */
export const KIND_WORDS: Readonly<Record<ManifestResource, readonly [string, ...string[]]>> = {
  deployments: ['deployment', 'deploy'],
  statefulsets: ['statefulset', 'sts'],
  daemonsets: ['daemonset', 'ds'],
  pods: ['pod', 'po'],
  services: ['service', 'svc'],
  nodes: ['node', 'no'],
  namespaces: ['namespace', 'ns'],
  horizontalpodautoscalers: ['horizontalpodautoscaler', 'hpa'],
  poddisruptionbudgets: ['poddisruptionbudget', 'pdb'],
  networkpolicies: ['networkpolicy', 'netpol'],
  resourcequotas: ['resourcequota', 'quota'],
  serviceaccounts: ['serviceaccount', 'sa'],
  endpointslices: ['endpoints', 'endpoint', 'ep', 'endpointslice'],
};

/** The plural among them. */
export const RESOURCE_BY_WORD: ReadonlyMap<string, ManifestResource> = new Map(
  Object.entries(KIND_WORDS).flatMap(([resource, words]) =>
    [resource, ...words].map((word) => [word, resource as ManifestResource] as const),
  ),
);

/** Kinds that people ask for, and that are not shown: what is in them may be a secret, or is not looked at here. */
export const NOT_SHOWN =
  /^(?:secrets?|configmaps?|cm|ingress(?:es)?|ing|jobs?|cronjobs?|cj|pvc|pv|replicasets?|rs|events?|ev)$/;

/** Whether people mean a kind by it, and if so, whether `describe` shows such a thing. */
export function isKindWord(word: string): { readonly shown: boolean } | undefined {
  if (RESOURCE_BY_WORD.has(word)) return { shown: true };
  return NOT_SHOWN.test(word) ? { shown: false } : undefined;
}

/** What is said of kinds that no command lists. */
export interface Unlisted {
  readonly kind: string;
  readonly what: 'secrets' | 'config maps' | 'jobs' | 'revisions' | 'all' | 'kind';
}

const UNLISTED: Readonly<Record<Unlisted['what'], RegExp>> = {
  secrets: /^secrets?$/,
  // They have a list, but what is in them is shown nowhere.
  'config maps': /^(configmaps?|cm)$/,
  jobs: /^((jobs?|cronjobs?)(\.batch)?|cj)$/,
  revisions: /^(replicasets?|rs|controllerrevisions?)(\.apps)?$/,
  all: /^all$/,
  kind: /^(pvc?|persistentvolume(claim)?s?|ing|ingress(es)?(\.networking\.k8s\.io)?|sc|storageclass(es)?|crds?|customresourcedefinitions?|roles?|rolebindings?|clusterroles?|clusterrolebindings?|limits|limitranges?|leases?|pc|priorityclass(es)?)$/,
};

/** `secret`, or `secret/NAME`; `undefined`: no such kind. */
export function unlistedKind(typed: string): Unlisted | undefined {
  const [kind = ''] = typed.toLowerCase().split('/');
  const [what] = Object.entries(UNLISTED).find(([, words]) => words.test(kind)) ?? [];
  return what === undefined ? undefined : { kind, what: what as Unlisted['what'] };
}
