import { clean } from '../domain/clean.ts';
import { type Origin, type Principal, principalKey } from '../domain/principal.ts';
import { maskedJson } from '../domain/secrets.ts';
import type { Db } from '../ports/database.ts';
import type { Json } from '../ports/schema.ts';

/** The steps that leave an entry, in the order in which an action goes through them. */
export type AuditStage =
  | 'asked'
  | 'refused'
  | 'planned'
  | 'expired'
  | 'confirmed'
  | 'glass-broken'
  | 'approval-asked'
  | 'approved'
  | 'approval-refused'
  | 'withdrawn'
  | 'not-required'
  | 'executing'
  | 'executed'
  | 'not-executed'
  | 'watched'
  | 'cancel-asked'
  | 'cancelled'
  | 'unknown'
  | 'time-up'
  | 'kept'
  | 'extended';

export interface AuditEntry {
  readonly stage: AuditStage;
  readonly verb: string;
  /** Who did this step; for a step of an action that runs, who confirmed it. */
  readonly principal: Principal;
  readonly origin?: Origin;
  /** `targetKey` once it is known, else as it was typed. */
  readonly target?: string;
  readonly incidentId?: number;
  readonly actionId?: string;
  readonly jobId?: number;
  readonly approvalId?: number;
  readonly reason?: string;
  /** The named rule that allowed or refused. */
  readonly rule?: string;
  readonly before?: Json;
  readonly after?: Json;
  /** In a word or a few: `ok`, `healthy`, `forbidden`. */
  readonly outcome: string;
}

/**
 * Adds an entry, in the transaction of what it records: no audit, no action. There is no way to change one; the table takes
 * inserts only. What was typed or seen is recorded without secrets and without what draws nothing: entries are shown and exported.
 * @param at business time
 */
export async function audit(db: Db, entry: AuditEntry, at: Date): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      at,
      stage: entry.stage,
      verb: clean(entry.verb),
      principal: cleanJson(entry.principal),
      origin: cleanJson(entry.origin ?? {}),
      target: text(entry.target),
      incident_id: entry.incidentId ?? null,
      action_id: entry.actionId ?? null,
      job_id: entry.jobId ?? null,
      approval_id: entry.approvalId ?? null,
      reason: text(entry.reason),
      rule: text(entry.rule),
      before: json(entry.before),
      after: json(entry.after),
      outcome: clean(entry.outcome),
    })
    .execute();
}

function cleanJson(value: object): string {
  return JSON.stringify(maskedJson(value, clean));
}

function json(value: Json | undefined): string | null {
  return value === undefined ? null : cleanJson(value);
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : clean(value);
}

/** For annotations in clusters and short lines: `slack:U123 (aiko)`. */
export function nameOf(principal: Principal): string {
  const key = principalKey(principal);
  return principal.kind === 'slack' && principal.name ? `${key} (${principal.name})` : key;
}
