import type { AlertRules } from '../../src/alerts/rules.ts';
import { parseMatchers } from '../../src/domain/matchers.ts';
import type { RouteNode } from '../../src/domain/routing.ts';
import { severityRules } from '../../src/domain/severity.ts';

/** A small team: alerts go to #alerts, critical ones page hana, then the sre group; two environments. */
export function testRules(changes: Partial<AlertRules> = {}): AlertRules {
  return {
    severities: severityRules(),
    routing: {
      root: { ...node('default', [], { channel: 'alerts' }), channel: 'alerts' },
      channelFrom: ['slack_channel'],
      allowedChannels: ['checkout-alerts'],
    },
    environments: [
      { name: 'production', clusters: [{ name: 'main' }], matchers: parseMatchers('{cluster="tokyo-1"}') },
      { name: 'staging', clusters: [{ name: 'stg' }], matchers: parseMatchers('{cluster="staging-1"}') },
    ],
    reopenWindowMs: 15 * 60_000,
    openAfterMs: 10 * 60_000,
    sources: new Map([['default', { name: 'default', api: [], receivers: [] }]]),
    policies: new Map(),
    oncall: [],
    fallbackChannel: 'alerts',
    runbooks: new Map(),
    databases: new Map(),
    language: 'en',
    zone: 'Asia/Tokyo',
    ...changes,
  };
}

/** A routing node with what tests leave out. */
export function node(name: string, match: readonly string[], settings: Partial<RouteNode> = {}): RouteNode {
  return { name, matchers: match.flatMap((m) => parseMatchers(m)), continue: false, routes: [], ...settings };
}

export function withRoutes(rules: AlertRules, routes: readonly RouteNode[]): AlertRules {
  return { ...rules, routing: { ...rules.routing, root: { ...rules.routing.root, routes } } };
}
