import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { parseNotification } from '../../src/alerts/parse.ts';
import { type Databases, namesOf } from '../../src/core/databases.ts';
import type { Environments } from '../../src/core/environments.ts';
import { maskSecrets } from '../../src/domain/secrets.ts';
import type { Facts } from '../../src/domain/why/facts.ts';
import { diagnoseOpened } from '../../src/incidents/diagnose-opened.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import { type Postgres, PostgresError } from '../../src/ports/postgres.ts';
import { alert, bodyOf, resolved } from '../app/support/alerts.ts';
import { fakeImages } from '../fakes/images.ts';
import { useServer } from '../support/busy.ts';
import { factsOf, podOf, waitingPod } from '../support/facts.ts';
import { binFolders } from '../support/postgres.server.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';
import { useShop } from '../support/shop.ts';

/** Who looks at an incident that has opened, when, how often, and what is worth saying. */

const NOW = new Date('2026-03-02T03:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const open = new AbortController().signal;
const broken = factsOf({ pods: [waitingPod('ErrImagePull', 'not found')] });
const well = factsOf({ workload: { ...factsOf().workload!, ready: 1, rollout: 'done' }, pods: [podOf()] });
const young = factsOf({ pods: [waitingPod('ContainerCreating', '', {})].map((pod) => ({ ...pod, createdAt: NOW })) });

const [bin] = await binFolders();
const shop = useShop();
let database: TestDatabase;
let world = new Map<string, Facts | Error | (() => Promise<Facts>)>();
/** Workloads in the order in which they were looked at. */
let looked: string[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  world = new Map();
  looked = [];
});
afterEach(() => sql`delete from enrichments`.execute(database.db));

function environments(): Environments {
  const cluster: Cluster = {
    ...shop.cluster,
    logs: async () => undefined,
    async facts({ name }) {
      looked.push(name);
      const found = world.get(name);
      if (found instanceof Error) throw found;
      return typeof found === 'function' ? found() : found;
    },
  };
  return new Map([['production', { name: 'production', clusters: new Map([['main', cluster]]) }]]);
}

/** Of `production/orders`. */
let databases: Databases = new Map();

async function send(now: Date, bodies: readonly object[]): Promise<void> {
  const arrived = bodies.map((body) => {
    const parsed = parseNotification(Buffer.from(JSON.stringify(body)), 'default', now);
    if (parsed.kind !== 'ok') throw new Error(parsed.kind);
    return { notification: parsed.notification, bytes: 1 };
  });
  await database.db
    .transaction()
    .execute((tx) => applyBatch(tx, arrived, testRules({ databases: namesOf(databases) }), now));
}

const alertOf = (name: string, severity = 'critical', now = NOW) =>
  alert({ now, labels: { alertname: `About-${name}`, cluster: 'tokyo-1', deployment: name, severity } });
const opens = (...names: readonly string[]) =>
  send(
    NOW,
    names.map((name) => bodyOf([alertOf(name)])),
  );

async function look(seconds: number, signal = open): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  const parts = {
    db: database.db,
    environments: environments(),
    databases,
    images: fakeImages(),
    mask: maskSecrets,
    signal,
  };
  await diagnoseOpened({ ...parts, now: () => later(seconds), onError: (error) => errors.push(error) });
  return errors;
}

/** How often it is said of each workload. */
async function said(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ name: string; count: number }>`
    select payload -> 'target' ->> 'name' as name, count(*)::int as count from outbox
    where event like 'diagnosed:%' group by 1`.execute(database.db);
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

const waiting = async () =>
  (await sql<{ attempts: number }>`select attempts from enrichments`.execute(database.db)).rows.map((r) => r.attempts);

describe('an incident that opened', () => {
  it('is looked at after ten seconds, once; not when it reopens; a thread line of the lowest class, that hangs on its post', async () => {
    world.set('once', broken);
    await opens('once');
    await look(9);
    expect([looked, await waiting()]).toEqual([[], [0]]);
    await look(10);
    await look(11);
    await send(later(20), [bodyOf([resolved(alertOf('once'), later(20))])]);
    await send(later(30), [bodyOf([alertOf('once', 'critical', later(90))])]);
    await look(60);
    expect([looked, await waiting(), (await said())['once']]).toEqual([['once'], [], 1]);
    const { rows } = await sql`select o.class, o.state, p.purpose from outbox o join posts p on p.id = o.thread_post_id
      where o.event = 'diagnosed:opened' and o.payload -> 'target' ->> 'name' = 'once'`.execute(database.db);
    expect(rows).toEqual([{ class: 7, state: 'waiting', purpose: 'main' }]);
  });

  it('has no secret of its evidence kept', async () => {
    const secret = 'ghp_0123456789abcdefghij';
    world.set('quoting', factsOf({ pods: [waitingPod('ErrImagePull', `not found with ${secret}`)] }));
    await opens('quoting');
    await look(10);
    const { rows } = await sql<{ kept: string }>`select payload::text as kept from outbox
      where event = 'diagnosed:opened' and payload -> 'target' ->> 'name' = 'quoting'`.execute(database.db);
    expect(rows).toEqual([{ kept: expect.stringContaining('not found with ***') }]);
  });

  it('without a workload, or resolved from the start, is never looked at', async () => {
    const nothing = alert({ now: NOW, labels: { alertname: 'NoTarget', deployment: '', namespace: '' } });
    await send(NOW, [bodyOf([nothing]), bodyOf([resolved(alertOf('past'), NOW)])]);
    expect(await waiting()).toEqual([]);
  });

  it.each([
    ['well', () => well],
    ['not there', () => undefined],
    ['not for us to see', () => new ClusterError('forbidden', 'main', 'may not')],
  ])('of which all is %s: nothing is said, and it is not looked at again', async (what, facts) => {
    const name = what.replaceAll(' ', '-');
    const found = facts();
    if (found) world.set(name, found);
    await opens(name);
    expect(await look(10)).toEqual([]);
    expect([looked, await waiting(), (await said())[name]]).toEqual([[name], [], undefined]);
  });

  it('is left alone when it is over, when it has waited for long, and when somebody has asked', async () => {
    for (const name of ['over', 'late', 'asked']) world.set(name, broken);
    await opens('over', 'asked');
    await send(later(5), [bodyOf([resolved(alertOf('over'), later(5))])]);
    await sql`insert into outbox (kind, subject, event, channel, class, method, state, due_at, created_at)
      select 'say', 'incident:' || id, 'diagnosed:123', 'alerts', 3, 'chat.postMessage', 'sent', ${NOW}, ${NOW}
      from incidents where title like '%About-asked%'`.execute(database.db);
    await look(10);
    await opens('late');
    await look(301);
    expect([looked, await waiting()]).toEqual([[], []]);
  });

  it.each([
    ['a cluster that is away', 'gone', new ClusterError('away', 'main', 'does not answer')],
    ['what is only starting', 'young', young],
    ['a look that takes too long', 'slow', new DOMException('late', 'TimeoutError')],
  ])('%s is waited for, three looks in all', async (_what, name, facts) => {
    world.set(name, facts);
    await opens(name);
    for (const seconds of [10, 69, 70, 129]) await look(seconds);
    expect([looked, await waiting()]).toEqual([[name, name], [2]]);
    world.set(name, broken);
    await look(130);
    expect([looked.length, await waiting(), (await said())[name]]).toEqual([3, [], 1]);
    world.set(`${name}-on`, facts);
    await opens(`${name}-on`);
    for (const seconds of [10, 70, 130, 190, 250]) await look(seconds);
    expect([looked.length, await waiting(), (await said())[`${name}-on`]]).toEqual([6, [], undefined]);
  });

  it('is taken over by another worker when one was killed at it, and said once if both come through', async () => {
    let goOn: (facts: Facts) => void = () => undefined;
    world.set('killed', () => new Promise<Facts>((resolve) => (goOn = resolve)));
    await opens('killed');
    const slow = look(10);
    await expect.poll(() => looked).toEqual(['killed']);
    world.set('killed', broken);
    await look(39);
    expect(looked).toEqual(['killed']);
    await look(40);
    expect([looked.length, await waiting(), (await said())['killed']]).toEqual([2, [], 1]);
    goOn(broken);
    expect(await slow).toEqual([]);
    expect((await said())['killed']).toBe(1);
  });

  it('is left to another worker by one that stops, and what fails otherwise is told of and tried again', async () => {
    const stopping = new AbortController();
    world.set('stopped', async () => {
      stopping.abort(new Error('stopping'));
      throw stopping.signal.reason;
    });
    await opens('stopped');
    const { signal } = stopping;
    expect(await look(10, signal)).toEqual([]);
    world.set('stopped', new RangeError('a mistake of ours'));
    expect(await look(40)).toMatchObject([{ message: 'a mistake of ours' }]);
    expect(await waiting()).toEqual([2]);
  });

  it('of many the most severe are first, four at a time, and two workers share them', async () => {
    const names = ['low', 'medium', 'high', 'critical'].flatMap((s) => [1, 2, 3].map((i) => `${s}-${i}`));
    for (const name of names) world.set(name, broken);
    const bodies = names.map((name) => bodyOf([alertOf(name, name.split('-')[0])]));
    await send(NOW, bodies);
    await look(10);
    expect(looked.map((name) => name.split('-')[0])).toEqual(expect.arrayContaining(['critical', 'high']));
    expect(looked).toHaveLength(4);
    await Promise.all([look(11), look(11)]);
    expect(new Set(looked).size).toBe(looked.length);
    await look(12);
    await look(13);
    expect([...looked].sort()).toEqual([...names].sort());
    expect(await waiting()).toEqual([]);
  });
});

describe('an incident whose alerts name a database', () => {
  const used = useServer(bin!);
  const about = (alertname: string, labels: Readonly<Record<string, string>> = {}) =>
    bodyOf([
      alert({
        now: NOW,
        labels: { alertname, cluster: 'tokyo-1', deployment: '', namespace: '', datname: 'orders', ...labels },
      }),
    ]);
  const toldOf = async (alertname: string) => {
    const { rows } = await sql<{ said: string; event: string }>`
      select o.payload ->> 'say' as said, o.event from outbox o join incidents i on o.subject = 'incident:' || i.id
      where i.title = ${alertname} and o.event like 'diagnosed:%' order by o.event`.execute(database.db);
    return rows.map(({ said, event }) => `${event} ${said}`);
  };
  const serve = (postgres: Postgres): void => {
    databases = new Map([['production', new Map([['orders', postgres]])]]);
  };
  /** One session waits for another until `during` is over. */
  async function blocked(during: () => Promise<void>): Promise<void> {
    await used.busy.admin.query('create table held (id int); insert into held values (1); grant all on held to app');
    used.after('drop table held');
    const holder = await used.busy.idle('holder', 'select * from held for update');
    const client = await used.busy.open('waiter');
    const waits = client.query('update held set id = 1');
    await used.until("select 1 from pg_stat_activity where wait_event_type = 'Lock'", [], 1);
    await during();
    await holder.query('rollback');
    await waits;
  }
  beforeEach(() => serve(used.as('hikeshi')));
  afterEach(() => serve(used.as('hikeshi')));

  it('has it looked at as well, and is told who holds up others', async () => {
    await blocked(async () => {
      await send(NOW, [about('Held')]);
      await look(10);
    });
    expect([await toldOf('Held'), await waiting()]).toEqual([['diagnosed:opened:database diagnosed-database'], []]);
  });

  it('and a workload is told of both', async () => {
    world.set('both', broken);
    await blocked(async () => {
      await send(NOW, [about('Both', { deployment: 'both', namespace: 'shop' })]);
      await look(10);
    });
    expect([looked, await toldOf('Both')]).toEqual([
      ['both'],
      ['diagnosed:opened diagnosed', 'diagnosed:opened:database diagnosed-database'],
    ]);
  });

  it('is told at once, and of a workload that was only starting a minute later', async () => {
    world.set('slowly', young);
    await blocked(async () => {
      await send(NOW, [about('Slowly', { deployment: 'slowly', namespace: 'shop' })]);
      await look(10);
      expect(await toldOf('Slowly')).toEqual(['diagnosed:opened:database diagnosed-database']);
      world.set('slowly', broken);
      await look(75);
    });
    expect([await toldOf('Slowly'), await waiting()]).toEqual([
      ['diagnosed:opened diagnosed', 'diagnosed:opened:database diagnosed-database'],
      [],
    ]);
  });

  it('is told nothing where nothing stands in the way, or the database is not configured', async () => {
    await send(NOW, [about('Quiet'), about('Unknown', { datname: 'elsewhere' })]);
    expect(await waiting()).toEqual([0]);
    expect(await look(10)).toEqual([]);
    expect([await toldOf('Quiet'), await waiting()]).toEqual([[], []]);
  });

  it.each([
    ['away', [1]],
    ['slow', [1]],
    ['unauthorized', []],
  ] as const)('that is %s is waited for, or not', async (kind, left) => {
    const refuse = () => Promise.reject(new PostgresError(kind, 'orders', 'so it says'));
    serve({ ...used.as('hikeshi'), connections: refuse });
    await send(NOW, [about(`Is ${kind}`)]);
    expect(await look(10)).toEqual([]);
    expect([await toldOf(`Is ${kind}`), await waiting()]).toEqual([[], left]);
  });
});
