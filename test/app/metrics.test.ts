import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { forgetGauges, readGauges, setGauges } from '../../src/app/gauges.ts';
import { createMetrics } from '../../src/app/metrics.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { alert, bodyOf } from './support/alerts.ts';

/** Samples by name and labels as the text format has them: `hikeshi_outbox_messages{state="failed"}`. */
type Samples = Readonly<Record<string, number>>;

function samples(text: string): Samples {
  const lines = text.split('\n').filter((line) => line.startsWith('hikeshi_'));
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.replace(/^.* /, ''))]));
}

describe('/metrics', () => {
  let app: TestApp;
  afterEach(() => app.close());

  const scrape = async (): Promise<Samples> => {
    const answer = await fetch(`http://127.0.0.1:${app.app().port}/metrics`);
    return samples(await answer.text());
  };
  /** The pages are made once a second. */
  const untilScraped = (wanted: Record<string, unknown>) =>
    expect.poll(scrape, { timeout: 5_000 }).toMatchObject(wanted);
  const fault = (code: string, times: number): void => {
    const channel = app.slack.channel('alerts').id;
    app.slack.addFault({ kind: 'error', method: 'chat.postMessage', channel, code, times });
  };
  const fire = async (): Promise<void> => {
    await app.send(bodyOf([alert({ now: app.now() })]));
    await app.atRest();
  };

  it('says what was accepted and shown, and how long that took', async () => {
    app = await startTestApp();
    await fire();
    await untilScraped({
      'hikeshi_notifications_total{outcome="opened"}': 1,
      'hikeshi_incidents_opened_total{by="webhook"}': 1,
      'hikeshi_incidents_opened_total{by="reconcile"}': 0,
      hikeshi_audit_seal_age_seconds: expect.any(Number),
      hikeshi_incidents_shown_total: 1,
      'hikeshi_alert_to_slack_seconds_count{class="new_critical"}': 1,
      'hikeshi_slack_refused_total{class="ping",method="chat.postMessage"}': 0,
      hikeshi_incidents_open: 1,
      hikeshi_incidents_unshown: 0,
      hikeshi_incidents_unshown_oldest_seconds: 0,
      hikeshi_database_up: 1,
    });
    app.move(10 * 60_000);
    await app.atRest();
    const later = await scrape();
    expect(later).toMatchObject({ hikeshi_incidents_shown_total: 1, 'hikeshi_due_lag_seconds{kind="runs"}': 0 });
    expect(later['hikeshi_alert_to_slack_seconds_sum{class="new_critical"}']).toBeLessThan(5);
  });

  it('counts the age of what is not shown from its alert on, however often it is tried', async () => {
    app = await startTestApp();
    fault('invalid_auth', 6);
    await fire();
    for (let minute = 1; minute <= 5; minute++) {
      app.move(61_000);
      await app.atRest();
    }
    await untilScraped({
      hikeshi_incidents_shown_total: 0,
      hikeshi_incidents_unshown: 1,
      hikeshi_incidents_unshown_oldest_seconds: expect.closeTo(305, -2),
      'hikeshi_outbox_oldest_seconds{class="new_critical"}': expect.closeTo(305, -2),
      'hikeshi_due_lag_seconds{kind="outbox"}': expect.closeTo(305, -2),
      'hikeshi_slack_retried_total{class="new_critical",because="token"}': 6,
    });
    app.move(61_000);
    await app.atRest();
    await untilScraped({
      hikeshi_incidents_shown_total: 1,
      hikeshi_incidents_unshown: 0,
      hikeshi_outbox_undelivered: 0,
      'hikeshi_outbox_oldest_seconds{class="new_critical"}': 0,
      'hikeshi_alert_to_slack_seconds_sum{class="new_critical"}': expect.closeTo(366, -2),
    });
  });

  it('counts what Slack refuses, and what has reached nobody', async () => {
    app = await startTestApp();
    fault('something_new', 2);
    await fire();
    app.move(5 * 60_000);
    await untilScraped({
      'hikeshi_slack_failed_total{class="new_critical",code="something_new"}': 1,
      'hikeshi_outbox_messages{state="failed"}': 1,
      hikeshi_outbox_undelivered: 1,
      hikeshi_incidents_unshown: 1,
    });
  });

  it('counts a body that is kept once, and that it was accepted', async () => {
    app = await startTestApp();
    const body = { ...bodyOf([alert({ now: app.now() })]), alerts: [alert({ now: app.now() }), 'not an alert'] };
    await app.send(body);
    await app.send(body);
    await app.atRest();
    await untilScraped({ hikeshi_quarantined_total: 1, hikeshi_quarantine_open: 1 });
  });

  it('says nothing rather than something old while the database is away', async () => {
    app = await startTestApp();
    await fire();
    await untilScraped({ hikeshi_incidents_open: 1 });
    await app.database.drop();
    await untilScraped({ hikeshi_database_up: 0, hikeshi_incidents_shown_total: 1 });
    const now = await scrape();
    expect(
      Object.keys(now).filter((name) =>
        /^hikeshi_(?:incidents_(?:open$|unshown)|outbox|due|quarantine_|audit_)/.test(name),
      ),
    ).toEqual([]);
  });
});

describe('what is read from the database', () => {
  let database: TestDatabase;
  afterEach(() => database.close());
  const NOW = new Date('2027-01-01T00:00:00Z');
  const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

  async function read(): Promise<Samples> {
    const { registry, gauges } = createMetrics();
    setGauges(gauges, await readGauges(database.db, NOW));
    return samples(await registry.metrics());
  }

  it('is how long ago the audit was sealed, and says nothing before the first seal', async () => {
    database = await openTestDatabase();
    expect(await read()).not.toHaveProperty('hikeshi_audit_seal_age_seconds');
    for (const [id, at] of [
      [1, ago(7_200)],
      [2, ago(90)],
    ] as const)
      await sql`insert into audit_seals (id, sealed_at, complete, last_id, entry_ids, digests, previous, head)
        values (${id}, ${at}, true, ${id}, '{}', '', ${Buffer.alloc(32)}, ${Buffer.alloc(32)})`.execute(database.db);
    expect(await read()).toMatchObject({ hikeshi_audit_seal_age_seconds: 90 });
  });

  it('is how late due work is, by kind; what somebody works on is not late, but a time that is up', async () => {
    database = await openTestDatabase();
    const { db } = database;
    await sql`insert into runs (subject, channel, policy_name, policy, state, due_at, started_at, started_why)
      values ('incident:1', 'C1', 'p', '{}', 'running', ${ago(30)}, ${ago(60)}, 'new'),
        ('incident:2', 'C1', 'p', '{}', 'stopped', ${ago(300)}, ${ago(600)}, 'new')`.execute(db);
    await sql`insert into jobs (number, kind, state, payload, principal, due_at, lease_until, created_at)
      values (1, 'action', 'queued', '{}', '{}', ${ago(20)}, null, ${NOW}),
        (2, 'action', 'running', '{}', '{}', ${ago(200)}, clock_timestamp() + interval '1 minute', ${NOW}),
        (3, 'action', 'running', '{}', '{}', ${ago(100)}, clock_timestamp() - interval '1 second', ${NOW})`.execute(db);
    await sql`with acted as (
        insert into actions (id, verb, state, principal, origin, target, target_key, created_at, expires_at)
        values (gen_random_uuid(), 'restart', 'planned', '{}', '{}', '{}', 'k', ${NOW}, ${ago(-60)}) returning id)
      insert into terms (action_id, lasts_ms, how, state, due_at, lease_until)
      select id, 60000, 'auto', 'running', ${ago(400)}, clock_timestamp() + interval '1 minute' from acted`.execute(db);
    await sql`insert into timetable_runs (entry, due_at, state, environment, zone, channel, reason, tasks, look_at, post_id, created_at)
      values ('night', ${ago(900)}, 'due', 'e', 'UTC', 'C1', 'r', '[]', ${ago(70)}, 1, ${NOW}),
        ('noon', ${ago(900)}, 'begun', 'e', 'UTC', 'C1', 'r', '[]', ${ago(700)}, 2, ${NOW})`.execute(db);
    expect(await read()).toMatchObject({
      'hikeshi_due_lag_seconds{kind="timetable"}': 70,
      'hikeshi_due_lag_seconds{kind="runs"}': 30,
      'hikeshi_due_lag_seconds{kind="jobs"}': 100,
      'hikeshi_due_lag_seconds{kind="plans"}': 0,
      'hikeshi_due_lag_seconds{kind="terms"}': 400,
      'hikeshi_due_lag_seconds{kind="doubts"}': 0,
      'hikeshi_due_lag_seconds{kind="outbox"}': 0,
    });
  });

  it('is counted up to a limit', async () => {
    database = await openTestDatabase();
    await sql`insert into outbox (kind, subject, event, channel, class, method, state, due_at, created_at, wanted_at, attempts)
      select 'say', 'incident:1', n::text, 'C' || n % 300, 1 + n % 8, 'chat.postMessage', 'pending', ${ago(1)}, ${ago(90)},
        ${NOW}::timestamptz - n * interval '1 millisecond', n % 7
      from generate_series(1, 12000) n`.execute(database.db);
    const found = await read();
    expect(found).toMatchObject({
      'hikeshi_outbox_messages{state="pending"}': 10_000,
      'hikeshi_outbox_oldest_seconds{class="update"}': 11.997,
      hikeshi_outbox_undelivered: 1_000,
    });
  });
});

describe('gauges that are forgotten', () => {
  it('are absent, and are there again when they are set', async () => {
    const { registry, gauges } = createMetrics();
    gauges.openIncidents.set(7);
    gauges.messages.set({ state: 'failed' }, 7);
    gauges.socketsLive.set(2);
    forgetGauges(gauges);
    expect(samples(await registry.metrics())).toMatchObject({ hikeshi_slack_sockets_live: 2, hikeshi_database_up: 0 });
    expect(samples(await registry.metrics())).not.toHaveProperty('hikeshi_incidents_open');
    gauges.openIncidents.set(3);
    expect(samples(await registry.metrics())).toMatchObject({ hikeshi_incidents_open: 3 });
  });
});
