import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { parseNotification } from '../../src/alerts/parse.ts';
import { CLASS } from '../../src/core/outbox/write.ts';
import type { Notification } from '../../src/domain/alert.ts';
import { at, notificationOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const NOW = new Date('2026-11-21T23:05:00.000Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

function body(name: string): Notification {
  const parsed = parseNotification(
    readFileSync(new URL(`../corpus/bodies/${name}.body.json`, import.meta.url)),
    'default',
    NOW,
  );
  if (parsed.kind !== 'ok') throw new Error(`${name}: ${parsed.kind}`);
  return parsed.notification;
}

async function apply(names: readonly string[], now: Date, rules = testRules()) {
  const arrived = names.map((n) => ({ notification: body(n), bytes: 1 }));
  return database.db.transaction().execute((tx) => applyBatch(tx, arrived, rules, now));
}

test('an alert fires, resolves, fires again: one incident, reopened', async () => {
  const first = await apply(['01-firing-warning'], NOW);
  expect(first[0]).toMatchObject({ outcome: 'opened' });
  expect(await apply(['01-firing-warning'], later(1000))).toMatchObject([
    { outcome: 'unchanged', incidentNumber: first[0]!.incidentNumber },
  ]);
  expect(await apply(['02-resolved'], later(2000))).toMatchObject([{ outcome: 'resolved' }]);
  expect(await apply(['03-refired'], later(3000))).toMatchObject([
    { outcome: 'reopened', incidentNumber: first[0]!.incidentNumber },
  ]);
  const { rows } = await sql<{
    kind: string;
    state: string;
    wanted: number;
  }>`select kind, state, wanted from outbox order by id`.execute(database.db);
  expect(rows).toMatchSnapshot();
});

test('of two new episodes of one group in one batch, all but the last are retired', async () => {
  const rules = testRules({ reopenWindowMs: 0 });
  const fires = (starts: number) => notificationOf('twice', [{ fp: 'a', starts }]);
  const resolves = (starts: number) => notificationOf('twice', [{ fp: 'a', starts, status: 'resolved' }]);
  const all = async (notifications: readonly Notification[], now: Date) => {
    const arrived = notifications.map((notification) => ({ notification, bytes: 1 }));
    const applied = await database.db.transaction().execute((tx) => applyBatch(tx, arrived, rules, now));
    return applied.map((a) => a.outcome);
  };
  expect(await all([fires(0), resolves(0)], at(60))).toEqual(['opened', 'resolved']);
  const outcomes = await all([fires(100), resolves(100), fires(200)], at(300));
  expect(outcomes).toEqual(['opened', 'resolved', 'opened']);
  const { rows } = await sql<{ state: string; retired: boolean; newest: boolean }>`
    select i.state, i.retired, g.incident_id = i.id as newest
    from incidents i join alert_groups g on g.id = i.group_id
    where i.group_labels = '{"alertname": "twice"}' order by i.id`.execute(database.db);
  expect(rows).toEqual([
    { state: 'resolved', retired: true, newest: false },
    { state: 'resolved', retired: true, newest: false },
    { state: 'open', retired: false, newest: true },
  ]);
});

test('all in one transaction, in order', async () => {
  const out = await apply(
    [
      '30-group-4-firing',
      '31-mixed-firing-resolved',
      '32-group-new-member',
      '33-group-all-resolved',
      '10-group-100-alerts',
    ],
    NOW,
  );
  expect(out.map((o) => o.outcome)).toEqual(['opened', 'changed', 'joined', 'resolved', 'opened']);
});

test('one more alert of what is critical and nobody has is shown before what is over, of all else after it', async () => {
  const shown = async (group: string, severity: string): Promise<number> => {
    const more = (fps: readonly string[]) =>
      notificationOf(
        group,
        fps.map((fp) => ({ fp: `${group}-${fp}`, labels: { severity } })),
      );
    const arrive = (fps: readonly string[], seconds: number) =>
      database.db
        .transaction()
        .execute((tx) => applyBatch(tx, [{ notification: more(fps), bytes: 1 }], testRules(), at(seconds)));
    const [opened] = await arrive(['a'], 0);
    await sql`update outbox set state = 'sent', method = 'chat.update'`.execute(database.db);
    await arrive(['a', 'b'], 60);
    const { rows } = await sql<{
      class: number;
    }>`select o.class from outbox o join incidents i on o.subject = 'incident:' || i.id
      where i.number = ${opened!.incidentNumber} and o.event = 'show:main'`.execute(database.db);
    return rows[0]!.class;
  };
  expect(await shown('grave', 'critical')).toBeLessThan(CLASS.resolved);
  expect(await shown('slight', 'warning')).toBeGreaterThan(CLASS.resolved);
});

test('what fires again is named by what fires now', async () => {
  const rules = testRules();
  const arrive = async (fp: string, status: 'firing' | 'resolved', seconds: number) => {
    const [one] = notificationOf('waits', [{ fp, starts: seconds, status }]).alerts;
    const alert = { ...one!, annotations: { summary: `Pod ${fp} waits` } };
    const notification = notificationOf('waits', [], { alerts: [alert] });
    const [applied] = await database.db
      .transaction()
      .execute((tx) => applyBatch(tx, [{ notification, bytes: 1 }], rules, at(seconds)));
    const { summary } = await database.db
      .selectFrom('incidents')
      .select('summary')
      .where('number', '=', applied!.incidentNumber!)
      .executeTakeFirstOrThrow();
    return [applied!.outcome, summary];
  };
  expect(await arrive('old', 'firing', 0)).toEqual(['opened', 'Pod old waits']);
  expect(await arrive('old', 'resolved', 60)).toEqual(['resolved', 'Pod old waits']);
  expect(await arrive('new', 'firing', 120)).toEqual(['reopened', 'Pod new waits']);
});
