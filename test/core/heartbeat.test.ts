import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetHeartbeat, heartbeat, heartbeatTrouble } from '../../src/core/heartbeat.ts';
import type { SendHeartbeat } from '../../src/ports/heartbeat.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { somebodyWaits } from '../support/waiting.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

let now: Date;
let sent: number;
const send: SendHeartbeat = async () => {
  sent += 1;
  return 'ok';
};
const MINUTE = 60_000;
const ago = (ms: number): Date => new Date(now.getTime() - ms);

beforeEach(async () => {
  now = new Date('2027-01-01T00:00:00Z');
  sent = 0;
  await sql`truncate schedule_runs, beats, outbox, runs cascade`.execute(database.db).catch(async () => {
    for (const table of ['schedule_runs', 'beats', 'outbox', 'runs'] as const)
      await database.db.deleteFrom(table).execute();
  });
  await webBeats(now);
});

async function webBeats(at: Date): Promise<void> {
  await sql`insert into beats (process, roles, version, started_at, beat_at) values ('web', '{web}', '1', ${at}, ${at})
    on conflict (process) do update set beat_at = excluded.beat_at`.execute(database.db);
}

const beat = (over: Partial<Parameters<typeof heartbeat>[0]> = {}) =>
  heartbeat({ db: database.db, now, everyMs: MINUTE, send, signal: new AbortController().signal, ...over });

async function pass(ms: number): Promise<void> {
  now = new Date(now.getTime() + ms);
  await webBeats(now);
}

async function message(
  state: string,
  wantedAt: Date,
  more: { readonly sentAt?: Date; readonly class?: number } = {},
): Promise<void> {
  await sql`insert into outbox (kind, subject, event, channel, class, method, state, due_at, created_at, wanted_at, sent_at)
    values ('say', 'incident:1', gen_random_uuid()::text, 'C1', ${more.class ?? 1}, 'chat.postMessage', ${state}, ${now}, ${wantedAt},
      ${wantedAt}, ${more.sentAt ?? null})`.execute(database.db);
}

describe('the heartbeat', () => {
  it('is sent once an interval, by whichever process is first', async () => {
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => beat()));
    expect(all.map((one) => one.kind).sort()).toEqual(['not-due', 'not-due', 'not-due', 'not-due', 'sent']);
    await pass(MINUTE - 1);
    expect(await beat()).toEqual({ kind: 'not-due' });
    await pass(1);
    const again = await Promise.all([1, 2, 3].map(() => beat()));
    expect(again.filter((one) => one.kind === 'sent')).toHaveLength(1);
    expect(sent).toBe(2);
  });

  it.each(['for the first time', 'when it is due again'])(
    'is not claimed %s while another claim is being committed',
    async (when) => {
      if (when !== 'for the first time') {
        await beat();
        await pass(MINUTE);
      }
      sent = 0;
      let second: ReturnType<typeof beat> | undefined;
      const first = await database.db.transaction().execute(async (tx) => {
        const outcome = await beat({ db: tx });
        second = beat();
        await somebodyWaits(database.db);
        return outcome;
      });
      expect([first.kind, (await second)?.kind, sent]).toEqual(['sent', 'not-due', 1]);
    },
  );

  it('follows a shorter interval, and a clock that was moved back, at once', async () => {
    await beat({ everyMs: 60 * MINUTE });
    await pass(1_000);
    expect(await beat()).toEqual({ kind: 'sent' });
    await pass(-30 * MINUTE);
    expect(await beat()).toEqual({ kind: 'sent' });
  });

  it('that does not get through is noted, and tried again when it is due', async () => {
    expect(await heartbeatTrouble(database.db)).toBeUndefined();
    expect(await beat({ send: async () => ({ failed: 'http-503' }) })).toEqual({ kind: 'failed', code: 'http-503' });
    expect(await heartbeatTrouble(database.db)).toBe('not taken: http-503');
    await pass(MINUTE);
    expect(await beat()).toEqual({ kind: 'sent' });
    expect(await heartbeatTrouble(database.db)).toBeUndefined();
    const row = await database.db
      .selectFrom('schedule_runs')
      .selectAll()
      .where('name', '=', 'heartbeat')
      .executeTakeFirst();
    expect(row).toMatchObject({ last_run_at: now, last_outcome: 'ok' });
  });

  it('that is cut off with its process is left to another, at once', async () => {
    const stop = new AbortController();
    const hanging: SendHeartbeat = async (signal) => {
      stop.abort();
      return signal.aborted ? { failed: 'timeout' } : 'ok';
    };
    expect(await beat({ send: hanging, signal: stop.signal })).toEqual({ kind: 'not-due' });
    expect(await heartbeatTrouble(database.db)).toBeUndefined();
    expect(await beat()).toEqual({ kind: 'sent' });
  });

  it('is forgotten when config has none any more', async () => {
    await beat({ send: async () => ({ failed: 'http-503' }) });
    await forgetHeartbeat(database.db);
    expect(await heartbeatTrouble(database.db)).toBeUndefined();
  });

  it('is not sent while the database takes no writes', async () => {
    const closed = database.db.transaction().setAccessMode('read only');
    await expect(closed.execute((tx) => beat({ db: tx }))).rejects.toThrow(/read-only/);
    expect(sent).toBe(0);
  });
});

describe('the heartbeat is withheld', () => {
  const withheld = async (ailment: string | undefined): Promise<void> => {
    expect(await beat()).toEqual(ailment === undefined ? { kind: 'sent' } : { kind: 'withheld', ailment });
    expect(sent).toBe(ailment === undefined ? 1 : 0);
    expect(await heartbeatTrouble(database.db)).toBe(ailment && `withheld: ${ailment}`);
  };

  it('while no process takes alerts', async () => {
    await webBeats(ago(46_000));
    await withheld('no-web');
  });

  it('while steps of escalation are not taken', async () => {
    await sql`insert into runs (subject, channel, policy_name, policy, state, due_at, started_at, started_why)
      values ('incident:1', 'C1', 'p', '{}', 'running', ${ago(6 * MINUTE)}, ${ago(MINUTE)}, 'new')`.execute(
      database.db,
    );
    await withheld('escalation');
  });

  it.each(['pending', 'sending', 'failed'])(
    'while %s messages are due for long and nothing gets through',
    async (state) => {
      await message('sent', ago(20 * MINUTE), { sentAt: ago(19 * MINUTE) });
      await message(state, ago(6 * MINUTE));
      await withheld('outbox');
    },
  );

  it.each([
    ['that are late for a moment only', async () => message('pending', ago(4 * MINUTE))],
    ['that nobody is called by', async () => message('pending', ago(60 * MINUTE), { class: 6 })],
    [
      'of which others get through',
      async () => {
        await message('failed', ago(60 * MINUTE));
        await message('sent', ago(60 * MINUTE), { sentAt: ago(59 * MINUTE) });
      },
    ],
  ])('but not for messages %s', async (_what, make) => {
    await make();
    await withheld(undefined);
  });

  it('but not for a step that is late for a moment only', async () => {
    await sql`insert into runs (subject, channel, policy_name, policy, state, due_at, started_at, started_why)
      values ('incident:1', 'C1', 'p', '{}', 'running', ${ago(4 * MINUTE)}, ${ago(MINUTE)}, 'new')`.execute(
      database.db,
    );
    await withheld(undefined);
  });
});
