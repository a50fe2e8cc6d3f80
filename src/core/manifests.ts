import { userError } from '../messages/user-error.ts';
import type { Cluster } from '../ports/cluster.ts';
import { MANIFESTS, type Manifest, type ManifestResource } from '../ports/cluster-manifests.ts';
import type { ResourceKind } from '../ports/cluster-tables.ts';
import type { Asked } from './define.ts';
import type { Environments } from './environments.ts';
import { KIND_WORDS, NOT_SHOWN, RESOURCE_BY_WORD, unlistedKind } from './kind-words.ts';
import { nearest } from './nearest.ts';
import { sortPods } from './pod-rows.ts';
import { lookForPods, searchPods } from './pod-search.ts';
import { CANDIDATES } from './target-words.ts';
import { clustersOf, environmentFor, findTarget } from './targets.ts';

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** One object and where it is. */
export interface FoundManifest extends Manifest {
  readonly resource: ManifestResource;
  /** `production/main/shop/service/checkout`, as it can be typed again. */
  readonly path: string;
  readonly environment: string;
  readonly cluster: Cluster;
}

/** What was typed of one object: `svc/checkout`, `shop/svc/checkout`, `svc checkout -n shop`, or a workload as everywhere. */
export interface ManifestWords {
  readonly target: readonly string[];
  readonly namespace?: string;
}

interface Wanted {
  readonly resource: ManifestResource;
  readonly name: string;
  readonly environment?: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

/** @throws UserError when it is none, several, or of a kind that is not shown; ClusterError */
export async function findManifest(
  words: ManifestWords,
  environments: Environments,
  asked: Asked,
): Promise<FoundManifest> {
  const text = words.target.join('/');
  const wanted = explicit(text, words, asked) ?? (await workload(text, words, environments, asked));
  const environment = environmentFor(wanted.environment, { environments, environment: asked.environment });
  const clusters = clustersOf(environment, wanted.cluster);
  const { resource, name, namespace } = wanted;
  const lists = await Promise.all(
    clusters.map(async (cluster) => {
      const found = await cluster.manifests({ resource, name, namespace }, { signal: asked.signal });
      // A service may have several slices: then each has its own name.
      const own = (one: Manifest): string => (found.length > 1 ? nameOf(one) : undefined) ?? name;
      return found.map((one) => ({
        ...one,
        resource,
        environment: environment.name,
        cluster,
        path: pathOf([environment.name, cluster.name, one.namespace], { resource, name: own(one) }),
      }));
    }),
  );
  const [only, ...others] = lists.flat();
  if (!only && resource === 'pods') await refuseOthers(text, wanted, environments, asked);
  if (!only) throw userError('no-such-object', { text, where: pathOf([environment.name, wanted.cluster, namespace]) });
  if (others.length === 0) return only;
  const candidates = [only, ...others].map(({ path }) => path).slice(0, CANDIDATES);
  throw userError('ambiguous-target', { text, candidates, more: others.length + 1 - candidates.length });
}

/**
 * Of a word that is no pod's whole name: the pods that it may mean.
 * @throws UserError `ambiguous-target`, if there are any
 */
async function refuseOthers(text: string, wanted: Wanted, environments: Environments, asked: Asked): Promise<void> {
  const target = [wanted.environment, wanted.cluster, wanted.namespace, wanted.name].filter(Boolean).join('/');
  const seen = await lookForPods(await searchPods({ target }, environments, asked), asked.signal);
  const pods = sortPods(seen.pods, 'problems', asked.now);
  if (pods.length === 0) return;
  const candidates = pods
    .slice(0, CANDIDATES)
    .map(({ environment, cluster, pod }) => pathOf([environment, cluster, pod.namespace, 'pod', pod.name]));
  throw userError('ambiguous-target', { text, candidates, more: pods.length - candidates.length });
}

function nameOf({ object: { metadata } }: Manifest): string | undefined {
  return (metadata as { readonly name?: string } | undefined)?.name;
}

function pathOf(place: readonly (string | undefined)[], wanted?: Pick<Wanted, 'resource' | 'name'>): string {
  const [kind] = wanted ? KIND_WORDS[wanted.resource] : [];
  return [...place, kind, wanted?.name].filter(Boolean).join('/');
}

/** With its kind; from the outermost in: environment, cluster, namespace. */
function explicit(text: string, words: ManifestWords, asked: Asked): Wanted | undefined {
  const parts = text.toLowerCase().split('/').filter(Boolean);
  const name = parts.at(-1) ?? '';
  const at = parts.slice(0, -1).findIndex((part) => RESOURCE_BY_WORD.has(part));
  if (at < 0) {
    const [kind] = parts;
    if (kind !== undefined && (words.target.length === 2 || (parts.length === 2 && NOT_SHOWN.test(kind))))
      throw notShown(kind);
    return undefined;
  }
  if (!NAME.test(name)) throw userError('bad-target', { text: text.slice(0, 100) });
  const resource = RESOURCE_BY_WORD.get(parts[at]!)!;
  const { scope }: ResourceKind = MANIFESTS[resource];
  const places = parts.slice(0, -1).filter((_, i) => i !== at);
  const namespace = scope === 'namespace' ? (places.pop() ?? words.namespace) : undefined;
  const cluster = places.pop() ?? asked.cluster;
  const environment = places.pop();
  return {
    resource,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(cluster !== undefined && { cluster }),
    ...(environment !== undefined && { environment }),
  };
}

function notShown(kind: string): Error {
  const unlisted = unlistedKind(kind);
  if (unlisted) return userError('not-listed', unlisted);
  return userError('kind-not-shown', {
    kind,
    near: nearest(kind, [...RESOURCE_BY_WORD.keys()]),
    kinds: Object.values(KIND_WORDS).map(([word]) => word!),
  });
}

async function workload(
  text: string,
  { namespace }: ManifestWords,
  environments: Environments,
  { environment, cluster, incidentTarget, signal }: Asked,
): Promise<Wanted> {
  const question = {
    ...(text && { text }),
    ...(namespace && { namespace }),
    ...(cluster !== undefined && { cluster }),
  };
  const { kind, ...target } = await findTarget(question, {
    environments,
    environment,
    incidentTarget,
    byPart: true,
    signal,
  });
  return { ...target, resource: RESOURCE_BY_WORD.get(kind.toLowerCase())! };
}
