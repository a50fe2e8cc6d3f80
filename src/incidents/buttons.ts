import type { Button } from '../domain/content.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { IncidentRow } from './records.ts';
import type { IncidentView, RunView } from './view.ts';
import { nextWho, runAsOf } from './view.ts';

/** What may be pressed on an incident's post. Buttons carry ids and `v`; the clicker is authorized when pressing. */
export function buttonsOf(view: IncidentView, actions: readonly string[], m: Catalog): readonly Button[] {
  const { row, run } = view;
  const carries = { v: 1, incident: row.id, version: row.version };
  const s = m.incident;
  if (row.state === 'resolved') return held(row) ? [{ id: 'reopen', label: s.buttons.reopen, carries }] : [];
  const ack: Button =
    row.state === 'acknowledged'
      ? { id: 'unack', label: s.buttons.unacknowledge, carries, confirm: unackConfirm(run, m) }
      : { id: 'ack', label: s.buttons.acknowledge, carries, style: 'primary' };
  const repair = row.target ? actions.map((verb): Button => actionButton(verb, view, m)) : [];
  const confirm = { ...s.escalateConfirm, text: s.escalateConfirm.text(callsOn(run)) };
  const escalate: Button = {
    id: 'escalate',
    label: s.buttons.escalate,
    carries: { ...carries, asOf: runAsOf(run) },
    confirm,
  };
  const resolve: Button = { id: 'resolve', label: s.buttons.resolve, carries };
  return [ack, ...repair, escalate, resolve];
}

/** Somebody has resolved it while alerts fired that still do: their repeats change nothing, so that a mistake must have a way back. */
export function held({ state, resolved_by: by, counts, retired }: IncidentRow): boolean {
  return state === 'resolved' && by !== null && counts.held > 0 && !retired;
}

/** A slip of the thumb would call people again. */
function unackConfirm(run: RunView | undefined, m: Catalog): Button['confirm'] {
  const { text, ...words } = m.incident.unackConfirm;
  return { ...words, text: text({ calls: run !== undefined }) };
}

/** Whom a press calls: the next step, or the first one again when everybody has been called. */
function callsOn(run: RunView | undefined): { readonly who: readonly string[]; readonly again: boolean } {
  if (!run) return { who: [], again: false };
  const again = run.step >= run.policy.steps.length;
  return { who: again ? (run.policy.steps[0]?.page ?? []) : nextWho(run), again };
}

function actionButton(verb: string, { row }: IncidentView, m: Catalog): Button {
  return { id: 'action', label: actionLabel(verb, row.target!.name, m), carries: { v: 1, verb, incident: row.id } };
}

/** `Restart checkout`: the verb's own word when it has one. */
export function actionLabel(verb: string, name: string, m: Catalog): string {
  const words = m.action as { readonly buttons?: Readonly<Record<string, (p: { name: string }) => string>> };
  return words.buttons?.[verb]?.({ name }) ?? `${verb} ${name}`;
}
