import { z } from 'zod';
import type { Button } from '../../domain/content.ts';
import type { ClickRequest, FormHandle } from '../../ports/chat.ts';
import { audit } from '../audit.ts';
import type { Action } from '../define.ts';
import { type Answering, type ClickHandler, type Handling, onClick } from '../handling.ts';
import { originOf } from '../requests.ts';
import { jobOf } from './begin-job.ts';
import { compareAnew } from './compare.ts';
import { decide } from './decide.ts';
import type { PipelineDeps } from './deps.ts';
import { anewButton, confirmForm, loadingForm, refusalForm, refusalMessage } from './forms.ts';
import { changedBy } from './lately.ts';
import { previewOf } from './preview.ts';
import { type ActionRow, auditAction, heldUntil, loadAction } from './records.ts';
import { authorize } from './stages/authorize.ts';
import { ownPlan, planFresh } from './stages/confirm.ts';
import { wordRefusal } from './words.ts';

/** `Continue` under a preview that was told privately: the plan is in its row, and the form opens with it if it still holds. */
export function continueClick(deps: PipelineDeps): ClickHandler {
  return onClick({
    v: 1,
    carries: z.object({ v: z.literal(1), action: z.uuid() }),
    async handle(click, handling) {
      const { tx, now, standing: rights, m } = handling;
      const row = await loadAction(tx, click.carries.action);
      const action = row && deps.actions.get(row.verb);
      const tell = (words: ReturnType<typeof m.action.refusal.missing>, next: readonly Button[] = []): Answering => ({
        after: () => click.reply.replace(refusalMessage(words, next)),
      });
      const { principal } = click;
      const no = { stage: 'refused', outcome: 'refused', principal } as const;
      if (!row || !action) {
        await audit(tx, { ...no, verb: row?.verb ?? 'action', origin: originOf(click), rule: 'missing' }, now);
        return tell(m.action.refusal.missing());
      }
      const job = await jobOf(tx, row.id);
      if (job) {
        await auditAction(tx, row, { ...no, rule: 'confirmed-already', jobId: job.id }, now);
        return tell(m.job.confirmedAlready({ number: job.number }));
      }
      const facts = {
        now,
        expiresAt: heldUntil(row, now),
        plannedBy: row.principal,
        confirmedBy: click.principal,
        rights,
        wanted: action,
        target: row.target,
        reason: undefined,
        reasonRequired: false,
        environment: row.target.environment,
      };
      const verdict = decide([planFresh, ownPlan, authorize], facts);
      if (verdict.ok) {
        const open = loadingForm(m, action.title(m, row.target, row.args));
        return { open, after: (signal, form) => openCompared(deps, { row, action, click }, handling, signal, form) };
      }
      const { refusal } = verdict;
      await auditAction(tx, row, { ...no, rule: refusal.rule }, now);
      const again = { id: 'action', label: m.action.post.again, carries: { v: 1, again: row.id } };
      const next = refusal.rule === 'plan-expired' ? [again] : [];
      return tell(wordRefusal(m, refusal, { verb: row.verb, whoMay: deps.whoMay }), next);
    },
  });
}

interface Continuing {
  readonly row: ActionRow;
  readonly action: Action;
  readonly click: ClickRequest;
}

/** The preview as it is by now, or that it no longer holds: nobody is to say yes, or be called for one, to what is past. */
async function openCompared(
  deps: PipelineDeps,
  { row, action, click }: Continuing,
  { m }: Pick<Handling, 'm'>,
  signal: AbortSignal,
  form: FormHandle | undefined,
): Promise<void> {
  const compared = await compareAnew(deps, row, action, signal);
  if (compared.kind === 'changed') {
    const refusal = { rule: 'unchanged', target: row.target_key, by: await changedBy(deps.db, row) } as const;
    const entry = { stage: 'refused', outcome: 'refused', rule: refusal.rule, principal: click.principal } as const;
    await deps.db.transaction().execute((tx) => auditAction(tx, row, entry, deps.clock.now()));
    const words = wordRefusal(m, refusal, { verb: row.verb, whoMay: deps.whoMay });
    return form?.update(refusalForm(m, words, [anewButton(m, row.id)]));
  }
  const shown = await previewOf(deps.db, deps, row, action, m);
  if (compared.kind === 'same') return form?.update(confirmForm(m, { ...shown, plan: compared.plan }));
  const old = m.action.form.uncompared({ system: compared.system, at: row.created_at });
  return form?.update(confirmForm(m, { ...shown, lately: [old, ...(shown.lately ?? [])] }));
}
