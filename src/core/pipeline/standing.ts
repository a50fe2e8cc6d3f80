import { RetryableError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/plan.ts';
import type { Origin, Principal } from '../../domain/principal.ts';
import type { ActionTarget } from '../../domain/workload.ts';
import type { Tx } from '../../ports/database.ts';
import type { Action } from '../define.ts';
import type { Rights } from '../rights/types.ts';
import { type JobName, jobOf } from './begin-job.ts';
import { type Confirmed, confirmAction } from './confirm.ts';
import { decide } from './decide.ts';
import { type PipelineDeps, wakeWorker } from './deps.ts';
import { auditDraft, auditRefusal, type Draft } from './draft.ts';
import { planAction } from './stages/plan.ts';
import { WHEN_ASKED } from './stages.ts';

/** What somebody wants who cannot be asked: an API key, a schedule, an alert. Reason and yes stand in config or request. */
export interface StandingOrder {
  readonly action: Action;
  readonly args: unknown;
  readonly principal: Principal;
  readonly origin: Origin;
  readonly target: ActionTarget;
  readonly reason?: string;
  readonly incidentId?: number;
  readonly undoOf?: Draft['undoOf'];
  /** The same key is the same action, whatever has become of it. */
  readonly idempotencyKey?: string;
  /** In the transaction of the yes, before anything else; what it throws keeps the yes from being said, and comes out of `order`. */
  readonly onConfirming?: (tx: Tx) => Promise<void>;
  /** In the transaction of the yes, once it holds; what it throws takes the yes back, and comes out of `order`. */
  readonly onConfirmed?: (tx: Tx, actionId: string) => Promise<void>;
}

export type Ordered =
  | { readonly kind: 'confirmed' | 'again'; readonly action: string; readonly job: JobName }
  /** It waits for a second person: APR-n. */
  | { readonly kind: 'awaiting'; readonly action: string; readonly approval: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * The same stages without a form: authorize, guardrails, plan, confirm. The job runs afterwards.
 * @throws UserError, ClusterError as planning does; RetryableError while nobody can say what they may
 */
export async function order(deps: PipelineDeps, wanted: StandingOrder, signal: AbortSignal): Promise<Ordered> {
  const rights = await deps.rightsOf(wanted.principal, deps.clock.now());
  // Nobody knows what they may: that passes.
  if (rights.why?.rule === 'slack-away') throw new RetryableError('Slack', 'it does not say who somebody is');
  const refusal = await noteAsked(deps, wanted, rights);
  if (refusal) return { kind: 'refused', refusal };
  const earlier = await earlierOrder(deps, wanted);
  if (earlier) return earlier;
  const planned = await planAction(deps, wanted, rights, signal);
  // Refused by a twin that came at the same time under the same key: that one is ours.
  if (planned.kind === 'refused') return (await earlierOrder(deps, wanted)) ?? planned;
  const yes = { actionId: planned.row.id, principal: wanted.principal, rights, reason: wanted.reason };
  const confirmed = await deps.db.transaction().execute(async (tx) => {
    await wanted.onConfirming?.(tx);
    const said = await confirmAction(tx, deps, yes, deps.clock.now());
    if (said.kind !== 'refused' && said.kind !== 'missing') await wanted.onConfirmed?.(tx, said.row.id);
    return said;
  });
  if (confirmed.kind === 'refused') return (await earlierOrder(deps, wanted)) ?? confirmed;
  return told(deps, confirmed);
}

async function noteAsked(deps: PipelineDeps, draft: Draft, rights: Rights): Promise<Refusal | undefined> {
  const now = deps.clock.now();
  return deps.db.transaction().execute(async (tx) => {
    await auditDraft(tx, draft, { stage: 'asked', outcome: 'ok' }, now);
    const verdict = decide(WHEN_ASKED, { rights, wanted: draft.action });
    if (verdict.ok) return undefined;
    await auditRefusal(tx, draft, verdict.refusal, now);
    return verdict.refusal;
  });
}

/** An order that came before under the same key, and was confirmed: no cluster is asked again for it. */
async function earlierOrder(deps: PipelineDeps, { idempotencyKey }: StandingOrder): Promise<Ordered | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const row = await deps.db
    .selectFrom('actions')
    .select('id')
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  const job = row && (await jobOf(deps.db, row.id));
  return job && { kind: 'again', action: row.id, job };
}

async function told(deps: PipelineDeps, confirmed: Exclude<Confirmed, { readonly kind: 'refused' }>): Promise<Ordered> {
  switch (confirmed.kind) {
    case 'confirmed':
      await wakeWorker(deps, confirmed.job.id);
      return { kind: 'confirmed', action: confirmed.row.id, job: confirmed.job };
    case 'again':
      return { kind: 'again', action: confirmed.row.id, job: confirmed.job };
    case 'awaiting':
      deps.wakeOutbox?.();
      return { kind: 'awaiting', action: confirmed.row.id, approval: confirmed.approval };
    case 'missing':
      throw new Error('a plan that was just written is gone');
  }
}
