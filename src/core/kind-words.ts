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
