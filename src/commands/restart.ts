import { z } from 'zod';
import { ifSeen, missedEffect, missedLines } from '../core/beside.ts';
import { defineAction, type Instead } from '../core/define.ts';
import {
  expectedTemplate,
  NAMESPACE_FLAG,
  noSuchWorkload,
  rollbackInstead,
  stuckEffect,
  stuckLines,
  templateEffect,
  typedTarget,
  watchTemplate,
  watchTemplateMs,
} from '../core/workload-actions.ts';
import type { Block, Text } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Rollout, Surroundings, Target, Workload } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';

const Args = z.object({
  target: z.string().optional(),
  namespace: z.string().optional(),
});

/** `kubectl rollout restart` for deployments, stateful sets and daemon sets. */
export const action = defineAction({
  name: 'restart',
  positionals: [{ name: 'target', optional: true }],
  flags: [NAMESPACE_FLAG],
  args: Args,
  summary: (m) => m.action.restart.summary,
  examples: ['restart shop/checkout', 'restart sts/db -n data', 'restart ds/agent -n logging -e production'],
  role: 'operator',
  risk: 'low',
  replacesPods: 'all',
  timed: true,
  needs: ['environments'],
  calls: ['workload', 'restart', 'restartHappened', 'rollout', 'budgets'],

  target: typedTarget,
  title: (m, target) => m.action.restart.title(target),

  async plan(target, _args, { cluster, signal }) {
    const workload = await cluster.workload(target, { signal });
    if (!workload) throw noSuchWorkload(target);
    const touches = { uid: workload.uid, templateHash: workload.templateHash };
    const mark = { run: 'preview', by: 'hikeshi', reason: 'preview', at: new Date(0) };
    const [{ warnings, untried }, rollouts, budgets] = await Promise.all([
      cluster.restart(target, { expect: touches, mark, dryRun: true }, { signal }),
      ifSeen((within) => cluster.rollout(target, within), signal),
      ifSeen((within) => cluster.budgets(target, within), signal),
    ]);
    const rollout = rollouts.seen;
    const effect = {
      ...templateEffect(workload),
      down: isDown(workload),
      images: workload.images.join(', '),
      ...(rollout && { ready: rollout.ready }),
      ...stuckEffect(workload, rollout),
      ...budgetEffect(workload, rollout, budgets.seen ?? []),
      ...missedEffect({ rollout: rollouts, budgets }),
    };
    const facts = { labels: workload.labels, pods: effect.podsReplaced };
    return { target, facts, touches, effect, warnings, untried };
  },

  preview,
  instead: (m, plan) => (plan.effect['pods'] === 0 ? scaleUp(m, plan) : rollbackInstead(m, plan)),

  async execute(plan, { cluster, signal, run, by, reason, at }) {
    const change = { expect: expectedTemplate(plan), mark: { run, by, reason, at }, dryRun: false };
    const { templateHash } = await cluster.restart(plan.target, change, { signal });
    return { ...plan.touches, templateHash };
  },

  async probe(plan, { cluster, signal, run }) {
    return (await cluster.restartHappened(plan.target, run, { signal })) ? 'done' : 'not-done';
  },

  watch: (plan, { cluster, signal }) => watchTemplate(plan, cluster, signal),
  watchMs: watchTemplateMs,
});

/**
 * Nothing of it runs in between: all go at once, or the only one goes before another comes. A deployment that rolls starts the
 * new one first, as long as nobody has told it otherwise.
 */
function isDown({ ref, desired, updateStrategy }: Workload): boolean {
  if (desired === 0 || updateStrategy === 'OnDelete') return false;
  return updateStrategy === 'Recreate' || (desired === 1 && ref.kind !== 'Deployment');
}

/** What it goes below in passing: a rollout does not ask budgets. A deployment that rolls keeps to bounds of its own. */
function budgetEffect(
  { ref, desired, updateStrategy }: Workload,
  rollout: Rollout | undefined,
  budgets: Surroundings['budgets'],
): Plan['effect'] {
  const recreates = updateStrategy === 'Recreate';
  if (desired === 0 || updateStrategy === 'OnDelete' || (ref.kind === 'Deployment' && !recreates)) return {};
  const left = recreates ? 0 : Math.max(0, Math.min(rollout?.ready ?? desired, desired) - 1);
  const budget = budgets.filter(({ wants }) => wants > left).toSorted((a, b) => b.wants - a.wants)[0];
  return budget ? { budget: budget.name, budgetWants: budget.wants } : {};
}

/** There is nothing to restart; a daemon set has as many as there are nodes for it. */
function scaleUp(m: Catalog, { target }: Plan<Target>): Instead | undefined {
  return target.kind === 'DaemonSet' ? undefined : { verb: 'scale', label: m.why.buttons.scale(1), number: '1' };
}

function preview(m: Catalog, plan: Plan): readonly Block[] {
  const { effect } = plan;
  const words = m.action.restart;
  const images = String(effect['images'] ?? '');
  const lines: readonly Text[] = [
    ...stuckLines(m, plan, images),
    whatHappens(m, plan),
    ...(effect['down'] === true ? [words.down()] : []),
    ...(effect['budget'] === undefined
      ? []
      : [words.budget({ name: String(effect['budget']), wants: Number(effect['budgetWants']) })]),
    ...missedLines(m, plan),
  ];
  const fields = [{ label: words.images, value: [{ code: images }] }];
  const ready = effect['ready'];
  const now = words.readyOf({ ready: Number(ready), of: Number(effect['pods']) });
  return [
    ...lines.map((text): Block => ({ kind: 'text', text })),
    { kind: 'fields', fields: [...(ready === undefined ? [] : [{ label: words.ready, value: [now] }]), ...fields] },
  ];
}

function whatHappens(m: Catalog, { effect, target }: Plan): Text {
  const words = m.action.restart;
  const pods = Number(effect['pods']);
  if (effect['onDelete']) return words.onDelete(target);
  if (pods === 0) return words.noPods();
  if (effect['stuckOld'] !== undefined) return words.replacesStuck();
  return words.replaces({ pods, down: effect['down'] === true });
}
