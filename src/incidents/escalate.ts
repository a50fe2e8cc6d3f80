import { audit } from '../core/audit.ts';
import { CLASS } from '../core/outbox/write.ts';
import type { Mention } from '../domain/content.ts';
import { incidentSubject } from '../domain/incident.ts';
import type { Origin, Principal } from '../domain/principal.ts';
import { newestRun, type RunRow, startRuns, stepRun } from '../oncall/runs.ts';
import type { Tx } from '../ports/database.ts';
import type { IncidentRules } from './rules.ts';
import { type Changed, saveIncidents } from './save.ts';
import { policyOnPress } from './tests.ts';
import { runAsOf } from './view.ts';

export type Escalated =
  | { readonly kind: 'called'; readonly mentions: readonly Mention[]; readonly step: number }
  | { readonly kind: 'no-policy' }
  /** The run went on after the button was drawn. */
  | { readonly kind: 'already'; readonly at: Date };

/**
 * Calls the next step now. Somebody who has it keeps it: then only that step is called, and nothing follows by itself. When
 * everybody has been called, the last step is called once more: the first has not reacted, and more people are asked for.
 */
export async function escalate(
  tx: Tx,
  incident: Changed,
  press: { readonly asOf: string; readonly principal: Principal; readonly origin: Origin },
  rules: IncidentRules,
  now: Date,
): Promise<Escalated> {
  const { row } = incident;
  const run = await newestRun(tx, incidentSubject(row.id));
  if (run && stale(run, press.asOf)) return { kind: 'already', at: new Date(run.last_ping?.at ?? now) };
  const called = run
    ? await nextStep(tx, run, row.state === 'acknowledged', rules, now)
    : await firstStep(tx, incident, rules, now);
  if (!called) return { kind: 'no-policy' };
  incident.effects.push({ do: 'show' });
  incident.class = CLASS.click;
  incident.lines.push({ kind: 'escalated', params: {}, actor: press.principal, shown: 'line' });
  await saveIncidents(tx, [incident], rules, now);
  const entry = {
    stage: 'executed' as const,
    verb: 'escalate',
    principal: press.principal,
    origin: press.origin,
    target: `INC-${row.number}`,
    incidentId: row.id,
    outcome: 'ok',
  };
  await audit(tx, entry, now);
  return called;
}

/** A run that went on by itself, to its end even, makes an old press explain itself; on a stopped one every press is meant. */
function stale(run: RunRow, asOf: string): boolean {
  return run.state !== 'stopped' && asOf.startsWith('r') && asOf !== runAsOf(run);
}

async function nextStep(tx: Tx, run: RunRow, acked: boolean, rules: IncidentRules, now: Date): Promise<Escalated> {
  const through = run.step >= run.policy.steps.length;
  const from: RunRow = {
    ...run,
    due_at: null,
    ...(through && { step: run.policy.steps.length - 1, loop: run.loop + 1 }),
  };
  const { taken } = await stepRun(tx, from, rules, now, { once: acked || run.state !== 'running', why: 'escalated' });
  return { kind: 'called', mentions: taken.flatMap((t) => t.mentions), step: taken.at(-1)?.at.step ?? 0 };
}

async function firstStep(tx: Tx, { row }: Changed, rules: IncidentRules, now: Date): Promise<Escalated | undefined> {
  const policy = policyOnPress(rules, row);
  if (!policy) return undefined;
  const at = {
    subject: incidentSubject(row.id),
    channel: row.channel,
    threadPostId: row.main_post_id!,
    inFirstPost: false,
  };
  const immediate = { ...policy, steps: policy.steps.map((s, i) => (i === 0 ? { ...s, afterMs: 0 } : s)) };
  await startRuns(tx, [{ ...at, policy: immediate, why: 'opened' }], rules, now);
  const run = await newestRun(tx, at.subject);
  return { kind: 'called', mentions: run?.last_ping?.mentions ?? [], step: run?.last_ping?.step ?? 0 };
}
