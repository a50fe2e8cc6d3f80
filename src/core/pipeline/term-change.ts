import type { Refusal } from '../../domain/plan.ts';
import { type Origin, type Principal, principalKey } from '../../domain/principal.ts';
import { LONGEST_TERM_MS } from '../../domain/term.ts';
import type { Tx } from '../../ports/database.ts';
import type { Wanted } from '../rights/may.ts';
import type { Rights } from '../rights/types.ts';
import { decide } from './decide.ts';
import { type ActionRow, auditAction, lockAction } from './records.ts';
import { authorize } from './stages/authorize.ts';
import { endForAudit, lockTerm, moveTerm, type TermRow } from './term-rows.ts';

/** Who wants it otherwise, with their rights as of now. */
export interface TermChanger {
  readonly principal: Principal;
  readonly origin: Origin;
  readonly rights: Rights & { readonly approver: boolean };
  /** The action's verb as a command; absent: this program has none by it. */
  readonly wanted: (verb: string) => Wanted | undefined;
}

/** `more`: for so much longer; absent: as long again. */
export type TermWish = { readonly say: 'keep' } | { readonly say: 'more'; readonly ms?: number };

export type TermChanged =
  | { readonly kind: 'kept'; readonly row: ActionRow }
  | { readonly kind: 'extended'; readonly row: ActionRow; readonly until: Date }
  | { readonly kind: 'refused'; readonly row: ActionRow; readonly refusal: Refusal }
  /** It is being taken back, or all is over. */
  | { readonly kind: 'late'; readonly row: ActionRow; readonly term: TermRow }
  /** There is no such action, or it was not for a while. */
  | { readonly kind: 'missing' };

const NO = { stage: 'refused', outcome: 'refused' } as const;

/**
 * Keeps a change for good, or for longer. It takes what the change itself takes; where a second person has agreed to it, they
 * agreed to it for that time, so it takes a second person again.
 */
export async function changeTerm(
  tx: Tx,
  actionId: string,
  wish: TermWish,
  by: TermChanger,
  now: Date,
): Promise<TermChanged> {
  const row = await lockAction(tx, actionId);
  const term = row && (await lockTerm(tx, actionId));
  if (!row || !term) return { kind: 'missing' };
  const { principal, origin } = by;
  const refusal = refusalOf(row, by);
  if (refusal) {
    await auditAction(tx, row, { ...NO, rule: refusal.rule, principal, origin }, now);
    return { kind: 'refused', row, refusal };
  }
  if (term.state !== 'running' && term.state !== 'asked') {
    await auditAction(tx, row, { ...NO, rule: `term-${term.state}`, principal, origin }, now);
    return { kind: 'late', row, term };
  }
  return wish.say === 'keep' ? keep(tx, row, by, now) : extend(tx, { row, term }, wish.ms ?? term.lasts_ms, by, now);
}

function refusalOf(row: ActionRow, { principal, rights, wanted }: TermChanger): Refusal | undefined {
  const command = wanted(row.verb);
  if (!command) return { rule: 'known-action', verb: row.verb };
  const verdict = decide([authorize], { rights, wanted: command, target: row.target });
  if (row.approval_id === null) return verdict.ok ? undefined : verdict.refusal;
  if (principalKey(principal) === principalKey(row.principal)) return { rule: 'not-oneself' };
  return rights.approver ? undefined : { rule: 'approver' };
}

async function keep(tx: Tx, row: ActionRow, { principal, origin }: TermChanger, now: Date): Promise<TermChanged> {
  const end = { kind: 'kept', by: principal } as const;
  await moveTerm(tx, row.id, { state: 'ended', note: end }, now);
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
  await moveTerm(tx, row.id, { state: 'running', due: until }, now);
  const times = { before: { until: term.due_at?.toISOString() ?? null }, after: { until: until.toISOString() } };
  await auditAction(tx, row, { stage: 'extended', outcome: 'ok', principal, origin, ...times }, now);
  return { kind: 'extended', row, until };
}
