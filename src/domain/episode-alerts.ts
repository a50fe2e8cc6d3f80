import type { Alert, Fingerprint } from './alert.ts';
import type { AlertCounts } from './records.ts';
import type { Severity } from './severity.ts';

/** The alerts of an episode: what one copy of an alert means beside what is known of it, and what is known afterwards. */

export interface AlertRecord extends Alert {
  readonly severity: Severity;
  readonly firstSeen: Date;
  /** When status last changed here: the resolve's age decides how a doubt is settled. */
  readonly changedAt: Date;
  /** A person resolved while it fired. Stays set after it cleared, until it fires anew. */
  readonly held: boolean;
  readonly doubt?: { readonly since: Date; readonly due: Date; readonly tries: number };
  /** When Alertmanager was first found to have it no more; a body that lists it as firing takes this back. */
  readonly absentSince?: Date;
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

const LAGGING_COPY_MS = 60_000;

export interface Judged {
  readonly alert: Alert;
  readonly known: AlertRecord | undefined;
  readonly verdict: Verdict;
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

/** With nobody to ask, a doubt about a resolve that is over a minute old is a re-fire: firing beats resolved. */
export function firesAnyway({ verdict, known }: Judged, rules: EpisodeRules, now: Date): boolean {
  return !rules.hasApi && verdict === 'in-doubt' && now.getTime() - known!.changedAt.getTime() >= LAGGING_COPY_MS;
}

export function changedAlerts(judged: readonly Judged[], rules: EpisodeRules, now: Date): readonly AlertRecord[] {
  return judged.flatMap(({ alert, known, verdict }): AlertRecord[] => {
    switch (verdict) {
      case 'same':
      case 'older':
      case 'held':
        return [];
      case 'in-doubt':
        return [{ ...dropAbsence(known!), annotations: alert.annotations, doubt: doubtOf(known!, rules, now) }];
      case 'refreshes':
        return [{ ...dropAbsence(dropDoubt(known!)), ...alert, severity: rules.severityOf(alert) }];
      case 'held-clears':
        return [{ ...dropAbsence(known!), ...alert, held: true, changedAt: now }];
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

/** A doubt was settled for resolved: the copy is ignored. */
export function dropDoubt(known: AlertRecord): AlertRecord {
  const { doubt: _doubt, ...rest } = known;
  return rest;
}

export function dropAbsence(known: AlertRecord): AlertRecord {
  const { absentSince: _since, ...rest } = known;
  return rest;
}

export function withChanges(
  alerts: ReadonlyMap<Fingerprint, AlertRecord>,
  changed: readonly AlertRecord[],
): ReadonlyMap<Fingerprint, AlertRecord> {
  return new Map([...alerts, ...changed.map((a) => [a.fingerprint, a] as const)]);
}

export function firingOf(alerts: ReadonlyMap<Fingerprint, AlertRecord>): readonly AlertRecord[] {
  return [...alerts.values()].filter((a) => a.status === 'firing' && !a.held);
}

export const judgedAs = (judged: readonly Judged[], ...verdicts: Verdict[]): readonly Judged[] =>
  judged.filter((j) => verdicts.includes(j.verdict));

/** The first few alerts as people tell them apart: by the labels that the group does not share. */
export function namesOf(judged: readonly Judged[]): readonly string[] {
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
