import type { Alert, Fingerprint } from './alert.ts';
import { type Decision, type Episode, fold, type Line, opened } from './episode.ts';
import {
  type AlertRecord,
  dropAbsence,
  dropDoubt,
  type EpisodeRules,
  type Judged,
  type Verdict,
  verdictOf,
} from './episode-alerts.ts';

/**
 * What Alertmanager's API says beside what is known: pure. One absence says little (a cut-off Prometheus, a member just
 * started), so an alert is gone only when it was absent at two looks that lie apart. What fires and is not known is opened only
 * where we may have missed its webhook.
 */

/** Between the two absences. */
const ABSENT_FOR_MS = 5 * 60_000;
/** A freshly started Alertmanager has nothing until Prometheus has sent everything again: its emptiness does not count. */
export const UP_FOR_MS = 10 * 60_000;

export interface Look {
  /** When the asking began. */
  readonly at: Date;
  /** Suppressed ones are among them: they have not ended. */
  readonly present: ReadonlySet<Fingerprint>;
  /** Absences count: all members answered, and all of them have been up for long enough. */
  readonly conclusive: boolean;
}

/**
 * `missing`: absent for the first time. `waits`: absent again, not yet long enough. `gone`: the second absence, it has ended.
 * `back`: was absent, and is there again. `unknown`: this look says nothing of it.
 */
export type Presence = 'present' | 'back' | 'missing' | 'waits' | 'gone' | 'unknown';

export function presenceOf(
  alert: Pick<AlertRecord, 'fingerprint' | 'changedAt' | 'absentSince'>,
  look: Look,
): Presence {
  if (look.present.has(alert.fingerprint)) return alert.absentSince ? 'back' : 'present';
  if (!look.conclusive || alert.changedAt > look.at) return 'unknown';
  if (!alert.absentSince) return 'missing';
  return look.at.getTime() - alert.absentSince.getTime() >= ABSENT_FOR_MS ? 'gone' : 'waits';
}

/**
 * What one look changes in an episode: alerts that are gone clear, and the incident with the last of them. One whose bodies were
 * cut is made whole by `group`, what Alertmanager has active of it; `undefined`: not known.
 */
export function decideLook(
  current: Episode,
  look: Look,
  group: readonly Alert[] | undefined,
  rules: EpisodeRules,
  now: Date,
): Decision {
  const gone = [...current.alerts.values()]
    .filter((alert) => alert.status === 'firing' && presenceOf(alert, look) === 'gone')
    .map(cleared);
  const cut = current.incident.state !== 'resolved' && current.incident.truncated > 0;
  const found = cut && group ? newsOf(current, group, look) : [];
  const whole = cut && look.conclusive && group !== undefined && (group.length > 0 || allGone(current, look));
  if (gone.length === 0 && found.length === 0 && !whole)
    return { kind: 'none', outcome: 'unchanged', reason: 'nothing that is new' };
  const judged = [...gone, ...found];
  const body = {
    alerts: judged.map((j) => j.alert),
    truncatedAlerts: whole ? 0 : current.incident.truncated,
  };
  return toldBy(fold(current, judged, body, rules, now), gone.length > 0);
}

/** Active alerts that nobody told us of: the episode opens, reopens or grows, as if their webhook had come. */
export function decideFound(
  current: Episode | undefined,
  alerts: readonly Alert[],
  look: Look,
  rules: EpisodeRules,
  now: Date,
): Decision {
  const body = { alerts, truncatedAlerts: current?.incident.truncated ?? 0 };
  if (!current) return opened(alerts, [], body, rules, now);
  const found = newsOf(current, alerts, look);
  if (found.length === 0) return { kind: 'none', outcome: 'unchanged', reason: 'known already' };
  return toldBy(fold(current, found, body, rules, now), false);
}

/** Old enough that its webhook would have come, and from before the end of a gap in which it may have been lost. */
export function mayOpen(
  alert: Pick<Alert, 'startsAt'>,
  rules: { readonly gapUntil: Date; readonly openAfterMs: number },
  now: Date,
): boolean {
  return alert.startsAt <= rules.gapUntil && now.getTime() - alert.startsAt.getTime() >= rules.openAfterMs;
}

const NEWS: readonly Verdict[] = ['joins', 'refires', 'held-refires', 'in-doubt'];

/** Whether an active alert says something that is not known: what changed here since the asking began is known better. */
export function isNews(alert: Alert, known: AlertRecord | undefined, look: Pick<Look, 'at'>): boolean {
  return NEWS.includes(verdictOf(alert, known)) && (known === undefined || known.changedAt <= look.at);
}

/** There is no doubt about what Alertmanager itself calls active. */
function newsOf(current: Episode, alerts: readonly Alert[], look: Look): readonly Judged[] {
  return alerts.flatMap((alert): Judged[] => {
    const known = current.alerts.get(alert.fingerprint);
    if (!isNews(alert, known, look)) return [];
    const verdict = verdictOf(alert, known);
    const certain = known?.held ? 'held-refires' : 'refires';
    return [{ alert, known, verdict: verdict === 'in-doubt' ? certain : verdict }];
  });
}

function cleared(known: AlertRecord): Judged {
  const { absentSince, ...rest } = dropDoubt(known);
  const alert: AlertRecord = { ...rest, status: 'resolved', endsAt: absentSince };
  return { alert, known: dropAbsence(known), verdict: known.held ? 'held-clears' : 'clears' };
}

/** Of a cut body the known alerts stand for those that were never listed: none of them is there, twice. */
function allGone(current: Episode, look: Look): boolean {
  return [...current.alerts.values()].every((alert) => presenceOf(alert, look) === 'gone');
}

/** The story says how it is known. */
function toldBy(decision: Decision, gone: boolean): Decision {
  if (decision.kind !== 'change') return decision;
  return { ...decision, lines: decision.lines.map((line) => told(line, gone)) };
}

function told(line: Line, gone: boolean): Line {
  if (line.kind === 'joined') return { ...line, kind: 'found' };
  if (line.kind === 'cleared') return { ...line, kind: 'gone' };
  return line.kind === 'resolved' && gone ? { kind: 'resolved-gone' } : line;
}
