import {
  type Block,
  type Button,
  type Form,
  type Inline,
  type Input,
  type Message,
  messageOf,
  type Text,
} from '../../domain/content.ts';
import type { ActionPlan, Refusal } from '../../domain/plan.ts';
import type { Origin } from '../../domain/principal.ts';
import { isDatabase, targetKey } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { sayButton } from '../ask/say.ts';
import type { Action } from '../define.ts';
import { besides } from '../rights/may.ts';
import type { ActionRow } from './records.ts';
import { nameIn } from './words.ts';

/** Which handlers take what these carry. */
export const CONFIRM_FORM = 'action-confirm';
export const CONTINUE_BUTTON = 'action-continue';
export const CHOOSE_FORM = 'action-choose';
export const CHOSEN_INPUT = 'chosen';
export const REFUSE_FORM = 'approval-refuse';
export const APPROVAL_BUTTON = 'approval';
export const TERM_BUTTON = 'term';
export const REASON_INPUT = 'reason';
export const PICK_INPUT = 'pick';

const REASON_MAX = 500;

/** Opened at once, filled when the plan is there. */
export function loadingForm(m: Catalog, title: string): Form {
  const { loadingTitle, loading, close } = m.action.form;
  return {
    id: 'action-loading',
    title: loadingTitle,
    close,
    carries: { v: 1 },
    blocks: [{ kind: 'text', text: loading(title) }],
  };
}

export interface Preview {
  readonly action: Action;
  readonly row: ActionRow;
  readonly plan: ActionPlan;
  /** The target was worked out from a pod's name. */
  readonly guessed?: boolean;
  /** The pod whose name was typed, of a workload that is meant as a whole. */
  readonly pod?: string;
  /** A second person has to say yes: these may, the asker perhaps among them. */
  readonly approvers?: readonly Inline[];
  /** The JOB-n that this takes back. */
  readonly undoes?: number;
  /** What else was done to the target lately, and what waits. */
  readonly lately?: readonly Text[];
  /** It lies on the form of a refusal. */
  readonly over?: true | undefined;
  /** What was typed already, when another one was previewed. */
  readonly reason?: string | undefined;
}

/** What would be done to what, with the reason to be given. */
export function confirmForm(m: Catalog, preview: Preview): Form {
  const { title, submit, ask, close } = m.action.form;
  const inputs = nobodyElse(preview) ? [] : [...pickInputs(m, preview), reasonInput(m, preview)];
  return {
    id: CONFIRM_FORM,
    title,
    ...(nobodyElse(preview) ? {} : { submit: preview.approvers ? ask : submit }),
    close,
    carries: { v: 1, action: preview.row.id, ...((preview.row.lift !== null || preview.over) && { over: true }) },
    blocks: [...previewBlocks(m, preview), ...inputs],
  };
}

/** What nobody could say yes to is not asked for. */
function nobodyElse({ approvers, row }: Preview): boolean {
  return approvers !== undefined && besides(approvers, row.principal).length === 0;
}

function needsYes(m: Catalog, approvers: readonly Inline[], { principal }: ActionRow): Text {
  const who = besides(approvers, principal);
  return m.action.form.needsYes({ who, oneself: approvers.length > who.length });
}

function previewBlocks(
  m: Catalog,
  { action, row, plan, guessed, pod, approvers, undoes, lately }: Preview,
): readonly Block[] {
  const words = m.action.form;
  return [
    { kind: 'text', text: [{ bold: action.title(m, plan.target, row.args) }] },
    { kind: 'fields', fields: [{ label: words.target, value: [{ code: targetKey(plan.target) }] }] },
    ...(undoes === undefined ? [] : [{ kind: 'text' as const, text: words.undoes({ job: undoes }) }]),
    ...(pod === undefined ? [] : [{ kind: 'text' as const, text: words.widened({ pod, name: plan.target.name }) }]),
    ...(lately ?? []).map((text): Block => ({ kind: 'text', text })),
    ...action.preview(m, plan),
    ...insteadBlocks(m, { action, row, plan }),
    ...untriedBlocks(m, plan),
    ...termBlocks(m, { action, row, plan }),
    ...(row.lift === null ? [] : [{ kind: 'text' as const, text: m.guard.breaking({ rule: row.lift }) }]),
    ...(guessed ? [{ kind: 'text' as const, text: words.guessed() }] : []),
    ...(plan.warnings.length > 0 ? [{ kind: 'text' as const, text: words.warnings(plan.warnings) }] : []),
    ...(approvers ? [{ kind: 'text' as const, text: needsYes(m, approvers, row) }] : []),
    { kind: 'context', lines: [words.until(row.expires_at)] },
  ];
}

/** What mends it, where this does not. */
function insteadBlocks(m: Catalog, { action, row, plan }: Preview): readonly Block[] {
  const instead = action.instead?.(m, plan);
  if (!instead) return [];
  const { label, ...of } = instead;
  return [{ kind: 'buttons', buttons: [{ id: 'action', label, carries: { v: 1, instead: row.id, ...of } }] }];
}

/** Nobody but us has tried it: whoever says yes must know. */
export function untriedBlocks(m: Catalog, { untried }: ActionPlan): readonly Block[] {
  return untried === undefined ? [] : [{ kind: 'text', text: m.action.form.untried(untried) }];
}

/** What comes of it when the time is up. */
export function termBlocks(m: Catalog, { action, row, plan }: Preview): readonly Block[] {
  if (!row.term || !action.undo) return [];
  const { lastsMs: lasts, how } = row.term;
  return [{ kind: 'text', text: m.term.planned[how]({ lasts, back: action.undo(plan).back(m) }) }];
}

/** Where there is but one, it is the one that is previewed. */
function pickInputs(m: Catalog, { action: { picks }, plan }: Preview): readonly Input[] {
  const options = picks?.options(plan) ?? [];
  if (!picks || options.length < 2) return [];
  return [{ kind: 'choice', id: PICK_INPUT, label: picks.label(m), options, initial: picks.picked(plan) }];
}

/** A database keeps no reason. */
function keptWhere({ action: { form } }: Catalog, { target }: ActionRow): string {
  return isDatabase(target) ? form.reasonHintDatabase : form.reasonHint;
}

function reasonInput(m: Catalog, { row, reason }: Pick<Preview, 'row' | 'reason'>, hint = keptWhere(m, row)): Input {
  return {
    kind: 'text-input',
    id: REASON_INPUT,
    label: m.action.form.reason,
    hint,
    optional: !row.reason_required,
    maxLength: REASON_MAX,
    ...(reason !== undefined && { initial: reason }),
  };
}

/** A no, and why: who asked reads it. */
export function refuseForm(
  m: Catalog,
  {
    row,
    approval,
    title,
  }: { readonly row: ActionRow; readonly approval: { readonly id: number }; readonly title: string },
): Form {
  const words = m.action.approval;
  return {
    id: REFUSE_FORM,
    title: words.refuseTitle,
    submit: words.refuse,
    close: m.action.form.dismiss,
    carries: { v: 1, approval: approval.id },
    blocks: [
      { kind: 'text', text: words.refuseText({ title, target: row.target_key, by: nameIn(row.principal) }) },
      reasonInput(m, { row }, words.refuseHint),
    ],
  };
}

/** Says why it does not go on, and what would help. */
export function refusalForm(m: Catalog, words: Text, next: readonly Button[] = []): Form {
  const { refusedTitle, dismiss } = m.action.form;
  return {
    id: 'action-refused',
    title: refusedTitle,
    close: dismiss,
    carries: { v: 1 },
    blocks: refusalMessage(words, next).blocks,
  };
}

export function refusalMessage(words: Text, next: readonly Button[]): Message {
  return messageOf(words, ...(next.length > 0 ? [{ kind: 'buttons' as const, buttons: next }] : []));
}

/** The refused action, which can be asked for once more with this guardrail lifted. */
export function glassButton(m: Catalog, { again, rule }: { readonly again: string; readonly rule: string }): Button {
  return { id: 'action', label: m.guard.button, carries: { v: 1, again, lift: rule }, style: 'danger' };
}

/** What a refused or expired preview was of, looked at anew. */
export function anewButton(m: Catalog, again: string): Button {
  return { id: 'action', label: m.action.post.again, carries: { v: 1, again, over: true } };
}

/** Where one's own words are said: at the action's origin, for a form is in no channel. */
export function holderButtons(m: Catalog, refusal: Refusal, { channel, thread }: Origin): readonly Button[] {
  if (refusal.rule !== 'one-action-per-target' || channel === undefined) return [];
  const at = { channelId: channel, ...(thread !== undefined && { threadTs: thread }) };
  const job = m.job.number(refusal.job);
  return [sayButton(job, `jobs ${job}`, { at }), sayButton(m.job.stop(job), `jobs cancel ${job}`, { at })];
}

/** Where no form can be opened (mentions, DMs): the same preview, with a button that opens the form. */
export function continueMessage(m: Catalog, preview: Preview): Message {
  const words = m.action.continue;
  const line = words.text(preview.action.title(m, preview.plan.target, preview.row.args));
  const carries = { v: 1, action: preview.row.id };
  return messageOf(line, ...previewBlocks(m, preview).slice(1), {
    kind: 'buttons',
    buttons: [{ id: CONTINUE_BUTTON, label: words.button, carries, style: 'primary' }],
  });
}
