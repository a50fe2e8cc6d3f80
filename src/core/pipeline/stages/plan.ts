import { randomUUID } from 'node:crypto';
import { isGuardRule } from '../../../domain/guardrails.ts';
import type { ActionPlan, Refusal } from '../../../domain/plan.ts';
import { storableJson } from '../../../domain/storable.ts';
import type { Term } from '../../../domain/term.ts';
import { type ActionTarget, targetKey } from '../../../domain/workload.ts';
import type { Rights } from '../../rights/types.ts';
import { timeLimit } from '../../wake.ts';
import { Checks } from '../checks.ts';
import { decide } from '../decide.ts';
import { type PipelineDeps, placeOf } from '../deps.ts';
import { canonical, digestOf } from '../digest.ts';
import { auditDraft, auditRefusal, type Draft, failureOf, resolveTarget } from '../draft.ts';
import { madeBefore } from '../past.ts';
import { ACTION_V, type ActionRow, auditAction, PERMANENT_V, readable } from '../records.ts';
import { BEFORE_PLAN, WHEN_PLANNED } from '../stages.ts';
import { type Guarded, guardFacts, mayBreak, withEnvironmentPods } from './guards.ts';
import { placeFacts } from './places.ts';

/** An unconfirmed plan dies after this. */
const PLAN_LIVES_MS = 15 * 60_000;

/** Resolving and planning together: somebody is looking at a spinner. */
const PLAN_WITHIN_MS = 12_000;

export type Planned =
  | { readonly kind: 'planned'; readonly row: ActionRow; readonly plan: ActionPlan }
  /** `again`: the refused action's id, where the one who asked may break the glass for it. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly again?: string };

/**
 * Resolves the target, asks the guardrails, plans by reads and a dry run, and writes the action with its audit entry. What
 * is refused or fails is audited as well.
 * @param checks counts what rights, guardrails and audit take
 * @throws UserError, ClusterError as resolving and planning do
 */
export async function planAction(
  deps: PipelineDeps,
  draft: Draft,
  rights: Rights,
  signal: AbortSignal,
  checks = new Checks(),
): Promise<Planned> {
  const limit = timeLimit(PLAN_WITHIN_MS, signal);
  let known = draft;
  try {
    const target = await resolveTarget(deps, draft, limit);
    known = { ...draft, target };
    draft.action.assertPossible?.(target, draft.args);
    const { guards, verdict } = await checks.during(async () => {
      const place = await placeFacts(deps.db, deps, { ...draft, target });
      const guarded = { ...guardedDraft(draft, target), rights };
      const guards = await guardFacts(deps.db, deps, guarded, deps.clock.now());
      return { guards, verdict: decide(BEFORE_PLAN, { ...place, ...guards, rights, wanted: draft.action }) };
    });
    const refuse = (refusal: Refusal): Promise<Planned> =>
      checks.during(() => refusedBy(deps, known, { target, rights, refusal }));
    if (!verdict.ok) return await refuse(verdict.refusal);
    const on = { ...placeOf(deps, target), signal: limit };
    const recalled = await draft.action.recall?.(target, draft.args, {
      ...on,
      made: madeBefore(deps.db),
      ...(draft.since && { since: draft.since }),
    });
    const wanted = recalled ?? draft.args;
    const plan = await draft.action.plan(target, wanted, on);
    const changed = stillAsLeft(known, target, plan);
    if (changed) return await checks.during(() => refused(deps, known, changed));
    const planned = await withEnvironmentPods(deps, plan, limit);
    const now = await checks.during(() => decide(WHEN_PLANNED, { ...guards, planned }));
    if (!now.ok) return await refuse(now.refusal);
    const args = plan.args ?? wanted;
    const asked = { ...draft, args, term: termOn(deps, draft, target) };
    return { kind: 'planned', plan, row: await savePlan(deps, asked, { ...plan, facts: planned }, checks) };
  } catch (error) {
    await deps.db.transaction().execute((tx) => auditDraft(tx, known, failureOf(error), deps.clock.now()));
    throw error;
  }
}

function guardedDraft({ action, incidentId, undoOf, lift }: Draft, target: ActionTarget): Guarded {
  return { verb: action.name, target, incidentId, isUndo: undoOf !== undefined, lift };
}

/** A guardrail that they may lift leaves a row behind: the button that lifts it carries its id. */
async function refusedBy(
  deps: PipelineDeps,
  draft: Draft,
  { target, rights, refusal }: { readonly target: ActionTarget; readonly rights: Rights; readonly refusal: Refusal },
): Promise<Planned> {
  const liftable = isGuardRule(refusal.rule) && mayBreak(rights, deps.rules(target.environment).guardrails);
  if (!liftable || draft.lift !== undefined || draft.principal.kind !== 'slack') return refused(deps, draft, refusal);
  const now = deps.clock.now();
  const again = await deps.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('actions')
      .values(refusedColumns(draft, target, refusal, now))
      .returningAll()
      .executeTakeFirstOrThrow();
    await auditAction(tx, row, { stage: 'refused', outcome: 'refused', rule: refusal.rule }, now);
    return row.id;
  });
  return { kind: 'refused', refusal, again };
}

async function refused(deps: PipelineDeps, draft: Draft, refusal: Refusal): Promise<Planned> {
  await deps.db.transaction().execute((tx) => auditRefusal(tx, draft, refusal, deps.clock.now()));
  return { kind: 'refused', refusal };
}

/** For how long; what the environment says of the end counts before what was typed. */
function termOn({ rules }: PipelineDeps, { term }: Draft, { environment }: ActionTarget): Term | undefined {
  return term && { ...term, how: rules(environment).timeUp ?? term.how };
}

/** What is to be taken back must still be as it was left: what somebody else has made of it since is not undone in passing. */
function stillAsLeft({ undoOf }: Draft, target: ActionTarget, plan: ActionPlan): Refusal | undefined {
  if (!undoOf || canonical(undoOf.left) === canonical(plan.touches)) return undefined;
  return { rule: 'as-left', target: targetKey(target) };
}

/** The same idempotency key gives the action that is there already, whatever has become of it. @throws NewerVersion */
async function savePlan(deps: PipelineDeps, draft: Draft, plan: ActionPlan, checks: Checks): Promise<ActionRow> {
  const now = deps.clock.now();
  return deps.db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('actions')
      .values(columns(deps, draft, plan, now))
      .onConflict((c) => c.column('idempotency_key').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) {
      const key = draft.idempotencyKey!;
      return readable(
        await tx.selectFrom('actions').selectAll().where('idempotency_key', '=', key).executeTakeFirstOrThrow(),
      );
    }
    const before = { ...plan.touches };
    const after = { ...plan.effect, ...(plan.untried !== undefined && { untried: plan.untried }), ...draft.term };
    await checks.during(() => auditAction(tx, row, { stage: 'planned', outcome: 'ok', before, after }, now));
    return row;
  });
}

function askedColumns(draft: Draft, target: ActionTarget, now: Date) {
  const { action, args, principal, origin } = draft;
  return {
    id: randomUUID(),
    v: draft.term ? ACTION_V : PERMANENT_V,
    verb: action.name,
    principal: storableJson(principal),
    origin: JSON.stringify(origin),
    target: JSON.stringify(target),
    target_key: targetKey(target),
    args: storableJson(args ?? {}),
    term: draft.term ? JSON.stringify(draft.term) : null,
    incident_id: draft.incidentId ?? null,
    undo_of: draft.undoOf?.action ?? null,
    created_at: now,
  };
}

function refusedColumns(draft: Draft, target: ActionTarget, { rule }: Refusal, now: Date) {
  return { ...askedColumns(draft, target, now), state: 'refused' as const, rule, expires_at: now, finished_at: now };
}

function columns(deps: PipelineDeps, draft: Draft, plan: ActionPlan, now: Date) {
  const { action, args, lift } = draft;
  const required =
    plan.reasonRequired === true || lift !== undefined || deps.rules(plan.target.environment).requireReason;
  return {
    ...askedColumns(draft, plan.target, now),
    state: 'planned' as const,
    lift: lift ?? null,
    plan: storableJson(plan),
    digest: digestOf(action.name, args ?? {}, plan),
    reason: draft.reasonTyped ?? null,
    reason_required: required,
    idempotency_key: draft.idempotencyKey ?? null,
    expires_at: new Date(now.getTime() + PLAN_LIVES_MS),
  };
}
