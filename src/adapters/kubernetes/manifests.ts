import { maskedJson } from '../../domain/secrets.ts';
import { MANIFESTS, type Manifest, type ManifestQuery, type ManifestResource } from '../../ports/cluster-manifests.ts';
import type { ResourceKind } from '../../ports/cluster-tables.ts';
import type { List } from './objects.ts';
import type { Rest } from './rest.ts';

/** Objects of one name: as many as there are namespaces, at most. */
const MOST = 100;

/** What a slice's service is called. */
const SERVICE = 'kubernetes.io/service-name';

const KINDS: Readonly<Record<ManifestResource, string>> = {
  deployments: 'Deployment',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  pods: 'Pod',
  services: 'Service',
  nodes: 'Node',
  namespaces: 'Namespace',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  poddisruptionbudgets: 'PodDisruptionBudget',
  networkpolicies: 'NetworkPolicy',
  resourcequotas: 'ResourceQuota',
  serviceaccounts: 'ServiceAccount',
  endpointslices: 'EndpointSlice',
};

type Json = Readonly<Record<string, unknown>>;

/** Asked for by name in lists, for which the account has the rights anyway. */
export async function readManifests(
  rest: Rest,
  query: ManifestQuery,
  signal: AbortSignal,
): Promise<readonly Manifest[]> {
  const { resource, name, namespace } = query;
  const { group, version, scope }: ResourceKind = MANIFESTS[resource];
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === undefined || scope === 'cluster' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const path = `${root}${place}/${resource}`;
  const listed = async (which: Readonly<Record<string, string>>): Promise<readonly Json[]> =>
    (await rest.get<List<Json>>(path, { ...which, limit: MOST }, signal)).items ?? [];
  const ofService = resource === 'endpointslices' ? await listed({ labelSelector: `${SERVICE}=${name}` }) : [];
  const items = ofService.length > 0 ? ofService : await listed({ fieldSelector: `metadata.name=${name}` });
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return items.map((item) => {
    const object = { apiVersion, kind: KINDS[resource], ...item };
    const { namespace: own } = childOf(item, 'metadata');
    return { namespace: typeof own === 'string' ? own : '', object: forPeople(object) };
  });
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Pure. */
function forPeople(object: Json): Json {
  const { managedFields: _, annotations, ...metadata } = childOf(object, 'metadata');
  const { [LAST_APPLIED]: __, ...kept } = childOf({ annotations }, 'annotations');
  const shown = { ...metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) };
  return maskedJson(withoutValues({ ...object, metadata: shown }) as Json);
}

/** Whatever is called `env`, at any depth, keeps its names. */
function withoutValues(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => (key === 'env' ? withoutValue(one) : withoutValues(one)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutValues(one, name)]));
}

function withoutValue(variable: unknown): unknown {
  if (typeof variable !== 'object' || variable === null) return '***';
  return 'value' in variable ? { ...variable, value: '***' } : variable;
}

function childOf(object: Json, key: string): Json {
  const child = object[key];
  return typeof child === 'object' && child !== null ? (child as Json) : {};
}
