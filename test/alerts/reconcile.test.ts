import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { markGap } from '../../src/alerts/looks.ts';
import { reconcile } from '../../src/alerts/reconcile.ts';
import type { ReconcileParts } from '../../src/alerts/reconcile-looked.ts';
import { markStale } from '../../src/alerts/stale.ts';
import { endTests } from '../../src/alerts/test-alert.ts';
import { changeIncident, lockIncident } from '../../src/incidents/change.ts';
import type { AlertSource, FoundGroup, SourceLook } from '../../src/ports/alert-source.ts';
import { type AlertWish, alertOf, at, notificationOf } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

/** What Alertmanager's API changes, on the store. Times are seconds; the minute of a look is `M`. */

let database: TestDatabase;
let api: FakeSource;
beforeEach(async () => {
  database = await openTestDatabase();
  api = new FakeSource();
});
afterEach(() => database.close());

const M = 60;
const rules = testRules({
  sources: new Map([['default', { name: 'default', api: ['http://am'], receivers: ['named'] }]]),
});

interface Has extends AlertWish {
  readonly group?: string;
  readonly receiver?: string;
  readonly active?: boolean;
}

/** An Alertmanager that says what a test has it say; of a pair, what both say together. */
class FakeSource implements AlertSource {
  readonly name = 'default';
  has: readonly Has[] = [];
  complete = true;
  upForMs: number | undefined = 3_600_000;
  run = 'first';
  asked: boolean[] = [];
  /** Done while it is being asked. */
  meanwhile: () => Promise<void> = async () => undefined;

  async active(): Promise<never> {
    throw new Error('that is for doubts');
  }

  async look(want: { readonly groups: boolean }): Promise<SourceLook> {
    this.asked.push(want.groups);
    const answer: SourceLook = {
      fingerprints: new Set(this.has.map((alert) => alert.fp)),
      complete: this.complete,
      ...(this.upForMs !== undefined && { upForMs: this.upForMs, run: this.run }),
      groups: want.groups ? this.groups() : [],
      failures: this.complete ? [] : ['am:9093: HTTP 503'],
    };
    await this.meanwhile();
    return answer;
  }

  groups(): readonly FoundGroup[] {
    const groups = new Map<string, FoundGroup>();
    for (const has of this.has) {
      const { group = 'g', receiver = 'chatops', active = true } = has;
      const before = groups.get(group + receiver)?.alerts ?? [];
      const alerts = [...before, { ...alertOf(has), active }];
      groups.set(group + receiver, { receiver, labels: { alertname: group }, alerts });
    }
    return [...groups.values()];
  }
}

async function send(alerts: readonly AlertWish[], seconds: number, group = 'g', more = {}) {
  const notification = notificationOf(group, alerts, more);
  const [applied] = await database.db
    .transaction()
    .execute((tx) => applyBatch(tx, [{ notification, bytes: 1 }], rules, at(seconds)));
  return applied!;
}

const errors: unknown[] = [];

async function look(seconds: number, more: Partial<ReconcileParts> = {}): Promise<number> {
  const changed = await reconcile({
    db: database.db,
    sources: new Map([['default', api]]),
    rules,
    now: () => at(seconds),
    signal: new AbortController().signal,
    onError: (error) => errors.push(error),
    ...more,
  });
  expect(errors.splice(0)).toEqual([]);
  return changed;
}

/** A look each minute. */
async function lookFrom(from: number, to: number): Promise<void> {
  for (let s = from; s <= to; s += M) await look(s);
}

async function incidents() {
  const { rows } = await sql<{
    number: number;
    state: string;
    title: string;
    truncated: number;
    origin: { kind: string };
    fired_at: Date;
    counts: { firing: number; resolved: number; held: number };
    stale_since: Date | null;
  }>`select number, state, title, truncated, origin, fired_at, counts, stale_since from incidents order by id`.execute(
    database.db,
  );
  return rows;
}

const states = async (): Promise<readonly string[]> => (await incidents()).map((i) => i.state);

async function story(): Promise<readonly string[]> {
  const { rows } = await sql<{ kind: string }>`select kind from timeline order by id`.execute(database.db);
  return rows.map((row) => row.kind);
}

/** Which transaction wrote, or locked, each incident last. */
async function versions(): Promise<readonly string[]> {
  const { rows } = await sql<{ last: string }>`
    select xmin || ' ' || xmax as last from incidents order by id`.execute(database.db);
  return rows.map((row) => row.last);
}

const gaps = async (): Promise<readonly (Date | null)[]> =>
  (await sql<{ gap_until: Date | null }>`select gap_until from sources`.execute(database.db)).rows.map(
    (row) => row.gap_until,
  );

/** While the database refuses incidents of which this is true. */
async function refusing(when: string, work: () => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await owner.query(`create function refuse() returns trigger language plpgsql as
      $$ begin if ${when} then raise exception 'refused by the test'; end if; return new; end $$`);
    await owner.query(
      'create trigger refuse before insert or update on incidents for each row execute function refuse()',
    );
    await work();
    await owner.query('drop trigger refuse on incidents');
    await owner.query('drop function refuse');
  } finally {
    await owner.end();
  }
}

describe('what is absent', () => {
  test('silenced and then resolved: closes after two absences five minutes apart, and not before', async () => {
    await send([{ fp: 'x' }], 0);
    api.has = [{ fp: 'x', active: false }];
    await lookFrom(0, 20 * M);
    expect(await states()).toEqual(['open']);
    api.has = [];
    await lookFrom(21 * M, 25 * M);
    expect(await states()).toEqual(['open']);
    await look(26 * M);
    expect(await states()).toEqual(['resolved']);
    expect(await story()).toEqual(['opened', 'resolved-gone']);
    const [alert] = (await sql<{ ends_at: Date }>`select ends_at from alerts`.execute(database.db)).rows;
    expect(alert!.ends_at).toEqual(at(21 * M));
  });

  const noError = (error: unknown): void => expect(error).toBeUndefined();

  test('a test alert, of which Alertmanager knows nothing, stays until its own time', async () => {
    await send([{ fp: 'x' }], 0, 'g', { test: { pages: false, lastsMs: 20 * M * 1_000 } });
    await lookFrom(0, 15 * M);
    expect(await states()).toEqual(['open']);
    expect(await endTests(database.db, rules, at(20 * M - 1), noError)).toBe(0);
    expect(await endTests(database.db, rules, at(20 * M), noError)).toBe(1);
    expect(await states()).toEqual(['resolved']);
  });

  test('one absence between two presences says nothing, however often', async () => {
    await send([{ fp: 'x' }], 0);
    for (let minute = 0; minute < 16; minute += 2) {
      api.has = [];
      await look(minute * M);
      api.has = [{ fp: 'x' }];
      await look((minute + 1) * M);
    }
    expect(await states()).toEqual(['open']);
    expect(await story()).toEqual(['opened']);
  });

  test('a webhook that lists it as firing takes the absence back, also when it changes nothing else', async () => {
    await send([{ fp: 'x' }], 0);
    await look(0);
    expect(await send([{ fp: 'x' }], 4 * M)).toMatchObject({ outcome: 'unchanged' });
    await lookFrom(5 * M, 9 * M);
    expect(await states()).toEqual(['open']);
    await look(10 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('one of two clears: the incident goes on with the other', async () => {
    await send([{ fp: 'x' }, { fp: 'y' }], 0);
    api.has = [{ fp: 'y' }];
    await lookFrom(0, 6 * M);
    expect(await incidents()).toMatchObject([{ state: 'open', counts: { firing: 1, resolved: 1 } }]);
    expect(await story()).toEqual(['opened', 'gone']);
  });

  test('inhibited or silenced is not absent', async () => {
    await send([{ fp: 'x' }], 0);
    api.has = [{ fp: 'x', active: false }];
    await lookFrom(0, 15 * M);
    expect(await states()).toEqual(['open']);
  });

  test('an Alertmanager that is away, or a pair of which one is, closes nothing', async () => {
    await send([{ fp: 'x' }], 0);
    api.complete = false;
    await lookFrom(0, 15 * M);
    expect(await states()).toEqual(['open']);
    const { rows } = await sql<{ api_error: string; api_answered_at: Date | null }>`select * from sources`.execute(
      database.db,
    );
    expect(rows).toMatchObject([{ api_error: 'am:9093: HTTP 503', api_answered_at: null }]);
    api.complete = true;
    await lookFrom(16 * M, 21 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('one that was restarted empty closes nothing before it has been up for ten minutes', async () => {
    await send([{ fp: 'x' }], 0);
    api.has = [{ fp: 'x' }];
    await look(0);
    Object.assign(api, { has: [], run: 'second', upForMs: 20_000 });
    await lookFrom(M, 9 * M);
    api.upForMs = 500_000;
    api.has = [{ fp: 'x' }];
    await lookFrom(10 * M, 18 * M);
    expect(await states()).toEqual(['open']);
    expect(await story()).toEqual(['opened']);
  });

  test('one that was restarted empty and stays so closes after ten minutes and two absences', async () => {
    await send([{ fp: 'x' }], 0);
    Object.assign(api, { run: 'second', upForMs: 0 });
    await lookFrom(0, 14 * M);
    expect(await states()).toEqual(['open']);
    await look(15 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('one that does not say how long it has been up closes nothing', async () => {
    await send([{ fp: 'x' }], 0);
    api.upForMs = undefined;
    await lookFrom(0, 15 * M);
    expect(await states()).toEqual(['open']);
  });

  test('one whose clock steps is as old as it was', async () => {
    await send([{ fp: 'x' }], 0);
    api.has = [{ fp: 'x' }];
    await look(0);
    Object.assign(api, { has: [], upForMs: -3_600_000 });
    await lookFrom(M, 6 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('what a person resolved while it fired is held until it is gone, and may then fire anew', async () => {
    await send([{ fp: 'x' }], 0);
    await resolveByHand(60);
    api.has = [{ fp: 'x' }];
    await lookFrom(2 * M, 5 * M);
    expect(await incidents()).toMatchObject([{ state: 'resolved', counts: { held: 1 } }]);
    api.has = [];
    await lookFrom(6 * M, 12 * M);
    expect(await incidents()).toMatchObject([{ state: 'resolved', counts: { held: 0, resolved: 1 } }]);
    expect(await story()).toEqual(['opened', 'resolved-by', 'held-cleared']);
    await send([{ fp: 'x', starts: 13 * M }], 13 * M);
    expect(await states()).toEqual(['open']);
  });

  test('a webhook that comes while it is asked is believed', async () => {
    await send([{ fp: 'x' }], 0);
    await look(0);
    api.meanwhile = async () => {
      await send([{ fp: 'x', starts: 6 * M }], 6 * M + 1);
    };
    await look(6 * M);
    expect(await states()).toEqual(['open']);
  });

  test('sources without an API are not looked at', async () => {
    await send([{ fp: 'x' }], 0, 'g', { source: 'other' });
    await lookFrom(0, 15 * M);
    expect(await states()).toEqual(['open']);
  });
});

async function resolveByHand(seconds: number): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    const incident = (await lockIncident(tx, 1))!;
    const change = {
      event: { kind: 'resolved-by', by: 'U1' } as const,
      line: { kind: 'resolved-by', params: {}, shown: 'line' as const },
      principal: { kind: 'slack', id: 'U1', team: 'T' } as const,
      origin: { kind: 'button' as const },
      hold: true,
    };
    await changeIncident(tx, incident, change, rules, at(seconds));
  });
}

/** The receiver is known and there is no gap: looks go on, and nothing is opened. */
async function settled(): Promise<void> {
  await send([{ fp: 'before', status: 'resolved' }], -120 * M, 'before');
  await lookFrom(-100 * M, -80 * M);
}

describe('what fires and no webhook told of', () => {
  test('is not opened while we were here: its webhook will come', async () => {
    await settled();
    api.has = [{ fp: 'x', starts: -60 * M }];
    await lookFrom(-70 * M, -45 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('after a gap it is opened, once it has fired for ten minutes, and is adopted by the first webhook', async () => {
    await settled();
    api.has = [{ fp: 'x' }, { fp: 'y', starts: 60, labels: { severity: 'critical' } }];
    await markGap(database.db, at(2 * M));
    await lookFrom(2 * M, 9 * M + 50);
    expect(await states()).toEqual(['resolved']);
    await look(10 * M + 50);
    await look(10 * M + 56);
    expect((await incidents()).slice(1)).toMatchObject([
      { state: 'open', origin: { kind: 'reconcile' }, counts: { firing: 2 }, fired_at: at(0) },
    ]);
    const before = await story();
    const told = await send([{ fp: 'x' }, { fp: 'y', starts: 60, labels: { severity: 'critical' } }], 12 * M);
    expect(told).toMatchObject({ outcome: 'unchanged', incidentNumber: (await incidents())[1]!.number });
    expect(await story()).toEqual(before);
    expect(await incidents()).toHaveLength(2);
    const groups = await sql<{ n: number }>`select count(*)::int as n from alert_groups`.execute(database.db);
    expect(groups.rows[0]!.n).toBe(2);
    await send(
      [
        { fp: 'x', status: 'resolved' },
        { fp: 'y', status: 'resolved', starts: 60 },
      ],
      20 * M,
    );
    expect((await states())[1]).toBe('resolved');
  });

  test('what no webhook has told of is opened some seconds after it was first seen, for its webhook may be under way', async () => {
    await settled();
    api.has = [{ fp: 'x', starts: -30 * M }];
    await markGap(database.db, at(0));
    await look(0);
    await sql`update sources set look_due = ${at(0)}`.execute(database.db);
    await look(3);
    expect(await incidents()).toHaveLength(1);
    await look(8);
    expect(await incidents()).toHaveLength(2);
  });

  test('a webhook that comes between the reservation and the opening opens it itself, once', async () => {
    await settled();
    api.has = [{ fp: 'x', starts: -30 * M }];
    await markGap(database.db, at(0));
    await look(0);
    await send([{ fp: 'x', starts: -30 * M }], 3);
    await lookFrom(6, 12 * M);
    expect(await incidents()).toMatchObject([{}, { origin: { kind: 'webhook' } }]);
  });

  test('what could not be opened, or was not reached when we stopped, is opened at the next look', async () => {
    await settled();
    api.has = ['a', 'b', 'c'].map((group) => ({ fp: group, starts: -30 * M, group }));
    await markGap(database.db, at(0));
    await look(0);
    const stopping = new AbortController();
    await look(10 * M, { signal: stopping.signal, hooks: { onChange: () => stopping.abort() } });
    expect(await incidents()).toHaveLength(2);
    await refusing("new.group_labels->>'alertname' = 'b'", async () => {
      const failed: unknown[] = [];
      await look(11 * M, { onError: (error) => failed.push(error) });
      expect(failed).toHaveLength(1);
      expect(await incidents()).toHaveLength(3);
    });
    await look(12 * M);
    expect(await states()).toEqual(['resolved', 'open', 'open', 'open']);
    await look(13 * M);
    expect((await gaps()).every((gap) => gap === null)).toBe(true);
  });

  test('what began after the gap, and what is not active, is left to its webhook', async () => {
    await settled();
    api.has = [
      { fp: 'late', starts: 10 },
      { fp: 'silenced', starts: -30 * M, active: false },
    ];
    await markGap(database.db, at(0));
    // The gap stays until all has been told.
    api.complete = false;
    await lookFrom(0, 12 * M);
    api.complete = true;
    await lookFrom(13 * M, 20 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('only receivers that were seen in webhooks or are named in config', async () => {
    await settled();
    api.has = [
      { fp: 'x', starts: -30 * M, receiver: 'mail', group: 'a' },
      { fp: 'y', starts: -30 * M, receiver: 'named', group: 'b' },
    ];
    await markGap(database.db, at(0));
    await lookFrom(0, 20 * M);
    expect((await incidents()).slice(1)).toMatchObject([{ origin: { kind: 'reconcile' }, counts: { firing: 1 } }]);
  });

  test('what fired and resolved while we were away is not opened', async () => {
    await settled();
    await markGap(database.db, at(0));
    await lookFrom(0, 20 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('what resolved with us and fires again joins, reopens or opens as its webhook would have', async () => {
    await send([{ fp: 'x' }, { fp: 'y' }], 0);
    await look(0);
    await send([{ fp: 'y', status: 'resolved' }], 60);
    await send([{ fp: 'z' }], 0, 'other');
    await send([{ fp: 'z', status: 'resolved' }], 60, 'other');
    api.has = [{ fp: 'x' }, { fp: 'y', starts: 90 }, { fp: 'z', starts: 90, group: 'other' }];
    await markGap(database.db, at(2 * M));
    await lookFrom(2 * M, 12 * M);
    expect(await states()).toEqual(['open', 'open']);
    expect(await story()).toEqual(['opened', 'cleared', 'opened', 'resolved', 'found', 'refired']);
  });

  test('what resolved with us and is active all the same, with the same start, fires', async () => {
    await send([{ fp: 'x' }], 0);
    await look(0);
    await send([{ fp: 'x', status: 'resolved' }], 60);
    api.has = [{ fp: 'x' }];
    await markGap(database.db, at(2 * M));
    await lookFrom(2 * M, 12 * M);
    expect(await states()).toEqual(['open']);
  });

  test('what somebody resolved while it fired stays resolved', async () => {
    await send([{ fp: 'x' }], 0);
    await look(0);
    await resolveByHand(60);
    api.has = [{ fp: 'x' }];
    await markGap(database.db, at(2 * M));
    await lookFrom(2 * M, 20 * M);
    expect(await states()).toEqual(['resolved']);
  });

  test('looks go on for groups until the gap is looked through, then no longer', async () => {
    await settled();
    api.asked = [];
    await markGap(database.db, at(0));
    await lookFrom(0, 15 * M);
    expect(api.asked.lastIndexOf(true)).toBe(10);
    expect(api.asked).toHaveLength(16);
  });

  test('a gap is not looked through by what a freshly started Alertmanager says', async () => {
    await settled();
    await markGap(database.db, at(0));
    Object.assign(api, { run: 'second', upForMs: 0 });
    await lookFrom(8 * M, 12 * M);
    api.has = [{ fp: 'x', starts: -30 * M }];
    await lookFrom(13 * M, 15 * M);
    expect((await incidents()).slice(1)).toMatchObject([{ origin: { kind: 'reconcile' } }]);
  });

  test('a look that began before the receiver was known leaves the gap to the next', async () => {
    api.has = [{ fp: 'x', starts: -30 * M }];
    await look(0);
    api.meanwhile = async () => {
      api.meanwhile = async () => undefined;
      await send([{ fp: 'first' }], 20 * M, 'heard');
    };
    await look(20 * M);
    expect(await gaps()).toEqual([at(0)]);
    await look(21 * M);
    await look(21 * M + 6);
    const opened = (await incidents()).map(({ origin }) => origin.kind).sort();
    expect(opened).toEqual(['reconcile', 'webhook']);
  });

  test('the first look at a source counts as the end of a gap', async () => {
    api.has = [{ fp: 'x', starts: -30 * M, receiver: 'named' }];
    await look(0);
    await look(6);
    expect(await incidents()).toMatchObject([{ origin: { kind: 'reconcile' } }]);
  });
});

describe('bodies that max_alerts cut', () => {
  const cut = { truncatedAlerts: 2 };

  test('the alerts that were cut off are asked for, within seconds', async () => {
    api.has = [{ fp: 'x' }];
    await send([{ fp: 'x' }], 0);
    await lookFrom(0, 11 * M);
    await send([{ fp: 'x', status: 'resolved' }], 11 * M + 10, 'g', cut);
    api.has = [{ fp: 'y' }, { fp: 'z', labels: { severity: 'critical' } }, { fp: 'elsewhere', group: 'other' }];
    await look(11 * M + 13);
    expect(await incidents()).toMatchObject([{ state: 'open', truncated: 0, counts: { firing: 2, resolved: 1 } }]);
    expect(await story()).toEqual(['opened', 'found', 'severity']);
    api.has = [];
    await lookFrom(12 * M + 13, 16 * M + 13);
    expect(await states()).toEqual(['open']);
    await look(17 * M + 13);
    expect(await states()).toEqual(['resolved']);
  });

  test('all of it has ended: closes after two absences', async () => {
    await send([{ fp: 'x', status: 'resolved' }], 0, 'g', cut);
    await lookFrom(0, 4 * M);
    expect(await states()).toEqual(['open']);
    await lookFrom(5 * M, 6 * M);
    expect(await incidents()).toMatchObject([{ state: 'resolved', truncated: 0 }]);
  });

  test('as long as nothing changes no look waits for whoever has them, nor makes anybody wait', async () => {
    const groups = ['g', 'h'];
    for (const group of groups) await send([{ fp: group }], 0, group, cut);
    // Freshly started, so that it cannot be made whole by what it says.
    Object.assign(api, { upForMs: 0, has: groups.map((group) => ({ fp: group, group })) });
    await look(0);
    const before = await versions();
    await database.db.transaction().execute(async (tx) => {
      await sql`select from alert_groups for update`.execute(tx);
      expect(await look(M)).toBe(0);
    });
    api.has = [...api.has, { fp: 'h2', group: 'h' }];
    expect(await look(2 * M)).toBe(1);
    expect(await versions()).toEqual([before[0], expect.not.stringMatching(`^${before[1]}$`)]);
  });

  test('with Alertmanager away, or freshly started, it stays open and says so', async () => {
    await send([{ fp: 'x', status: 'resolved' }], 0, 'g', cut);
    api.complete = false;
    await lookFrom(0, 15 * M);
    Object.assign(api, { complete: true, upForMs: 0, run: 'second' });
    await lookFrom(16 * M, 24 * M);
    expect(await incidents()).toMatchObject([{ state: 'open', truncated: 2 }]);
  });
});

test('two replicas at once: one of them looks, and each change is made once', async () => {
  await send([{ fp: 'x' }], 0);
  await look(0);
  const both = await Promise.all([look(6 * M), look(6 * M)]);
  expect(both.sort()).toEqual([0, 1]);
  expect(api.asked).toHaveLength(2);
  expect(await story()).toEqual(['opened', 'resolved-gone']);
});

test('two late looks at the same group open it once', async () => {
  await settled();
  api.has = [{ fp: 'x', starts: -30 * M }];
  await markGap(database.db, at(0));
  await look(0);
  const dueAgain = () => sql`update sources set look_due = ${at(0)}`.execute(database.db);
  api.meanwhile = async () => {
    api.meanwhile = async () => undefined;
    await dueAgain();
    await look(6);
  };
  await dueAgain();
  await look(6);
  expect(await incidents()).toHaveLength(2);
});

describe('without an API', () => {
  const day = 24 * 3600;
  const other = { source: 'other' };
  const mark = (seconds: number): Promise<number> =>
    markStale(database.db, rules, at(seconds), (error) => errors.push(error));

  test('an incident of which nothing was heard for a day says so, once, and is not closed', async () => {
    await send([{ fp: 'x' }], 0, 'g', other);
    expect(await mark(day)).toBe(0);
    expect(await mark(day + 1)).toBe(1);
    expect(await mark(day + 60)).toBe(0);
    expect(await incidents()).toMatchObject([{ state: 'open', stale_since: at(0) }]);
    expect(await story()).toEqual(['opened', 'stale']);
    await send([{ fp: 'x' }], day + 100, 'g', other);
    expect(await mark(day + 120)).toBe(1);
    expect(await incidents()).toMatchObject([{ state: 'open', stale_since: null }]);
  });

  test('with an API that answers nothing becomes stale, with one that does not it does', async () => {
    await send([{ fp: 'x' }], 0);
    api.has = [{ fp: 'x' }];
    await look(day);
    expect(await mark(day + 1)).toBe(0);
    api.complete = false;
    await look(2 * day);
    expect(await mark(2 * day + 1)).toBe(1);
    expect(await states()).toEqual(['open']);
  });
});
