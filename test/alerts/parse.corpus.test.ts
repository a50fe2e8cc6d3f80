import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/alerts/fingerprint.ts';
import { parseNotification } from '../../src/alerts/parse.ts';
import type { Notification } from '../../src/domain/alert.ts';
import { highestSeverity, mapSeverity, type Severity, severityRules } from '../../src/domain/severity.ts';
import meta from '../corpus/bodies/meta.json' with { type: 'json' };

const bodies = new URL('../corpus/bodies/', import.meta.url);
const body = (name: string): Buffer => readFileSync(new URL(`${name}.body.json`, bodies));

function taken(bytes: Uint8Array): Notification {
  const result = parseNotification(bytes, 'default', new Date('2026-11-21T23:05:00Z'));
  if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
  return result.notification;
}

interface Expected {
  readonly severity: Severity;
  readonly known?: false;
  readonly firing: number;
  readonly resolved: number;
  readonly alertname?: string;
  readonly groupKey: string;
  readonly receiver?: string;
  readonly truncated?: number;
}

const inTokyo = (name: string, service = 'api'): string =>
  `{}:{alertname="${name}", cluster="tokyo-1", service="${service}"}`;
const plain = (severity: Severity, alertname: string, service = 'api'): Expected => ({
  severity,
  firing: 1,
  resolved: 0,
  alertname,
  groupKey: inTokyo(alertname, service),
});

/** What Alertmanager meant by each captured body. */
const corpus: Readonly<Record<string, Expected>> = {
  '01-firing-warning': plain('medium', 'HighLoad'),
  '02-resolved': { ...plain('medium', 'HighLoad'), firing: 0, resolved: 1 },
  '03-refired': plain('medium', 'HighLoad'),
  '04-firing-critical-links': plain('critical', 'CheckoutErrors', 'checkout'),
  '05-many-labels': plain('medium', 'ManyLabels', 'k8s'),
  '06-japanese-unicode': {
    severity: 'medium',
    firing: 1,
    resolved: 0,
    alertname: 'ディスク容量不足',
    groupKey: '{}:{alertname="ディスク容量不足", cluster="東京-1", service="決済サービス"}',
  },
  '08-long-description': plain('medium', 'LongText', 'logs'),
  '10-group-100-alerts': { ...plain('critical', 'PodCrashLooping', 'batch-jobs'), firing: 100 },
  '12-missing-severity': { ...plain('medium', 'NoSeverity'), known: false },
  '13-missing-alertname': { severity: 'medium', firing: 1, resolved: 0, groupKey: '{}:{service="api"}' },
  '14-only-one-label': { severity: 'medium', known: false, firing: 1, resolved: 0, groupKey: '{}:{}' },
  '15-no-annotations': plain('medium', 'NoAnnotations'),
  '17-severity-page': plain('critical', 'Severitypage'),
  '18-severity-p1': plain('critical', 'SeverityP1'),
  '22-severity-none': plain('low', 'Severitynone'),
  '26-urls-odd': plain('medium', 'OddUrls'),
  '30-group-4-firing': { ...plain('critical', 'ReplicaLag', 'db'), firing: 4 },
  '31-mixed-firing-resolved': { ...plain('critical', 'ReplicaLag', 'db'), firing: 2, resolved: 2 },
  '32-group-new-member': { ...plain('critical', 'ReplicaLag', 'db'), firing: 3 },
  '33-group-all-resolved': { ...plain('critical', 'ReplicaLag', 'db'), firing: 0, resolved: 3 },
  '34-max-alerts-truncated': {
    severity: 'critical',
    firing: 5,
    resolved: 0,
    alertname: 'Truncated',
    groupKey: '{}/{team="batch"}:{alertname="Truncated"}',
    receiver: 'max5',
    truncated: 7,
  },
  '37-auth-basic': {
    ...plain('medium', 'SecureBasic'),
    groupKey: '{}/{team="secure-basic"}:{alertname="SecureBasic", cluster="tokyo-1", service="api"}',
    receiver: 'basic',
  },
  '38-auth-bearer-query': {
    ...plain('medium', 'SecureBearer'),
    groupKey: '{}/{team="secure-bearer"}:{alertname="SecureBearer", cluster="tokyo-1", service="api"}',
    receiver: 'bearer',
  },
  '39-group-by-all': {
    ...plain('low', 'Flat'),
    groupKey:
      '{}/{team="flat"}:{alertname="Flat", cluster="tokyo-1", instance="x:1", service="api", severity="info", team="flat"}',
    receiver: 'flat',
  },
  '40-nested-route': {
    ...plain('medium', 'NestedRoute'),
    groupKey: '{}/{env=~"prod|staging",tier!="db"}:{alertname="NestedRoute", env="prod"}',
    receiver: 'nested',
  },
  '42-delivery-failed-503': plain('critical', 'Retried'),
  '43-delivery-retried': plain('critical', 'Retried'),
  '46-repeat': { severity: 'critical', firing: 2, resolved: 0, alertname: 'One', groupKey: '{}:{}', receiver: 'r' },
  '47-ha-duplicate-a': {
    severity: 'critical',
    firing: 1,
    resolved: 0,
    alertname: 'HaDuplicate',
    groupKey: '{}:{alertname="HaDuplicate"}',
    receiver: 'r',
  },
  '48-ha-duplicate-b': {
    severity: 'critical',
    firing: 1,
    resolved: 0,
    alertname: 'HaDuplicate',
    groupKey: '{}:{alertname="HaDuplicate"}',
    receiver: 'r',
  },
  '49-prometheus-watchdog': {
    severity: 'low',
    firing: 1,
    resolved: 0,
    alertname: 'Watchdog',
    groupKey: '{}:{alertname="Watchdog"}',
    receiver: 'r',
  },
  '50-prometheus-target-down': {
    severity: 'critical',
    firing: 1,
    resolved: 0,
    alertname: 'TargetDown',
    groupKey: '{}:{alertname="TargetDown"}',
    receiver: 'r',
  },
  '51-prometheus-target-resolved': {
    severity: 'critical',
    firing: 0,
    resolved: 1,
    alertname: 'TargetDown',
    groupKey: '{}:{alertname="TargetDown"}',
    receiver: 'r',
  },
  'n1-v032-first': plain('medium', 'HighLoad'),
  'n6-v034-route-labels': plain('critical', 'CheckoutErrors', 'checkout'),
};

describe('bodies of a real Alertmanager', () => {
  it('are all in the table', () => {
    const files = readdirSync(bodies).flatMap((file) => /^(.*)\.body\.json$/.exec(file)?.[1] ?? []);
    expect(Object.keys(corpus).sort()).toEqual(files.sort());
    expect(Object.keys(meta).sort()).toEqual(files.sort());
  });

  it.each(Object.entries(corpus))('%s', (name, expected) => {
    const got = taken(body(name));
    const severities = got.alerts.map((alert) => mapSeverity(severityRules(), alert.labels));
    expect({
      severity: highestSeverity(severities.map((s) => s.severity)),
      firing: got.alerts.filter((a) => a.status === 'firing').length,
      resolved: got.alerts.filter((a) => a.status === 'resolved').length,
      alertname: got.alerts[0]?.labels['alertname'],
      groupKey: got.groupKey,
      receiver: got.receiver,
      truncated: got.truncatedAlerts,
      known: severities.every((s) => s.known),
      repairs: got.repairs,
    }).toEqual({
      alertname: undefined,
      receiver: 'chatops',
      truncated: 0,
      known: true,
      ...expected,
      repairs: [],
    });
  });

  it('has each alert as it was sent', () => {
    const got = taken(body('02-resolved')).alerts[0]!;
    expect(got).toMatchObject({
      status: 'resolved',
      annotations: { description: 'load1 is 2.02', summary: 'Load is high on web-01' },
      startsAt: new Date('2026-11-21T23:02:00.251Z'),
      endsAt: new Date('2026-11-21T23:02:00.914Z'),
      generatorUrl: 'http://prometheus.example.test:9090/graph?g0.expr=node_load1+%3E+8&g0.tab=1',
    });
    const firing = taken(body('14-only-one-label')).alerts[0]!;
    expect(firing).not.toHaveProperty('endsAt');
    expect(firing).not.toHaveProperty('generatorUrl');
    expect(firing.startsAt.toISOString()).toBe('2026-11-21T23:02:11.651Z');
  });

  it('tells HA copies apart by externalURL only, and a repeat by nothing', () => {
    const { externalUrl: a, ...first } = taken(body('47-ha-duplicate-a'));
    const { externalUrl: b, ...second } = taken(body('48-ha-duplicate-b'));
    expect([a, b]).toEqual(['http://am-0.example.test:9093', 'http://am-1.example.test:9093']);
    expect(first).toEqual(second);
    expect(taken(body('01-firing-warning')).alerts[0]!.fingerprint).toBe(
      taken(body('03-refired')).alerts[0]!.fingerprint,
    );
  });

  it('takes the fields of newer versions, and ignores what it does not know', () => {
    expect(taken(body('n6-v034-route-labels')).routeLabels).toEqual({
      team: 'checkout',
      slack_channel: 'checkout-alerts',
      description: 'CheckoutErrors firing (prod)',
    });
    expect(taken(Buffer.from('{"alerts":[],"notification_reason":"x","future":{"a":1}}')).alerts).toEqual([]);
  });

  it('would compute the same fingerprints as Alertmanager did', () => {
    for (const name of Object.keys(corpus)) {
      for (const alert of taken(body(name)).alerts) expect(fingerprintOf(alert.labels)).toBe(alert.fingerprint);
    }
  });
});
