import { z } from 'zod';
import { defineAction, type Progress } from '../core/define.ts';
import { NAMESPACE_FLAG, noSuchWorkload, progressOf, typedTarget } from '../core/workload-actions.ts';
import type { Block } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Workload } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Cluster, ExpectedWorkload } from '../ports/cluster.ts';

const Args = z.object({
  target: z.string().optional(),
  namespace: z.string().optional(),
});

/** Beyond the workload's own deadline, for the controller to say that it has passed. */
const GRACE_MS = 60_000;

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
  replacesPods: true,
  needs: ['environments'],
  calls: ['workload', 'restart', 'restartHappened', 'rollout'],

  target: typedTarget,
  title: (m, target) => m.action.restart.title(target),

  async plan(target, _args, { cluster, signal }) {
    const workload = await cluster.workload(target, { signal });
    if (!workload) throw noSuchWorkload(target);
    const touches = { uid: workload.uid, templateHash: workload.templateHash };
    const mark = { run: 'preview', by: 'hikeshi', reason: 'preview', at: new Date(0) };
    const { warnings, untried } = await cluster.restart(target, { expect: touches, mark, dryRun: true }, { signal });
    const effect = effectOf(workload);
    const facts = { labels: workload.labels, pods: Number(effect['podsReplaced']) };
    return { target, facts, touches, effect, warnings, untried };
  },

  preview,

  async execute(plan, { cluster, signal, run, by, reason, at }) {
    const change = { expect: expected(plan), mark: { run, by, reason, at }, dryRun: false };
    const { templateHash } = await cluster.restart(plan.target, change, { signal });
    return { ...plan.touches, templateHash };
  },

  async probe(plan, { cluster, signal, run }) {
    return (await cluster.restartHappened(plan.target, run, { signal })) ? 'done' : 'not-done';
  },

  watch: (plan, { cluster, signal }) => watch(plan, cluster, signal),
  watchMs: (plan) => Number(plan.effect['deadlineSeconds'] ?? 600) * 1_000 + GRACE_MS,
});

function effectOf(workload: Workload): Plan['effect'] {
  const onDelete = workload.updateStrategy === 'OnDelete';
  return {
    pods: workload.desired,
    podsReplaced: onDelete ? 0 : workload.desired,
    onDelete,
    images: workload.images.join(', '),
    deadlineSeconds: workload.progressDeadlineSeconds,
  };
}

function expected(plan: Plan): ExpectedWorkload {
  return { uid: String(plan.touches['uid']), templateHash: String(plan.touches['templateHash']) };
}

function preview(m: Catalog, { effect, target }: Plan): readonly Block[] {
  const words = m.action.restart;
  const pods = Number(effect['pods']);
  const line = effect['onDelete'] ? words.onDelete(target) : pods === 0 ? words.noPods() : words.replaces(pods);
  return [
    { kind: 'text', text: line },
    { kind: 'fields', fields: [{ label: words.images, value: [{ code: String(effect['images'] ?? '') }] }] },
  ];
}

/** With OnDelete nothing rolls: the template is changed, and pods follow as people delete them. */
async function watch(plan: Plan, cluster: Cluster, signal: AbortSignal): Promise<Progress> {
  if (plan.effect['onDelete']) return { state: 'healthy', done: 0, of: 0 };
  return progressOf(await cluster.rollout(plan.target, { signal }));
}
