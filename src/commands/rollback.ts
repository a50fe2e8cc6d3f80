import { z } from 'zod';
import { defineAction, type Made, type Option, type Progress } from '../core/define.ts';
import { isRestartAlone, revisionBefore, rolledAway } from '../core/revisions.ts';
import {
  expectedTemplate,
  NAMESPACE_FLAG,
  noSuchWorkload,
  ownerLines,
  ownersEffect,
  templateEffect,
  typedTarget,
  watchTemplate,
  watchTemplateMs,
} from '../core/workload-actions.ts';
import { type Block, cut, dateTimeInUtc, type Text } from '../domain/content.ts';
import type { Plan } from '../domain/plan.ts';
import type { Revision, RolloutHistory, Target, TemplateDifference } from '../domain/workload.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Cluster } from '../ports/cluster.ts';

interface RollbackArgs {
  readonly target?: string;
  readonly namespace?: string;
  /** Absent: the revision before. */
  readonly to?: number;
  /** Only while this one runs. */
  readonly from?: number;
  /** As it was read a moment before; never kept. */
  readonly history?: RolloutHistory;
  /** What `to` was rolled away from by, which is told before it is gone back to. */
  readonly left?: { readonly by: string; readonly at: string; readonly job: number };
}

const Args = z
  .object({
    target: z.string().optional(),
    namespace: z.string().optional(),
    to: z.string().optional(),
    from: z.string().optional(),
  })
  .transform(
    ({ target, namespace, to, from }): RollbackArgs => ({
      ...(target && { target }),
      ...(namespace && { namespace }),
      ...(to !== undefined && { to: revisionOf(to) }),
      ...(from !== undefined && { from: revisionOf(from) }),
    }),
  );

function revisionOf(typed: string): number {
  if (!/^[1-9]\d{0,8}$/.test(typed)) throw userError('not-a-revision', { text: typed });
  return Number(typed);
}

/** `kubectl rollout undo` for deployments, stateful sets and daemon sets. */
export const action = defineAction<RollbackArgs>({
  name: 'rollback',
  positionals: [{ name: 'target', optional: true }],
  flags: [
    { long: 'to', also: 'to-revision', value: 'REVISION', describe: (m) => m.action.rollback.to },
    { long: 'from', value: 'REVISION', describe: (m) => m.action.rollback.from },
    NAMESPACE_FLAG,
  ],
  args: Args,
  summary: (m) => m.action.rollback.summary,
  examples: ['rollback shop/checkout', 'rollback shop/checkout --to 3', 'rollback sts/db -n data -e production'],
  role: 'operator',
  risk: 'medium',
  replacesPods: 'some',
  needs: ['environments'],
  calls: ['history', 'rollback', 'rollbackHappened', 'workload', 'rollout'],

  target: typedTarget,
  title: (m, target, { to }) => m.action.rollback.title({ target, ...(to !== undefined && { to }) }),

  picks: {
    label: (m) => m.action.rollback.pick,
    options: ({ effect }) => kept(effect).map(optionOf),
    picked: ({ effect }) => String(effect['to']),
    args: (value) => ({ to: revisionOf(value) }),
  },

  async recall(target, args, { cluster, signal, made, since }) {
    const before = await made(target, 'rollback', {});
    if (before.length === 0 && args.from === undefined) return args;
    const history = await historyOf(target, cluster, signal);
    assertStill(target, history, args, before, since);
    const to = args.to === undefined ? revisionBefore(history, before) : named(history, args.to);
    const left = to && rolledAway(to, history, before);
    return {
      ...args,
      history,
      ...(to && args.to === undefined && { to: to.number }),
      ...(left && { left: { by: left.by, at: left.at.toISOString(), job: left.job } }),
    };
  },

  async plan(target, { history: read, ...args }, { cluster, signal }) {
    const history = read ?? (await historyOf(target, cluster, signal));
    const { workload, revisions, owners } = history;
    const to = chosen(target, history, args.to);
    const expect = { uid: workload.uid, templateHash: workload.templateHash };
    const mark = { run: 'preview', by: 'hikeshi', reason: 'preview', at: new Date(0) };
    const tried = await cluster.rollback(target, { expect, to, mark, release: [], dryRun: true }, { signal });
    const current = revisions.find((revision) => revision.current);
    if (!current) throw userError('revision-not-yet', { name: target.name });
    const effect = {
      ...templateEffect(workload),
      from: current.number,
      fromHash: current.templateHash,
      ...effectOf(to),
      others: keptOf(revisions, to),
      ...(args.left && { leftBy: args.left.by, leftAt: args.left.at, leftJob: args.left.job }),
      becomes: tried.templateHash,
      ...(tried.stuck.length > 0 && {
        stuck: tried.stuck.map(({ name }) => name).join(', '),
        stuckUids: tried.stuck.map(({ uid }) => uid).join(', '),
      }),
      ...ownersEffect(owners),
    };
    return {
      target,
      facts: { labels: workload.labels, pods: effect.podsReplaced },
      touches: { ...expect, revisionHash: to.templateHash },
      effect,
      warnings: tried.warnings,
      untried: tried.untried,
      args,
    };
  },

  preview,

  async execute(plan, { cluster, signal, run, by, reason, at }) {
    const to = { number: Number(plan.effect['to']), templateHash: String(plan.touches['revisionHash']) };
    const release = String(plan.effect['stuckUids'] ?? '')
      .split(', ')
      .filter(Boolean);
    const change = { expect: expectedTemplate(plan), to, mark: { run, by, reason, at }, release, dryRun: false };
    const { templateHash } = await cluster.rollback(plan.target, change, { signal });
    return { ...plan.touches, templateHash };
  },

  async probe(plan, { cluster, signal, run }) {
    return (await cluster.rollbackHappened(plan.target, run, { signal })) ? 'done' : 'not-done';
  },

  watch: (plan, { cluster, signal }) => watch(plan, cluster, signal),
  watchMs: watchTemplateMs,

  /**
   * The templates change places: what was gone back to is live, what was live is a revision under the number it had, as its
   * controller keeps it (an API server that is newer than the revision fills in more).
   */
  undo({ touches, effect }) {
    const from = Number(effect['from']);
    const templateHash = String(effect['becomes']);
    return {
      args: { to: from },
      left: { uid: touches['uid']!, templateHash, revisionHash: String(effect['fromHash']) },
      back: (m) => m.action.rollback.back(from),
    };
  },
});

/** Revisions that a refusal names; `history` lists all. */
const OTHERS_SAID = 8;

async function historyOf(target: Target, cluster: Cluster, signal: AbortSignal): Promise<RolloutHistory> {
  const history = await cluster.history(target, { signal });
  if (!history) throw noSuchWorkload(target);
  return history;
}

function named({ revisions }: RolloutHistory, wanted: number): Revision | undefined {
  return revisions.find(({ number }) => number === wanted);
}

/**
 * What it was pressed for must be so still: a finding's button is about the revision that was looked at, an incident's about what
 * ran when it was opened. @throws UserError that says who has rolled it back
 */
function assertStill(
  { name }: Target,
  { workload, revisions }: RolloutHistory,
  { from, to }: RollbackArgs,
  before: readonly Made[],
  since: Date | undefined,
): void {
  const runs = revisions.find(({ current }) => current)?.number;
  if (from !== undefined && runs !== undefined && runs !== from) {
    const away = before.find(({ plan }) => plan.effect['from'] === from);
    throw away ? rolledBackAlready(name, away) : userError('revision-moved', { name, from, runs });
  }
  const [last] = before;
  if (!since || !last || to !== undefined || last.outcome !== 'healthy') return;
  if (last.at > since && last.plan.effect['becomes'] === workload.templateHash) throw rolledBackAlready(name, last);
}

function rolledBackAlready(name: string, { plan, by, at, job }: Made): Error {
  return userError('rolled-back-already', { name, from: Number(plan.effect['from']), by, at: at.toISOString(), job });
}

/** @throws UserError that says what there is instead */
function chosen({ name }: Target, history: RolloutHistory, wanted: number | undefined): Revision {
  const { workload, revisions } = history;
  const others = revisions.filter(({ current }) => !current);
  const to = wanted === undefined ? revisionBefore(history, []) : named(history, wanted);
  if (!to) {
    if (wanted === undefined || others.length === 0) throw userError('no-earlier-revision', { name });
    throw userError('no-such-revision', {
      name,
      revision: wanted,
      revisions: others.slice(0, OTHERS_SAID).map(({ number }) => String(number)),
    });
  }
  if (to.current || to.templateHash === workload.templateHash)
    throw userError('same-revision', { name, revision: to.number });
  return to;
}

// ------------------------------------------------------------------------------------------------ what it would do

/** Lines; the rest is counted. */
const DIFFERENCES_SHOWN = 12;

/** To choose from. */
const REVISIONS_KEPT = 20;
const IMAGES_SHOWN = 50;

type KeptRevision = readonly [number: number, at: string, images: string];

function keptOf(revisions: readonly Revision[], to: Revision): string {
  const others = revisions.filter(({ current }) => !current).filter((one, i) => i < REVISIONS_KEPT || one === to);
  const short = (image: string): string => image.slice(image.lastIndexOf('/') + 1);
  return JSON.stringify(
    others.map(({ number, at, images }): KeptRevision => [number, at.toISOString(), images.map(short).join(', ')]),
  );
}

/** None of a plan that an older version made. */
function kept(effect: Plan['effect']): readonly KeptRevision[] {
  return JSON.parse(String(effect['others'] ?? '[]')) as readonly KeptRevision[];
}

/** `2 · 2026-11-23 02:10 UTC · cart:2.0.1` */
function optionOf([number, at, images]: KeptRevision): Option {
  return { value: String(number), label: `${number} · ${dateTimeInUtc(new Date(at))} · ${cut(images, IMAGES_SHOWN)}` };
}

/** Flat, as an effect is kept. */
function effectOf({ number, at, changeCause, differences }: Revision) {
  return {
    to: number,
    at: at.toISOString(),
    ...(changeCause !== undefined && { cause: changeCause }),
    differences: JSON.stringify(differences),
  };
}

function preview(m: Catalog, plan: Plan): readonly Block[] {
  const { effect, target } = plan;
  const words = m.action.rollback;
  const cause = effect['cause'] === undefined ? undefined : String(effect['cause']);
  const [from, to] = [Number(effect['from']), Number(effect['to'])];
  const differences = JSON.parse(String(effect['differences'])) as readonly TemplateDifference[];
  const more = differences.length - DIFFERENCES_SHOWN;
  const lines: readonly Text[] = [
    effect['onDelete'] ? m.action.restart.onDelete(target) : words.replaces(Number(effect['pods'])),
    ...(effect['stuck'] === undefined ? [] : [words.stuck(String(effect['stuck']).split(', '))]),
    ...(isRestartAlone(differences) ? [words.restartAlone()] : []),
    ...ownerLines(m, plan),
  ];
  return [
    ...leftLines(m, plan).map((text): Block => ({ kind: 'text', text })),
    { kind: 'text', text: words.change({ from, to, at: new Date(String(effect['at'])), cause }) },
    {
      kind: 'list',
      items: [
        ...differences.slice(0, DIFFERENCES_SHOWN).map((one) => differenceLine(m, one)),
        ...(more > 0 ? [words.moreDifferences(more)] : []),
      ],
    },
    ...lines.map((text): Block => ({ kind: 'text', text })),
  ];
}

function leftLines(m: Catalog, { effect }: Plan): readonly Text[] {
  const job = effect['leftJob'];
  if (job === undefined) return [];
  const at = new Date(String(effect['leftAt']));
  return [
    m.action.rollback.left({ revision: Number(effect['to']), by: String(effect['leftBy']), at, job: Number(job) }),
  ];
}

function differenceLine(m: Catalog, difference: TemplateDifference): Text {
  const words = m.action.rollback.differs;
  switch (difference.what) {
    case 'env':
      return words.env(difference);
    case 'other':
      return words.other(difference);
    case 'added':
    case 'removed':
      return words[difference.what](difference);
    case 'image':
    case 'command':
    case 'resources':
      return words[difference.what](difference);
  }
}

// ------------------------------------------------------------------------------------------------ what becomes of it

/** A sync that puts the later template back makes pods healthy too: it is the template that tells. */
async function watch(plan: Plan, cluster: Cluster, signal: AbortSignal): Promise<Progress> {
  const [seen, workload] = await Promise.all([
    watchTemplate(plan, cluster, signal),
    cluster.workload(plan.target, { signal }),
  ]);
  // Where nothing could be tried, what admission makes of the template was not foretold.
  const ours = plan.untried !== undefined || workload?.templateHash === plan.effect['becomes'];
  return ours || !workload ? seen : { ...seen, state: 'overruled' };
}
