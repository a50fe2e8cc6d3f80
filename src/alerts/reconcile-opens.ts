import { sql } from 'kysely';
import { recordset } from '../core/records.ts';
import type { Alert } from '../domain/alert.ts';
import { decideFound, isNews, mayOpen } from '../domain/reconcile.ts';
import { type IncidentRow, toEpisode } from '../incidents/records.ts';
import type { FoundGroup } from '../ports/alert-source.ts';
import type { Db, Tx } from '../ports/database.ts';
import { episodeRules, saveEpisodes, type Told, takeDecision } from './apply.ts';
import { labelsHash, lockGroup } from './groups.ts';
import { lookSoon } from './looks.ts';
import { activeOf, common, groupName, hurry, type Looked, type ReconcileParts } from './reconcile-looked.ts';
import type { AlertRules } from './rules.ts';

/**
 * Opening what was missed while we were away. The API has no groupKey, so a group that no webhook has told of is first reserved by
 * (source, receiver, labels), and opened seconds later: a webhook that was on its way has told of the group by then, and one that
 * comes later adopts it.
 */

/** A webhook's transaction does not last as long. */
const RESERVED_FOR_MS = 5_000;

interface Gap {
  readonly gapUntil: Date;
  /** Seen in webhooks. */
  readonly receivers: readonly string[];
}

interface Opened {
  readonly changed: number;
  /** Groups that are still to be opened: reserved at this look, failed, or not reached before we stop. */
  readonly waiting: number;
}

export async function openFound(looked: Looked, gap: Gap, parts: ReconcileParts): Promise<Opened> {
  const missed = missedGroups(looked, gap, parts.rules);
  if (missed.length === 0) return { changed: 0, waiting: 0 };
  const known = await knownGroups(parts.db, looked.source, missed);
  const unknown = missed.filter((one) => !known.has(one.name));
  await reserve(parts.db, looked, unknown);
  const reserved = missed.filter((one) => known.get(one.name)?.every((k) => isReserved(k, looked)));
  let waiting = unknown.length + reserved.length;
  let changed = 0;
  for (const one of missed) {
    const row = candidateOf(known.get(one.name) ?? [], one.due, looked);
    if (!row) continue;
    const done = parts.signal.aborted ? 'failed' : await openOne(row, one.group, looked, parts);
    if (done === 'opened') changed += 1;
    if (done === 'failed') waiting += 1;
  }
  if (waiting > 0) await lookSoon(parts.db, [looked.source], new Date(looked.at.getTime() + RESERVED_FOR_MS));
  return { changed, waiting };
}

interface Missed {
  readonly name: string;
  readonly group: FoundGroup;
  /** Active, old enough, and from before the gap's end: what may make it worth opening. */
  readonly due: readonly Alert[];
}

function missedGroups(looked: Looked, gap: Gap, rules: AlertRules): readonly Missed[] {
  const receivers = new Set([...gap.receivers, ...(rules.sources.get(looked.source)?.receivers ?? [])]);
  const when = { gapUntil: gap.gapUntil, openAfterMs: rules.openAfterMs };
  return [...looked.groups].flatMap(([name, group]): Missed[] => {
    const due = receivers.has(group.receiver) ? activeOf(group).filter((a) => mayOpen(a, when, looked.at)) : [];
    return due.length > 0 ? [{ name, group, due }] : [];
  });
}

interface KnownGroup {
  readonly id: number;
  readonly receiver: string;
  readonly labels_hash: Buffer;
  readonly adopted: boolean;
  readonly incident_id: number | null;
  readonly last_heard: Date;
  readonly alerts: readonly KnownAlert[];
}

/** As JSON gives it. */
interface KnownAlert {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly starts_at: string;
  readonly changed_at: string;
  readonly held: boolean;
}

async function knownGroups(
  db: Db,
  source: string,
  missed: readonly Missed[],
): Promise<ReadonlyMap<string, readonly KnownGroup[]>> {
  const hashes = missed.map(({ group }) => ({ labels_hash: labelsHash(group.labels) }));
  const { rows } = await sql<KnownGroup>`
    select g.id, g.receiver, g.labels_hash, g.key_hash is not null as adopted, g.incident_id, g.last_heard,
      coalesce((select jsonb_agg(jsonb_build_object('fingerprint', a.fingerprint, 'status', a.status,
        'starts_at', a.starts_at, 'changed_at', a.changed_at, 'held', a.held))
        from alerts a where a.incident_id = g.incident_id), '[]') as alerts
    from alert_groups g
    where g.source = ${source} and g.labels_hash in (select r.labels_hash from ${recordset('alert_groups', hashes)} r)
    order by g.id`.execute(db);
  const byName = new Map<string, KnownGroup[]>();
  for (const row of rows) {
    const name = groupName(row.receiver, row.labels_hash);
    byName.set(name, [...(byName.get(name) ?? []), row]);
  }
  return byName;
}

async function reserve(db: Db, looked: Looked, missed: readonly Missed[]): Promise<void> {
  if (missed.length === 0) return;
  const rows = missed.map(({ group }) => ({
    source: looked.source,
    receiver: group.receiver,
    labels: group.labels,
    labels_hash: labelsHash(group.labels),
    last_heard: looked.at,
  }));
  await sql`insert into alert_groups (source, receiver, labels, labels_hash, last_heard)
    select r.source, r.receiver, r.labels, r.labels_hash, r.last_heard from ${recordset('alert_groups', rows)} r
    on conflict (source, receiver, labels_hash) where key_hash is null do nothing`.execute(db);
}

/**
 * The row that stands for a group of the API, if any of its alerts is news for it. Several routes may give one receiver groups of
 * the same labels: the alert is known if one of them knows it; else the one that was heard of last takes it.
 */
function candidateOf(rows: readonly KnownGroup[], due: readonly Alert[], looked: Looked): KnownGroup | undefined {
  const told = rows.filter((row) => row.adopted || row.incident_id !== null);
  const candidates = told.length > 0 ? told : rows.filter((row) => !isReserved(row, looked));
  const news = due.find((alert) => candidates.every((row) => isNewsTo(row, alert, looked)));
  if (!news) return undefined;
  const [latest] = [...candidates].sort((a, b) => b.last_heard.getTime() - a.last_heard.getTime());
  return candidates.find((row) => row.alerts.some((a) => a.fingerprint === news.fingerprint)) ?? latest;
}

/** Too fresh to be opened. */
function isReserved(row: KnownGroup, looked: Looked): boolean {
  const age = looked.at.getTime() - row.last_heard.getTime();
  return !row.adopted && row.incident_id === null && age < RESERVED_FOR_MS;
}

function isNewsTo(group: KnownGroup, alert: Alert, looked: Looked): boolean {
  const known = group.alerts.find((a) => a.fingerprint === alert.fingerprint);
  if (!known) return true;
  const times = { startsAt: new Date(known.starts_at), changedAt: new Date(known.changed_at) };
  return isNews(alert, { ...alert, severity: 'medium', firstSeen: times.changedAt, ...known, ...times }, looked);
}

async function openOne(
  row: KnownGroup,
  found: FoundGroup,
  looked: Looked,
  parts: ReconcileParts,
): Promise<'opened' | 'nothing' | 'failed'> {
  try {
    const done = await parts.db.transaction().execute((tx) => open(tx, row.id, found, looked, parts));
    if (done) parts.hooks?.onChange?.({ source: looked.source, ...done });
    return done ? 'opened' : 'nothing';
  } catch (error) {
    parts.onError(error, { source: looked.source, ...(row.incident_id !== null && { incident: row.incident_id }) });
    return 'failed';
  }
}

/** Decided anew under the lock: a webhook may have told of it meanwhile. */
async function open(
  tx: Tx,
  groupId: number,
  found: FoundGroup,
  looked: Looked,
  parts: ReconcileParts,
): Promise<{ readonly outcome: string; readonly incident: number } | undefined> {
  const group = await lockGroup(tx, groupId);
  if (!group) return undefined;
  const now = parts.now();
  const { episode } = group;
  const current = episode && { incident: toEpisode(episode.row), alerts: episode.alerts };
  const rules = episodeRules(parts.rules, looked.source, episode);
  const decision = decideFound(current, activeOf(found), looked, rules, now);
  const changed = takeDecision(group, decision, told(found, looked, episode?.row), parts.rules, now);
  if (!changed) return undefined;
  hurry(changed);
  await saveEpisodes(tx, [group], [changed], parts.rules, now);
  return { outcome: decision.outcome, incident: changed.row.id };
}

function told(found: FoundGroup, looked: Looked, row: IncidentRow | undefined): Told {
  const alerts = activeOf(found);
  return {
    source: looked.source,
    receiver: found.receiver,
    groupLabels: found.labels,
    commonLabels: common(alerts.map((alert) => alert.labels)),
    commonAnnotations: common(alerts.map((alert) => alert.annotations)),
    routeLabels: {},
    truncatedAlerts: row?.truncated ?? 0,
    by: 'reconcile',
  };
}
