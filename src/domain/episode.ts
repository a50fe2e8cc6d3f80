import type { Alert, Fingerprint, Notification } from './alert.ts';
import {
  type AlertRecord,
  changedAlerts,
  dropAbsence,
  dropDoubt,
  type EpisodeRules,
  firesAnyway,
  firingOf,
  type Judged,
  judgedAs,
  namesOf,
  verdictOf,
  withChanges,
} from './episode-alerts.ts';
import { type Effect, type IncidentCore, type IncidentEvent, transition } from './incident.ts';
import { highestSeverity, type Severity } from './severity.ts';

/**
 * What one notification changes in one episode of its group: pure, with a named reason for everything that is ignored.
 * De-duplication is by effect (fingerprint, status, startsAt): a repeat, a retry and an HA copy change nothing.
 */

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

/** One line of the incident's story. */
export type Line =
  | { readonly kind: 'joined'; readonly count: number; readonly names: readonly string[] }
  | { readonly kind: 'cleared'; readonly count: number; readonly left: number }
  | { readonly kind: 'severity'; readonly from: Severity; readonly to: Severity }
  | { readonly kind: 'refired'; readonly count: number }
  | { readonly kind: 'flapping'; readonly count: number }
  | { readonly kind: 'resolved' }
  | { readonly kind: 'truncated'; readonly count: number }
  | { readonly kind: 'held-cleared'; readonly count: number }
  /** Told by Alertmanager's API instead of a webhook: joined, cleared, resolved. */
  | { readonly kind: 'found'; readonly count: number; readonly names: readonly string[] }
  | { readonly kind: 'gone'; readonly count: number; readonly left: number }
  | { readonly kind: 'resolved-gone' };

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

const FLAP_WINDOW_MS = 3_600_000;

const FLAPS_FROM = 3;

/** `current` is the group's newest episode, if it has one. */
export function decide(current: Episode | undefined, notification: Body, rules: EpisodeRules, now: Date): Decision {
  if (notification.alerts.length === 0) return { kind: 'none', outcome: 'ignored', reason: 'no alerts in the body' };
  if (!current) return opened(notification.alerts, [], notification, rules, now);
  const verdicts = notification.alerts.map((alert) => {
    const known = current.alerts.get(alert.fingerprint);
    return { alert, known, verdict: verdictOf(alert, known) };
  });
  return fold(current, verdicts, notification, rules, now);
}

/**
 * Doubts were settled for firing: the copies that were kept count as re-fires. One that a person's resolve held and that
 * cleared since reopens; any other one after a person's resolve opens a new incident.
 */
export function fireDoubted(
  current: Episode,
  fingerprints: readonly Fingerprint[],
  rules: EpisodeRules,
  now: Date,
): Decision {
  const judged = fingerprints.flatMap((fingerprint): Judged[] => {
    const known = current.alerts.get(fingerprint);
    if (!known?.doubt) return [];
    const { endsAt: _ended, ...alert } = dropAbsence(dropDoubt(known));
    const verdict = known.held ? 'held-refires' : 'refires';
    return [{ alert: { ...alert, status: 'firing', held: false } as AlertRecord, known, verdict }];
  });
  if (judged.length === 0) return { kind: 'none', outcome: 'unchanged', reason: 'doubts are already settled' };
  const body = { truncatedAlerts: current.incident.truncated, alerts: judged.map((j) => j.alert) };
  return fold(current, judged, body, rules, now);
}

type Body = Pick<Notification, 'truncatedAlerts' | 'alerts'>;

/** What judged alerts of one body make of an episode. */
export function fold(
  current: Episode,
  judged: readonly Judged[],
  body: Body,
  rules: EpisodeRules,
  now: Date,
): Decision {
  const settled = judged.map((j) => (firesAnyway(j, rules, now) ? { ...j, verdict: 'refires' as const } : j));
  if (current.incident.state !== 'resolved') return foldOpen(current, settled, body, rules, now);
  return foldResolved(current, settled, body, rules, now);
}

function foldOpen(current: Episode, judged: readonly Judged[], body: Body, rules: EpisodeRules, now: Date): Decision {
  const changed = changedAlerts(judged, rules, now);
  const alerts = withChanges(current.alerts, changed);
  const lines: Line[] = [];
  const joined = judgedAs(judged, 'joins', 'refires', 'held-refires');
  const cleared = judgedAs(judged, 'clears');
  const firing = firingOf(alerts);
  if (joined.length > 0) lines.push({ kind: 'joined', count: joined.length, names: namesOf(joined) });
  // Where there is an API, the rest is asked for at once.
  if (body.truncatedAlerts > 0 && current.incident.truncated === 0 && !rules.hasApi)
    lines.push({ kind: 'truncated', count: body.truncatedAlerts });
  const base = { ...current.incident, truncated: body.truncatedAlerts };
  const doubtful = judgedAs(judged, 'in-doubt').length > 0;
  if (firing.length === 0 && body.truncatedAlerts === 0 && (cleared.length > 0 || (joined.length === 0 && !doubtful))) {
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
  const outcome: Outcome =
    joined.length > 0 ? 'joined' : judgedAs(judged, 'in-doubt').length > 0 ? 'in-doubt' : 'changed';
  const asCut = body.truncatedAlerts === current.incident.truncated;
  if (changed.length === 0 && lines.length === 0 && asCut) return nothing(judged);
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
  const heldAgain = judgedAs(judged, 'held-refires');
  const others = judgedAs(judged, 'refires', 'joins');
  if (heldAgain.length + others.length === 0) return stillResolved(current, judged, changed);
  const byPerson = current.incident.resolvedBy !== undefined;
  const late = now.getTime() - (current.incident.resolvedAt ?? now).getTime() >= rules.reopenWindowMs;
  if (late || (byPerson && others.length > 0)) {
    const stillHeld = [...withChanges(current.alerts, changed).values()].filter((a) => a.held && a.status === 'firing');
    return opened(body.alerts, stillHeld, body, rules, now);
  }
  return refired(current, changed, rules, now);
}

function stillResolved(current: Episode, judged: readonly Judged[], changed: readonly AlertRecord[]): Decision {
  if (changed.length === 0) return nothing(judged);
  const heldCleared = judgedAs(judged, 'held-clears').length;
  const doubtful = judgedAs(judged, 'in-doubt').length > 0;
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
  const { refires, truncated } = current.incident;
  // Alerts end it now, and nobody has: what was before it was reopened is over.
  const ended = moved.to.state === 'resolved' ? { resolvedAt: now } : {};
  return {
    kind: 'change',
    outcome,
    alerts,
    incident: { ...moved.to, refires, truncated, ...ended },
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
export function opened(
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
