import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { recordset } from '../core/records.ts';
import type { Labels, Notification } from '../domain/alert.ts';
import { cut } from '../domain/content.ts';
import { alertColumns, incidentColumns } from '../incidents/columns.ts';
import { type AlertRow, type IncidentRow, toAlertRecord } from '../incidents/records.ts';
import { type Changed, changedFrom } from '../incidents/save.ts';
import type { Db, Tx } from '../ports/database.ts';

/** A group of alerts with its newest episode, locked for this transaction. */
export interface LockedGroup {
  readonly id: number;
  episode: Changed | undefined;
  /** Episodes that newer ones replaced in this transaction. */
  readonly retired: Changed[];
}

/** Identity is the sha256 of the groupKey within its source: never `externalURL`, which differs between HA copies. */
export function keyHash(groupKey: string): Buffer {
  return createHash('sha256').update(groupKey).digest();
}

/** Key order says nothing. */
export function labelsHash(labels: Labels): Buffer {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest();
}

export function identity(n: Pick<Notification, 'source' | 'groupKey'>): string {
  return `${n.source} ${keyHash(n.groupKey).toString('hex')}`;
}

/**
 * Locks the groups of these notifications in key order, creating those that are new, and loads their newest episodes.
 * Two bodies of one group, in whatever process, therefore follow each other. A group that reconcile opened without its key is
 * adopted by the first body of the same source, receiver and labels.
 */
export async function lockGroups(
  tx: Tx,
  notifications: readonly Notification[],
  now: Date,
): Promise<ReadonlyMap<string, LockedGroup>> {
  const unique = new Map(notifications.map((n) => [identity(n), n]));
  const rows = [...unique.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, n]) => ({
      source: n.source,
      key_hash: keyHash(n.groupKey),
      group_key: cut(n.groupKey, 1000),
      receiver: n.receiver,
      labels: n.groupLabels,
      labels_hash: labelsHash(n.groupLabels),
      last_heard: now,
    }));
  const locked = await sql<{ id: number; source: string; key_hash: Buffer; incident_id: number | null }>`
    with r as materialized (
      select source, key_hash, group_key, receiver, labels, labels_hash, last_heard from ${recordset('alert_groups', rows)}),
    adopted as (
      update alert_groups g set key_hash = r.key_hash, group_key = r.group_key, last_heard = r.last_heard from r
      where g.key_hash is null and g.source = r.source and g.receiver = r.receiver and g.labels_hash = r.labels_hash
        and not exists (select from alert_groups o where o.source = r.source and o.key_hash = r.key_hash)
      returning g.id, g.source, g.key_hash, g.incident_id),
    heard as (
      insert into alert_groups as g (source, key_hash, group_key, receiver, labels, labels_hash, last_heard)
      select r.source, r.key_hash, r.group_key, r.receiver, r.labels, r.labels_hash, r.last_heard from r
      where not exists (select from adopted a where a.source = r.source and a.key_hash = r.key_hash)
      order by r.source, r.key_hash
      on conflict (source, key_hash) do update set last_heard = excluded.last_heard
      returning g.id, g.source, g.key_hash, g.incident_id)
    select id, source, key_hash, incident_id from adopted
    union all select id, source, key_hash, incident_id from heard`.execute(tx);
  const episodes = await loadEpisodes(
    tx,
    locked.rows.flatMap((r) => (r.incident_id === null ? [] : [r.incident_id])),
  );
  return new Map(
    locked.rows.map((r) => [
      `${r.source} ${r.key_hash.toString('hex')}`,
      { id: r.id, episode: r.incident_id === null ? undefined : episodes.get(r.incident_id), retired: [] },
    ]),
  );
}

/**
 * The group of an incident with that incident as its newest episode, locked like any body of it would. `undefined` when a newer
 * episode has taken its place, or when it belongs to no group.
 */
export async function lockGroupOf(tx: Tx, incidentId: number): Promise<LockedGroup | undefined> {
  const { rows } = await sql<{ id: number }>`
    select id from alert_groups where incident_id = ${incidentId} for update`.execute(tx);
  const group = rows[0];
  return group && { id: group.id, episode: (await loadEpisodes(tx, [incidentId])).get(incidentId), retired: [] };
}

/** One group by its id, locked like any body of it would; `undefined` when it is gone. */
export async function lockGroup(tx: Tx, id: number): Promise<LockedGroup | undefined> {
  const { rows } = await sql<{ id: number; incident_id: number | null }>`
    select id, incident_id from alert_groups where id = ${id} for update`.execute(tx);
  const group = rows[0];
  if (!group) return undefined;
  const { incident_id: newest } = group;
  const episode = newest === null ? undefined : (await loadEpisodes(tx, [newest])).get(newest);
  return { id: group.id, episode, retired: [] };
}

/** Incidents with all their alerts, locked in id order. */
function loadEpisodes(tx: Tx, ids: readonly number[]): Promise<ReadonlyMap<number, Changed>> {
  return episodesOf(tx, ids, sql`for update`);
}

/** As they are now, for a first look: whoever changes them decides again under their groups' locks. */
export function readEpisodes(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, Changed>> {
  return episodesOf(db, ids, sql``);
}

async function episodesOf(
  db: Db | Tx,
  ids: readonly number[],
  lock: RawBuilder<unknown>,
): Promise<ReadonlyMap<number, Changed>> {
  if (ids.length === 0) return new Map();
  const incidents =
    await sql<IncidentRow>`select ${incidentColumns()} from incidents where id = any(${ids}) order by id ${lock}`.execute(
      db,
    );
  const alerts = await sql<AlertRow>`select ${alertColumns()} from alerts where incident_id = any(${ids})`.execute(db);
  const byIncident = groupBy(alerts.rows);
  return new Map(
    incidents.rows.map((row) => [row.id, changedFrom(row, (byIncident.get(row.id) ?? []).map(toAlertRecord))]),
  );
}

function groupBy(rows: readonly AlertRow[]): ReadonlyMap<number, AlertRow[]> {
  const out = new Map<number, AlertRow[]>();
  for (const row of rows) {
    const list = out.get(row.incident_id);
    if (list) list.push(row);
    else out.set(row.incident_id, [row]);
  }
  return out;
}
