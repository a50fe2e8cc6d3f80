import { CLASS, type OutboxClass } from '../core/outbox/write.ts';
import { drawEach, insertion, update, type Write, writeTogether } from '../core/records.ts';
import type { Alert, Notification } from '../domain/alert.ts';
import { type Decision, decide, type Line, type Outcome } from '../domain/episode.ts';
import type { EpisodeRules } from '../domain/episode-alerts.ts';
import type { IncidentOrigin } from '../domain/records.ts';
import { mapSeverity } from '../domain/severity.ts';
import { lookLater } from '../incidents/diagnose-opened.ts';
import { type IncidentRow, toEpisode, withEpisode } from '../incidents/records.ts';
import { type Changed, changedFrom, type StoryLine, saveIncidents } from '../incidents/save.ts';
import { sentences } from '../messages/catalog.ts';
import { policyFor } from '../oncall/policies.ts';
import type { Tx } from '../ports/database.ts';
import { identity, keyHash, type LockedGroup, lockGroups } from './groups.ts';
import { lookSoon } from './looks.ts';
import { type Routed, routeEpisode } from './route.ts';
import type { AlertRules } from './rules.ts';
import { hearSources } from './sources.ts';

/** One parsed body on its way in. */
export interface Arrived {
  readonly notification: Notification;
  readonly bytes: number;
}

/** What became of it: logged with the notification, answered to nobody. */
export interface Applied {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly incidentNumber?: number;
}

/**
 * Applies any number of bodies in one transaction, in order, set-wise: groups locked, episodes decided by the pure domain,
 * then everything that follows (incident, alerts, posts, runs, story, log) saved together. The same bodies again change nothing.
 */
export async function applyBatch(
  tx: Tx,
  arrived: readonly Arrived[],
  rules: AlertRules,
  now: Date,
): Promise<readonly Applied[]> {
  const groups = await lockGroups(
    tx,
    arrived.map((a) => a.notification),
    now,
  );
  const work: Changed[] = [];
  const applied: { result: Applied; changed: Changed | undefined }[] = [];
  for (const { notification } of arrived) {
    const group = groups.get(identity(notification))!;
    const decision = decideFor(group, notification, rules, now);
    const changed = takeDecision(group, decision, notification, rules, now);
    if (changed && !work.includes(changed)) work.push(changed);
    applied.push({
      result: { outcome: decision.outcome, ...('reason' in decision && { reason: decision.reason }) },
      changed: changed ?? group.episode,
    });
  }
  await takeBackAbsences(tx, arrived, groups);
  // A test is no sign of life of the source in whose name it comes.
  const heard = hearSources(
    arrived.map((a) => a.notification).filter(({ test }) => !test),
    now,
  );
  await saveEpisodes(tx, [...groups.values()], work, rules, now, () => [heard, log(arrived, applied, now)]);
  await askForTheRest(tx, arrived, rules, now);
  return applied.map(({ result, changed }) => ({ ...result, ...(changed && { incidentNumber: changed.row.number }) }));
}

/** Saves what was decided for locked groups: episodes, those they replaced, and which one is each group's newest. */
export async function saveEpisodes(
  tx: Tx,
  groups: readonly LockedGroup[],
  work: readonly Changed[],
  rules: AlertRules,
  now: Date,
  also: () => readonly Write[] = () => [],
): Promise<void> {
  const retired = groups.flatMap((g) => g.retired.filter((episode) => !work.includes(episode)));
  await numberNew(tx, work);
  const opened = work.filter(({ isNew }) => isNew);
  await saveIncidents(tx, [...work, ...retired], rules, now, [
    pointers(groups, work),
    lookLater(opened, rules.databases, now),
    ...also(),
  ]);
}

/** Not at once, so that a storm of cut bodies does not become one of questions. */
const ASK_AFTER_MS = 2_000;

/** What `max_alerts` cut off is asked of the API. */
async function askForTheRest(tx: Tx, arrived: readonly Arrived[], rules: AlertRules, now: Date): Promise<void> {
  const cut = arrived.filter((a) => a.notification.truncatedAlerts > 0).map((a) => a.notification.source);
  const names = [...new Set(cut)].filter((name) => (rules.sources.get(name)?.api.length ?? 0) > 0);
  if (names.length > 0) await lookSoon(tx, names, new Date(now.getTime() + ASK_AFTER_MS));
}

/** A body that lists an alert as firing shows that it is there, also when it changes nothing else. */
async function takeBackAbsences(
  tx: Tx,
  arrived: readonly Arrived[],
  groups: ReadonlyMap<string, LockedGroup>,
): Promise<void> {
  const back = arrived.flatMap(({ notification }) => {
    const episode = groups.get(identity(notification))?.episode;
    const firing = notification.alerts.filter((alert) => alert.status === 'firing');
    return firing.flatMap(({ fingerprint }) =>
      episode && !episode.isNew && episode.alerts.get(fingerprint)?.absentSince
        ? [{ incident_id: episode.row.id, fingerprint, absent_since: null }]
        : [],
    );
  });
  await writeTogether(tx, [update('alerts', ['incident_id', 'fingerprint'], back)]);
}

/** The rules of one episode: its route's severity override holds for its whole life. */
export function episodeRules(
  rules: AlertRules,
  source: string,
  episode: Pick<Changed, 'row'> | undefined,
): EpisodeRules {
  const override = episode?.row.route.severity;
  return {
    severityOf: (alert: Alert) => mapSeverity(rules.severities, alert.labels).severity,
    ...(override && { severityOverride: override }),
    reopenWindowMs: rules.reopenWindowMs,
    hasApi: (rules.sources.get(source)?.api.length ?? 0) > 0,
  };
}

function decideFor(group: LockedGroup, notification: Notification, rules: AlertRules, now: Date): Decision {
  const { episode } = group;
  const current = episode && { incident: toEpisode(episode.row), alerts: episode.alerts };
  return decide(current, notification, episodeRules(rules, notification.source, episode), now);
}

/** What a decision came from, for the route of a new episode and for its record. */
export type Told = Pick<
  Notification,
  | 'source'
  | 'receiver'
  | 'groupLabels'
  | 'commonLabels'
  | 'commonAnnotations'
  | 'routeLabels'
  | 'truncatedAlerts'
  | 'test'
> & { readonly by?: 'reconcile' };

/** For a decision about an episode that no body brought: what its incident was told last. */
export function toldAgain({ row }: Changed): Told {
  return {
    source: row.source,
    receiver: row.receiver,
    groupLabels: row.group_labels,
    commonLabels: row.group_labels,
    commonAnnotations: {},
    routeLabels: {},
    truncatedAlerts: row.truncated,
  };
}

/** Puts a decision into the group's episode, or begins a new one; `undefined` when nothing changed. */
export function takeDecision(
  group: LockedGroup,
  decision: Decision,
  notification: Told,
  rules: AlertRules,
  now: Date,
): Changed | undefined {
  if (decision.kind === 'none') return undefined;
  if (decision.kind === 'change') {
    const changed = changeEpisode(group.episode!, decision, rules, now);
    if (decision.outcome === 'reopened') nameAnew(changed, notification, rules);
    return changed;
  }
  if (group.episode) {
    group.episode.row = { ...group.episode.row, retired: true };
    group.retired.push(group.episode);
  }
  const routed = routeEpisode(
    rules,
    notification,
    decision.alerts.filter((a) => !a.held),
    decision.severity,
  );
  const taken = notification.test ? asTest(routed, rules) : routed;
  const fresh = newEpisode(group.id, decision, taken, notification, originOf(notification, routed, rules), now);
  group.episode = fresh;
  return fresh;
}

function changeEpisode(
  episode: Changed,
  decision: Extract<Decision, { kind: 'change' }>,
  rules: AlertRules,
  now: Date,
): Changed {
  const before = episode.row;
  episode.row = withEpisode(before, decision.incident, now);
  for (const alert of decision.alerts) {
    episode.alerts.set(alert.fingerprint, alert);
    episode.touched.add(alert.fingerprint);
  }
  episode.lines.push(...decision.lines.map(storyOf));
  episode.effects.push(...decision.effects);
  const rose = decision.effects.some((e) => e.do === 'page' && e.why === 'rose');
  if (rose) choosePolicyAnew(episode, rules);
  const resolvedNow = episode.row.state === 'resolved' && before.state !== 'resolved';
  if (!episode.isNew)
    episode.class = Math.min(episode.class, resolvedNow ? CLASS.resolved : editClass(episode.row)) as OutboxClass;
  return episode;
}

/** What is critical and nobody has is brought up to date before anything that is over. */
function editClass({ state, severity }: IncidentRow): OutboxClass {
  return state === 'open' && severity === 'critical' ? CLASS.new : CLASS.update;
}

/** The line of what fires now: what fired before may be long gone. */
function nameAnew(episode: Changed, notification: Told, rules: AlertRules): void {
  const firing = [...episode.alerts.values()].filter(({ status, held }) => status === 'firing' && !held);
  const { summary } = routeEpisode(rules, notification, firing, episode.row.severity);
  if (summary !== '') episode.row = { ...episode.row, summary };
}

/** The channel stays; a rise in severity chooses the policy anew. */
function choosePolicyAnew(episode: Changed, rules: AlertRules): void {
  const { row } = episode;
  const group = {
    source: row.source,
    receiver: row.receiver,
    groupLabels: row.group_labels,
    commonLabels: {},
    commonAnnotations: {},
    routeLabels: {},
  };
  const routed = routeEpisode(
    rules,
    group,
    [...episode.alerts.values()].filter((a) => !a.held),
    row.severity,
  );
  episode.row = { ...row, policy: routed.policy ?? null };
}

function storyOf(line: Line): StoryLine {
  const { kind, ...params } = line;
  return { kind, params, shown: kind === 'refired' ? 'broadcast' : 'line' };
}

function originOf({ by, test }: Told, { policy, severity }: Routed, rules: AlertRules): IncidentOrigin {
  if (!test) return { kind: by ?? 'webhook' };
  return { kind: 'test', pages: test.pages, would: policyFor(rules, policy, severity)?.steps ?? [] };
}

/** Its title says in every line that it is a test; nothing is acted upon from it. */
function asTest({ target: _target, runbook: _runbook, why: _why, ...routed }: Routed, rules: AlertRules): Routed {
  return { ...routed, targetCertain: false, title: sentences(rules.language).test.title({ title: routed.title }) };
}

function newEpisode(
  groupId: number,
  decision: Extract<Decision, { kind: 'open' }>,
  routed: Routed,
  n: Told,
  origin: IncidentOrigin,
  now: Date,
): Changed {
  const resolved = decision.state === 'resolved';
  const starts = decision.alerts.filter((a) => !a.held).map((a) => a.startsAt.getTime());
  const row: IncidentRow = {
    id: 0,
    number: 0,
    v: 1,
    version: 1,
    source: n.source,
    group_id: groupId,
    receiver: n.receiver,
    group_labels: n.groupLabels,
    state: decision.state,
    since: now,
    title: routed.title,
    summary: routed.summary,
    severity: routed.severity,
    peak_severity: routed.severity,
    severity_known: routed.severityKnown,
    acked_severity: null,
    acked_by: null,
    acked_at: null,
    first_acked_at: null,
    assignee: null,
    commander: null,
    stage: null,
    opened_at: now,
    fired_at: new Date(Math.min(now.getTime(), ...starts)),
    resolved_at: resolved ? now : null,
    resolved_by: null,
    snoozed_until: null,
    snoozed_by: null,
    silenced: false,
    ack_expires_at: null,
    refires: [],
    refire_count: 0,
    flapping: false,
    truncated: n.truncatedAlerts,
    stale_since: null,
    route: routed.taken,
    channel: routed.channel,
    main_post_id: null,
    policy: routed.policy ?? null,
    runbook: routed.runbook ?? null,
    place: routed.place,
    label_link: routed.link ?? null,
    environment: routed.environment ?? null,
    environment_why: routed.why ? JSON.stringify(routed.why) : null,
    target: routed.target ?? null,
    target_certain: routed.targetCertain,
    counts: { firing: 0, resolved: 0, held: 0 },
    origin,
    test_until: n.test ? new Date(now.getTime() + n.test.lastsMs) : null,
    retired: false,
  };
  const fresh = { ...changedFrom(row, decision.alerts), isNew: true };
  for (const alert of decision.alerts) fresh.touched.add(alert.fingerprint);
  fresh.copies.push(...routed.copies);
  fresh.class = resolved ? CLASS.resolved : routed.severity === 'critical' ? CLASS.newCritical : CLASS.new;
  fresh.lines.push({
    kind: 'opened',
    params: { severity: routed.severity, ...(routed.rawSeverity && { raw: routed.rawSeverity }) },
    shown: 'no',
  });
  if (!resolved) fresh.effects.push({ do: 'page', why: 'opened' });
  return fresh;
}

/** Short numbers are drawn only for rows that are really inserted; gaps are allowed. */
async function numberNew(tx: Tx, work: readonly Changed[]): Promise<void> {
  const fresh = work.filter((c) => c.isNew);
  if (fresh.length === 0) return;
  const drawn = await drawEach(tx, ['incident_number', 'incidents_id_seq', 'posts_id_seq'], fresh.length);
  fresh.forEach((c, i) => {
    const [number, id, post] = drawn[i]!;
    c.row = { ...c.row, id: id!, number: number!, main_post_id: post! };
  });
}

/** Groups whose newest episode is a new one. */
function pointers(groups: readonly LockedGroup[], work: readonly Changed[]): Write {
  const moved = groups.filter((g) => g.episode?.isNew && work.includes(g.episode));
  return update(
    'alert_groups',
    ['id'],
    moved.map((g) => ({ id: g.id, incident_id: g.episode!.row.id })),
  );
}

function log(
  arrived: readonly Arrived[],
  applied: readonly { result: Applied; changed: Changed | undefined }[],
  now: Date,
): Write {
  return insertion(
    'notifications',
    arrived
      .map(({ notification: n, bytes }, i) => ({
        id: null,
        received_at: now,
        source: n.source,
        receiver: n.receiver,
        key_hash: keyHash(n.groupKey),
        status: n.alerts.some((a) => a.status === 'firing') ? 'firing' : 'resolved',
        alerts: n.alerts.length,
        truncated: n.truncatedAlerts,
        bytes,
        outcome: applied[i]!.result.outcome,
        reason: applied[i]!.result.reason ?? null,
        repairs: n.repairs.slice(0, 20),
        incident_id: applied[i]!.changed?.row.id ?? null,
      }))
      .map(({ id: _id, ...row }) => row),
  );
}
