import { createHash, randomUUID } from 'node:crypto';
import isEqual from 'fast-deep-equal';
import rfdc from 'rfdc';
import { Logs } from './logs.ts';
import { Usage } from './metrics.ts';
import { KINDS, type Meta, type Resource, type Resources } from './objects.ts';

/** Letters that Kubernetes uses for generated names: no vowels, so no words. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** A pod template's hash is a number in decimal, with its digits put into these (`rand.SafeEncodeString`). */
const HASH_LETTERS = 'bcdf456789';

/** Plain objects as they come as JSON: six times as fast as what copies anything, and each step copies all there is. */
const copied = rfdc();

type Tables = { [R in Resource]: Map<string, Resources[R]> };

/** All objects by resource and `namespace/name`; each change gets the next resourceVersion, a no-op none. */
export class Store {
  /** Names of admission webhooks that are asked about workloads, let everything pass, and take no dry run. */
  readonly takingNoDryRun = new Set<string>();
  readonly logs = new Logs();
  readonly usage = new Usage();
  #version = 1000;
  #timesAsked = 0;
  #names = 0;
  readonly #now: () => Date;
  readonly #uid: () => string;
  readonly #tables: Tables = {
    namespaces: new Map(),
    pods: new Map(),
    deployments: new Map(),
    statefulsets: new Map(),
    daemonsets: new Map(),
    replicasets: new Map(),
    controllerrevisions: new Map(),
    configmaps: new Map(),
    endpointslices: new Map(),
    events: new Map(),
    horizontalpodautoscalers: new Map(),
    networkpolicies: new Map(),
    nodes: new Map(),
    persistentvolumeclaims: new Map(),
    poddisruptionbudgets: new Map(),
    resourcequotas: new Map(),
    serviceaccounts: new Map(),
    services: new Map(),
  };

  constructor(now: () => Date, uid: () => string = randomUUID) {
    this.#now = now;
    this.#uid = uid;
  }

  get resourceVersion(): string {
    return String(this.#version);
  }

  /** Higher after every change and every look at the clock: as long as it stands, the same question has the same answer. */
  get stirred(): number {
    return this.#version + this.#timesAsked;
  }

  /** RFC 3339 in whole seconds, as Kubernetes writes times. */
  time(): string {
    this.#timesAsked += 1;
    return this.#now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }

  get<R extends Resource>(resource: R, namespace: string | undefined, name: string): Resources[R] | undefined {
    const found = this.#tables[resource].get(key(namespace, name));
    return found && copied(found);
  }

  /** In the API server's order: by namespace, then name. */
  list<R extends Resource>(resource: R, namespace?: string): Resources[R][] {
    return this.seen(resource, namespace).map((object) => copied(object));
  }

  /** The same without copies, of which there may be very many: to be read only. */
  seen<R extends Resource>(resource: R, namespace?: string): readonly Resources[R][] {
    const all = [...this.#tables[resource].entries()];
    const kept = namespace === undefined ? all : all.filter(([k]) => k.startsWith(`${namespace}/`));
    return kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Those whose controller is the object with this uid. */
  owned<R extends Resource>(resource: R, uid: string): Resources[R][] {
    const all = [...this.#tables[resource].values()];
    const mine = all.filter((o) => o.metadata.ownerReferences?.some((r) => r.uid === uid));
    return mine.map((o) => copied(o));
  }

  put<R extends Resource>(resource: R, object: Resources[R]): void {
    const table = this.#tables[resource];
    const at = key(object.metadata.namespace, object.metadata.name);
    if (isEqual(table.get(at), object)) return;
    this.#version += 1;
    object.metadata.resourceVersion = this.resourceVersion;
    table.set(at, copied(object));
  }

  delete(resource: Resource, object: { metadata: Meta }): void {
    if (this.#tables[resource].delete(key(object.metadata.namespace, object.metadata.name))) this.#version += 1;
    this.logs.drop(object.metadata.uid);
    if (resource !== 'pods') return;
    for (const event of this.list('events', object.metadata.namespace))
      if ((event['involvedObject'] as { uid?: string } | undefined)?.uid === object.metadata.uid)
        this.delete('events', event);
  }

  meta(namespace: string | undefined, name: string, more: Partial<Meta> = {}): Meta {
    const metadata: Meta = { name, uid: this.#uid(), resourceVersion: '', creationTimestamp: this.time(), ...more };
    return namespace === undefined ? metadata : { ...metadata, namespace };
  }

  /** Five letters, like `x8n6w`. */
  suffix(): string {
    this.#names += 1;
    return letters(`name ${this.#names}`, 5);
  }
}

/** Ten letters, the same for the same value: names ReplicaSets and ControllerRevisions. */
export function hashOf(value: unknown): string {
  return letters(JSON.stringify(value), 10, HASH_LETTERS);
}

export function ownerOf(resource: Resource, { metadata }: { metadata: Meta }): NonNullable<Meta['ownerReferences']> {
  const { name, uid } = metadata;
  return [{ apiVersion: 'apps/v1', kind: KINDS[resource], name, uid, controller: true, blockOwnerDeletion: true }];
}

function letters(seed: string, count: number, alphabet = LETTERS): string {
  const bytes = createHash('sha256').update(seed).digest();
  return Array.from(bytes.subarray(0, count), (byte) => alphabet[byte % alphabet.length]).join('');
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
