import type { Labels, Notification } from '../domain/alert.ts';
import { databaseOf } from '../domain/database-labels.ts';
import { formatDuration } from '../domain/duration.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import { highestSeverity, mapSeverity } from '../domain/severity.ts';
import { targetKey } from '../domain/workload.ts';
import { policyFor } from '../oncall/policies.ts';
import { type Routed, routeEpisode } from './route.ts';
import type { AlertRules } from './rules.ts';

/** The episode's own decision first, then the copies that other routes take by `continue`. */
export function routeBody(rules: AlertRules, notification: Notification): readonly RouteAnswer[] {
  const firing = notification.alerts.filter((a) => a.status === 'firing');
  const counted = firing.length > 0 ? firing : notification.alerts;
  const severity = highestSeverity(counted.map((a) => mapSeverity(rules.severities, a.labels).severity)) ?? 'medium';
  const routed = routeEpisode(rules, notification, notification.alerts, severity);
  const policy = policyFor(rules, routed.policy, routed.severity);
  const calls = policyFor(rules, routed.policy, 'critical') !== undefined;
  const actions = routed.runbook === undefined ? [] : (rules.runbooks.get(routed.runbook)?.actions ?? []);
  const labels = counted.map((alert) => alert.labels);
  const database = databaseOf(routed.environment, labels, rules.databases);
  const own: RouteAnswer = {
    route: (routed.taken.path ?? []).join(' > '),
    severity: routed.severity,
    channel: configName(routed.channel),
    ...(routed.environment !== undefined && { environment: routed.environment }),
    ...(routed.target && { target: targetKey(routed.target) }),
    policy: (policy?.steps ?? []).map((s) => ({ after: formatDuration(s.afterMs), page: s.page })),
    ...(database && { database: database.name }),
    buttons: firing.length === 0 ? [] : buttonsOf({ actions, target: routed.target, database, calls }),
    notes: notesOf(routed, actions.length > 0),
  };
  const copy = { policy: [], notes: [{ code: 'copy' }] } as const;
  return [own, ...routed.copies.map((channel) => ({ ...own, ...copy, channel: configName(channel) }))];
}

interface Reached {
  readonly actions: readonly string[];
  readonly target: Routed['target'];
  readonly database: ReturnType<typeof databaseOf>;
  /** Escalating calls whom a critical one would. */
  readonly calls: boolean;
}

/** In the order of the post, without those of its menu. */
function buttonsOf({ actions, target, database, calls }: Reached): readonly string[] {
  return [
    'acknowledge',
    ...(database ? ['look'] : []),
    ...(target ? actions : []),
    ...(target || database ? ['diagnose'] : []),
    ...(calls ? ['escalate'] : []),
    'resolve',
  ];
}

/** As if a source had sent one firing alert with these labels. */
export function routeLabels(rules: AlertRules, labels: Labels, source: string, now: Date): readonly RouteAnswer[] {
  const alert = { fingerprint: 'tried', status: 'firing', labels, annotations: {}, startsAt: now } as const;
  return routeBody(rules, {
    source,
    groupKey: 'tried',
    receiver: '',
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: {},
    routeLabels: {},
    alerts: [alert],
    truncatedAlerts: 0,
    repairs: [],
  });
}

function notesOf(routed: Routed, hasActions: boolean): RouteAnswer['notes'] {
  const { severityKnown, rawSeverity, taken, why } = routed;
  return [
    ...(severityKnown
      ? []
      : [{ code: 'unknown-severity' as const, ...(rawSeverity !== undefined && { value: rawSeverity }) }]),
    ...(taken.notes ?? []).map(({ value }) => ({ code: 'channel-not-allowed' as const, ...(value && { value }) })),
    ...(hasActions && why ? [{ code: 'no-action-buttons' as const, value: why.code }] : []),
  ];
}

/** The outbox wants `#alerts`; the config and its reference write `alerts`. */
function configName(channel: string): string {
  return channel.replace(/^#/, '');
}
