/**
 * Which channel, severity, policy and runbook an alert gets: a tree of label matchers walked as Alertmanager walks its own
 * (`dispatch/route.go`: children before their node, the first matching child ends the walk unless it says `continue`).
 * The root matches everything, so there is always a decision.
 */
import type { Alert, Labels } from './alert.ts';
import { labelValue } from './labels.ts';
import type { Matcher } from './matchers.ts';
import { compareSeverity, type Severity } from './severity.ts';

/** What a node may set; what it leaves out it inherits from its parent. */
export interface RouteSettings {
  readonly channel?: string;
  /** Replaces the alert's mapped severity. */
  readonly severity?: Severity;
  /** Name of an escalation policy in config. */
  readonly policy?: string;
  /** Name of a runbook in config. */
  readonly runbook?: string;
}

export interface RouteNode extends RouteSettings {
  /** Where it stands and what it matches, as people read it: `routes[0] severity="critical"`. */
  readonly name: string;
  /** All must match; none matches everything. */
  readonly matchers: readonly Matcher[];
  /** Go on to the next sibling after this one matched. Not inherited. */
  readonly continue: boolean;
  readonly routes: readonly RouteNode[];
}

export interface Routing {
  /** The catch-all; its channel is `slack.channel`. */
  readonly root: RouteNode & { readonly channel: string };
  /**
   * Names under which an alert may ask for a channel, looked up in its labels, then its annotations, then the labels of
   * Alertmanager's own route (0.34 and newer); the first that has a value counts.
   */
  readonly channelFrom: readonly string[];
  /** Channels an alert may choose: names without `#`, or ids. */
  readonly allowedChannels: readonly string[];
}

export type RouteNote = {
  readonly code: 'channel-not-allowed';
  /** The channel the alert asked for: alert text, escape it. */
  readonly wanted: string;
  /** Where it asked: `label slack_channel`. */
  readonly from: string;
  /** Where it goes instead. */
  readonly used: string;
};

export interface RouteDecision {
  /** Names of the matched nodes from the root (`default`) down. */
  readonly path: readonly string[];
  /** A name without `#`, or an id. */
  readonly channel: string;
  /** Set when a route overrides the alert's severity. */
  readonly severity?: Severity;
  readonly policy?: string;
  readonly runbook?: string;
  readonly notes: readonly RouteNote[];
}

/** What routing sees of the alert that decides. */
export interface RoutedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Mapped, see `mapSeverity`. */
  readonly severity: Severity;
}

/**
 * One decision per matched leaf, in the order of config; more than one only by `continue`. The channel an alert names for
 * itself goes to the last decision: the ones before it are copies to a fixed place, which is what `continue` is for.
 */
export function decideRoutes(
  routing: Routing,
  alert: RoutedAlert,
  group: { readonly routeLabels: Labels },
): readonly [RouteDecision, ...RouteDecision[]] {
  const found = walk(routing.root, alert, []);
  const decisions = (found.length > 0 ? found : [[routing.root]]).map((path) => decisionOf(path, routing.root.channel));
  const last = decisions.pop()!;
  const final = withChosenChannel(last, routing, alert, group.routeLabels);
  const [first, ...rest] = [...decisions, final];
  return [first!, ...rest];
}

function walk(node: RouteNode, alert: RoutedAlert, above: readonly RouteNode[]): RouteNode[][] {
  if (!node.matchers.every((matcher) => matchesAlert(matcher, alert))) return [];
  const path = [...above, node];
  const found: RouteNode[][] = [];
  for (const child of node.routes) {
    const below = walk(child, alert, path);
    found.push(...below);
    if (below.length > 0 && !child.continue) break;
  }
  return found.length > 0 ? found : [path];
}

/**
 * `severity` has two values in routing: the label as sent and what it was mapped to, so that `severity="critical"` finds an
 * alert labelled `P1` and `severity="page"` still finds one labelled `page`. `=` and `=~` hold if they hold for either;
 * `!=` and `!~` are their exact opposites and so must hold for both. Other labels have one value, empty when absent.
 */
function matchesAlert(matcher: Matcher, alert: RoutedAlert): boolean {
  const raw = labelValue(alert.labels, matcher.name);
  if (matcher.name !== 'severity') return matcher.test(raw);
  const negative = matcher.op === '!=' || matcher.op === '!~';
  const forRaw = matcher.test(raw);
  const forMapped = matcher.test(alert.severity);
  return negative ? forRaw && forMapped : forRaw || forMapped;
}

function decisionOf(path: readonly RouteNode[], rootChannel: string): RouteDecision {
  const settings = path.reduce<RouteSettings>(
    (above, node) => ({
      channel: node.channel ?? above.channel,
      severity: node.severity ?? above.severity,
      policy: node.policy ?? above.policy,
      runbook: node.runbook ?? above.runbook,
    }),
    {},
  );
  return {
    path: path.map((node) => node.name),
    channel: settings.channel ?? rootChannel,
    ...(settings.severity !== undefined && { severity: settings.severity }),
    ...(settings.policy !== undefined && { policy: settings.policy }),
    ...(settings.runbook !== undefined && { runbook: settings.runbook }),
    notes: [],
  };
}

function withChosenChannel(
  decision: RouteDecision,
  routing: Routing,
  alert: RoutedAlert,
  routeLabels: Labels,
): RouteDecision {
  const wish = chosenChannel(routing.channelFrom, alert, routeLabels);
  if (!wish) return decision;
  const key = channelKey(wish.wanted);
  if (key === channelKey(decision.channel)) return decision;
  const allowed = routing.allowedChannels.find((name) => channelKey(name) === key);
  if (allowed !== undefined) return { ...decision, channel: allowed };
  const note: RouteNote = { code: 'channel-not-allowed', ...wish, used: decision.channel };
  return { ...decision, notes: [...decision.notes, note] };
}

function chosenChannel(
  names: readonly string[],
  alert: RoutedAlert,
  routeLabels: Labels,
): { wanted: string; from: string } | undefined {
  const places = [
    ['label', alert.labels],
    ['annotation', alert.annotations],
    ['route label', routeLabels],
  ] as const;
  for (const [kind, values] of places) {
    for (const name of names) {
      const wanted = labelValue(values, name).trim();
      if (wanted !== '') return { wanted, from: `${kind} ${name}` };
    }
  }
  return undefined;
}

/** Slack's channel names are lower case; ids are not. `#Alerts` and `alerts` are the same channel. */
export function channelKey(channel: string): string {
  const name = channel.trim().replace(/^#/, '');
  return /^[CG][A-Z0-9]{7,}$/.test(name) ? name : name.toLowerCase();
}

/**
 * The alert that routes its group: the most severe firing one, then the earliest `startsAt`, then the smallest fingerprint.
 * When none fires, the same order among all (a first body that is all resolved is routed too). `undefined` for no alerts.
 */
export function whichDecides<
  T extends Pick<Alert, 'status' | 'startsAt' | 'fingerprint'> & { readonly severity: Severity },
>(alerts: readonly T[]): T | undefined {
  const firing = alerts.filter((alert) => alert.status === 'firing');
  return (firing.length > 0 ? firing : alerts).reduce<T | undefined>(
    (best, alert) => (best === undefined || decidesBefore(alert, best) ? alert : best),
    undefined,
  );
}

function decidesBefore<T extends Pick<Alert, 'startsAt' | 'fingerprint'> & { readonly severity: Severity }>(
  a: T,
  b: T,
): boolean {
  const bySeverity = compareSeverity(a.severity, b.severity);
  if (bySeverity !== 0) return bySeverity > 0;
  const byTime = a.startsAt.getTime() - b.startsAt.getTime();
  return byTime !== 0 ? byTime < 0 : a.fingerprint < b.fingerprint;
}
