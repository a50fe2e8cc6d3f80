import type { ApiRequest } from './api.ts';
import { parseSelector } from './selector.ts';
import type { Answer, Place } from './status.ts';
import * as status from './status.ts';
import type { Store } from './store.ts';

/** What metrics-server answers for metrics.k8s.io. */

/** As quantities: `250m`, `120Mi`. */
export interface Used {
  readonly cpu: string;
  readonly memory: string;
}

const IDLE: Used = { cpu: '10m', memory: '32Mi' };
const NODE: Used = { cpu: '500m', memory: '2Gi' };

export class Usage {
  /** False: there is no metrics-server, as on a cluster where nobody has installed it. */
  served = true;
  readonly #used = new Map<string, Used>();

  /** @param of a node's name, or `namespace/app/container` for the containers of all pods with this label `app` */
  put(of: string, used: Used): void {
    this.#used.set(of, used);
  }

  of(what: string, otherwise: Used): Used {
    return this.#used.get(what) ?? otherwise;
  }
}

export function metricsOf(store: Store, request: ApiRequest, { resource, namespace }: Place): Answer {
  if (!store.usage.served) return status.noSuchPath(request.path);
  const matches = parseSelector(request.query.get('labelSelector') ?? '');
  const items = resource === 'nodes' ? nodesOf(store) : podsOf(store, namespace);
  const kind = resource === 'nodes' ? 'NodeMetricsList' : 'PodMetricsList';
  const chosen = items.filter(({ metadata }) => matches(metadata.labels ?? {}));
  return { code: 200, body: { kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: chosen } };
}

function nodesOf(store: Store) {
  return store
    .list('nodes')
    .map(({ metadata }) => ({ ...measured(store, metadata), usage: store.usage.of(metadata.name, NODE) }));
}

/** Of what runs; a container that does not is not measured. */
function podsOf(store: Store, namespace: string | undefined) {
  return store.list('pods', namespace).flatMap(({ metadata, spec, status: { phase } }) => {
    if (phase !== 'Running') return [];
    const app = metadata.labels?.['app'] ?? '';
    const containers = spec.containers.map(({ name }) => ({
      name,
      usage: store.usage.of(`${metadata.namespace ?? ''}/${app}/${name}`, IDLE),
    }));
    return [{ ...measured(store, metadata), containers }];
  });
}

function measured(
  store: Store,
  { name, namespace, labels }: { name: string; namespace?: string; labels?: Record<string, string> },
) {
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels, creationTimestamp: store.time() };
  return { metadata, timestamp: store.time(), window: '10s' };
}
