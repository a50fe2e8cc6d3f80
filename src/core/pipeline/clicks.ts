import { z } from 'zod';
import { type Inline, messageOf } from '../../domain/content.ts';
import { GUARD_RULES } from '../../domain/guardrails.ts';
import type { Refusal } from '../../domain/plan.ts';
import { principalKey } from '../../domain/principal.ts';
import type { ActionTarget } from '../../domain/workload.ts';
import type { Catalog } from '../../messages/catalog.ts';
import type { ClickRequest } from '../../ports/chat.ts';
import { audit } from '../audit.ts';
import { type Answering, type ClickHandler, type Handling, namedPrincipal, onClick } from '../handling.ts';
import { originOf } from '../requests.ts';
import { askCancel, CANCEL_NEEDS, type CancelAsked, stoppable } from './cancel.ts';
import { type PipelineDeps, wakeWorker } from './deps.ts';
import type { Draft } from './draft.ts';
import { type ActionRow, loadAction, planOf } from './records.ts';
import { startDraft, titleOf } from './start.ts';
import { whoIs, wordRefusal } from './words.ts';

/** By the incident's row id, or by an action that is to be planned again. */
const FromIncident = z.object({ v: z.literal(1), verb: z.string(), incident: z.number().int() });
/** `over`: its button stands in the form of a refusal, which is in no channel. */
const Again = z.object({ v: z.literal(1), again: z.uuid(), over: z.literal(true).optional() });
const Lift = z.object({ v: z.literal(1), again: z.uuid(), lift: z.enum(GUARD_RULES) });
/** `anyway`: as a change of its own, whatever the target has become since. */
const Undo = z.object({ v: z.literal(1), undo: z.uuid(), anyway: z.literal(true).optional() });

/** Another action on the target of one that was only previewed. */
const Instead = z.object({
  v: z.literal(1),
  instead: z.uuid(),
  verb: z.string(),
  from: z.string().optional(),
  number: z.string().optional(),
});

/** An action's button: on an incident's post, or `Preview again` on an action's. */
export function actionClick(deps: PipelineDeps): ClickHandler {
  return onClick({
    v: 1,
    carries: z.union([FromIncident, Lift, Again, Undo, Instead]),
    async handle(click, handling) {
      const { carries } = click;
      const found = await foundBy(deps, click, carries, handling);
      if ('refused' in found) return refuse(deps, click, found, handling);
      return startDraft(deps, { ...found, reply: click.reply, title: titleOf(found.draft, handling.m) }, handling);
    },
  });
}

type Carries = z.infer<typeof FromIncident | typeof Lift | typeof Again | typeof Undo | typeof Instead>;

function foundBy(deps: PipelineDeps, click: ClickRequest, carries: Carries, handling: Handling): Promise<Found> {
  if ('incident' in carries) return ofIncident(deps, click, carries, handling);
  if ('instead' in carries) return ofPreview(deps, click, carries, handling);
  return ofAction(deps, click, carries, handling);
}

type Found =
  | { readonly draft: Draft; readonly guessed?: boolean; readonly over?: true }
  | { readonly refused: Refusal | 'missing'; readonly verb: string; readonly incidentId?: number };

async function ofIncident(
  deps: PipelineDeps,
  click: ClickRequest,
  { verb, incident }: z.infer<typeof FromIncident>,
  handling: Handling,
): Promise<Found> {
  const action = deps.actions.get(verb);
  if (!action) return { refused: { rule: 'known-action', verb }, verb };
  const row = await handling.tx
    .selectFrom('incidents')
    .select(['id', 'number', 'target', 'target_certain', 'environment_why', 'state', 'opened_at', 'resolved_at'])
    .where('id', '=', incident)
    .executeTakeFirst();
  if (!row) return { refused: 'missing', verb };
  if (row.state === 'resolved') {
    const refused: Refusal = { rule: 'incident-open', incident: row.number, at: row.resolved_at?.toISOString() };
    return { refused, verb, incidentId: row.id };
  }
  if (!row.target) {
    const refused: Refusal = { rule: 'incident-target', incident: row.number, why: row.environment_why ?? undefined };
    return { refused, verb, incidentId: row.id };
  }
  const draft = draftOf(click, handling, {
    action,
    args: action.args.parse({}),
    target: row.target,
    incidentId: row.id,
  });
  // What is pressed on a post is asked for in its thread.
  const thread = click.threadTs ?? click.messageTs;
  const origin = { ...draft.origin, incident: row.number, ...(thread !== undefined && { thread }) };
  return { draft: { ...draft, origin, since: row.opened_at }, guessed: !row.target_certain };
}

/** What is done instead, where the previewed one was asked for; in its form, which closes with it. */
async function ofPreview(
  deps: PipelineDeps,
  click: ClickRequest,
  { instead, verb, from, number }: z.infer<typeof Instead>,
  handling: Handling,
): Promise<Found> {
  const row = await loadAction(handling.tx, instead);
  if (!row) return { refused: 'missing', verb };
  const action = deps.actions.get(verb);
  if (!action) return { refused: { rule: 'known-action', verb }, verb };
  const what = {
    action,
    args: action.args.parse({ from, number }),
    target: row.target,
    incidentId: row.incident_id ?? undefined,
  };
  const draft = { ...draftOf(click, handling, what), origin: row.origin };
  return { draft, ...(click.channelId === undefined && { over: true }) };
}

/** The same once more, or what takes it back. */
async function ofAction(
  deps: PipelineDeps,
  click: ClickRequest,
  carries: z.infer<typeof Again> | z.infer<typeof Lift> | z.infer<typeof Undo>,
  handling: Handling,
): Promise<Found> {
  const row = await loadAction(handling.tx, 'undo' in carries ? carries.undo : carries.again);
  if (!row) return { refused: 'missing', verb: 'action' };
  const action = deps.actions.get(row.verb);
  if (!action) return { refused: { rule: 'known-action', verb: row.verb }, verb: row.verb };
  const lift = 'lift' in carries ? carries.lift : undefined;
  // What took something back does so once more, and is held to the same.
  const taken = 'undo' in carries ? row : row.undo_of !== null && (await loadAction(handling.tx, row.undo_of));
  const undo = taken ? action.undo?.(planOf(taken)) : undefined;
  if (taken && !undo) return { refused: { rule: 'reversible', verb: row.verb }, verb: row.verb };
  const args = undo ? undo.args : row.args;
  const what = { action, args, target: row.target, incidentId: row.incident_id ?? undefined };
  const draft = draftOf(click, handling, what);
  // A refusal's button stands in a form: it is asked for where the refused action was.
  const over = says(carries, 'over');
  const origin = lift || over ? row.origin : { ...draft.origin, incident: row.origin.incident };
  const anyway = says(carries, 'anyway');
  const undoOf = taken && undo && !anyway && { action: taken.id, left: undo.left };
  const term = taken ? null : row.term;
  const reasonTyped = 'undo' in carries ? undefined : reasonOfOwn(row, click);
  return {
    ...(over && { over }),
    draft: { ...draft, origin, ...(undoOf && { undoOf }), ...(lift && { lift }), ...(term && { term }), reasonTyped },
  };
}

/** Nobody gives somebody else's. */
function reasonOfOwn(row: ActionRow, { principal }: ClickRequest): string | undefined {
  return principalKey(principal) === principalKey(row.principal) ? (row.reason ?? undefined) : undefined;
}

function says(carries: object, word: 'over' | 'anyway'): boolean {
  return Reflect.get(carries, word) === true;
}

function draftOf(
  click: ClickRequest,
  handling: Handling,
  what: {
    readonly action: Draft['action'];
    readonly args: unknown;
    readonly target: ActionTarget;
    readonly incidentId?: number;
  },
): Draft {
  return { ...what, principal: namedPrincipal(click, handling), origin: originOf(click) };
}

async function refuse(
  deps: PipelineDeps,
  click: ClickRequest,
  { refused, verb, incidentId }: Extract<Found, { readonly refused: unknown }>,
  { tx, now, m }: Handling,
): Promise<Answering> {
  const rule = refused === 'missing' ? 'missing' : refused.rule;
  const entry = { stage: 'refused', outcome: 'refused', verb, rule, incidentId } as const;
  await audit(tx, { ...entry, principal: click.principal, origin: originOf(click) }, now);
  const words =
    refused === 'missing' ? m.action.refusal.missing() : wordRefusal(m, refused, { verb, whoMay: deps.whoMay });
  return { stale: true, after: () => click.reply.private(messageOf(words)) };
}

/** `Cancel` or `Stop watching` on an action's post. */
export function cancelClick(deps: Pick<PipelineDeps, 'wake' | 'wakeOutbox' | 'log'>): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), job: z.number().int() }),
    async handle(click, handling) {
      const { tx, now, role, m } = handling;
      const principal = namedPrincipal(click, handling);
      const asked = await askCancel(tx, { id: click.carries.job }, { principal, role, origin: originOf(click) }, now);
      return {
        stale: asked.kind !== 'asked' && asked.kind !== 'not-allowed',
        async after() {
          if (asked.kind === 'asked') await wakeWorker(deps, asked.job.id);
          else await click.reply.private(messageOf(wordCancel(m, asked, click.carries.job)));
        },
      };
    },
  });
}

/** What becomes of a wish to cancel, in words; `typed` is the number when there is no such job. */
export function wordCancel(m: Catalog, asked: CancelAsked, typed: number): readonly Inline[] {
  const words = m.job.cancel;
  switch (asked.kind) {
    case 'missing':
      return m.job.missing({ number: typed });
    case 'asked':
      return words.asked({ number: asked.job.number, stops: stoppable(asked.job) });
    case 'again': {
      const by = asked.job.cancel_requested_by;
      return words.again({ number: asked.job.number, ...(by && { by: whoIs(by) }) });
    }
    case 'finished':
      return words.finished({ number: asked.job.number, ...(asked.job.finished_at && { at: asked.job.finished_at }) });
    case 'not-allowed':
      return words['not-allowed']({ number: asked.job.number, needs: CANCEL_NEEDS });
  }
}
