import type { Risk } from '../../../domain/approval.ts';
import type { Refusal } from '../../../domain/plan.ts';
import { type Origin, type Principal, principalKey } from '../../../domain/principal.ts';
import { LONGEST_TERM_MS } from '../../../domain/term.ts';
import type { Tx } from '../../../ports/database.ts';
import type { Wanted } from '../../rights/may.ts';
import type { Rights } from '../../rights/types.ts';
import { needOf } from '../approvals.ts';
import { decide } from '../decide.ts';
import type { PipelineDeps } from '../deps.ts';
import { type ActionRow, auditAction, lockAction } from '../records.ts';
import { approvalNeeded } from '../stages/approval.ts';
import { actionChannel, authorize } from '../stages/authorize.ts';
import { mayBreak } from '../stages/guards.ts';
import { placeFacts } from '../stages/places.ts';
import { endForAudit, lockTerm, moveTerm, type TermRow } from './rows.ts';

/** Who wants it otherwise, with their rights as of now. */
export interface TermChanger {
  readonly principal: Principal;
  readonly origin: Origin;
  readonly rights: Rights & { readonly approver: boolean };
  /** The action's verb as a command; absent: this program has none by it. */
  readonly wanted: (verb: string) => (Wanted & { readonly risk?: Risk }) | undefined;
}

/** `ms`: for so much longer; absent: as long again. `from`: the end that was shown to them; another one is told first. */
export type TermWish =
  | { readonly say: 'keep' }
  | { readonly say: 'more'; readonly ms?: number; readonly from?: { readonly due: Date | undefined } };

export type TermChanged =
  | { readonly kind: 'kept'; readonly row: ActionRow }
  | { readonly kind: 'extended'; readonly row: ActionRow; readonly until: Date }
  | { readonly kind: 'refused'; readonly row: ActionRow; readonly refusal: Refusal }
  /** It is being taken back, or all is over, or it is left until another time than was shown. */
  | { readonly kind: 'late'; readonly row: ActionRow; readonly term: TermRow }
  /** There is no such action, or it was not for a while. */
  | { readonly kind: 'missing' };

type Rules = Pick<PipelineDeps, 'rules'>;

const NO = { stage: 'refused', outcome: 'refused' } as const;

/**
 * Keeps a change for good, or for longer. It takes what the change itself takes: the right to it, in a channel for it, and
 * to break the glass where that was broken. Where a second person is asked, or has agreed to it for that time, it takes a
 * second person.
 */
export async function changeTerm(
  tx: Tx,
  parts: Rules,
  { actionId, wish }: { readonly actionId: string; readonly wish: TermWish },
  by: TermChanger,
  now: Date,
): Promise<TermChanged> {
  const row = await lockAction(tx, actionId);
  const term = row && (await lockTerm(tx, actionId));
  if (!row || !term) return { kind: 'missing' };
  const { principal, origin } = by;
  const refusal = await refusalOf(tx, parts, row, by);
  if (refusal) {
    await auditAction(tx, row, { ...NO, rule: refusal.rule, principal, origin }, now);
    return { kind: 'refused', row, refusal };
  }
  if (isLate(term, wish)) {
    await auditAction(tx, row, { ...NO, rule: `term-${term.state}`, principal, origin }, now);
    return { kind: 'late', row, term };
  }
  return wish.say === 'keep' ? keep(tx, row, by, now) : extend(tx, { row, term }, wish.ms ?? term.lasts_ms, by, now);
}

/** Pressed twice, it is prolonged once: the second press was made of what had been shown before the first. */
function isLate({ state, due_at: due }: TermRow, wish: TermWish): boolean {
  if (state !== 'running') return state !== 'asked';
  return wish.say === 'more' && wish.from !== undefined && wish.from.due?.getTime() !== due?.getTime();
}

async function refusalOf(tx: Tx, parts: Rules, row: ActionRow, by: TermChanger): Promise<Refusal | undefined> {
  const { principal, origin, rights } = by;
  const { target, lift } = row;
  const wanted = by.wanted(row.verb);
  if (wanted?.risk === undefined) return { rule: 'known-action', verb: row.verb };
  const { risk } = wanted;
  const bySecond = row.approval_id !== null || approvalNeeded(needOf(parts, row, { risk })) !== undefined;
  const facts = { ...(await placeFacts(tx, parts, { target, principal, origin })), rights, wanted };
  const verdict = decide(bySecond ? [actionChannel] : [authorize, actionChannel], facts);
  if (!verdict.ok) return verdict.refusal;
  const { guardrails } = parts.rules(target.environment);
  if (lift !== null && !mayBreak(rights, guardrails))
    return { rule: 'glass-broken', guard: lift, has: rights.role, needs: guardrails.breakGlass };
  return bySecond ? secondRefusal(row, by) : undefined;
}

function secondRefusal(row: ActionRow, { principal, rights }: TermChanger): Refusal | undefined {
  if (principalKey(principal) === principalKey(row.principal)) return { rule: 'not-oneself', by: principal };
  return rights.approver ? undefined : { rule: 'approver' };
}

async function keep(tx: Tx, row: ActionRow, { principal, origin }: TermChanger, now: Date): Promise<TermChanged> {
  const end = { kind: 'kept', by: principal } as const;
  await moveTerm(tx, row, { state: 'ended', note: end, by: principal }, now);
  await auditAction(tx, row, { stage: 'kept', outcome: 'ok', principal, origin, after: endForAudit(end) }, now);
  return { kind: 'kept', row };
}

async function extend(
  tx: Tx,
  { row, term }: { readonly row: ActionRow; readonly term: TermRow },
  ms: number,
  { principal, origin }: TermChanger,
  now: Date,
): Promise<TermChanged> {
  const from = Math.max(now.getTime(), term.due_at?.getTime() ?? 0);
  const until = new Date(Math.min(from + ms, now.getTime() + LONGEST_TERM_MS));
  await moveTerm(tx, row, { state: 'running', due: until, by: principal }, now);
  const times = { before: { until: term.due_at?.toISOString() ?? null }, after: { until: until.toISOString() } };
  await auditAction(tx, row, { stage: 'extended', outcome: 'ok', principal, origin, ...times }, now);
  return { kind: 'extended', row, until };
}
