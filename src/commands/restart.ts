import { z } from 'zod';
import { defineAction } from '../core/define.ts';
import {
  expectedTemplate,
  NAMESPACE_FLAG,
  noSuchWorkload,
  templateEffect,
  typedTarget,
  watchTemplate,
  watchTemplateMs,
} from '../core/workload-actions.ts';
import type { Block } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Workload } from '../domain/workload.ts';
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
  replacesPods: true,
  timed: true,
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
    const effect = { ...templateEffect(workload), down: isDown(workload), images: workload.images.join(', ') };
    const facts = { labels: workload.labels, pods: effect.podsReplaced };
    return { target, facts, touches, effect, warnings, untried };
  },

  preview,

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

function preview(m: Catalog, { effect, target }: Plan): readonly Block[] {
  const words = m.action.restart;
  const pods = Number(effect['pods']);
  const line = effect['onDelete'] ? words.onDelete(target) : pods === 0 ? words.noPods() : words.replaces(pods);
  return [
    { kind: 'text', text: line },
    ...(effect['down'] === true ? [{ kind: 'text' as const, text: words.down() }] : []),
    { kind: 'fields', fields: [{ label: words.images, value: [{ code: String(effect['images'] ?? '') }] }] },
  ];
}
