import { ageOf } from './age.ts';

/** What `kubectl describe` says of an object, as short as a phone wants it: a line for each thing, sections indented. Pure. */

type Json = Readonly<Record<string, unknown>>;

const LABELS = 8;
/** Characters of a condition's words. */
const WORDS_MAX = 160;

/** @param object as the API server has it, already fit to be seen */
export function describeObject(object: Json, now: Date): readonly string[] {
  const metadata = child(object, 'metadata');
  const made = new Date(text(metadata['creationTimestamp']));
  const labels = Object.entries(child(metadata, 'labels')).map(([key, value]) => `${key}=${text(value)}`);
  const owner = list(metadata['ownerReferences']).map((o) => `${text(o['kind'])}/${text(o['name'])}`);
  return [
    ...line('Kind', text(object['kind'])),
    ...line('Age', Number.isNaN(made.getTime()) ? '' : ageOf(now.getTime() - made.getTime())),
    ...line('Deleted since', text(metadata['deletionTimestamp'])),
    ...line('Controlled by', owner.join(', ')),
    ...line('Labels', some(labels, LABELS)),
    ...(PARTS[text(object['kind'])]?.(child(object, 'spec'), child(object, 'status'), object) ?? []),
    ...conditionsOf(child(object, 'status')),
  ];
}

/** What is said of a kind; of those without a spec from the object itself. */
const PARTS: Readonly<Record<string, (spec: Json, status: Json, object: Json) => readonly string[]>> = {
  Pod: podLines,
  Deployment: workloadLines,
  StatefulSet: workloadLines,
  DaemonSet: workloadLines,
  Node: nodeLines,
  Service: serviceLines,
  HorizontalPodAutoscaler: autoscalerLines,
  PodDisruptionBudget: budgetLines,
  EndpointSlice: (_spec, _status, slice) => sliceLines(slice),
};

function podLines(spec: Json, status: Json): readonly string[] {
  const statuses = [...list(status['initContainerStatuses']), ...list(status['containerStatuses'])];
  return [
    ...line(
      'Status',
      [text(status['phase']), text(status['reason']), text(status['message'])].filter(Boolean).join(' '),
    ),
    ...line('Node', text(spec['nodeName'])),
    ...line('IP', text(status['podIP'])),
    ...line('QoS', text(status['qosClass'])),
    ...line('Service account', text(spec['serviceAccountName'])),
    ...line('Node selector', pairs(child(spec, 'nodeSelector'))),
    ...containersOf(spec, statuses),
  ];
}

function workloadLines(spec: Json, status: Json): readonly string[] {
  const count = (...names: readonly string[]): string =>
    text(names.map((n) => status[n]).find((n) => n !== undefined) ?? 0);
  const desired = text(spec['replicas'] ?? status['desiredNumberScheduled'] ?? 0);
  const pod = child(child(spec, 'template'), 'spec');
  const strategy = text(child(spec, 'strategy')['type'] ?? child(spec, 'updateStrategy')['type']);
  return [
    `Replicas: ${desired} wanted, ${count('updatedReplicas', 'updatedNumberScheduled')} updated, ${count('readyReplicas', 'numberReady')} ready`,
    ...line('Paused', spec['paused'] === true ? 'yes' : ''),
    ...line('Strategy', strategy),
    ...line('Selector', pairs(child(child(spec, 'selector'), 'matchLabels'))),
    ...line('Service account', text(pod['serviceAccountName'])),
    ...line('Node selector', pairs(child(pod, 'nodeSelector'))),
    ...containersOf(pod, []),
  ];
}

function nodeLines(spec: Json, status: Json): readonly string[] {
  const taints = list(spec['taints']).map(
    (t) => `${text(t['key'])}${t['value'] ? `=${text(t['value'])}` : ''}:${text(t['effect'])}`,
  );
  const addresses = list(status['addresses']).map((a) => `${text(a['type'])} ${text(a['address'])}`);
  const info = child(status, 'nodeInfo');
  return [
    ...line('Cordoned', spec['unschedulable'] === true ? 'yes' : ''),
    ...line('Taints', taints.join(', ')),
    ...line('Addresses', addresses.join(', ')),
    ...line('Allocatable', pairs(child(status, 'allocatable'))),
    ...line('Kubelet', text(info['kubeletVersion'])),
    ...line('System', [text(info['osImage']), text(info['architecture'])].filter(Boolean).join(', ')),
  ];
}

function serviceLines(spec: Json, status: Json): readonly string[] {
  const ports = list(spec['ports']).map(
    (p) => `${text(p['port'])} → ${text(p['targetPort'] ?? p['port'])}/${text(p['protocol'] ?? 'TCP')}`,
  );
  const outside = list(child(status, 'loadBalancer')['ingress']).map((i) => text(i['hostname'] ?? i['ip']));
  return [
    ...line('Type', text(spec['type'] ?? 'ClusterIP')),
    ...line('Cluster IP', text(spec['clusterIP'])),
    ...line('Load balancer', outside.join(', ')),
    ...line('Ports', ports.join(', ')),
    ...line('Selector', pairs(child(spec, 'selector')) || 'none: its endpoints are written by somebody else'),
  ];
}

/** What does not say whether it is ready is taken to be (EndpointConditions of discovery.k8s.io/v1). */
function sliceLines(slice: Json): readonly string[] {
  const ports = list(slice['ports']).map((p) => `${text(p['port'])}/${text(p['protocol'] ?? 'TCP')}`);
  const endpoints = list(slice['endpoints']);
  const isReady = (one: Json): boolean => child(one, 'conditions')['ready'] !== false;
  const addresses = (some: readonly Json[]): string =>
    some
      .map((one) => {
        const of = text(child(one, 'targetRef')['name']);
        return `${texts(one['addresses']).join(', ')}${of && ` (${of})`}`;
      })
      .join(', ');
  const [ready, not] = [endpoints.filter(isReady), endpoints.filter((one) => !isReady(one))];
  return [
    ...line('Ports', ports.join(', ')),
    `Ready: ${ready.length} of ${endpoints.length}`,
    ...line('Ready addresses', addresses(ready)),
    ...line('Not ready', addresses(not)),
  ];
}

function autoscalerLines(spec: Json, status: Json): readonly string[] {
  const of = child(spec, 'scaleTargetRef');
  const current = list(status['currentMetrics']);
  const metrics = list(spec['metrics']).map((metric) => metricLine(metric, current));
  return [
    ...line('Scales', [text(of['kind']), text(of['name'])].filter(Boolean).join('/')),
    `Replicas: ${text(status['currentReplicas'] ?? 0)} now, ${text(status['desiredReplicas'] ?? 0)} wanted, from ${text(spec['minReplicas'] ?? 1)} to ${text(spec['maxReplicas'])}`,
    ...metrics,
  ];
}

/**
 * `Metric cpu: 80 % now, target 60 %`, with what was measured of that one. Not by their order: what could not be measured may
 * be left out, and what has just been changed is measured a little later.
 */
function metricLine(metric: Json, measured: readonly Json[]): string {
  const wanted = partOf(metric);
  const name = metricName(metric);
  const now = measured.find(
    (one) => one['type'] === metric['type'] && metricName(one) === name && selectorOf(one) === selectorOf(metric),
  );
  return `Metric ${name}: ${amountOf(child(partOf(now ?? {}), 'current')) || 'unknown'} now, target ${amountOf(child(wanted, 'target'))}`;
}

/** The part that is named as its type is: `resource`, `pods`, `external`... */
function partOf(metric: Json): Json {
  const type = text(metric['type']);
  return child(metric, type.slice(0, 1).toLowerCase() + type.slice(1));
}

/** Whole, with what its name leaves out. */
function selectorOf(metric: Json): string {
  return JSON.stringify(child(child(partOf(metric), 'metric'), 'selector'));
}

/** `cpu`, `cpu of container app`, `depth (queue=orders)`, `hits of Ingress/web`. */
function metricName(metric: Json): string {
  const part = partOf(metric);
  const named = child(part, 'metric');
  const container = text(part['container']);
  const object = child(part, 'describedObject');
  const which = pairs(child(child(named, 'selector'), 'matchLabels'));
  return [
    text(part['name'] ?? named['name']) || text(metric['type']),
    which && ` (${which})`,
    container && ` of container ${container}`,
    object['name'] === undefined ? '' : ` of ${text(object['kind'])}/${text(object['name'])}`,
  ].join('');
}

function amountOf(of: Json): string {
  const share = of['averageUtilization'];
  if (share !== undefined) return `${text(share)} %`;
  return of['averageValue'] === undefined ? text(of['value']) : `${text(of['averageValue'])} each`;
}

function budgetLines(spec: Json, status: Json): readonly string[] {
  const count = (name: string): string => text(status[name] ?? 0);
  return [
    `Disruptions allowed: ${count('disruptionsAllowed')}`,
    `Healthy: ${count('currentHealthy')} now, ${count('desiredHealthy')} needed, of ${count('expectedPods')}`,
    ...line('Min available', text(spec['minAvailable'])),
    ...line('Max unavailable', text(spec['maxUnavailable'])),
    ...line('Selector', pairs(child(child(spec, 'selector'), 'matchLabels'))),
  ];
}

const PROBES = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

function containersOf(spec: Json, statuses: readonly Json[]): readonly string[] {
  const one = (container: Json, init: boolean): readonly string[] => {
    const name = text(container['name']);
    const status = statuses.find((s) => s['name'] === name);
    const resources = child(container, 'resources');
    const ports = list(container['ports']).map((p) => text(p['containerPort']));
    const probes = PROBES.filter((probe) => container[probe] !== undefined).map((probe) => probe.replace('Probe', ''));
    return [
      `${init ? 'Init container' : 'Container'} ${name}: ${text(container['image'])}`,
      ...(status ? indented('State', stateOf(status)) : []),
      ...indented('Requests', pairs(child(resources, 'requests'))),
      ...indented('Limits', pairs(child(resources, 'limits'))),
      ...indented('Ports', ports.join(', ')),
      ...indented('Probes', probes.join(', ')),
      ...indented(
        'Variables',
        list(container['env'])
          .map((v) => text(v['name']))
          .join(', '),
      ),
    ];
  };
  return [
    ...list(spec['initContainers']).flatMap((container) => one(container, true)),
    ...list(spec['containers']).flatMap((container) => one(container, false)),
  ];
}

function stateOf(status: Json): string {
  const [entry] = Object.entries(child(status, 'state'));
  const [state, detail] = entry ?? ['unknown', {}];
  const { reason, exitCode } = record(detail);
  const why = [text(reason), exitCode === undefined ? '' : `exit code ${text(exitCode)}`].filter(Boolean).join(', ');
  const last = record(child(status, 'lastState')['terminated']);
  const ended =
    last['exitCode'] === undefined ? '' : `; before: ${text(last['reason'])}, exit code ${text(last['exitCode'])}`;
  const ready = status['ready'] === true ? 'ready' : 'not ready';
  return `${state}${why ? ` (${why})` : ''}, ${ready}, ${text(status['restartCount'] ?? 0)} restarts${ended}`;
}

/** Of a node what is wrong is `True`, of everything else what is not. */
function conditionsOf(status: Json): readonly string[] {
  return list(status['conditions']).map((c) => {
    const words = [text(c['reason']), text(c['message'])].filter(Boolean).join(': ');
    return `Condition ${text(c['type'])}: ${text(c['status'])}${words ? ` (${words.slice(0, WORDS_MAX)})` : ''}`;
  });
}

function line(label: string, value: string): readonly string[] {
  return value === '' ? [] : [`${label}: ${value}`];
}

function indented(label: string, value: string): readonly string[] {
  return line(label, value).map((one) => `  ${one}`);
}

function some(all: readonly string[], most: number): string {
  const more = all.length - most;
  return all.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function pairs(object: Json): string {
  return Object.entries(object)
    .map(([key, value]) => `${key}=${text(value)}`)
    .join(', ');
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function child(object: Json, key: string): Json {
  return record(object[key]);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}
