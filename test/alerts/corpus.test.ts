import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Applied, applyBatch } from '../../src/alerts/apply.ts';
import { parseNotification } from '../../src/alerts/parse.ts';
import type { AlertRules } from '../../src/alerts/rules.ts';
import type { Severity } from '../../src/domain/severity.ts';
import type { IncidentRow } from '../../src/incidents/records.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { node, testRules, withRoutes } from '../support/rules.ts';

/** Bodies of a real Alertmanager, byte for byte, each with what has to become of it. */

const NOW = new Date('2026-11-21T23:05:00.000Z');
const rules: AlertRules = withRoutes(
  testRules({ runbooks: new Map([['crash', { name: 'crash', actions: ['restart'] }]]), oncall: ['UONCALL'] }),
  [
    node('team batch', ['team="batch"'], { channel: 'batch' }),
    node('critical', ['severity="critical"'], { runbook: 'crash' }),
  ],
);

interface Expected {
  readonly title: string;
  readonly severity: Severity;
  readonly counts: { readonly firing: number; readonly resolved: number };
  readonly channel?: string;
  readonly place: string;
  readonly state?: 'open' | 'resolved';
  readonly known?: false;
  /** Whom it calls, by the policy's name. */
  readonly policy?: string;
}

const one = { firing: 1, resolved: 0 };
const expected: Record<string, Expected> = {
  '01-firing-warning': { title: 'HighLoad', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  '02-resolved': {
    title: 'HighLoad',
    severity: 'medium',
    counts: { firing: 0, resolved: 1 },
    place: 'production/api/tokyo-1',
    state: 'resolved',
  },
  '03-refired': { title: 'HighLoad', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  '04-firing-critical-links': {
    title: 'CheckoutErrors',
    severity: 'critical',
    counts: one,
    place: 'production/checkout/tokyo-1',
    policy: 'oncall',
  },
  '05-many-labels': { title: 'ManyLabels', severity: 'medium', counts: one, place: 'production/k8s/tokyo-1' },
  '06-japanese-unicode': {
    title: 'ディスク容量不足',
    severity: 'medium',
    counts: one,
    place: '決済サービス/東京-1',
  },
  '08-long-description': { title: 'LongText', severity: 'medium', counts: one, place: 'production/logs/tokyo-1' },
  '10-group-100-alerts': {
    title: 'PodCrashLooping',
    severity: 'critical',
    counts: { firing: 100, resolved: 0 },
    place: 'production/batch-jobs/tokyo-1',
    policy: 'oncall',
  },
  '12-missing-severity': {
    title: 'NoSeverity',
    severity: 'medium',
    counts: one,
    place: 'production/api/tokyo-1',
    known: false,
  },
  '13-missing-alertname': { title: 'service=api', severity: 'medium', counts: one, place: 'api' },
  '14-only-one-label': { title: 'foo=bar', severity: 'medium', counts: one, place: '', known: false },
  '15-no-annotations': { title: 'NoAnnotations', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  '17-severity-page': {
    title: 'Severitypage',
    severity: 'critical',
    counts: one,
    place: 'production/api/tokyo-1',
    policy: 'oncall',
  },
  '18-severity-p1': {
    title: 'SeverityP1',
    severity: 'critical',
    counts: one,
    place: 'production/api/tokyo-1',
    policy: 'oncall',
  },
  '22-severity-none': { title: 'Severitynone', severity: 'low', counts: one, place: 'production/api/tokyo-1' },
  '26-urls-odd': { title: 'OddUrls', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  '30-group-4-firing': {
    title: 'ReplicaLag',
    severity: 'critical',
    counts: { firing: 4, resolved: 0 },
    place: 'production/db/tokyo-1',
    policy: 'oncall',
  },
  '31-mixed-firing-resolved': {
    title: 'ReplicaLag',
    severity: 'critical',
    counts: { firing: 2, resolved: 2 },
    place: 'production/db/tokyo-1',
    policy: 'oncall',
  },
  '32-group-new-member': {
    title: 'ReplicaLag',
    severity: 'critical',
    counts: { firing: 3, resolved: 0 },
    place: 'production/db/tokyo-1',
    policy: 'oncall',
  },
  '33-group-all-resolved': {
    title: 'ReplicaLag',
    severity: 'critical',
    counts: { firing: 0, resolved: 3 },
    place: 'production/db/tokyo-1',
    state: 'resolved',
  },
  '34-max-alerts-truncated': {
    title: 'Truncated',
    severity: 'critical',
    counts: { firing: 5, resolved: 0 },
    channel: '#batch',
    place: '',
    policy: 'oncall',
  },
  '37-auth-basic': { title: 'SecureBasic', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  '38-auth-bearer-query': {
    title: 'SecureBearer',
    severity: 'medium',
    counts: one,
    place: 'production/api/tokyo-1',
  },
  '39-group-by-all': { title: 'Flat', severity: 'low', counts: one, place: 'production/api/tokyo-1' },
  '40-nested-route': { title: 'NestedRoute', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  '42-delivery-failed-503': {
    title: 'Retried',
    severity: 'critical',
    counts: one,
    place: 'production/api/tokyo-1',
    policy: 'oncall',
  },
  '43-delivery-retried': {
    title: 'Retried',
    severity: 'critical',
    counts: one,
    place: 'production/api/tokyo-1',
    policy: 'oncall',
  },
  '46-repeat': {
    title: 'Two +1',
    severity: 'critical',
    counts: { firing: 2, resolved: 0 },
    place: '',
    policy: 'oncall',
  },
  '47-ha-duplicate-a': {
    title: 'HaDuplicate',
    severity: 'critical',
    counts: one,
    place: 'production/tokyo-1',
    policy: 'oncall',
  },
  '48-ha-duplicate-b': {
    title: 'HaDuplicate',
    severity: 'critical',
    counts: one,
    place: 'production/tokyo-1',
    policy: 'oncall',
  },
  '49-prometheus-watchdog': { title: 'Watchdog', severity: 'low', counts: one, place: 'production/tokyo-1' },
  '50-prometheus-target-down': {
    title: 'TargetDown',
    severity: 'critical',
    counts: one,
    place: 'production/tokyo-1/web',
    policy: 'oncall',
  },
  '51-prometheus-target-resolved': {
    title: 'TargetDown',
    severity: 'critical',
    counts: { firing: 0, resolved: 1 },
    place: 'production/tokyo-1/web',
    state: 'resolved',
  },
  'n1-v032-first': { title: 'HighLoad', severity: 'medium', counts: one, place: 'production/api/tokyo-1' },
  'n6-v034-route-labels': {
    title: 'CheckoutErrors',
    severity: 'critical',
    counts: one,
    channel: '#checkout-alerts',
    place: 'production/checkout/tokyo-1',
    policy: 'oncall',
  },
};

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.deleteFrom('outbox').execute();
});

let copies = 0;

/** Each body alone: a source of its own keeps it from meeting the others. */
async function take(name: string, source = `s${copies++}`): Promise<Applied> {
  const bytes = readFileSync(new URL(`../corpus/bodies/${name}.body.json`, import.meta.url));
  const parsed = parseNotification(bytes, source, NOW);
  if (parsed.kind !== 'ok') throw new Error(`${name}: ${parsed.kind}`);
  const [applied] = await database.db
    .transaction()
    .execute((tx) => applyBatch(tx, [{ notification: parsed.notification, bytes: bytes.length }], rules, NOW));
  return applied!;
}

async function incident(number: number): Promise<IncidentRow> {
  return database.db.selectFrom('incidents').selectAll().where('number', '=', number).executeTakeFirstOrThrow();
}

describe('what becomes of each real body, alone', () => {
  test.each(Object.entries(expected))('%s', async (name, want) => {
    const applied = await take(name);
    expect(applied.outcome).toBe('opened');
    const row = await incident(applied.incidentNumber!);
    const run = await database.db
      .selectFrom('runs')
      .select('policy_name')
      .where('subject', '=', `incident:${row.id}`)
      .executeTakeFirst();
    expect({
      title: row.title,
      severity: row.severity,
      counts: { firing: row.counts.firing, resolved: row.counts.resolved },
      channel: row.channel,
      place: row.place,
      state: row.state,
      known: row.severity_known,
      policy: run?.policy_name,
    }).toEqual({ channel: '#alerts', state: 'open', known: true, policy: undefined, ...want });
  });

  test('no body of the corpus is left out', async () => {
    const { readdirSync } = await import('node:fs');
    const bodies = readdirSync(new URL('../corpus/bodies/', import.meta.url)).flatMap((f) =>
      f.endsWith('.body.json') ? [f.replace('.body.json', '')] : [],
    );
    expect(bodies.sort()).toEqual(Object.keys(expected).sort());
  });
});

describe('what becomes of bodies that belong together', () => {
  const stories: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'fires, resolves, fires again',
      ['01-firing-warning', '02-resolved', '03-refired'],
      ['opened', 'resolved', 'reopened'],
    ],
    [
      'a group of four comes and goes',
      ['30-group-4-firing', '31-mixed-firing-resolved', '32-group-new-member', '33-group-all-resolved'],
      ['opened', 'changed', 'joined', 'resolved'],
    ],
    ['a delivery that was tried again', ['42-delivery-failed-503', '43-delivery-retried'], ['opened', 'unchanged']],
    ['a repeat', ['46-repeat', '46-repeat'], ['opened', 'unchanged']],
    [
      'two Alertmanagers that do not see each other',
      ['47-ha-duplicate-a', '48-ha-duplicate-b'],
      ['opened', 'unchanged'],
    ],
    [
      'a target goes down and comes back',
      ['50-prometheus-target-down', '51-prometheus-target-resolved'],
      ['opened', 'resolved'],
    ],
    ['the newer body format is the same alert', ['01-firing-warning', 'n1-v032-first'], ['opened', 'unchanged']],
  ];
  test.each(stories)('%s', async (title, names, outcomes) => {
    const seen: Applied[] = [];
    for (const name of names) seen.push(await take(name, title));
    expect(seen.map((a) => a.outcome)).toEqual(outcomes);
    expect(new Set(seen.map((a) => a.incidentNumber)).size).toBe(1);
  });
});
