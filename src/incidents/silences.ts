import { type RawBuilder, sql } from 'kysely';
import { audit } from '../core/audit.ts';
import { CLASS } from '../core/outbox/write.ts';
import type { Labels } from '../domain/alert.ts';
import { cut } from '../domain/content.ts';
import { matches, parseMatchers } from '../domain/matchers.ts';
import type { Origin, Principal } from '../domain/principal.ts';
import { formatSilenceMatcher, type SilenceMatcher } from '../domain/silence.ts';
import type { Db, Tx } from '../ports/database.ts';
import { applyEvent } from './change.ts';
import type { IncidentRules } from './rules.ts';
import { type Changed, saveIncidents } from './save.ts';

/** Silences as rows: asked for here, made, seen in Alertmanager, over. */

export interface SilenceRow {
  readonly id: string;
  readonly source: string;
  readonly silence_id: string | null;
  readonly incident_id: number;
  readonly state: 'draft' | 'wanted' | 'active' | 'ended' | 'failed';
  readonly matchers: readonly SilenceMatcher[];
  readonly comment: string;
  readonly created_by: string;
  readonly principal: Principal | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
}

const COLUMNS: RawBuilder<unknown> = sql`id, source, silence_id, incident_id, state, matchers, comment, created_by, principal, starts_at, ends_at`;

/** In Alertmanager's comment: how ours is found again. */
export function markOf({ id }: Pick<SilenceRow, 'id'>): string {
  return `[hikeshi ${id}]`;
}

/** The comment without our mark. */
export function withoutMark(comment: string): string {
  return comment.replace(/\s*\[hikeshi [0-9a-f-]{36}\]/g, '');
}

/** What somebody thinks of making: shown to them, then wanted or forgotten. */
export async function draftSilence(tx: Tx, row: Omit<SilenceRow, 'state' | 'silence_id'>): Promise<void> {
  await tx
    .insertInto('silences')
    .values({
      ...row,
      state: 'draft',
      matchers: JSON.stringify(row.matchers),
      principal: JSON.stringify(row.principal),
    })
    .execute();
}

/** How long a call may be on its way before it is looked for what became of it. */
const SETTLE_AFTER_MS = 2 * 60_000;

/** Of any number who confirm a draft one gets it; its time begins now. */
export async function wantSilence(tx: Tx, id: string, now: Date): Promise<SilenceRow | undefined> {
  const due = new Date(now.getTime() + SETTLE_AFTER_MS);
  const { rows } = await sql<SilenceRow>`
    update silences set state = 'wanted', ends_at = ${now}::timestamptz + (ends_at - starts_at), starts_at = ${now}, watch_due = ${due}
    where id = ${id} and state = 'draft' returning ${COLUMNS}`.execute(tx);
  return rows[0];
}

export async function silenceById(db: Db, id: string): Promise<SilenceRow | undefined> {
  const { rows } = await sql<SilenceRow>`select ${COLUMNS} from silences where id = ${id}`.execute(db);
  return rows[0];
}

/** What is watched at this source: asked for, made, seen. */
export async function openSilences(
  db: Db,
  source: string,
): Promise<readonly (SilenceRow & { readonly watch_due: Date | null })[]> {
  const { rows } = await sql<SilenceRow & { readonly watch_due: Date | null }>`
    select ${COLUMNS}, watch_due from silences where source = ${source} and state in ('wanted', 'active')`.execute(db);
  return rows;
}

const MATCHERS_MAX = 200;

/** As Alertmanager shows them: `alertname="DiskFull" namespace="shop"`. */
export function matcherWords(matchers: SilenceRow['matchers']): string {
  return cut(matchers.map(formatSilenceMatcher).join(' '), MATCHERS_MAX);
}

/** What it is for, where an incident has it; one that was made in Alertmanager for others is not known here. */
export async function wordsOfSilence(
  db: Db,
  { source, id }: { readonly source: string; readonly id: string },
): Promise<string | undefined> {
  const { rows } = await sql<Pick<SilenceRow, 'matchers'>>`
    select matchers from silences where source = ${source} and silence_id = ${id} limit 1`.execute(db);
  return rows[0] && matcherWords(rows[0].matchers);
}

/** Those in force for an incident, the one that ends last first. */
export async function silencesOf(
  db: Db,
  incident: number,
  { most, now }: { readonly most: number; readonly now: Date },
): Promise<readonly SilenceRow[]> {
  const { rows } = await sql<SilenceRow>`
    select ${COLUMNS} from silences where incident_id = ${incident} and state = 'active' and ends_at > ${now}
    order by ends_at desc, id limit ${most}`.execute(db);
  return rows;
}

export interface MadeBy {
  readonly principal: Principal;
  readonly origin: Origin;
}

/**
 * It is there, by this id: noted once, told in the thread, and the incident is snoozed when it holds for all that fires. The incident
 * is locked by the caller.
 */
export async function silenceMade(
  tx: Tx,
  incident: Changed,
  row: SilenceRow,
  made: { readonly silenceId: string } & MadeBy,
  rules: IncidentRules,
  now: Date,
): Promise<void> {
  // A look may have seen it before us: that row is this one.
  await sql`delete from silences where incident_id = ${row.incident_id} and source = ${row.source}
    and silence_id = ${made.silenceId} and id <> ${row.id}`.execute(tx);
  const { rows } =
    await sql`update silences set state = 'active', silence_id = ${made.silenceId}, watch_due = null, starts_at = ${now}
    where id = ${row.id} and state = 'wanted' returning id`.execute(tx);
  if (rows.length === 0) return;
  const params = { until: row.ends_at.toISOString(), matchers: row.matchers.map(formatSilenceMatcher).join(' ') };
  incident.lines.push({ kind: 'silenced', params, actor: made.principal, shown: 'line' });
  incident.effects.push({ do: 'show' });
  incident.class = CLASS.click;
  if (holdsForAll(row, incident)) snoozeSilenced(incident, row.ends_at, made.principal, now);
  await saveIncidents(tx, [incident], rules, now);
  await auditSilence(tx, row, { ...made, stage: 'executed', outcome: 'ok' }, now);
}

/** Unless somebody snoozed it for longer. */
export function snoozeSilenced(incident: Changed, until: Date, by: Principal | null, now: Date): void {
  const { row } = incident;
  if (row.state === 'snoozed' && row.snoozed_until && row.snoozed_until >= until) return;
  applyEvent(incident, { kind: 'snoozed', until, silenced: true, ...(by?.kind === 'slack' && { by: by.id }) }, now);
}

function holdsForAll({ matchers }: SilenceRow, { row, alerts }: Changed): boolean {
  const parsed = matchers.flatMap((matcher) => parseMatchers(formatSilenceMatcher(matcher)));
  const firing = [...alerts.values()].filter(({ status, held }) => status === 'firing' && !held);
  const holds = (labels: Labels): boolean => matches(parsed, labels);
  return row.state !== 'resolved' && firing.length > 0 && firing.every(({ labels }) => holds(labels));
}

/** It was not made: nothing holds by it. */
export async function silenceFailed(tx: Tx, row: SilenceRow, by: MadeBy, why: string, now: Date): Promise<boolean> {
  const { rows } = await sql`update silences set state = 'failed', watch_due = null
    where id = ${row.id} and state = 'wanted' returning id`.execute(tx);
  if (rows.length === 0) return false;
  await auditSilence(tx, row, { ...by, stage: 'not-executed', outcome: why }, now);
  return true;
}

export async function auditSilence(
  tx: Tx,
  row: Pick<SilenceRow, 'incident_id' | 'source' | 'matchers' | 'ends_at' | 'comment'> & {
    readonly silence_id?: string | null;
  },
  entry: MadeBy & {
    readonly stage: 'confirmed' | 'executed' | 'not-executed' | 'unknown' | 'refused';
    readonly outcome: string;
    readonly verb?: string;
    readonly rule?: string;
  },
  now: Date,
): Promise<void> {
  const { verb = 'silence', ...rest } = entry;
  const after = { matchers: row.matchers.map(formatSilenceMatcher), until: row.ends_at.toISOString() };
  const about = { target: row.source, incidentId: row.incident_id, reason: row.comment, after };
  await audit(tx, { ...about, ...rest, verb }, now);
}
