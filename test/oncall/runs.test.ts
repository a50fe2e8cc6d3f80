import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import type { AlertRules } from '../../src/alerts/rules.ts';
import { type ClaimedRow, claim } from '../../src/core/outbox/claim.ts';
import { mend } from '../../src/core/outbox/mend.ts';
import { settle } from '../../src/core/outbox/settle.ts';
import { CLASS, showAgain } from '../../src/core/outbox/write.ts';
import { changeIncident, lockIncident } from '../../src/incidents/change.ts';
import { mendWaits, takeDueSteps } from '../../src/oncall/due.ts';
import { at, notificationOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { node, testRules, withRoutes } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const person = { team: 'T', refreshed_at: at(0), display_name: '' };
  await database.db
    .insertInto('people')
    .values([
      { ...person, id: 'UHANA', name: 'hana' },
      { ...person, id: 'UKEN', name: 'ken' },
      { ...person, id: 'UGONE', name: 'gone', deactivated: true },
    ])
    .execute();
  await database.db
    .insertInto('user_groups')
    .values({ id: 'SSRE', handle: 'sre', name: 'SRE', members: ['UHANA', 'UKEN'], refreshed_at: at(0) })
    .execute();
  await database.db
    .insertInto('channels')
    .values({ id: 'CALERTS', name: 'alerts', is_member: true, members: ['UHANA'], refreshed_at: at(0) })
    .execute();
});
afterAll(() => database.close());

const MIN = 60;
const steps = [
  { afterMs: 0, page: ['@hana'] },
  { afterMs: 10 * MIN * 1000, page: ['@sre', '@ken'] },
];
const policy = (name: string, own = steps, repeat = 0) => [name, { name, steps: own, repeat }] as const;

function rulesWith(
  ...policies: (readonly [string, AlertRules['policies'] extends ReadonlyMap<string, infer P> ? P : never])[]
): AlertRules {
  const routes = policies.map(([name]) => node(name, [`team="${name}"`], { policy: name }));
  return withRoutes(testRules({ policies: new Map(policies) }), routes);
}

async function fire(team: string, severity: string, seconds: number, rules: AlertRules): Promise<number> {
  const n = notificationOf(`${team}-${severity}`, [{ fp: `${team}-${severity}`, labels: { team, severity } }]);
  await database.db.transaction().execute((tx) => applyBatch(tx, [{ notification: n, bytes: 1 }], rules, at(seconds)));
  const { id } = await database.db.selectFrom('incidents').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow();
  return id;
}

async function pings(id: number) {
  return database.db
    .selectFrom('outbox')
    .select(['kind', 'channel', 'state', 'event'])
    .where('subject', '=', `incident:${id}`)
    .where('class', 'in', [1, 2])
    .orderBy('id')
    .execute();
}

const quick = { everyMs: 0, burst: 1000 };
const LIMITS = { channel: quick, posts: quick, updates: quick, clicks: quick, progress: quick, lookUps: quick };

/** Slack takes everything that may leave: delays count from then. Answers it in its order. */
async function leave(seconds: number): Promise<readonly ClaimedRow[]> {
  const left: ClaimedRow[] = [];
  for (let n = 0; n < 50; n++) {
    await mend(database.db, 60_000);
    const { claims } = await claim(database.db, { now: at(seconds), most: 50, limits: LIMITS, leaseMs: 60_000 });
    if (claims.length === 0) break;
    left.push(...claims.map(({ lead }) => lead));
    for (const one of claims) {
      const sent = { channelId: 'C', ts: `${seconds}.${one.lead.id}` };
      await settle(
        database.db,
        one,
        { do: 'delivered', sent, shown: one.lead.wanted, found: false },
        { now: at(seconds), leaseMs: 60_000 },
      );
    }
  }
  return left;
}

/** Resolves once a session of this database waits for a lock of another one. */
async function someoneWaits(): Promise<void> {
  for (let n = 0; n < 1000; n++) {
    const { rows } =
      await sql`select 1 from pg_locks where not granted and locktype in ('transactionid', 'tuple')`.execute(
        database.db,
      );
    if (rows.length > 0) return;
  }
  throw new Error('nobody waits');
}

async function due(seconds: number, rules: AlertRules): Promise<number> {
  return (await takeDueSteps(database.db, rules, at(seconds))).taken;
}

describe('a policy', () => {
  test('calls the first step in the first post and by DM, the next one as a reply after its delay, and then is through', async () => {
    const rules = rulesWith(policy('a'));
    const id = await fire('a', 'critical', 0, rules);
    expect((await pings(id)).map((p) => [p.kind, p.channel])).toEqual([
      ['show', '#alerts'],
      ['show', 'UHANA'],
    ]);
    expect(await due(60 * MIN, rules)).toBe(0);
    await leave(0);
    expect(await due(10 * MIN - 1, rules)).toBe(0);
    expect(await due(10 * MIN, rules)).toBe(1);
    expect((await pings(id)).map((p) => [p.kind, p.channel])).toEqual([
      ['show', 'UKEN'],
      ['say', '#alerts'],
      ['say', 'UHANA'],
    ]);
    await leave(10 * MIN);
    expect(await due(24 * 60 * MIN, rules)).toBe(0);
  });

  test('that is not for a critical one sends a DM only to whom the channel does not reach', async () => {
    const rules = rulesWith(policy('b', [{ afterMs: 0, page: ['@hana', '@ken'] }]));
    const id = await fire('b', 'warning', 0, rules);
    expect((await pings(id)).map((p) => p.channel)).toEqual(['UKEN']);
  });

  test('stops with an acknowledgement, which cancels what was not sent, and starts anew when it is given back', async () => {
    const rules = rulesWith(policy('c'));
    const id = await fire('c', 'critical', 0, rules);
    await leave(0);
    await due(10 * MIN, rules);
    const press = async (event: 'acked' | 'unacked', seconds: number) =>
      database.db.transaction().execute(async (tx) => {
        const incident = (await lockIncident(tx, id))!;
        const principal = { kind: 'slack', id: 'UKEN', team: 'T' } as const;
        return changeIncident(
          tx,
          incident,
          {
            event: { kind: event, by: 'UKEN' },
            line: { kind: event, params: {}, shown: 'line' },
            principal,
            origin: { kind: 'button' },
          },
          rules,
          at(seconds),
        );
      });
    expect(await press('acked', 11 * MIN)).toMatchObject({ moved: true });
    expect((await pings(id)).filter((p) => p.kind === 'say').map((p) => p.state)).toEqual(['cancelled', 'cancelled']);
    expect(await due(60 * MIN, rules)).toBe(0);
    expect(await press('acked', 61 * MIN)).toMatchObject({ moved: false });
    expect(await press('unacked', 62 * MIN)).toMatchObject({ moved: true });
    const again = (await pings(id)).filter((p) => p.kind === 'say');
    expect(again.map((p) => [p.channel, p.state]).slice(2)).toEqual([
      ['#alerts', 'pending'],
      ['UHANA', 'pending'],
    ]);
  });

  test('keeps its stored copy when config changes in the middle', async () => {
    const before = rulesWith(policy('d'));
    const id = await fire('d', 'high', 0, before);
    await leave(0);
    const after = rulesWith(policy('d', [{ afterMs: 0, page: ['@ken'] }]));
    expect(await due(10 * MIN, after)).toBe(1);
    expect((await pings(id)).filter((p) => p.kind === 'say')).toHaveLength(1);
  });

  test('that reaches nobody is told aloud, once, in the fallback channel', async () => {
    const rules = rulesWith(policy('e', [{ afterMs: 0, page: ['@ghost', '@gone'] }]));
    const id = await fire('e', 'critical', 0, rules);
    const said = await database.db
      .selectFrom('outbox')
      .select(['payload', 'channel'])
      .where('subject', '=', `incident:${id}`)
      .where('kind', '=', 'say')
      .execute();
    expect(said.map((s) => [s.channel, s.payload['unreached'], s.payload['problems']])).toEqual([
      [
        'alerts',
        true,
        [
          { code: 'not-found', who: '@ghost' },
          { code: 'deactivated', who: '@gone' },
        ],
      ],
    ]);
    const run = await database.db
      .selectFrom('runs')
      .select(['state', 'last_ping'])
      .where('subject', '=', `incident:${id}`)
      .executeTakeFirstOrThrow();
    expect(run).toMatchObject({
      state: 'done',
      last_ping: { mentions: [], problems: [{ who: '@ghost' }, { who: '@gone' }] },
    });
  });

  test('that reaches nobody calls the contact of the team where there is one', async () => {
    const rules = { ...rulesWith(policy('rescue', [{ afterMs: 0, page: ['@ghost'] }])), oncall: ['@hana'] };
    const id = await fire('rescue', 'high', 0, rules);
    const said = await database.db
      .selectFrom('outbox')
      .select('payload')
      .where('subject', '=', `incident:${id}`)
      .where('kind', '=', 'say')
      .execute();
    expect(said.map((s) => s.payload['mentions'])).toEqual([[{ kind: 'person', id: 'UHANA' }]]);
  });

  test('a step that is over 5 minutes late says so; one that is over 12 hours late goes to the fallback channel only', async () => {
    const rules = rulesWith(policy('f'), policy('g'));
    const late = await fire('f', 'high', 0, rules);
    await leave(0);
    await due(17 * MIN, rules);
    const stale = await fire('g', 'high', 20 * MIN, rules);
    await leave(20 * MIN);
    await due(20 * MIN + 13 * 60 * MIN, rules);
    const payloads = async (id: number) =>
      (
        await database.db
          .selectFrom('outbox')
          .select(['payload', 'channel'])
          .where('subject', '=', `incident:${id}`)
          .where('kind', '=', 'say')
          .execute()
      ).map((r) => [r.channel, r.payload['lateMs'], r.payload['stale']]);
    expect(await payloads(late)).toEqual([['#alerts', 7 * MIN * 1000, undefined]]);
    expect(await payloads(stale)).toEqual([['alerts', expect.any(Number), true]]);
  });

  test('a message that is lost for good does not keep the next step from being taken', async () => {
    const rules = rulesWith(policy('lost'));
    const id = await fire('lost', 'high', 0, rules);
    await database.db.deleteFrom('outbox').where('subject', '=', `incident:${id}`).execute();
    expect(await mendWaits(database.db, at(60))).toBe(1);
    expect(await due(60 + 10 * MIN - 1, rules)).toBe(0);
    expect(await due(60 + 10 * MIN, rules)).toBe(1);
  });

  test('a press that meets a due step waits for its run before it touches its post: two orders would be a deadlock', async () => {
    const rules = rulesWith(policy('rush'));
    const id = await fire('rush', 'critical', 300_000, rules);
    const subject = `incident:${id}`;
    let pressing: Promise<unknown> | undefined;
    await database.db.transaction().execute(async (step) => {
      await step.selectFrom('runs').selectAll().where('subject', '=', subject).forUpdate().execute();
      pressing = database.db.transaction().execute(async (tx) => {
        const incident = (await lockIncident(tx, id))!;
        const principal = { kind: 'slack', id: 'UKEN', team: 'T' } as const;
        const line = { kind: 'acked', params: {}, shown: 'line' as const };
        return changeIncident(
          tx,
          incident,
          { event: { kind: 'acked', by: 'UKEN' }, line, principal, origin: { kind: 'button' } },
          rules,
          at(300_001),
        );
      });
      await someoneWaits();
      await showAgain(step, [{ subject, class: CLASS.update }], at(300_001));
    });
    expect(await pressing).toMatchObject({ moved: true });
  });

  test('many workers take each due step once', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `w${i}`);
    const rules = rulesWith(...names.map((name) => policy(name)));
    for (const name of names) await fire(name, 'high', 100_000, rules);
    await leave(100_000);
    const { n } = await database.db
      .selectFrom('runs')
      .select(({ fn }) => fn.countAll().as('n'))
      .where('state', '=', 'running')
      .where('due_at', '<=', at(200_000))
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBeGreaterThanOrEqual(names.length);
    const taken = await Promise.all(Array.from({ length: 6 }, () => takeDueSteps(database.db, rules, at(200_000))));
    expect(taken.reduce((sum, t) => sum + t.taken, 0)).toBe(Number(n));
  });

  test('has its post say who was called before the posts of what is over are brought up to date', async () => {
    const rules = rulesWith(policy('u'));
    const start = 100 * 60 * MIN; // after all of the others
    const called = await fire('u', 'critical', start, rules);
    const over = await fire('u', 'warning', start, rules);
    await leave(start);
    const n = notificationOf('u-warning', [
      { fp: 'u-warning', labels: { team: 'u', severity: 'warning' }, status: 'resolved' },
    ]);
    await database.db
      .transaction()
      .execute((tx) => applyBatch(tx, [{ notification: n, bytes: 1 }], rules, at(start + 1)));
    expect(await due(start + 10 * MIN, rules)).toBe(1);
    const edits = (await leave(start + 10 * MIN))
      .filter(({ method }) => method === 'chat.update')
      .map(({ subject }) => subject);
    expect(edits.filter((one, i) => edits.indexOf(one) === i)).toEqual([`incident:${called}`, `incident:${over}`]);
  });
});
