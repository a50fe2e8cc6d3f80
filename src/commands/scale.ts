import { z } from 'zod';
import { type Shape, usageOf } from '../core/ask/parse.ts';
import { ifSeen, missedEffect, missedLines } from '../core/beside.ts';
import { defineAction, type Progress } from '../core/define.ts';
import {
  NAMESPACE_FLAG,
  noSuchWorkload,
  ownerLines,
  ownersEffect,
  progressOf,
  rollbackInstead,
  stuckEffect,
  stuckLines,
  typedTarget,
} from '../core/workload-actions.ts';
import type { Block, Text } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Rollout, Surroundings, Target, Workload } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Cluster } from '../ports/cluster.ts';

const MOST = 10_000;
/** A new pod has this long to become ready: images are pulled, nodes added. */
const WATCH_MS = 10 * 60_000;

interface ScaleArgs {
  readonly target?: string;
  readonly namespace?: string;
  /** `back`: the number that it had before it was last scaled to zero. */
  readonly to: number | 'back';
}

/** `scale checkout 5`, `scale checkout --replicas 5` as kubectl has it, or `scale 5` in an incident's thread. `back` is a number. */
const Args = z
  .object({
    target: z.string().optional(),
    number: z.string().optional(),
    replicas: z.string().optional(),
    namespace: z.string().optional(),
  })
  .transform(({ target, number, replicas, namespace }): ScaleArgs => {
    assertOneNumber(target, number, replicas);
    const alone = number === undefined && replicas === undefined && /^(\d+|back)$/.test(target ?? '');
    const typed = alone ? target : (replicas ?? number);
    return {
      ...(target && !alone && { target }),
      ...(namespace && { namespace }),
      to: replicasOf(typed, alone ? undefined : target),
    };
  });

/** Where `--replicas` says how many, no other word does. @throws UserError that names what would have been left out */
function assertOneNumber(target: string | undefined, number: string | undefined, replicas: string | undefined): void {
  if (replicas === undefined) return;
  const other = number ?? (/^\d+$/.test(target ?? '') ? target : undefined);
  if (other === undefined || other === replicas) return;
  if (!/^(\d+|back)$/.test(other)) throw userError('too-many-arguments', { word: other, usage: usageOf(SHAPE) });
  throw userError('two-numbers', { numbers: [other, replicas] });
}

function replicasOf(typed: string | undefined, target = 'NAME'): ScaleArgs['to'] {
  if (typed === 'back') return typed;
  const joined = /^(.+)=(\d+)$/.exec(target);
  if (joined) throw notReplicas(target, joined[1]!, Number(joined[2]));
  if (typed === undefined) throw userError('which-replicas', { target });
  const to = numberOf(typed);
  const first = numberOf(target);
  if (to === undefined) throw first === undefined ? notReplicas(typed, target) : notReplicas(typed, typed, first);
  return to;
}

function numberOf(typed: string): number | undefined {
  const to = /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN;
  return to <= MOST ? to : undefined;
}

/** With the words as they are meant. */
function notReplicas(text: string, target: string, to = 5): Error {
  return userError('not-replicas', { text, most: MOST, words: `/ops scale ${target} ${to}` });
}

/** What is asked for is set; whether it is there as well is what one wanted to know. */
async function asWanted(target: Target, replicas: number, cluster: Cluster, signal: AbortSignal): Promise<Error> {
  const { seen } = await ifSeen((within) => cluster.rollout(target, within), signal);
  const { name } = target;
  const lacks = seen !== undefined && seen.state !== 'gone' && seen.ready < replicas;
  return userError('same-replicas', { name, replicas, ...(lacks && { ready: seen.ready }) });
}

const SHAPE: Shape = {
  name: 'scale',
  positionals: [
    { name: 'target', optional: true },
    { name: 'number', optional: true },
  ],
  flags: [{ long: 'replicas', value: 'N', describe: (m) => m.action.scale.replicas }, NAMESPACE_FLAG],
};

/** `kubectl scale` for deployments and stateful sets. */
export const action = defineAction<ScaleArgs>({
  ...SHAPE,
  args: Args,
  summary: (m) => m.action.scale.summary,
  examples: [
    'scale shop/checkout 5',
    'scale shop/checkout 5 --for 2h',
    'scale sts/db -n data --replicas 3',
    'scale checkout 0 -e staging',
    'scale checkout back -e staging',
  ],
  role: 'operator',
  risk: 'medium',
  replacesPods: 'none',
  timed: true,
  needs: ['environments'],
  calls: ['workload', 'scale', 'surroundings', 'rollout'],

  target: typedTarget,
  title: (m, target, { to }) => m.action.scale.title({ target, to }),

  assertPossible({ kind, name }) {
    if (kind === 'DaemonSet') throw userError('no-scale', { kind, name });
  },

  async recall(target, args, { cluster, signal, made }) {
    if (args.to !== 'back') return args;
    const { uid, desired } = await scalable(target, cluster, signal);
    if (desired > 0) throw userError('runs-already', { name: target.name, replicas: desired });
    const [last] = await made(target, 'scale', { touches: { uid }, effect: { to: 0 } });
    if (!last) throw userError('nothing-to-go-back-to', { name: target.name });
    return { ...args, to: expected(last.plan).replicas };
  },

  async plan(target, { to }, { cluster, signal }) {
    if (to === 'back') throw new Error('what to go back to was not asked for');
    const workload = await scalable(target, cluster, signal);
    const from = workload.desired;
    if (from === to) throw await asWanted(target, to, cluster, signal);
    const touches = { uid: workload.uid, replicas: from };
    const [tried, around, rollout] = await Promise.all([
      cluster.scale(target, { expect: touches, replicas: to, dryRun: true }, { signal }),
      cluster.surroundings(target, { signal }),
      ifSeen((within) => cluster.rollout(target, within), signal),
    ]);
    const facts = { labels: workload.labels, pods: Math.abs(to - from), desiredReplicas: to };
    return {
      target,
      facts,
      touches,
      effect: {
        from,
        to,
        images: workload.images.join(', '),
        ...effectOf(around),
        ...stuckEffect(workload, rollout.seen),
        ...ailingEffect(from, rollout.seen),
        ...missedEffect({ rollout }, around.unseen),
      },
      ...tried,
      reasonRequired: to === 0,
    };
  },

  preview,
  instead: rollbackInstead,
  warnings: warningsOf,

  async execute(plan, { cluster, signal }) {
    const expect = expected(plan);
    const replicas = Number(plan.effect['to']);
    await cluster.scale(plan.target, { expect, replicas, dryRun: false }, { signal });
    return { uid: expect.uid, replicas };
  },

  /** Under the target's lock nobody else of ours changes it: the number tells. */
  async probe(plan, { cluster, signal }) {
    const workload = await cluster.workload(plan.target, { signal });
    const { uid, replicas } = expected(plan);
    if (workload?.uid !== uid) return 'unknown';
    if (workload.desired === Number(plan.effect['to'])) return 'done';
    return workload.desired === replicas ? 'not-done' : 'unknown';
  },

  watch: (plan, { cluster, signal }) => watch(plan, cluster, signal),
  watchMs: () => WATCH_MS,

  undo(plan) {
    const { uid, replicas } = expected(plan);
    return {
      args: { to: replicas },
      left: { uid, replicas: Number(plan.effect['to']) },
      back: (m) => m.action.scale.back(replicas),
    };
  },
});

async function scalable(target: Target, cluster: Cluster, signal: AbortSignal): Promise<Workload> {
  if (target.kind === 'DaemonSet') throw userError('no-scale', { kind: target.kind, name: target.name });
  const workload = await cluster.workload(target, { signal });
  if (!workload) throw noSuchWorkload(target);
  return workload;
}

function expected({ touches }: Pick<Plan, 'touches'>): { readonly uid: string; readonly replicas: number } {
  return { uid: String(touches['uid']), replicas: Number(touches['replicas']) };
}

async function watch({ target, effect }: Plan, cluster: Cluster, signal: AbortSignal): Promise<Progress> {
  const rollout = await cluster.rollout(target, { signal });
  const wanted = Number(effect['to']);
  if (rollout.state !== 'gone' && rollout.desired !== wanted)
    return { state: 'overruled', done: rollout.desired, of: wanted };
  return progressOf(rollout);
}

// ------------------------------------------------------------------------------------------------ what else acts on it

/** Flat, as an effect is kept. */
function effectOf({ autoscaler, budgets, quota, owners }: Surroundings): Plan['effect'] {
  const budget = budgets.toSorted((a, b) => b.wants - a.wants)[0];
  return {
    ...(autoscaler && {
      autoscaler: autoscaler.name,
      autoscalerMin: autoscaler.min,
      autoscalerMax: autoscaler.max,
      autoscalerKeda: autoscaler.keda,
    }),
    ...(budget && { budget: budget.name, budgetWants: budget.wants }),
    ...(quota && { quota: quota.name, quotaResource: quota.resource, quotaRoom: quota.room }),
    ...ownersEffect(owners),
  };
}

/** Pods that do not get well: how many are ready is not said of what only starts. */
function ailingEffect(from: number, rollout: Rollout | undefined): Plan['effect'] {
  const [problem] = rollout?.problems ?? [];
  return rollout && problem && rollout.ready < from ? { ready: rollout.ready, ailing: problem.reason } : {};
}

function ailingBlocks(m: Catalog, { effect: { ready, from, ailing } }: Plan): readonly Block[] {
  if (ready === undefined) return [];
  const now = m.action.restart.readyOf({ ready: Number(ready), of: Number(from) });
  return [
    { kind: 'fields', fields: [{ label: m.action.restart.ready, value: [now, ' (', { code: String(ailing) }, ')'] }] },
  ];
}

function preview(m: Catalog, plan: Plan): readonly Block[] {
  const { effect } = plan;
  const words = m.action.scale;
  const [from, to] = [Number(effect['from']), Number(effect['to'])];
  const lines: Text[] = [words.change({ from, to }), ...(to === 0 ? [words.toZero()] : []), ...warningsOf(m, plan)];
  return [...lines.map((line): Block => ({ kind: 'text', text: line })), ...ailingBlocks(m, plan)];
}

function warningsOf(m: Catalog, plan: Plan): readonly Text[] {
  const { effect } = plan;
  const words = m.action.scale;
  const [from, to] = [Number(effect['from']), Number(effect['to'])];
  const room = Number(effect['quotaRoom']);
  const wants = Number(effect['budgetWants']);
  return [
    ...stuckLines(m, plan, String(effect['images'] ?? '')),
    ...(effect['autoscaler'] === undefined ? [] : [autoscalerLine(m, effect, to)]),
    ...ownerLines(m, plan),
    ...(effect['quota'] !== undefined && to - from > room
      ? [words.quota({ name: String(effect['quota']), resource: String(effect['quotaResource']), room })]
      : []),
    ...(effect['budget'] !== undefined && to < wants && to > 0
      ? [words.budget({ name: String(effect['budget']), wants })]
      : []),
    ...missedLines(m, plan),
  ];
}

function autoscalerLine(m: Catalog, effect: Plan['effect'], to: number): Text {
  const words = m.action.scale;
  const name = String(effect['autoscaler']);
  if (to === 0) return words.suspends({ name });
  const [min, max] = [Number(effect['autoscalerMin']), Number(effect['autoscalerMax'])];
  return words.autoscaler({ name, min, max, keda: effect['autoscalerKeda'] === true });
}
