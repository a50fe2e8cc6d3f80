import { z } from 'zod';
import { defineAction, type Progress } from '../core/define.ts';
import { isKindWord } from '../core/kind-words.ts';
import { CANDIDATES, workloadKind } from '../core/target-words.ts';
import { NAMESPACE_FLAG, noSuchWorkload, progressOf, typedTarget } from '../core/workload-actions.ts';
import { type Block, cut } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import { workloadOfPod } from '../domain/target-labels.ts';
import { type PodRow, type Target, targetKey } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Cluster } from '../ports/cluster.ts';

interface DeleteArgs {
  /** A pod's name, or the beginning of one; with `selector` a workload. Absent: the incident's, of whose pods one is then chosen. */
  readonly target?: string;
  readonly namespace?: string;
  readonly selector?: string;
}

/** `delete shop/checkout-x2x4z`, `delete pod checkout-x2x4z -n shop` as kubectl has it. */
const Args = z
  .object({
    target: z.string().optional(),
    name: z.string().optional(),
    namespace: z.string().optional(),
    selector: z.string().min(1).optional(),
  })
  .transform(({ target, name, namespace, selector }): DeleteArgs => {
    const kind = /^(po|pods?)$/i.test(target ?? '');
    const other = selector === undefined && otherKind(target, name);
    if (other && !(name === undefined && isPodLike(other.rest))) throw onlyPods(other);
    if (name !== undefined && !kind) throw userError('one-pod-at-a-time');
    const typed = kind ? name : target;
    return { ...(typed && { target: typed }), ...(namespace && { namespace }), ...(selector && { selector }) };
  });

interface OtherKind {
  readonly kind: string;
  readonly rest: string;
}

/** `deploy checkout`, `ns shop`, and `ingress/web`, which may as well be a pod of a namespace that is called so. */
function otherKind(target = '', name?: string): OtherKind | undefined {
  const [, kind = '', rest = name ?? ''] = /^([a-z.0-9]+)(?:\/(.+))?$/i.exec(target) ?? [];
  const workload = workloadKind(kind);
  if (rest === '' || workload === 'Pod') return undefined;
  return workload || isKindWord(kind.toLowerCase()) ? { kind, rest } : undefined;
}

/** A pod's name, or the beginning of one with something of what is made up behind it. */
const isPodLike = (name: string): boolean => workloadOfPod(name) !== undefined || /-[a-z]*[0-9]/i.test(name);

/** Says what is deleted here: nobody shall go on trying how it is written. */
function onlyPods({ kind, rest }: OtherKind): Error {
  const isNamespace = /^(ns|namespaces?)$/i.test(kind);
  const pods = isNamespace ? `-n ${rest}` : workloadKind(kind) ? `${kind}/${rest}` : '';
  return userError('only-pods', { kind, words: `/ops pods ${pods}`.trim() });
}

/** More than this many are a restart. */
const MOST = 20;
/** Names in the preview; the rest is counted. */
const SHOWN = 10;
const NAMES_MAX = 1_000;
/** A new pod has this long to become ready: images are pulled, nodes added. */
const WATCH_MS = 10 * 60_000;

/** `kubectl delete pod`, of pods that a controller replaces. */
export const action = defineAction<DeleteArgs>({
  name: 'delete',
  positionals: [
    { name: 'target', optional: true },
    { name: 'name', optional: true },
  ],
  flags: [{ long: 'selector', short: 'l', value: 'LABELS', describe: (m) => m.action.delete.selector }, NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.action.delete.summary,
  examples: [
    'delete shop/checkout-7d9f4c6b5-x2x4z',
    'delete pod db-0 -n data -e production',
    'delete shop/checkout -l track=canary',
  ],
  role: 'operator',
  risk: 'medium',
  replacesPods: 'none',
  ofPods: true,
  needs: ['environments'],
  calls: ['workload', 'pods', 'podsOf', 'deletePods', 'surroundings', 'rollout'],

  target: typedTarget,
  assertPossible({ namespace }, { target, selector }) {
    const other = selector === undefined && otherKind(target);
    if (other && other.kind.toLowerCase() !== namespace) throw onlyPods(other);
  },
  title: (m, target, args) => m.action.delete.title({ target, ...podNamed(target, args) }),

  async plan(target, args, { cluster, signal }) {
    const [workload, all] = await Promise.all([
      cluster.workload(target, { signal }),
      cluster.podsOf(target, { signal }),
    ]);
    if (!workload || !all) throw noSuchWorkload(target);
    const pods = await chosen(target, args, all, cluster, signal);
    const [{ budgets }] = await Promise.all([
      cluster.surroundings(target, { signal }),
      cluster.deletePods(target, { pods, dryRun: true }, { signal }),
    ]);
    const uids = pods.map(({ uid }) => uid);
    const left = all.filter((pod) => isReady(pod) && !uids.includes(pod.uid)).length;
    const budget = budgets.filter(({ wants }) => wants > left).toSorted((a, b) => b.wants - a.wants)[0];
    return {
      target,
      facts: { labels: workload.labels, pods: pods.length },
      touches: { uid: workload.uid, pods: uids.toSorted().join(' ') },
      effect: {
        planned: JSON.stringify(pods.map(({ name, uid, status, restarts }) => ({ name, uid, status, restarts }))),
        names: cut(pods.map(({ name }) => name).join(', '), NAMES_MAX),
        desired: workload.desired,
        left,
        down: left === 0 && pods.some(isReady),
        ...(budget && { budget: budget.name, budgetWants: budget.wants }),
      },
      warnings: [],
    };
  },

  preview,

  async execute({ target, touches, effect }, { cluster, signal }) {
    await cluster.deletePods(target, { pods: planned(effect), dryRun: false }, { signal });
    return touches;
  },

  async probe({ target, effect }, { cluster, signal }) {
    const still = await stillThere(target, effect, cluster, signal);
    if (still === 0) return 'done';
    return still === planned(effect).length ? 'not-done' : 'unknown';
  },

  watch: (plan, { cluster, signal }) => watch(plan, cluster, signal),
  watchMs: () => WATCH_MS,
});

const isStaying = ({ status }: PodRow): boolean => status !== 'Terminating';
const isReady = (pod: PodRow): boolean =>
  isStaying(pod) && pod.containers > 0 && pod.readyContainers === pod.containers;

// ------------------------------------------------------------------------------------------------ which ones

const lastPart = (typed: string | undefined): string =>
  (typed?.split('/').at(-1) ?? '').toLowerCase().replace(/(\.{2,}|…|-+)$/, '');

/** The pod that was named, before it is looked for. */
function podNamed(target: Target, { target: typed, selector }: DeleteArgs): { readonly pod?: string } {
  const name = lastPart(typed);
  return selector !== undefined || name === '' || name === target.name ? {} : { pod: name };
}

/** @throws UserError when it is not clear which */
async function chosen(
  target: Target,
  args: DeleteArgs,
  all: readonly PodRow[],
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly PodRow[]> {
  if (args.selector === undefined) return [one(target, args, all)];
  const { namespace } = target;
  const { pods } = await cluster.pods({ namespace, selector: args.selector, limit: 10_000 }, { signal });
  const found = all.filter((one) => isStaying(one) && pods.some(({ uid }) => uid === one.uid));
  if (found.length === 0) throw userError('no-pods-with-labels', { name: target.name, selector: args.selector });
  if (found.length > MOST) throw userError('too-many-pods', { name: target.name, pods: found.length, most: MOST });
  return found;
}

function one(target: Target, args: DeleteArgs, all: readonly PodRow[]): PodRow {
  const { pod } = podNamed(target, args);
  if (pod === undefined) throw whichPods(target, args, all.filter(isStaying));
  const workload = `${target.namespace}/${target.name}`;
  const exact = all.filter(({ name }) => name === pod);
  const fitting = exact.length > 0 ? exact : all.filter(({ name }) => name.startsWith(pod) || name.endsWith(`-${pod}`));
  const [only, ...more] = fitting.filter(isStaying);
  if (!only) throw userError(fitting.length > 0 ? 'pod-going' : 'no-such-pod', { pod, workload });
  if (more.length === 0) return only;
  const candidates = [only, ...more].slice(0, CANDIDATES).map(({ name }) => podKey(target, name));
  throw userError('ambiguous-target', {
    text: args.target ?? '',
    candidates,
    more: more.length + 1 - candidates.length,
  });
}

/** With its pods to choose from, those first that are not well. */
function whichPods(target: Target, { target: text = '' }: DeleteArgs, all: readonly PodRow[]): Error {
  const pods = all
    .toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)) || b.restarts - a.restarts)
    .slice(0, CANDIDATES);
  return userError('which-pods', {
    text,
    workload: `${target.namespace}/${target.name}`,
    candidates: pods.map(({ name }) => podKey(target, name)),
    pods: pods.map(({ name }) => name),
    statuses: pods.map(({ status }) => status),
    more: all.length - pods.length,
  });
}

const podKey = (target: Target, name: string): string =>
  targetKey(target).split('/').slice(0, 3).concat('pod', name).join('/');

// ------------------------------------------------------------------------------------------------ what it would do

interface PlannedPod {
  readonly name: string;
  readonly uid: string;
  readonly status: string;
  readonly restarts: number;
}

function planned(effect: Plan['effect']): readonly PlannedPod[] {
  return JSON.parse(String(effect['planned'])) as readonly PlannedPod[];
}

function preview(m: Catalog, { effect }: Plan): readonly Block[] {
  const words = m.action.delete;
  const pods = planned(effect);
  const [left, desired] = [Number(effect['left']), Number(effect['desired'])];
  const lines = [
    words.replaced({ pods: pods.length, left, desired }),
    ...(effect['down'] === true ? [m.action.restart.down()] : []),
    ...(effect['budget'] === undefined
      ? []
      : [words.budget({ name: String(effect['budget']), wants: Number(effect['budgetWants']) })]),
  ];
  return [
    {
      kind: 'list',
      items: [
        ...pods.slice(0, SHOWN).map(words.pod),
        ...(pods.length > SHOWN ? [words.more(pods.length - SHOWN)] : []),
      ],
    },
    ...lines.map((text): Block => ({ kind: 'text', text })),
  ];
}

// ------------------------------------------------------------------------------------------------ what becomes of it

async function stillThere(
  target: Target,
  effect: Plan['effect'],
  cluster: Cluster,
  signal: AbortSignal,
): Promise<number> {
  const pods = (await cluster.podsOf(target, { signal })) ?? [];
  return planned(effect).filter(({ uid }) => pods.some((pod) => pod.uid === uid && isStaying(pod))).length;
}

/** The rollout's own numbers may still count what was deleted: it is the pods that tell. */
async function watch({ target, effect }: Plan, cluster: Cluster, signal: AbortSignal): Promise<Progress> {
  const [rollout, pods] = await Promise.all([cluster.rollout(target, { signal }), cluster.podsOf(target, { signal })]);
  const seen = progressOf(rollout);
  if (!pods || seen.state === 'gone' || seen.state === 'unhealthy') return seen;
  const gone = planned(effect).every(({ uid }) => pods.every((pod) => pod.uid !== uid));
  const ready = Math.min(pods.filter(isReady).length, seen.of);
  const healthy = gone && ready >= seen.of && seen.state === 'healthy';
  return { ...seen, state: healthy ? 'healthy' : 'progressing', done: ready };
}
