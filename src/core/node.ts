import { type Block, type Button, cut, type Text } from '../domain/content.ts';
import type { PodRow } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { TableRow } from '../ports/cluster-tables.ts';
import type { Amounts } from '../ports/cluster-usage.ts';
import { ageOf } from './age.ts';
import { cpu, memory } from './amounts.ts';
import { sayButton } from './ask/say.ts';
import { ifSeen } from './beside.ts';
import type { Answered, Asked } from './define.ts';
import { RESOURCE_BY_WORD } from './kind-words.ts';
import type { FoundManifest } from './manifests.ts';
import { isTroubled, sortPods } from './pod-rows.ts';

/** A node with what runs on it and what was said of it. */

/** More pods or events than are in a namespace, nearly. */
const MOST = 20_000;
const PODS = 10;
const EVENTS = 5;
const MESSAGE_MAX = 160;
/** Where Kubernetes keeps the events of what is in no namespace. */
export const NODE_EVENTS_IN = 'default';

/** `node/node-1`, `production/main/node/node-1`: the same without the kind; `undefined`: something else. */
export function nodeMeant(text: string | undefined): string | undefined {
  const parts = (text ?? '').split('/').filter(Boolean);
  return RESOURCE_BY_WORD.get(parts.at(-2)?.toLowerCase() ?? '') === 'nodes'
    ? parts.toSpliced(-2, 1).join('/')
    : undefined;
}

interface NodeSeen {
  /** Those in trouble first; absent: they could not be seen. */
  readonly pods: readonly PodRow[] | undefined;
  /** The newest first. */
  readonly events: readonly TableRow[];
}

async function lookAtNode(cluster: Cluster, node: string, { now, signal }: Asked): Promise<NodeSeen> {
  const [pods, events] = await Promise.all([
    ifSeen((within) => cluster.pods({ limit: MOST }, within), signal),
    ifSeen((within) => cluster.table({ resource: 'events', namespace: NODE_EVENTS_IN, limit: MOST }, within), signal),
  ]);
  const on = pods.seen?.pods.filter((pod) => pod.node === node);
  const placed = on?.map((pod) => ({ pod, cluster: cluster.name }));
  return {
    pods: placed && sortPods(placed, 'problems', now).map(({ pod }) => pod),
    events: (events.seen?.rows ?? [])
      .filter(({ cells }) => cells['Object'] === `node/${node}`)
      .toSorted((a, b) => b.at.getTime() - a.at.getTime()),
  };
}

/** For `describe`, after what the node says of itself. */
export async function nodeLines({ cluster, object }: FoundManifest, asked: Asked): Promise<readonly string[]> {
  const { pods, events } = await lookAtNode(cluster, nameOf(object), asked);
  return [
    ...(pods ? podLines(pods, allocatableOf(object), asked.now) : []),
    ...events.slice(0, EVENTS).map((row) => eventLine(row, asked.now)),
  ];
}

function podLines(
  pods: readonly PodRow[],
  allocatable: Readonly<Record<string, unknown>>,
  now: Date,
): readonly string[] {
  const troubled = pods.filter((pod) => isTroubled(pod, now)).length;
  const { cpu: cores, memory: bytes } = requestsOf(pods);
  const more = pods.length - PODS;
  return [
    `Pods: ${pods.length}${troubled > 0 ? `, ${troubled} in trouble` : ''}`,
    `Requested: cpu ${cpu(cores)} of ${String(allocatable['cpu'])}, memory ${memory(bytes)} of ${String(allocatable['memory'])}`,
    ...pods
      .slice(0, PODS)
      .map((pod) => `  ${pod.namespace}/${pod.name} ${pod.status} ${pod.readyContainers}/${pod.containers}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** As `kubectl describe node` sums them: not of those that have ended. */
function requestsOf(pods: readonly PodRow[]): Amounts {
  const running = pods.filter(({ status }) => !/^(Completed|Succeeded|Failed|Error|Evicted)$/.test(status));
  const sum = (which: keyof Amounts): number =>
    running.reduce((all, { requests }) => all + (requests?.[which] ?? 0), 0);
  return { cpu: sum('cpu'), memory: sum('memory') };
}

function eventLine({ at, cells }: TableRow, now: Date): string {
  const { Type: type = '', Reason: reason = '', Message: message = '' } = cells;
  return `Event ${ageOf(now.getTime() - at.getTime())} ${type} ${reason}: ${cut(message, MESSAGE_MAX)}`;
}

// ------------------------------------------------------------------------------------------------ why

/** What is wrong with a node, on it, and what was said of it. */
export async function whyNode(found: FoundManifest, asked: Asked, m: Catalog): Promise<Answered> {
  const { cluster, object, path } = found;
  const { pods = [], events } = await lookAtNode(cluster, nameOf(object), asked);
  const troubled = pods.filter((pod) => isTroubled(pod, asked.now));
  const wrong = conditionsOf(object).filter(isWrong);
  const text = m.list.node.found({
    node: path,
    wrong: wrong.map(({ type, status }) => (type === 'Ready' ? `Ready=${status}` : type)),
    cordoned: child(object, 'spec')['unschedulable'] === true,
    pods: pods.length,
    troubled: troubled.length,
  });
  const items: readonly Text[] = [
    ...wrong.map(({ type, reason, message }) =>
      m.list.told({ object: type, reason, message: cut(message, MESSAGE_MAX) }),
    ),
    ...troubled
      .slice(0, PODS)
      .map(({ name, problem }) =>
        m.ops.pods.problem({ pod: name, ...problem!, message: cut(problem!.message, MESSAGE_MAX) }),
      ),
    ...events.slice(0, EVENTS).map((row): Text => [eventLine(row, asked.now)]),
  ];
  const blocks: readonly Block[] = [
    { kind: 'text', text },
    ...(items.length > 0 ? [{ kind: 'list' as const, items }] : []),
    {
      kind: 'buttons',
      buttons: [
        ...nodeButtons(found, m),
        sayButton(m.list.next.describe({ name: nameOf(object) }), `describe ${path}`),
      ],
    },
  ];
  return { text, blocks };
}

export function nodeButtons({ environment, cluster, object, path }: FoundManifest, m: Catalog): readonly Button[] {
  const name = nameOf(object);
  const where = `-e ${environment} --cluster ${cluster.name}`;
  return [
    sayButton(m.list.next.pods({ name }), `pods --node ${name} ${where}`),
    sayButton(m.ops.describe.buttons.events, `events ${path}`),
  ];
}

type Json = Readonly<Record<string, unknown>>;

const child = (object: Json, key: string): Json => (object[key] ?? {}) as Json;

const nameOf = (object: Json): string => String(child(object, 'metadata')['name']);

const allocatableOf = (object: Json): Json => child(child(object, 'status'), 'allocatable');

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function conditionsOf(object: Json): readonly Condition[] {
  const all = (child(object, 'status')['conditions'] ?? []) as readonly Json[];
  const of = (condition: Json, key: string): string => {
    const value = condition[key];
    return typeof value === 'string' ? value : '';
  };
  return all.map((one) => ({
    type: of(one, 'type'),
    status: of(one, 'status'),
    reason: of(one, 'reason'),
    message: of(one, 'message'),
  }));
}

/** Of a node what is wrong is `True`, but for being ready. */
const isWrong = ({ type, status }: Condition): boolean => (type === 'Ready' ? status !== 'True' : status === 'True');
