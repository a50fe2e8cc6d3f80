import type { Alert, Labels, Notification } from '../domain/alert.ts';
import type { RouteTaken } from '../domain/records.ts';
import { decideRoutes, type RouteDecision, whichDecides } from '../domain/routing.ts';
import { mapSeverity, type Severity } from '../domain/severity.ts';
import { commonEnvironment, commonTarget, environmentOf, type TargetDoubt, targetOf } from '../domain/targeting.ts';
import type { Target } from '../domain/workload.ts';
import type { AlertRules } from './rules.ts';

/** Where an episode goes and what it is about: decided once, by the alert that decides for its group. */
export interface Routed {
  readonly channel: string;
  readonly copies: readonly string[];
  readonly severity: Severity;
  readonly severityKnown: boolean;
  readonly rawSeverity?: string;
  readonly severityOverride?: Severity;
  readonly policy?: string;
  readonly runbook?: string;
  readonly taken: RouteTaken & { readonly severity?: Severity };
  readonly environment?: string;
  readonly target?: Target;
  readonly targetCertain: boolean;
  /** Why there are no action buttons. */
  readonly why?: TargetDoubt;
  readonly title: string;
  readonly summary: string;
  readonly place: string;
  readonly link?: string;
}

type Group = Pick<
  Notification,
  'source' | 'receiver' | 'groupLabels' | 'commonLabels' | 'commonAnnotations' | 'routeLabels'
>;

/**
 * @param alerts those of the episode; held ones left out
 * @param severity the highest of the firing ones
 */
export function routeEpisode(rules: AlertRules, group: Group, alerts: readonly Alert[], severity: Severity): Routed {
  const judged = alerts.map((a) => ({ ...a, severity: mapSeverity(rules.severities, a.labels).severity }));
  const deciding = whichDecides(judged);
  const labels = deciding?.labels ?? group.groupLabels;
  const annotations = deciding?.annotations ?? group.commonAnnotations;
  const mapped = mapSeverity(rules.severities, labels);
  const decisions = decideRoutes(rules.routing, { labels, annotations, severity: mapped.severity }, group);
  const main = mainOf(decisions);
  const runbookName = main.runbook ?? decisions.find((d) => d.runbook)?.runbook;
  const override = main.severity ?? decisions.find((d) => d.severity)?.severity;
  const found = placeOf(rules, group.source, judged, runbookName);
  return {
    channel: channelRef(main.channel),
    copies: [...new Set(decisions.map((d) => channelRef(d.channel)))].filter((c) => c !== channelRef(main.channel)),
    severity: override ?? severity,
    severityKnown: mapped.known || override !== undefined,
    ...(mapped.raw !== undefined && { rawSeverity: mapped.raw }),
    ...(override && { severityOverride: override }),
    policy: main.policy ?? decisions.find((d) => d.policy)?.policy,
    runbook: runbookName,
    taken: {
      path: main.path,
      notes: decisions.flatMap((d) => d.notes.map((n) => ({ code: n.code, value: n.wanted }))),
      ...(override && { severity: override }),
      ...(!mapped.known && mapped.raw !== undefined && { raw: mapped.raw }),
    },
    ...found,
    title: titleOf(group, labels, firingOrAll(alerts)),
    summary: summaryOf(group, annotations),
    place: placeWords(found.target, sharedLabels(firingOrAll(alerts)), found.environment),
    link: linkOf(annotations),
  };
}

/** As the outbox wants it: an id, or `#name`. */
export function channelRef(channel: string): string {
  return /^[CG][A-Z0-9_]{7,}$/.test(channel) ? channel : `#${channel.replace(/^#/, '')}`;
}

/** The last decision is the episode's own; the ones before it, matched with `continue`, get a copy. */
function mainOf(decisions: readonly [RouteDecision, ...RouteDecision[]]): RouteDecision {
  return decisions.at(-1)!;
}

interface Found {
  readonly environment?: string;
  readonly target?: Target;
  readonly targetCertain: boolean;
  readonly why?: TargetDoubt;
}

function placeOf(rules: AlertRules, source: string, alerts: readonly Alert[], runbook: string | undefined): Found {
  const defaultEnvironment = rules.sources.get(source)?.environment;
  const counted = firingOrAll(alerts);
  const environment = commonEnvironment(
    counted.map((a) => environmentOf(a.labels, rules.environments, defaultEnvironment)),
  );
  const runbookTarget = runbook === undefined ? undefined : rules.runbooks.get(runbook)?.target;
  const target = commonTarget(
    counted.map((a) =>
      targetOf({ labels: a.labels, environments: rules.environments, defaultEnvironment, runbookTarget }),
    ),
  );
  if (environment.environment === undefined && environment.why.code === 'several-environments') {
    return { targetCertain: false, why: environment.why };
  }
  if (!target.target)
    return { environment: environment.environment ?? target.known.environment, targetCertain: false, why: target.why };
  return { environment: target.target.environment, target: target.target, targetCertain: target.certainty === 'exact' };
}

/** The deciding alert's name; how many other names there are beside it in the group. */
function titleOf(group: Group, labels: Labels, alerts: readonly Alert[]): string {
  const name = labels['alertname'] ?? group.commonLabels['alertname'] ?? group.groupLabels['alertname'];
  const others = new Set(alerts.map((a) => a.labels['alertname'] ?? name)).size - 1;
  if (name) return others > 0 ? `${name} +${others}` : name;
  const told = Object.entries(group.groupLabels).map(([k, v]) => `${k}=${v}`);
  if (told.length > 0) return told.join(' ');
  const [first] = Object.entries(labels);
  return first ? `${first[0]}=${first[1]}` : group.receiver || 'alert';
}

function summaryOf(group: Group, annotations: Labels): string {
  const from = [group.commonAnnotations, annotations];
  for (const key of ['summary', 'title', 'message', 'description']) {
    const value = from.map((a) => a[key]).find((v) => v);
    if (value) return value;
  }
  return '';
}

function firingOrAll(alerts: readonly Alert[]): readonly Alert[] {
  const firing = alerts.filter((a) => a.status === 'firing');
  return firing.length > 0 ? firing : alerts;
}

/** What all of them have in common: a label of one alert says nothing of where the others are. */
function sharedLabels(alerts: readonly Alert[]): Labels {
  const [first, ...others] = alerts;
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([k, v]) => others.every((a) => a.labels[k] === v)),
  );
}

const PLACE = ['namespace', 'service', 'cluster', 'job', 'instance'] as const;

function placeWords(target: Target | undefined, labels: Labels, environment: string | undefined): string {
  if (target) return `${target.environment}/${target.namespace}/${target.name}`;
  const parts = PLACE.map((l) => labels[`exported_${l}`] || labels[l]).filter((v): v is string => Boolean(v));
  return [...(environment ? [environment] : []), ...new Set(parts)].slice(0, 3).join('/');
}

function linkOf(annotations: Labels): string | undefined {
  const link = annotations['runbook_url'] ?? annotations['runbook'];
  return link && /^https?:\/\//.test(link) ? link : undefined;
}
