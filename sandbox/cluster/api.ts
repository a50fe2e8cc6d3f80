import { isDeepStrictEqual } from 'node:util';
import { applyPatch, type Operation, PatchRefused, parsePatch } from './json-patch.ts';
import { readLog } from './logs.ts';
import { metricsOf } from './metrics.ts';
import { KINDS, type Meta, type Resource, versionOf, type Workload, type WorkloadResource } from './objects.ts';
import { deletePod } from './pods.ts';
import { parseSelector, SelectorError } from './selector.ts';
import type { Answer, Place } from './status.ts';
import * as status from './status.ts';
import type { Store } from './store.ts';
import { tableOf } from './tables.ts';

/** A request after authentication. */
export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  accept: string;
  contentType: string;
  body: string;
}

const CORE =
  /^\/api\/v1(?:\/namespaces\/([^/]+))?\/(pods|namespaces|nodes|configmaps|events|persistentvolumeclaims|resourcequotas|serviceaccounts|services)$/;
const POD = /^\/api\/v1\/namespaces\/([^/]+)\/(pods)\/([^/]+)$/;
const APPS =
  /^\/apis\/apps\/v1(?:\/namespaces\/([^/]+))?\/(deployments|statefulsets|daemonsets|replicasets|controllerrevisions)(?:\/([^/]+))?$/;
const SCALE = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/(deployments|statefulsets)\/([^/]+)\/scale$/;
const LOG = /^\/api\/v1\/namespaces\/([^/]+)\/(pods)\/([^/]+)\/log$/;
const BESIDE =
  /^\/apis\/(?:autoscaling\/v2|(?:policy|networking\.k8s\.io|discovery\.k8s\.io)\/v1)(?:\/namespaces\/([^/]+))?\/(horizontalpodautoscalers|poddisruptionbudgets|networkpolicies|endpointslices)$/;
const METRICS = /^\/apis\/metrics\.k8s\.io\/v1beta1(?:\/namespaces\/([^/]+))?\/(pods|nodes)$/;
const VERSION = { major: '1', minor: '35', gitVersion: 'v1.35.4', gitTreeState: 'clean', platform: 'linux/amd64' };

export function placeOf(path: string): Place | undefined {
  const scale = SCALE.exec(path);
  const log = LOG.exec(path);
  const metrics = METRICS.exec(path);
  const match = scale ?? log ?? metrics ?? CORE.exec(path) ?? POD.exec(path) ?? APPS.exec(path) ?? BESIDE.exec(path);
  if (!match) return undefined;
  const [, namespace, resource, name] = match.map((part) => part && decodeURIComponent(part));
  if (name !== undefined && namespace === undefined) return undefined;
  return {
    resource: resource as Resource,
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(scale && { subresource: 'scale' as const }),
    ...(log && { subresource: 'log' as const }),
    ...(metrics && { metrics: true as const }),
  };
}

/** As RBAC names it. */
export function verbOf(method: string, place: Place): string {
  return method === 'GET' ? (place.name === undefined ? 'list' : 'get') : method.toLowerCase();
}

/** @param place absent for what is no resource */
export function answer(store: Store, request: ApiRequest, place: Place | undefined): Answer {
  if (request.path === '/version') return { code: 200, body: VERSION };
  if (!place) return status.noSuchPath(request.path);
  if (place.metrics) return metricsOf(store, request, place);
  if (place.subresource === 'log')
    return request.method === 'GET' ? readLog(store, place, request.query) : status.methodNotAllowed();
  if (place.subresource)
    return request.method === 'PATCH' ? patchScale(store, request, place) : status.methodNotAllowed();
  if (request.method === 'GET') return place.name === undefined ? list(store, request, place) : read(store, place);
  if (request.method === 'DELETE' && place.resource === 'pods' && place.name !== undefined)
    return removePod(store, request, place);
  const patchable = place.name !== undefined && /^(deployments|statefulsets|daemonsets)$/.test(place.resource);
  return request.method === 'PATCH' && patchable ? patch(store, request, place) : status.methodNotAllowed();
}

function read(store: Store, place: Place): Answer {
  const object = store.get(place.resource, place.namespace, place.name ?? '');
  return object ? { code: 200, body: whole(place.resource, object) } : status.notFound(place);
}

function whole(resource: Resource, object: object): object {
  return { kind: KINDS[resource], apiVersion: versionOf(resource), ...object };
}

/** List items carry no kind; `remainingItemCount` is missing with a selector. */
function list(store: Store, request: ApiRequest, { resource, namespace }: Place): Answer {
  const selector = request.query.get('labelSelector') ?? '';
  const start = startOf(request.query.get('continue'));
  if (start === undefined) return status.badRequest('invalid continue token');
  let matches: ReturnType<typeof parseSelector>;
  try {
    matches = parseSelector(selector);
  } catch (error) {
    if (error instanceof SelectorError) return status.badRequest(error.message);
    throw error;
  }
  const all = store.seen(resource, namespace);
  const fits = fieldsOf(request.query.get('fieldSelector') ?? '');
  const { items, next } = pageOf(
    all,
    start,
    Number(request.query.get('limit') ?? 0),
    (o) => matches(o.metadata.labels ?? {}) && fits(o),
  );
  const metadata = {
    resourceVersion: store.resourceVersion,
    ...(next < all.length && { continue: Buffer.from(`from ${next}`).toString('base64url') }),
    ...(next < all.length &&
      selector === '' &&
      !request.query.get('fieldSelector') && { remainingItemCount: all.length - next }),
  };
  if (request.accept.includes('as=Table')) return printed(store, request, { resource, metadata, items });
  if (request.accept.includes('as=PartialObjectMetadataList')) return metadataList(metadata, items);
  return { code: 200, body: { kind: `${KINDS[resource]}List`, apiVersion: versionOf(resource), metadata, items } };
}

/** `metadata.name=x,involvedObject.uid=y`: equality is all that is asked for here. */
function fieldsOf(selector: string): (object: object) => boolean {
  const wanted = selector
    .split(',')
    .filter((part) => part !== '')
    .map((part) => part.split('=') as [string, string]);
  const at = (object: unknown, path: string): unknown =>
    path.split('.').reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], object);
  return (object) => wanted.every(([path, value]) => at(object, path) === value);
}

/** A page ends at its limit without a look at what follows: with a selector the next one may be empty. */
function pageOf<T>(
  all: readonly T[],
  start: number,
  limit: number,
  matches: (object: T) => boolean,
): { items: T[]; next: number } {
  const items: T[] = [];
  let next = start;
  for (; next < all.length && (limit === 0 || items.length < limit); next++) {
    const object = all[next];
    if (object !== undefined && matches(object)) items.push(object);
  }
  return { items, next };
}

/** A continue token is opaque to clients; ours is a position. */
function startOf(token: string | null): number | undefined {
  if (!token) return 0;
  const match = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  return match ? Number(match[1]) : undefined;
}

function metadataList(metadata: object, page: readonly { metadata: object }[]): Answer {
  const apiVersion = 'meta.k8s.io/v1';
  const items = page.map((o) => ({ kind: 'PartialObjectMetadata', apiVersion, metadata: o.metadata }));
  return { code: 200, body: { kind: 'PartialObjectMetadataList', apiVersion, metadata, items } };
}

/** 406 for what has no columns here. */
function printed(
  store: Store,
  request: ApiRequest,
  { resource, metadata, items }: { resource: Resource; metadata: object; items: readonly { metadata: Meta }[] },
): Answer {
  const table = tableOf(resource, items, new Date(store.time()));
  if (!table) return status.notAcceptable();
  const whole = request.query.get('includeObject') === 'Object';
  const rows = items.map((item, i) => ({
    cells: table.cells[i],
    object: whole ? item : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata },
  }));
  const columnDefinitions = table.columns.map((name) => ({ name, type: 'string', format: '', priority: 0 }));
  return { code: 200, body: { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows } };
}

interface Scale {
  metadata: Partial<Workload['metadata']>;
  spec: { replicas?: number };
}

/** A Scale has the workload's name, uid and replicas; zero is absent. */
function patchScale(store: Store, request: ApiRequest, place: Place): Answer {
  const resource = place.resource as 'deployments' | 'statefulsets';
  return patched(request, () => {
    const old = store.get(resource, place.namespace, place.name ?? '');
    if (!old) return status.notFound(place);
    const { replicas } = applyPatch(scaleOf(old), operations(request.body)).spec;
    if (replicas !== undefined && replicas < 0) return status.badReplicas(old.metadata.name, replicas);
    const result = admit(resource, old, { ...old, spec: { ...old.spec, replicas: replicas ?? 0 } });
    const body = { kind: 'Scale', apiVersion: 'autoscaling/v1', ...scaleOf(result) };
    return saveOrTry(store, request, resource, result) ?? { code: 200, body };
  });
}

function scaleOf({ metadata, spec }: Workload): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas ? { replicas: spec.replicas } : {},
  };
}

interface DeleteOptions {
  dryRun?: string[];
  preconditions?: { uid?: string };
}

/** Options in the body go before those of the query, which are not even looked at then. */
function removePod(store: Store, request: ApiRequest, place: Place): Answer {
  const pod = store.get('pods', place.namespace, place.name ?? '');
  if (!pod) return status.notFound(place);
  const { dryRun = [], preconditions } = JSON.parse(request.body || '{}') as DeleteOptions;
  const { name, uid } = pod.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    return status.otherUid('Pod', name, preconditions.uid, uid);
  const tried = request.body === '' ? request.query.get('dryRun') === 'All' : dryRun.includes('All');
  if (!tried) deletePod(store, pod);
  return { code: 200, body: whole('pods', pod) };
}

/** What every JSON patch is checked for. */
function patched(request: ApiRequest, work: () => Answer): Answer {
  if (request.contentType !== 'application/json-patch+json') return status.unsupportedMediaType();
  const dryRun = request.query.get('dryRun');
  if (dryRun !== null && dryRun !== 'All') return status.badDryRun(dryRun);
  try {
    return work();
  } catch (error) {
    if (error instanceof PatchRefused) return status.patchRefused();
    if (error instanceof SyntaxError) return status.badRequest(`error decoding patch: ${error.message}`);
    throw error;
  }
}

function patch(store: Store, request: ApiRequest, place: Place): Answer {
  const resource = place.resource as WorkloadResource;
  return patched(request, () => {
    const old = store.get(resource, place.namespace, place.name ?? '');
    if (!old) return status.notFound(place);
    const asked = applyPatch(whole(resource, old) as Workload, operations(request.body));
    const result = admit(resource, old, asked);
    if (result.metadata.uid !== old.metadata.uid) {
      return status.immutable(KINDS[resource], old.metadata.name, 'metadata.uid', result.metadata.uid);
    }
    return saveOrTry(store, request, resource, result) ?? { code: 200, body: whole(resource, result) };
  });
}

/** Validating webhooks come last: what a patch's own tests or the API server refuse they are not asked about. */
function saveOrTry(
  store: Store,
  request: ApiRequest,
  resource: WorkloadResource,
  result: Workload,
): Answer | undefined {
  if (request.query.get('dryRun') === null) {
    store.put(resource, result);
    return undefined;
  }
  const [webhook] = store.takingNoDryRun;
  if (webhook === undefined) return undefined;
  return status.badRequest(`admission webhook "${webhook}" does not support dry run`);
}

function operations(body: string): Operation[] {
  const parsed = parsePatch(body);
  if (!Array.isArray(parsed)) throw new PatchRefused('a JSON patch is an array');
  return parsed;
}

/** `status` is not the writer's to change; generation follows spec, and in Deployments the annotations. */
function admit(resource: WorkloadResource, old: Workload, asked: Workload): Workload {
  const moved =
    !isDeepStrictEqual(old.spec, asked.spec) ||
    (resource === 'deployments' && !isDeepStrictEqual(old.metadata.annotations, asked.metadata.annotations));
  const generation = (old.metadata.generation ?? 1) + (moved ? 1 : 0);
  const { resourceVersion, creationTimestamp } = old.metadata;
  return {
    metadata: { ...asked.metadata, generation, resourceVersion, creationTimestamp },
    spec: asked.spec,
    status: old.status,
  };
}
