import type { Notification } from '../domain/alert.ts';
import { formatDuration } from '../domain/duration.ts';
import { highestSeverity, mapSeverity, type Severity } from '../domain/severity.ts';
import { targetKey } from '../domain/workload.ts';
import { policyFor } from '../oncall/policies.ts';
import { routeEpisode } from './route.ts';
import type { AlertRules } from './rules.ts';

/** What a body would do, in the words of config. The shape of `hikeshi route --json`: part of the interface. */
export interface RouteAnswer {
  readonly route: string;
  readonly severity: Severity;
  readonly channel: string;
  readonly environment?: string;
  /** `environment/cluster/namespace/kind/name`. */
  readonly target?: string;
  readonly policy: readonly { readonly after: string; readonly page: readonly string[] }[];
  readonly buttons: readonly string[];
  readonly notes: readonly string[];
}

/** The episode's own decision first, then the copies that other routes take by `continue`. */
export function routeBody(rules: AlertRules, notification: Notification): readonly RouteAnswer[] {
  const firing = notification.alerts.filter((a) => a.status === 'firing');
  const counted = firing.length > 0 ? firing : notification.alerts;
  const severity = highestSeverity(counted.map((a) => mapSeverity(rules.severities, a.labels).severity)) ?? 'medium';
  const routed = routeEpisode(rules, notification, notification.alerts, severity);
  const policy = policyFor(rules, routed.policy, routed.severity);
  const actions = routed.runbook === undefined ? [] : (rules.runbooks.get(routed.runbook)?.actions ?? []);
  const own: RouteAnswer = {
    route: (routed.taken.path ?? []).join(' > '),
    severity: routed.severity,
    channel: routed.channel,
    ...(routed.environment !== undefined && { environment: routed.environment }),
    ...(routed.target && { target: targetKey(routed.target) }),
    policy: (policy?.steps ?? []).map((s) => ({ after: formatDuration(s.afterMs), page: s.page })),
    buttons: firing.length === 0 ? [] : ['acknowledge', ...(routed.target ? actions : []), 'escalate', 'resolve'],
    notes: [
      ...(routed.severityKnown ? [] : [`severity ${routed.rawSeverity ?? '(absent)'} is not known: medium`]),
      ...(routed.taken.notes ?? []).map((n) => `${n.code}: ${n.value ?? ''}`),
      ...(actions.length > 0 && routed.why ? [`no action buttons: ${routed.why.code}`] : []),
    ],
  };
  return [own, ...routed.copies.map((channel) => ({ ...own, channel, policy: [], notes: ['copy'] }))];
}
