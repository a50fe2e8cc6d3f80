import { UserError } from '../../domain/errors.ts';
import type { GuardRule } from '../../domain/guardrails.ts';
import type { ActionPlan, Refusal } from '../../domain/plan.ts';
import type { Origin, Principal } from '../../domain/principal.ts';
import type { Term } from '../../domain/term.ts';
import { type ActionTarget, targetKey } from '../../domain/workload.ts';
import type { Tx } from '../../ports/database.ts';
import { type AuditEntry, type AuditStage, audit } from '../audit.ts';
import { databaseTarget } from '../databases.ts';
import type { Action } from '../define.ts';
import { findTarget, type TargetQuestion, type TargetScope } from '../targets.ts';
import type { PipelineDeps } from './deps.ts';

/** What somebody wants done, before it is planned. */
export interface Draft {
  readonly action: Action;
  /** As `action.args` gave them: plain JSON. */
  readonly args: unknown;
  readonly principal: Principal;
  readonly origin: Origin;
  /** Known already, or found through what was typed. */
  readonly target: ActionTarget | { readonly question: TargetQuestion; readonly scope: Omit<TargetScope, 'signal'> };
  readonly incidentId?: number;
  /** What it is to mend has been so since then. */
  readonly since?: Date;
  /** It takes this action back, which left the target so. */
  readonly undoOf?: { readonly action: string; readonly left: ActionPlan['touches'] };
  /** The guardrail that break-glass is to lift for it. */
  readonly lift?: GuardRule;
  /** For how long, as it was typed. */
  readonly term?: Term;
  /** Typed already, by whoever asks: it stands in the form. */
  readonly reasonTyped?: string | undefined;
  /** The same key is the same action. */
  readonly idempotencyKey?: string;
}

export function isResolved(target: Draft['target']): target is ActionTarget {
  return !('question' in target);
}

/** @throws UserError, ClusterError: see `findTarget` and `databaseTarget` */
export async function resolveTarget(
  deps: Pick<PipelineDeps, 'databases'>,
  { action, target }: Draft,
  signal: AbortSignal,
): Promise<ActionTarget> {
  if (isResolved(target)) return target;
  const { question, scope } = target;
  if (action.needs[0] === 'databases') {
    const environment = question.environment ?? scope.environment ?? scope.incidentTarget?.environment;
    const own = scope.incidentDatabase;
    return databaseTarget({ database: question.text, environment, own }, deps.databases);
  }
  return findTarget(question, { ...scope, signal });
}

/** The target's key once it is known, before that what was typed. */
function targetWords({ target }: Draft): string | undefined {
  if (isResolved(target)) return targetKey(target);
  const { environment, cluster, namespace, text } = target.question;
  return [environment, cluster, namespace, text].filter(Boolean).join('/') || undefined;
}

/** An entry about a draft: there is no action yet that it could belong to. */
export async function auditDraft(
  tx: Tx,
  draft: Draft,
  entry: { readonly stage: AuditStage; readonly outcome: string; readonly rule?: string } & Partial<AuditEntry>,
  at: Date,
): Promise<void> {
  const { action, principal, origin, incidentId } = draft;
  await audit(tx, { verb: action.name, principal, origin, incidentId, target: targetWords(draft), ...entry }, at);
}

export async function auditRefusal(tx: Tx, draft: Draft, refusal: Refusal, at: Date): Promise<void> {
  await auditDraft(tx, draft, { stage: 'refused', outcome: 'refused', rule: refusal.rule }, at);
}

/** What could not be planned leaves an entry too: the code of a `UserError`, else the error's own name. */
export function failureOf(error: unknown): {
  readonly stage: AuditStage;
  readonly outcome: string;
  readonly rule?: string;
} {
  if (error instanceof UserError) return { stage: 'refused', outcome: 'refused', rule: error.code };
  return { stage: 'refused', outcome: `could not be planned: ${error instanceof Error ? error.name : typeof error}` };
}
