import { describe, expect, test } from 'vitest';
import type { IncidentRow } from '../../src/incidents/records.ts';
import { renderIncident } from '../../src/incidents/render.ts';
import type { IncidentView } from '../../src/incidents/view.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import { plainMessage, plainText } from '../support/plain.ts';

const T = (minutes: number): Date => new Date(Date.parse('2026-11-21T03:00:00Z') + minutes * 60_000);

const row: IncidentRow = {
  id: 1,
  number: 142,
  v: 1,
  version: 1,
  source: 'default',
  group_id: 1,
  receiver: 'chatops',
  group_labels: {},
  state: 'open',
  since: T(0),
  title: 'CheckoutErrors',
  summary: 'Checkout fails for 12% of users',
  severity: 'critical',
  peak_severity: 'critical',
  severity_known: true,
  acked_severity: null,
  acked_by: null,
  acked_at: null,
  first_acked_at: null,
  assignee: null,
  commander: null,
  stage: null,
  opened_at: T(0),
  fired_at: T(-2),
  resolved_at: null,
  resolved_by: null,
  snoozed_until: null,
  snoozed_by: null,
  silenced: false,
  ack_expires_at: null,
  refires: [],
  refire_count: 0,
  flapping: false,
  truncated: 0,
  stale_since: null,
  route: {},
  channel: '#alerts',
  main_post_id: 1,
  policy: 'sre',
  runbook: 'checkout',
  place: 'production/shop/checkout',
  label_link: null,
  environment: 'production',
  environment_why: null,
  target: { environment: 'production', cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
  target_certain: true,
  counts: { firing: 1, resolved: 0, held: 0 },
  origin: {},
  test_until: null,
  retired: false,
};

const policy = {
  name: 'sre',
  steps: [
    { afterMs: 0, page: ['@hana'] },
    { afterMs: 600_000, page: ['@sre'] },
  ],
  repeat: 0,
  direct: true,
};
const run: NonNullable<IncidentView['run']> = {
  newer: false,
  state: 'running',
  policy,
  loop: 0,
  step: 1,
  dueAt: T(10),
  lastPing: { step: 0, loop: 0, at: T(0).toISOString(), mentions: [{ kind: 'person', id: 'UHANA' }], problems: [] },
};
const runbook = { name: 'checkout', link: 'https://runbooks.example.test/checkout', actions: ['restart'] };
const rules = {
  runbooks: new Map([[runbook.name, runbook]]),
  databases: new Map([['production', ['orders', 'users']]]),
  policies: new Map([[policy.name, policy]]),
  oncall: [],
  zone: 'Asia/Tokyo',
};
const alert = (i: number, status: 'firing' | 'resolved' = 'firing') => ({
  incident_id: 1,
  fingerprint: `f${i}`,
  status,
  starts_at: T(-2),
  ends_at: null,
  labels: { pod: `checkout-${i}` },
  annotations: { summary: `Pod ${i} restarts` },
  generator_url: 'http://prometheus.example.test/graph?g0.expr=up',
  severity: i === 1 ? ('low' as const) : ('critical' as const),
  environment: null,
  target: null,
  first_seen: T(0),
  changed_at: T(0),
  held: false,
  doubt_since: null,
  doubt_due: null,
  doubt_tries: 0,
  absent_since: null,
});

const untold = 'fired and resolved before it was told';

const views: Record<string, Omit<IncidentView, 'wasTold' | 'now'>> = {
  'open, first step called': { row, alerts: [alert(0)], run },
  'open, nobody is paged': {
    row: { ...row, severity: 'medium', target: null, target_certain: false },
    alerts: [alert(0)],
    run: undefined,
  },
  'critical, and nobody is paged': { row, alerts: [alert(0)], run: undefined },
  'open again after it had cleared': { row: { ...row, refires: [T(-30), T(5)] }, alerts: [alert(0)], run },
  'open, many alerts': {
    row: { ...row, counts: { firing: 90, resolved: 10, held: 0 } },
    alerts: [0, 1, 2].map((i) => alert(i)).concat(alert(3, 'resolved')),
    run,
  },
  acknowledged: {
    row: { ...row, state: 'acknowledged', acked_by: 'UHANA', acked_at: T(3) },
    alerts: [alert(0)],
    run: { ...run, state: 'stopped' },
  },
  'snoozed, and somebody was asked to see to it': {
    row: { ...row, state: 'snoozed', snoozed_until: T(60), snoozed_by: 'UHANA', assignee: 'UMIKA' },
    alerts: [alert(0)],
    run: { ...run, state: 'stopped' },
  },
  'open, and somebody was asked to see to it': { row: { ...row, assignee: 'UMIKA' }, alerts: [alert(0)], run },
  'resolved by itself': {
    row: { ...row, state: 'resolved', resolved_at: T(21), counts: { firing: 0, resolved: 1, held: 0 } },
    alerts: [alert(0, 'resolved')],
    run: { ...run, state: 'stopped' },
  },
  'resolved by a person, alerts held': {
    row: {
      ...row,
      state: 'resolved',
      resolved_by: 'UHANA',
      resolved_at: T(21),
      counts: { firing: 0, resolved: 0, held: 2 },
    },
    alerts: [alert(0)],
    run: { ...run, state: 'stopped' },
  },
  [untold]: {
    row: { ...row, state: 'resolved', resolved_at: T(6), counts: { firing: 0, resolved: 1, held: 0 } },
    alerts: [alert(0, 'resolved')],
    run: undefined,
  },
  'found by reconcile, and nothing told of it for a day': {
    row: { ...row, origin: { kind: 'reconcile' }, stale_since: T(3) },
    alerts: [alert(0)],
    run,
  },
  'flapping, with everything odd': {
    row: {
      ...row,
      flapping: true,
      refires: [T(0), T(5), T(9)],
      severity: 'medium',
      severity_known: false,
      truncated: 7,
      route: { notes: [{ code: 'channel-not-allowed', value: 'random' }] },
      target: null,
      environment: null,
      environment_why: JSON.stringify({ code: 'several-environments' }),
    },
    alerts: [alert(0)],
    run: {
      ...run,
      lastPing: { ...run.lastPing!, mentions: [], problems: [{ code: 'not-found', who: '@ghost' }] },
      state: 'done',
    },
  },
  'called by a newer version': {
    row,
    alerts: [alert(0)],
    run: { ...run, newer: true, policy: { ...policy, steps: [] }, lastPing: undefined },
  },
  'a guessed workload': { row: { ...row, target_certain: false }, alerts: [alert(0)], run },
  ...Object.fromEntries(
    (['awaiting', 'working', 'done', 'failed'] as const).map((is) => [
      `acknowledged, a repair ${is}`,
      {
        row: { ...row, state: 'acknowledged', acked_by: 'UHANA', acked_at: T(3) },
        alerts: [alert(0)],
        run: { ...run, state: 'stopped' },
        repair: { verb: 'restart', name: 'checkout', is, at: T(4) },
      } as const,
    ]),
  ),
  snoozed: {
    row: { ...row, state: 'snoozed', snoozed_until: T(60) },
    alerts: [alert(0)],
    run: { ...run, state: 'stopped' },
  },
  'snoozed, and nobody is called for it': {
    row: { ...row, state: 'snoozed', snoozed_until: T(60) },
    alerts: [alert(0)],
    run: undefined,
  },
};

describe.each(LANGUAGES)('the post of an incident, in %s', (language) => {
  test.each(Object.entries(views))('%s', (name, view) => {
    const message = renderIncident({ ...view, now: T(5), wasTold: name !== untold }, rules, sentences(language));
    expect(plainMessage(message)).toMatchSnapshot();
  });

  test('ends the first line of a notification once, also where the summary has an end of its own', () => {
    const view = {
      row: { ...row, summary: 'Pod 0 restarts.' },
      alerts: [alert(0)],
      run: undefined,
      now: T(5),
      wasTold: true,
    };
    expect(plainMessage(renderIncident(view, rules, sentences(language)))).toMatch(/Pod 0 restarts[.。] ?(Since|\d)/);
  });

  test('says in the list what the first line has not said', () => {
    const alerts = [alert(0), alert(1)];
    const view = {
      row: { ...row, summary: 'Pod 0 restarts', counts: { firing: 2, resolved: 0, held: 0 } },
      alerts,
      run,
    };
    const { blocks } = renderIncident({ ...view, now: T(5), wasTold: true }, rules, sentences(language));
    const items = blocks.flatMap((block) => (block.kind === 'list' ? block.items.map(plainText) : []));
    expect(items).toEqual([
      expect.stringMatching(/^\*checkout-0\*$/),
      expect.stringMatching(/^\*checkout-1\* .*Pod 1 restarts$/),
    ]);
  });

  test.each([
    [{ alertname: 'PostgresIdleInTransaction', datname: 'orders' }, ['pg idle orders -e production']],
    [{ alertname: 'PostgresManyConnections', server: 'users' }, ['pg connections users -e production']],
    [{ alertname: 'PostgresDown', datname: 'orders', server: 'users' }, []],
    [{ alertname: 'PostgresDown', datname: 'postgres' }, []],
  ])('has a look at the database that its labels name: %j', (labels, words) => {
    const named = { row: { ...row, target: null }, alerts: [{ ...alert(0), labels }], run, now: T(5), wasTold: true };
    const said = (view: IncidentView) =>
      renderIncident(view, rules, sentences(language)).blocks.flatMap((block) =>
        block.kind === 'buttons' ? block.buttons.flatMap(({ carries }) => carries['say'] ?? []) : [],
      );
    expect(said(named)).toEqual(words);
    expect(said({ ...named, row: { ...named.row, environment: 'staging' } })).toEqual([]);
    expect(said({ ...named, row: { ...named.row, state: 'resolved' } })).toEqual([]);
    const ids = renderIncident(named, rules, sentences(language)).blocks.flatMap((block) =>
      block.kind === 'buttons' ? block.buttons.map(({ id }) => id) : [],
    );
    expect(ids.includes('diagnose')).toBe(words.length > 0);
  });

  test.each([
    ['its policy', rules, undefined, 'sre', true],
    ['a policy that config has no more', { ...rules, policies: new Map() }, undefined, 'sre', false],
    ['no policy', rules, undefined, null, false],
    ['no policy, and somebody on call', { ...rules, oncall: ['@hana'] }, undefined, null, true],
    ['a policy that has called already', { ...rules, policies: new Map() }, run, 'sre', true],
  ])('offers to escalate where that calls somebody: %s', (_by, config, called, name, offers) => {
    const view = { row: { ...row, policy: name }, alerts: [alert(0)], run: called, now: T(5), wasTold: true };
    const { blocks } = renderIncident(view, config, sentences(language));
    const ids = blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons.map(({ id }) => id) : []));
    expect(ids.includes('escalate')).toBe(offers);
  });

  test('what matters is within five lines', () => {
    for (const view of Object.values(views)) {
      const first = renderIncident({ ...view, now: T(5), wasTold: false }, rules, sentences(language)).blocks[0]!;
      const lines =
        first.kind === 'text'
          ? first.text.filter((p) => p === '\n' || (typeof p === 'string' && p.includes('\n'))).length + 1
          : 0;
      expect(lines).toBeLessThanOrEqual(5);
    }
  });
});
