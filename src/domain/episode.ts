import type { Alert, Fingerprint, Notification } from './alert.ts';
import { type Effect, type IncidentCore, type IncidentEvent, transition } from './incident.ts';
import type { AlertCounts } from './records.ts';
import { highestSeverity, type Severity } from './severity.ts';

/**
 * What one notification changes in one episode of its group: pure, with a named reason for everything that is ignored.
 * De-duplication is by effect (fingerprint, status, startsAt): a repeat, a retry and an HA copy change nothing.
 */

export interface AlertRecord extends Alert {
  readonly severity: Severity;
  readonly firstSeen: Date;
  /** When status last changed here: the resolve's age decides how a doubt is settled. */
  readonly changedAt: Date;
  /** A person resolved while it fired. Stays set after it cleared, until it fires anew. */
  readonly held: boolean;
  readonly doubt?: { readonly since: Date; readonly due: Date; readonly tries: number };
}

export interface EpisodeIncident extends IncidentCore {
  readonly resolvedAt?: Date;
  /** Set when a person resolved it. */
  readonly resolvedBy?: string;
  /** Re-fires within the last hour, oldest first. */
  readonly refires: readonly Date[];
  readonly truncated: number;
}

export interface Episode {
  readonly incident: EpisodeIncident;
  readonly alerts: ReadonlyMap<Fingerprint, AlertRecord>;
}

export interface EpisodeRules {
  readonly severityOf: (alert: Alert) => Severity;
  /** A route's override holds for the whole incident. */
  readonly severityOverride?: Severity;
  readonly reopenWindowMs: number;
  /** Whether somebody can be asked about a doubt. */
  readonly hasApi: boolean;
}

export type Verdict =
  | 'joins'
  | 'refires'
  | 'clears'
  | 'in-doubt'
  | 'held'
  | 'held-clears'
  | 'held-refires'
  | 'refreshes'
  | 'recorded'
  | 'same'
  | 'older';

/** One line of the incident's story. */
export type Line =
  | { readonly kind: 'joined'; readonly count: number; readonly names: readonly string[] }
  | { readonly kind: 'cleared'; readonly count: number; readonly left: number }
  | { readonly kind: 'severity'; readonly from: Severity; readonly to: Severity }
  | { readonly kind: 'refired'; readonly count: number }
  | { readonly kind: 'flapping'; readonly count: number }
  | { readonly kind: 'resolved' }
  | { readonly kind: 'truncated'; readonly count: number }
  | { readonly kind: 'held-cleared'; readonly count: number };

export type Outcome =
  | 'opened'
  | 'reopened'
  | 'joined'
  | 'changed'
  | 'resolved'
  | 'unchanged'
  | 'in-doubt'
  | 'held'
  | 'ignored';

export type Decision =
  | {
      readonly kind: 'open';
      readonly outcome: 'opened';
      readonly alerts: readonly AlertRecord[];
      readonly state: 'open' | 'resolved';
      readonly severity: Severity;
    }
  | {
      readonly kind: 'change';
      readonly outcome: Outcome;
      readonly reason?: string;
      readonly alerts: readonly AlertRecord[];
      readonly incident: EpisodeIncident;
      readonly effects: readonly Effect[];
      readonly lines: readonly Line[];
    }
  | { readonly kind: 'none'; readonly outcome: 'unchanged' | 'held' | 'ignored'; readonly reason: string };

const LAGGING_COPY_MS = 60_000;
const FLAP_WINDOW_MS = 3_600_000;
const FLAPS_FROM = 3;

/** `current` is the group's newest episode, if it has one. */
export function decide(
  current: Episode | undefined,
  notification: Notification,
  rules: EpisodeRules,
  now: Date,
): Decision {
  if (notification.alerts.length === 0) return { kind: 'none', outcome: 'ignored', reason: 'no alerts in the body' };
  if (!current) return opened(notification.alerts, [], notification, rules, now);
  const verdicts = notification.alerts.map((alert) => {
    const known = current.alerts.get(alert.fingerprint);
    return { alert, known, verdict: verdictOf(alert, known) };
  });
  return fold(current, verdicts, notification, rules, now);
}

/** A doubt was settled for firing: the copy that was kept counts as a re-fire. */
export function fireDoubted(current: Episode, fingerprint: Fingerprint, rules: EpisodeRules, now: Date): Decision {
  const known = current.alerts.get(fingerprint);
  if (!known?.doubt) return { kind: 'none', outcome: 'unchanged', reason: 'doubt is already settled' };
  const { endsAt: _ended, ...alert } = dropDoubt(known);
  const judged = { alert: { ...alert, status: 'firing' as const }, known, verdict: 'refires' as const };
  return fold(current, [judged], { truncatedAlerts: 0, alerts: [judged.alert] }, rules, now);
}

/** A doubt was settled for resolved: the copy is ignored. */
export function dropDoubt(known: AlertRecord): AlertRecord {
  const { doubt: _doubt, ...rest } = known;
  return rest;
}

/** Compared in milliseconds: HA copies and re-sends differ below that. */
export function verdictOf(alert: Alert, known: AlertRecord | undefined): Verdict {
  if (!known) return alert.status === 'firing' ? 'joins' : 'recorded';
  const newer = alert.startsAt.getTime() - known.startsAt.getTime();
  if (alert.status === 'firing')
    return known.status === 'firing' ? firingAgain(alert, known, newer) : resolvedFires(known, newer);
  if (known.status === 'resolved') return newer > 0 ? 'recorded' : newer < 0 ? 'older' : 'same';
  if (newer < 0) return 'older';
  return known.held ? 'held-clears' : 'clears';
}

function firingAgain(alert: Alert, known: AlertRecord, newer: number): Verdict {
  if (known.held) return newer > 0 ? 'held-refires' : 'held';
  if (newer < 0) return 'same';
  return newer > 0 || differs(alert, known) ? 'refreshes' : 'same';
}

function resolvedFires(known: AlertRecord, newer: number): Verdict {
  if (newer < 0) return 'older';
  if (newer === 0) return 'in-doubt';
  return known.held ? 'held-refires' : 'refires';
}

/** Key order says nothing: the store keeps its own. */
function differs(alert: Alert, known: AlertRecord): boolean {
  const before = Object.entries(known.annotations);
  const same =
    before.length === Object.keys(alert.annotations).length && before.every(([k, v]) => alert.annotations[k] === v);
  return !same || alert.generatorUrl !== known.generatorUrl;
}

interface Judged {
  readonly alert: Alert;
  readonly known: AlertRecord | undefined;
  readonly verdict: Verdict;
}

type Body = Pick<Notification, 'truncatedAlerts' | 'alerts'>;

function fold(current: Episode, judged: readonly Judged[], body: Body, rules: EpisodeRules, now: Date): Decision {
  const settled = judged.map((j) => (firesAnyway(j, rules, now) ? { ...j, verdict: 'refires' as const } : j));
  if (current.incident.state !== 'resolved') return foldOpen(current, settled, body, rules, now);
  return foldResolved(current, settled, body, rules, now);
}

/** With nobody to ask, a doubt about a resolve that is over a minute old is a re-fire: firing beats resolved. */
function firesAnyway({ verdict, known }: Judged, rules: EpisodeRules, now: Date): boolean {
  return !rules.hasApi && verdict === 'in-doubt' && now.getTime() - known!.changedAt.getTime() >= LAGGING_COPY_MS;
}

function foldOpen(current: Episode, judged: readonly Judged[], body: Body, rules: EpisodeRules, now: Date): Decision {
  const changed = changedAlerts(judged, rules, now);
  const alerts = withChanges(current.alerts, changed);
  const lines: Line[] = [];
  const joined = of(judged, 'joins', 'refires', 'held-refires');
  const cleared = of(judged, 'clears');
  const firing = firingOf(alerts);
  if (joined.length > 0) lines.push({ kind: 'joined', count: joined.length, names: namesOf(joined) });
  if (body.truncatedAlerts > 0 && current.incident.truncated === 0)
    lines.push({ kind: 'truncated', count: body.truncatedAlerts });
  const base = { ...current.incident, truncated: body.truncatedAlerts };
  if (firing.length === 0 && body.truncatedAlerts === 0 && (cleared.length > 0 || joined.length === 0)) {
    return changeDecision(
      'resolved',
      { ...current, incident: base },
      { kind: 'cleared' },
      changed,
      [...lines, { kind: 'resolved' }],
      now,
    );
  }
  if (cleared.length > 0 && firing.length > 0)
    lines.push({ kind: 'cleared', count: cleared.length, left: firing.length });
  const severity = rules.severityOverride ?? highestSeverity(firing.map((a) => a.severity)) ?? base.severity;
  if (severity !== base.severity) lines.push({ kind: 'severity', from: base.severity, to: severity });
  const outcome: Outcome = joined.length > 0 ? 'joined' : of(judged, 'in-doubt').length > 0 ? 'in-doubt' : 'changed';
  if (changed.length === 0 && lines.length === 0) return nothing(judged);
  return changeDecision(outcome, { ...current, incident: base }, { kind: 'joined', severity }, changed, lines, now);
}

/**
 * After a person's resolve only an alert that was held then, cleared and fires anew reopens; every other one opens a new
 * incident. After the alerts cleared by themselves, any re-fire within the window reopens.
 */
function foldResolved(
  current: Episode,
  judged: readonly Judged[],
  body: Body,
  rules: EpisodeRules,
  now: Date,
): Decision {
  const changed = changedAlerts(judged, rules, now);
  const heldAgain = of(judged, 'held-refires');
  const others = of(judged, 'refires', 'joins');
  if (heldAgain.length + others.length === 0) return stillResolved(current, judged, changed);
  const byPerson = current.incident.resolvedBy !== undefined;
  const late = now.getTime() - (current.incident.resolvedAt ?? now).getTime() > rules.reopenWindowMs;
  if (late || (byPerson && others.length > 0)) {
    const stillHeld = [...withChanges(current.alerts, changed).values()].filter((a) => a.held && a.status === 'firing');
    return opened(body.alerts, stillHeld, body, rules, now);
  }
  return refired(current, changed, rules, now);
}

function stillResolved(current: Episode, judged: readonly Judged[], changed: readonly AlertRecord[]): Decision {
  if (changed.length === 0) return nothing(judged);
  const heldCleared = of(judged, 'held-clears').length;
  const doubtful = of(judged, 'in-doubt').length > 0;
  return {
    kind: 'change',
    outcome: doubtful ? 'in-doubt' : 'changed',
    alerts: changed,
    incident: current.incident,
    effects: heldCleared > 0 ? [{ do: 'show' }] : [],
    lines: heldCleared > 0 ? [{ kind: 'held-cleared', count: heldCleared }] : [],
  };
}

function refired(current: Episode, changed: readonly AlertRecord[], rules: EpisodeRules, now: Date): Decision {
  const firing = firingOf(withChanges(current.alerts, changed));
  const severity =
    rules.severityOverride ?? highestSeverity(firing.map((a) => a.severity)) ?? current.incident.severity;
  const refires = [...current.incident.refires.filter((at) => now.getTime() - at.getTime() < FLAP_WINDOW_MS), now];
  const flapping = refires.length >= FLAPS_FROM;
  const line: Line = { kind: flapping ? 'flapping' : 'refired', count: refires.length };
  const incident = { ...current.incident, refires };
  return changeDecision(
    'reopened',
    { ...current, incident },
    { kind: 'refired', severity, flapping },
    changed,
    [line],
    now,
  );
}

function changeDecision(
  outcome: Outcome,
  current: Episode,
  event: IncidentEvent,
  alerts: readonly AlertRecord[],
  lines: readonly Line[],
  now: Date,
): Decision {
  const moved = transition(current.incident, event);
  if (moved.kind === 'ignored') return { kind: 'none', outcome: 'ignored', reason: moved.reason };
  const { resolvedAt, resolvedBy, refires, truncated } = current.incident;
  const kept = moved.to.state === 'resolved' ? { resolvedAt: resolvedAt ?? now, resolvedBy } : {};
  return {
    kind: 'change',
    outcome,
    alerts,
    incident: { ...moved.to, refires, truncated, ...kept },
    effects: moved.effects,
    lines,
  };
}

function nothing(judged: readonly Judged[]): Decision {
  const verdicts = [...new Set(judged.map((j) => j.verdict))];
  const held = verdicts.includes('held');
  const reason = held
    ? 'held until it clears'
    : verdicts.includes('older')
      ? 'older than what is known'
      : 'changes nothing';
  return { kind: 'none', outcome: held ? 'held' : verdicts.includes('older') ? 'ignored' : 'unchanged', reason };
}

/** Alerts of the body, plus those still held of the episode before. A truncated body never makes a resolved incident. */
function opened(
  alerts: readonly Alert[],
  held: readonly AlertRecord[],
  body: Body,
  rules: EpisodeRules,
  now: Date,
): Decision {
  const heldBefore = new Map(held.map((a) => [a.fingerprint, a]));
  const fresh = alerts
    .filter((a) => !heldBefore.has(a.fingerprint))
    .map((a) => ({ ...a, severity: rules.severityOf(a), firstSeen: now, changedAt: now, held: false }));
  const firing = fresh.filter((a) => a.status === 'firing');
  const counted = firing.length > 0 ? firing : fresh;
  return {
    kind: 'open',
    outcome: 'opened',
    alerts: [...fresh, ...held],
    state: firing.length > 0 || body.truncatedAlerts > 0 ? 'open' : 'resolved',
    severity: rules.severityOverride ?? highestSeverity(counted.map((a) => a.severity)) ?? 'medium',
  };
}

function changedAlerts(judged: readonly Judged[], rules: EpisodeRules, now: Date): readonly AlertRecord[] {
  return judged.flatMap(({ alert, known, verdict }): AlertRecord[] => {
    switch (verdict) {
      case 'same':
      case 'older':
      case 'held':
        return [];
      case 'in-doubt':
        return [{ ...known!, annotations: alert.annotations, doubt: doubtOf(known!, rules, now) }];
      case 'refreshes':
        return [{ ...dropDoubt(known!), ...alert, severity: rules.severityOf(alert) }];
      case 'held-clears':
        return [{ ...known!, ...alert, held: true, changedAt: now }];
      default:
        return [
          {
            ...alert,
            severity: rules.severityOf(alert),
            firstSeen: known?.firstSeen ?? now,
            changedAt: now,
            held: false,
          },
        ];
    }
  });
}

/** Asked at once where there is an API; else decided when the resolve is a minute old. Copies that follow are counted. */
function doubtOf(known: AlertRecord, rules: EpisodeRules, now: Date): NonNullable<AlertRecord['doubt']> {
  if (known.doubt) return { ...known.doubt, tries: rules.hasApi ? known.doubt.tries : known.doubt.tries + 1 };
  return { since: now, due: rules.hasApi ? now : new Date(known.changedAt.getTime() + LAGGING_COPY_MS), tries: 0 };
}

function withChanges(
  alerts: ReadonlyMap<Fingerprint, AlertRecord>,
  changed: readonly AlertRecord[],
): ReadonlyMap<Fingerprint, AlertRecord> {
  return new Map([...alerts, ...changed.map((a) => [a.fingerprint, a] as const)]);
}

function firingOf(alerts: ReadonlyMap<Fingerprint, AlertRecord>): readonly AlertRecord[] {
  return [...alerts.values()].filter((a) => a.status === 'firing' && !a.held);
}

const of = (judged: readonly Judged[], ...verdicts: Verdict[]): readonly Judged[] =>
  judged.filter((j) => verdicts.includes(j.verdict));

/** The first few alerts as people tell them apart: by the labels that the group does not share. */
function namesOf(judged: readonly Judged[]): readonly string[] {
  return judged.slice(0, 3).map((j) => shortName(j.alert));
}

const TELLING = ['pod', 'exported_pod', 'instance', 'deployment', 'service', 'job', 'namespace'] as const;

/** A name for one alert of a group: the most telling label's value, else the alert's name, else its fingerprint. */
export function shortName(alert: Pick<Alert, 'labels' | 'fingerprint'>): string {
  const telling = TELLING.map((l) => alert.labels[l]).find((v) => v);
  return telling ?? alert.labels['alertname'] ?? alert.fingerprint;
}

export function countsOf(alerts: Iterable<AlertRecord>): AlertCounts {
  const all = [...alerts];
  const held = all.filter((a) => a.held && a.status === 'firing').length;
  const firing = all.filter((a) => a.status === 'firing').length - held;
  return { firing, resolved: all.length - firing - held, held };
}
