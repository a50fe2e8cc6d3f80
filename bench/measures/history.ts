import { latencies, openLoop } from '../lib/load.ts';
import { type Row, spreadWords } from '../lib/result.ts';
import type { Run } from '../lib/run.ts';
import { type Spread, spreadOf } from '../lib/stats.ts';
import { webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { type Hikeshi, startHikeshi } from '../parts/hikeshi.ts';
import { liftPace, withClient } from './commit.ts';
import { arrivalsOf } from './notify.ts';

const PAST = 100_000;
const RATE = 20;
const WARM_UP_S = 3;
const SECONDS = 8;
/** Twice the time is noise on a shared machine; a scan of a table would be fifty times. */
const FLAT = 2;

/**
 * The way from webhook to Slack on an empty database and on one with 100,000 past incidents, while the retention forgets as many
 * old bodies.
 */
export async function measureHistory(run: Run, slack: FakeSlack): Promise<readonly Row[]> {
  const dataDir = run.dataDir('history');
  const empty = await startHikeshi(run, slack, dataDir);
  await liftPace(await empty.databaseUrl('admin'));
  const before = await measure(run, slack, empty, 'Young');
  const past = run.count(PAST);
  await fill(await empty.databaseUrl('admin'), past);
  await empty.stop();
  const full = await startHikeshi(run, slack, dataDir);
  const after = await measure(run, slack, full, 'Old');
  await full.stop();
  const row = (what: string, of: (measured: Measured) => Spread): Row => ({
    what: `${what}, ${RATE}/s, over ${past} past incidents`,
    target: `flat: p50 under ${FLAT} × that of an empty database`,
    ours: spreadWords(of(after)),
    peer: `empty database: ${spreadWords(of(before))}`,
    met: of(after).count === RATE * SECONDS && of(after).p50 < FLAT * of(before).p50,
  });
  return [row('Webhook stored and answered', (m) => m.stored), row('Webhook to Slack call', (m) => m.sent)];
}

interface Measured {
  readonly stored: Spread;
  readonly sent: Spread;
}

async function measure(run: Run, slack: FakeSlack, hikeshi: Hikeshi, kind: string): Promise<Measured> {
  const send = (n: number): Promise<number> => hikeshi.webhook(webhookBody(kind, n));
  await openLoop({ rate: RATE, seconds: WARM_UP_S, from: 0, send, now: run.now });
  const from = RATE * WARM_UP_S;
  const shots = await openLoop({ rate: RATE, seconds: SECONDS, from, send, now: run.now });
  const arrivals = await arrivalsOf(slack, kind, from + shots.length);
  const ways = shots.flatMap(({ n, due }) => {
    const at = arrivals.get(n);
    return at === undefined ? [] : [at - due];
  });
  return { stored: spreadOf(latencies(shots)), sent: spreadOf(ways) };
}

/** Incidents of the last two years as the program leaves them: resolved, shown, with their alerts and stories. */
async function fill(adminUrl: string, past: number): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`
      insert into alert_groups (source, key_hash, group_key, receiver, labels, labels_hash, last_heard)
        select 'default', sha256(('past' || i)::bytea), 'past' || i, 'hikeshi', jsonb_build_object('alertname', 'Past' || i),
          sha256(('labels' || i)::bytea), now() - i * interval '10 min'
        from generate_series(1, ${past}) i`);
    await client.query(`
      insert into incidents (number, source, group_id, receiver, state, since, title, severity, peak_severity, opened_at, fired_at,
          resolved_at, channel, counts)
        select 1000000 + g.id, 'default', g.id, 'hikeshi', 'resolved', g.last_heard, g.group_key, 'high', 'high', g.last_heard,
          g.last_heard, g.last_heard, 'C0ALERTS01', '{"firing": 0, "resolved": 1, "held": 0}'
        from alert_groups g where g.group_key like 'past%'`);
    await client.query(`
      update alert_groups g set incident_id = i.id from incidents i where i.group_id = g.id and g.group_key like 'past%'`);
    await client.query(`
      insert into alerts (incident_id, fingerprint, status, starts_at, ends_at, labels, annotations, severity, first_seen, changed_at)
        select i.id, lpad(to_hex(i.id), 16, '0'), 'resolved', i.fired_at, i.resolved_at,
          jsonb_build_object('alertname', i.title, 'namespace', 'shop'), '{}', 'high', i.fired_at, i.resolved_at
        from incidents i where i.number > 1000000`);
    await client.query(`
      insert into timeline (incident_id, at, kind)
        select i.id, i.fired_at, kind from incidents i, unnest(array['opened', 'cleared']) kind where i.number > 1000000`);
    await client.query(`
      insert into posts (subject, purpose, channel, channel_id, ts, rendered, created_at, shown_at)
        select 'incident:' || i.id, 'main', 'C0ALERTS01', 'C0ALERTS01', '1700000000.' || lpad(i.id::text, 6, '0'), 2, i.opened_at,
          i.resolved_at
        from incidents i where i.number > 1000000`);
    await client.query(`
      insert into outbox (kind, post_id, subject, event, channel, class, method, state, wanted, claimed, due_at, created_at, sent_at, ts)
        select 'show', p.id, p.subject, 'show:main', p.channel, 5, 'chat.update', 'sent', 2, 2, p.shown_at, p.created_at, p.shown_at,
          p.ts
        from posts p where p.subject like 'incident:%' and p.ts like '1700000000.%'`);
    await client.query(`
      insert into notifications (received_at, source, receiver, key_hash, status, alerts, bytes, outcome)
        select now() - interval '8 days' - i * interval '1 min', 'default', 'hikeshi', sha256(('past' || i)::bytea), 'firing', 1,
          1000, 'opened'
        from generate_series(1, ${past}) i`);
    await client.query('analyze');
  });
}
