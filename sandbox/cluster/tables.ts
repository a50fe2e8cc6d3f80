import { ageOf } from '../../src/core/age.ts';
import type { Bystander, Meta, Resource } from './objects.ts';

/**
 * Lists as a `Table` of meta.k8s.io/v1, by the algorithms of kubernetes/pkg/printers/internalversion/printers.go (v1.35) as far as what
 * is simulated goes; the contract suite holds them to a real API server's.
 */

type Fields = Readonly<Record<string, unknown>>;
/** Of one object; `age` since a time of it. */
type Print = (object: Bystander, age: (time: unknown) => string) => readonly string[];

const ofObject = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const ofList = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(ofObject) : []);
const textOf = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
const listed = (values: readonly string[]): string => (values.length > 0 ? values.join(',') : '<none>');
const labelsOf = (value: unknown): string =>
  listed(Object.entries(ofObject(value)).map(([key, one]) => `${key}=${textOf(one)}`));

const TABLES: Readonly<Partial<Record<Resource, readonly [columns: readonly string[], print: Print]>>> = {
  namespaces: [
    ['Name', 'Status', 'Age'],
    (o, age) => [o.metadata.name, textOf(ofObject(o['status'])['phase']), age(o.metadata.creationTimestamp)],
  ],
  nodes: [
    ['Name', 'Status', 'Roles', 'Age', 'Version'],
    ({ metadata, spec, status }, age) => [
      metadata.name,
      `${isReady(status) ? 'Ready' : 'NotReady'}${ofObject(spec)['unschedulable'] ? ',SchedulingDisabled' : ''}`,
      listed(rolesOf(metadata.labels ?? {})),
      age(metadata.creationTimestamp),
      textOf(ofObject(ofObject(status)['nodeInfo'])['kubeletVersion']),
    ],
  ],
  configmaps: [
    ['Name', 'Data', 'Age'],
    (o, age) => [
      o.metadata.name,
      `${Object.keys({ ...ofObject(o['data']), ...ofObject(o['binaryData']) }).length}`,
      age(o.metadata.creationTimestamp),
    ],
  ],
  serviceaccounts: [['Name', 'Age'], ({ metadata }, age) => [metadata.name, age(metadata.creationTimestamp)]],
  networkpolicies: [
    ['Name', 'Pod-Selector', 'Age'],
    ({ metadata, spec }, age) => [
      metadata.name,
      labelsOf(ofObject(ofObject(spec)['podSelector'])['matchLabels']),
      age(metadata.creationTimestamp),
    ],
  ],
  resourcequotas: [
    ['Name', 'Request', 'Limit', 'Age'],
    ({ metadata, status }, age) => {
      const { hard, used } = ofObject(status);
      const all = Object.entries(ofObject(hard))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, most]) => [name, `${name}: ${textOf(ofObject(used)[name], '0')}/${textOf(most)}`] as const);
      const [limits, requests] = [true, false].map((wanted) =>
        all.filter(([name]) => name.startsWith('limits.') === wanted).map(([, words]) => words),
      );
      return [metadata.name, requests!.join(', '), limits!.join(', '), age(metadata.creationTimestamp)];
    },
  ],
  poddisruptionbudgets: [
    ['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions', 'Age'],
    ({ metadata, spec, status }, age) => [
      metadata.name,
      textOf(ofObject(spec)['minAvailable'], 'N/A'),
      textOf(ofObject(spec)['maxUnavailable'], 'N/A'),
      textOf(ofObject(status)['disruptionsAllowed'], '0'),
      age(metadata.creationTimestamp),
    ],
  ],
  horizontalpodautoscalers: [
    ['Name', 'Reference', 'Targets', 'MinPods', 'MaxPods', 'Replicas', 'Age'],
    ({ metadata, spec, status }, age) => {
      const { scaleTargetRef, minReplicas, maxReplicas, metrics } = ofObject(spec);
      const target = ofObject(scaleTargetRef);
      return [
        metadata.name,
        `${textOf(target['kind'])}/${textOf(target['name'])}`,
        listed(ofList(metrics).map((metric) => metricOf(metric, ofList(ofObject(status)['currentMetrics'])))),
        textOf(minReplicas, '<unset>'),
        textOf(maxReplicas),
        textOf(ofObject(status)['currentReplicas'], '0'),
        age(metadata.creationTimestamp),
      ];
    },
  ],
  services: [
    ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector'],
    ({ metadata, spec }, age) => {
      const { type = 'ClusterIP', clusterIP, externalName, ports, selector } = ofObject(spec);
      return [
        metadata.name,
        textOf(type),
        textOf(clusterIP, '<none>'),
        type === 'LoadBalancer' ? '<pending>' : textOf(externalName, '<none>'),
        listed(ofList(ports).map((port) => `${textOf(port['port'])}/${textOf(port['protocol'], 'TCP')}`)),
        age(metadata.creationTimestamp),
        labelsOf(selector),
      ];
    },
  ],
  endpointslices: [
    ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'],
    (o, age) => {
      const addresses = ofList(o['endpoints']).flatMap(({ addresses: some }) =>
        Array.isArray(some) ? some.map(String) : [],
      );
      const ports = ofList(o['ports']).map(({ port }) => textOf(port));
      return [
        o.metadata.name,
        textOf(o['addressType']),
        ports.length > 0 ? ports.join(',') : '<unset>',
        addresses.length > 0 ? firstThree(addresses) : '<unset>',
        age(o.metadata.creationTimestamp),
      ];
    },
  ],
  events: [
    ['Last Seen', 'Type', 'Reason', 'Object', 'Subobject', 'Source', 'Message', 'First Seen', 'Count', 'Name'],
    (o, age) => {
      const { kind, name, fieldPath } = ofObject(o['involvedObject']);
      const last = ofObject(o['series'])['lastObservedTime'] ?? o['lastTimestamp'] ?? o['eventTime'];
      return [
        age(last),
        textOf(o['type']),
        textOf(o['reason']),
        `${textOf(kind).toLowerCase()}/${textOf(name)}`,
        textOf(fieldPath),
        textOf(ofObject(o['source'])['component'], textOf(o['reportingComponent'])),
        textOf(o['message']).trim(),
        age(o['firstTimestamp'] ?? o['eventTime']),
        textOf(o['count'], '1'),
        o.metadata.name,
      ];
    },
  ],
};

/** `undefined` for what is not listed so. */
export function tableOf(
  resource: Resource,
  objects: readonly { metadata: Meta }[],
  now: Date,
): { columns: readonly string[]; cells: readonly (readonly string[])[] } | undefined {
  const table = TABLES[resource];
  if (!table) return undefined;
  const [columns, print] = table;
  const age = (time: unknown): string => {
    const ms = now.getTime() - new Date(textOf(time)).getTime();
    return Number.isNaN(ms) ? '<unknown>' : ageOf(ms);
  };
  return { columns, cells: objects.map((object) => print({ ...object }, age)) };
}

function isReady(status: unknown): boolean {
  return ofList(ofObject(status)['conditions']).some((c) => c['type'] === 'Ready' && c['status'] === 'True');
}

function rolesOf(labels: Readonly<Record<string, string>>): readonly string[] {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(labels).filter((label) => label.startsWith(prefix));
  return roles.map((label) => label.slice(prefix.length)).sort();
}

/** `cpu: 80%/60%`; what has no value yet is unknown. */
function metricOf(metric: Fields, current: readonly Fields[]): string {
  const { name, target } = ofObject(metric['resource']);
  const seen = current.map(({ resource }) => ofObject(resource)).find((resource) => resource['name'] === name);
  const used = ofObject(seen?.['current'])['averageUtilization'];
  const shown = used === undefined ? '<unknown>' : `${textOf(used)}%`;
  return `${textOf(name)}: ${shown}/${textOf(ofObject(target)['averageUtilization'])}%`;
}

function firstThree(addresses: readonly string[]): string {
  const more = addresses.length - 3;
  return `${addresses.slice(0, 3).join(',')}${more > 0 ? ` + ${more} more...` : ''}`;
}
