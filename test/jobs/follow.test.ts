import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { query as logs } from '../../src/commands/logs.ts';
import { type Follow, loadFollow } from '../../src/core/follow/rows.ts';
import { holdClaim } from '../../src/core/jobs/claimed.ts';
import { claimDue } from '../../src/core/jobs/rows.ts';
import { askCancel } from '../../src/core/pipeline/cancel.ts';
import type { PipelineDeps } from '../../src/core/pipeline/index.ts';
import { plainText } from '../../src/core/wording.ts';
import { job } from '../../src/jobs/follow.ts';
import { sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy, notAsked, resourcesOf } from '../support/asked.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

/** A follow from one claim to the next: when it looks, what it keeps, how it ends. */

let database: TestDatabase;
let simulated: SimulatedEnvironments;
let now: Date;
beforeEach(async () => {
  now = new Date('2026-11-20T03:00:00Z');
  database = await openTestDatabase();
  simulated = await simulatedEnvironments({ production: ['main'] }, () => now);
  world().create({ namespace: 'shop', name: 'checkout', prints: ['ready'] });
});
afterEach(async () => {
  await simulated.close();
  await database.close();
});

const world = () => simulated.worlds.get('production/main')!;
const SATO = { kind: 'slack', id: 'U0SATO', team: 'T1', name: 'sato' } as const;

async function begin(words = 'checkout -f') {
  const resources = resourcesOf({ environments: simulated.environments, db: database.db });
  return logs.answer(argsOf(logs, words), resources, askedBy({ now }), sentences('en'));
}

const deps = (): PipelineDeps => ({
  db: database.db,
  clock: { now: () => now },
  log: pino({ level: 'silent' }),
  environments: simulated.environments,
  databases: new Map(),
  actions: new Map(),
  approvers: notAsked,
  rightsOf: notAsked,
  whoMay: notAsked,
  fallbackChannel: notAsked,
  rules: notAsked,
  wake: notAsked,
});

/** One claim of what is due; `killed`: nothing that it wanted to save is saved. */
async function work({ during, killed }: { during?: () => Promise<void>; killed?: true } = {}): Promise<number> {
  const kinds = new Map([[job.name, job.v]]);
  const [row] = await claimDue(database.db, 1, { owner: 'w', leaseMs: killed ? 0 : 30_000, kinds, now });
  if (!row) return 0;
  const claim = holdClaim(row, {
    db: database.db,
    leaseMs: 30_000,
    now: () => now,
    signal: new AbortController().signal,
  });
  await during?.();
  if (!killed) await job.step(claim, job.payload.parse(row.payload), deps());
  return 1;
}

async function pass(ms: number): Promise<void> {
  now = new Date(now.getTime() + ms);
  await work();
}

async function follow(): Promise<Follow> {
  const { id } = await database.db.selectFrom('jobs').select('id').executeTakeFirstOrThrow();
  return (await loadFollow(database.db, id))!;
}

async function stop(): Promise<void> {
  const { id } = (await follow()).job;
  const by = { principal: SATO, origin: { kind: 'button' }, role: 'viewer' } as const;
  const asked = await database.db.transaction().execute((tx) => askCancel(tx, { id }, by, now));
  expect(asked.kind).toBe('asked');
}

describe('the follow job', () => {
  it('looks each 10 s until 3 minutes are over, and then is done', async () => {
    await begin();
    expect(await work()).toBe(0);
    for (let i = 1; i < 18; i++) {
      world().print('shop', 'checkout', [`line ${i}`]);
      await pass(10_000);
      expect((await follow()).end).toBeUndefined();
    }
    world().print('shop', 'checkout', ['the last']);
    await pass(10_000);
    const { job: row, state, end } = await follow();
    expect(end).toEqual({ kind: 'time' });
    expect(row).toMatchObject({ state: 'done', due_at: null, lease_owner: null });
    expect(state).toMatchObject({ found: 19, gaps: 0 });
    expect(state.lines.at(-1)).toContain('the last');
  });

  it('is taken up where it was when a worker is killed, and wishes the message to be drawn only when something is new', async () => {
    await begin();
    const wanted = async (): Promise<number> =>
      (await database.db.selectFrom('outbox').select('wanted').executeTakeFirstOrThrow()).wanted;
    await pass(10_000);
    expect(await wanted()).toBe(1);
    world().print('shop', 'checkout', ['one']);
    now = new Date(now.getTime() + 10_000);
    await work({ killed: true });
    world().print('shop', 'checkout', ['two']);
    await pass(30_000);
    expect((await follow()).state).toMatchObject({ found: 3, gaps: 0 });
    expect(await wanted()).toBe(2);
  });

  it('says that it was interrupted when nobody has looked for long', async () => {
    await begin();
    await pass(180_000 + 61_000);
    expect(await follow()).toMatchObject({ end: { kind: 'interrupted' }, job: { state: 'failed' } });
  });

  it('ends when its pods are gone, but not because there is none for a moment', async () => {
    await begin();
    world().scale('shop', 'checkout', 0);
    world().tick(60);
    await pass(10_000);
    expect((await follow()).end).toBeUndefined();
    await pass(10_000);
    expect((await follow()).end).toEqual({ kind: 'gone' });
  });

  it('goes on while the cluster does not answer, and ends when it refuses', async () => {
    await begin();
    world().away('503');
    world().print('shop', 'checkout', ['meanwhile']);
    await pass(10_000);
    expect(await follow()).toMatchObject({ state: { away: ['main'], found: 1 } });
    world().away(false);
    await pass(10_000);
    expect(await follow()).toMatchObject({ state: { away: [], found: 2, gaps: 0 } });
    world().forbid('get', 'pods/log');
    await pass(10_000);
    expect(await follow()).toMatchObject({ end: { kind: 'refused', detail: expect.stringContaining('pods/log') } });
  });

  it('ends at a look when its environment is not configured any more', async () => {
    await begin();
    Object.assign(simulated, { environments: new Map() });
    await pass(10_000);
    expect(await follow()).toMatchObject({ end: { kind: 'impossible', code: 'no-environments' } });
  });

  it('is stopped at once, also in the midst of a look', async () => {
    await begin();
    now = new Date(now.getTime() + 10_000);
    await work({ during: stop });
    expect(await follow()).toMatchObject({ end: { kind: 'stopped', by: SATO }, job: { finished_at: null } });
    await work();
    expect(await follow()).toMatchObject({ end: { kind: 'stopped', by: SATO }, job: { state: 'cancelled' } });
  });

  it('lets two run, also when three begin at once, and forgets one whose time is over', async () => {
    const answers = (await Promise.all([begin(), begin(), begin()])).map(({ text }) => plainText(text));
    expect(answers.filter((text) => text.startsWith('Following'))).toHaveLength(2);
    expect(answers.filter((text) => text.startsWith('Only 2 can be followed at once'))).toHaveLength(1);
    now = new Date(now.getTime() + 180_000);
    expect(plainText((await begin()).text)).toMatch(/^Following/);
  });

  it('reads its payload strictly', () => {
    expect(job.payload.safeParse({ v: 1 }).success).toBe(false);
    expect(job.payload.safeParse({ v: 2, words: {} }).success).toBe(false);
  });
});
