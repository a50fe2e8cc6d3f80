import { Cron } from 'croner';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimRuns, holdRun, LostRun } from '../../../src/core/timetable/rows.ts';
import { keepNext, skipNext } from '../../../src/core/timetable/skip.ts';
import { takeTurns } from '../../../src/core/timetable/turns.ts';
import { DEFAULT_GUARDRAILS } from '../../../src/domain/guardrails.ts';
import type { TimedTask } from '../../../src/domain/timed-task.ts';
import { AIKO, TARGET } from '../pipeline/bench.ts';
import { HOUR, MINUTE, NIGHT, openTimetable, scale, type TimetableBench } from './bench.ts';

let bench: TimetableBench;
beforeEach(async () => {
  bench = await openTimetable();
  // New entries begin with their next time: somebody has to have seen them.
  await bench.sweep();
});
afterEach(() => bench.close());

const DAY = 24 * HOUR;
const CART: TimedTask = {
  ...NIGHT.tasks[0]!,
  words: 'scale shop/cart 0',
  target: { ...TARGET, name: 'cart' },
};

/** A process that dies as soon as it begins: nothing that it would have written after that is there. */
class Dying extends Map<string, typeof scale> {
  override get(): never {
    throw new Error('killed');
  }
}
const DYING = new Dying();

describe('at the time', () => {
  it('scales to zero and back to what it was, by the whole pipeline, told in one message each', async () => {
    await bench.pass(4 * MINUTE);
    expect(await bench.runs()).toEqual([]);
    await bench.pass(MINUTE);
    expect(bench.replicas()).toBe(0);
    const [action] = await bench.actions();
    expect(action).toMatchObject({
      state: 'done',
      principal: { kind: 'schedule', id: 'night' },
      origin: { kind: 'schedule' },
      reason: 'it sleeps at night',
    });
    expect(await bench.audits()).toEqual([
      'asked',
      'planned',
      'confirmed',
      'not-required',
      'executing',
      'executed',
      'watched',
    ]);
    expect(await bench.told()).toBe(
      [
        ':white_check_mark: night · 12:05 in production',
        ':white_check_mark: Scale Deployment checkout to 0: Done, with no pod to wait for.',
        'By the timetable: “it sleeps at night”',
        'Each has its own message in this thread, with Undo.',
        '[What comes next]',
      ].join('\n'),
    );
    expect(await bench.told(1, 'ja')).toContain('timetable による操作: 「it sleeps at night」');
    const posts = await bench.database.db.selectFrom('posts').selectAll().orderBy('id').execute();
    expect(posts).toMatchObject([
      { subject: 'timetable:1', channel: '#ops', thread_post_id: null },
      { subject: `action:${action!.id}`, channel: '#ops', thread_post_id: posts[0]!.id },
    ]);
    expect(await bench.postButtons(action!.id)).toMatchObject([{ label: 'Undo' }]);
    await bench.pass(HOUR);
    expect(bench.replicas()).toBe(3);
    expect(await bench.told(2)).toContain(':white_check_mark: Scale Deployment checkout to 3: Healthy');
    expect((await bench.runs()).map(({ state, look_at: look }) => [state, look])).toEqual([
      ['done', null],
      ['done', null],
    ]);
    await bench.pass(DAY - HOUR);
    expect(bench.replicas()).toBe(0);
  });

  it('goes back to nothing of a workload that was made anew, and says so', async () => {
    await bench.pass(5 * MINUTE);
    bench.cluster.world.delete('shop', 'checkout');
    bench.cluster.world.create({ namespace: 'shop', name: 'checkout', replicas: 0 });
    await bench.pass(HOUR);
    expect(bench.replicas()).toBe(0);
    expect(await bench.told(2)).toMatch(
      /:no_entry_sign: Scale Deployment checkout back: Hikeshi has not scaled this checkout to 0/,
    );
  });

  it('is done once, however many replicas look', async () => {
    bench.advance(5 * MINUTE);
    await Promise.all(Array.from({ length: 6 }, () => bench.sweep()));
    await bench.sweep();
    expect(await bench.runs()).toHaveLength(1);
    expect(await bench.actions()).toMatchObject([{ state: 'confirmed' }]);
  });

  it('is quiet when there is nothing to do', async () => {
    bench.cluster.world.scale('shop', 'checkout', 0);
    await bench.pass(5 * MINUTE);
    expect(await bench.runs()).toMatchObject([{ state: 'done', look_at: null }]);
    expect(await bench.told()).toBeUndefined();
    expect(await bench.actions()).toEqual([]);
    expect(await bench.audits()).toEqual(['asked', 'refused']);
    bench.cluster.world.scale('shop', 'checkout', 3);
    await bench.pass(HOUR);
    expect(await bench.told(2)).toBeUndefined();
  });

  it('tells what else has a say in the number', async () => {
    const spec = {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' },
      minReplicas: 2,
      maxReplicas: 6,
    };
    bench.cluster.world.putBeside('horizontalpodautoscalers', 'shop', 'checkout', { spec, status: {} });
    await bench.pass(5 * MINUTE);
    expect(await bench.told()).toContain('At 0 the autoscaler checkout stops working');
  });
});

describe('a process that dies', () => {
  it('between the row and the action: another one begins it', async () => {
    bench.advance(5 * MINUTE);
    await bench.sweep({ actions: DYING });
    expect(await bench.actions()).toEqual([]);
    await bench.sweep();
    expect(await bench.actions()).toEqual([]);
    await bench.expireRuns();
    await bench.pass(0);
    expect(bench.replicas()).toBe(0);
  });

  it('frozen while it plans, and another one was quicker: it begins nothing', async () => {
    let frozen: Promise<void> | undefined;
    const slow: typeof scale = {
      ...scale,
      plan: async (target, args, ctx) => {
        const plan = await scale.plan(target, args, ctx);
        frozen ??= (async () => {
          await bench.expireRuns();
          await bench.sweep();
        })();
        await frozen;
        return plan;
      },
    };
    bench.advance(5 * MINUTE);
    await bench.sweep({ actions: new Map([['scale', slow]]) });
    const actions = await bench.actions();
    expect(actions.map(({ state }) => state).toSorted()).toEqual(['confirmed', 'planned']);
    await bench.pass(0);
    expect(await bench.runs()).toMatchObject([
      { state: 'done', tasks: [{ action: actions.find((a) => a.state === 'confirmed')!.id }] },
    ]);
  });

  it('frozen for longer than its lease: what it holds is another one’s', async () => {
    bench.advance(5 * MINUTE);
    await bench.sweep({ actions: DYING });
    await bench.expireRuns();
    const { db } = bench.database;
    const [mine] = await claimRuns(db, ['night'], bench.now());
    const hold = () => db.transaction().execute((tx) => holdRun(tx, mine!));
    expect(await hold()).toMatchObject({ attempt: 2 });
    await bench.expireRuns();
    expect(await claimRuns(db, ['night'], bench.now())).toMatchObject([{ attempt: 3 }]);
    await expect(hold()).rejects.toThrow(LostRun);
  });
});

describe('nobody looked at the time', () => {
  it('late up to an hour: done, and it says how late', async () => {
    await bench.pass(35 * MINUTE);
    expect(bench.replicas()).toBe(0);
    expect(await bench.told()).toContain('30m late: Hikeshi was not running');
  });

  it('later: not done, and told once', async () => {
    bench.put(NIGHT);
    await bench.pass(2 * DAY + 2 * HOUR);
    expect(bench.replicas()).toBe(3);
    expect(await bench.runs()).toMatchObject([{ state: 'missed', missed: 2, look_at: null }]);
    expect(await bench.told()).toMatch(
      /night · 12:05 in production was missed, and 2 times before that.*Nothing was done: scale shop\/checkout 0/,
    );
    expect(await bench.told(1, 'ja')).toContain('実行できませんでした');
    await bench.pass(MINUTE);
    expect(await bench.runs()).toHaveLength(1);
  });

  it('a week of a short beat is counted up to a limit, and takes no time', async () => {
    bench.put({ ...NIGHT, at: '*/5 * * * *' });
    await bench.sweep();
    bench.advance(8 * DAY);
    const steps = vi.spyOn(Cron.prototype, 'nextRun');
    await bench.sweep({ actions: DYING });
    expect(steps.mock.calls.length).toBeLessThan(300);
    steps.mockRestore();
    expect((await bench.runs()).at(-1)).toMatchObject({ missed: 100, due_at: bench.now() });
  });

  it('after its row was there: not done either', async () => {
    bench.advance(5 * MINUTE);
    await bench.sweep({ actions: DYING });
    await bench.expireRuns();
    bench.put(NIGHT);
    await bench.pass(2 * HOUR);
    expect(bench.replicas()).toBe(3);
    expect(await bench.told()).toContain(
      'nothing was done: Hikeshi was not running until it was more than an hour late.',
    );
  });
});

describe('config that has changed', () => {
  it('counts as it is: moved, removed, and there again', async () => {
    bench.put({ ...NIGHT, at: '30 12 * * *' });
    await bench.pass(6 * MINUTE);
    expect(await bench.runs()).toEqual([]);
    bench.put();
    await bench.pass(20 * MINUTE);
    await bench.pass(DAY);
    bench.put(NIGHT);
    await bench.pass(MINUTE);
    expect(await bench.runs()).toEqual([]);
    await bench.pass(DAY - 22 * MINUTE);
    expect(await bench.runs()).toMatchObject([{ entry: 'night', missed: 0 }]);
    expect(bench.replicas()).toBe(0);
  });

  it('put back a few minutes later is new: what came meanwhile is not done', async () => {
    await bench.pass(4 * MINUTE);
    bench.put();
    await bench.pass(3 * MINUTE);
    bench.put(NIGHT);
    await bench.pass(MINUTE);
    expect(await bench.runs()).toEqual([]);
  });

  it('two processes of which each has its own times find all of them', async () => {
    const OLD = { ...NIGHT, at: '30 12 * * *' };
    const NEW = { ...NIGHT, at: '31 12 * * *' };
    const both = async (ms: number) => {
      bench.advance(ms);
      for (const one of [OLD, NEW]) {
        bench.put(one);
        await bench.sweep();
      }
    };
    await both(29 * MINUTE);
    await both(60_500);
    await both(60_000);
    await both(1_000);
    expect((await bench.runs()).map(({ due_at: at }) => at.toISOString().slice(11, 16))).toEqual(['03:30', '03:31']);
  });

  it('an entry that is gone when its job runs may nothing any more', async () => {
    bench.advance(5 * MINUTE);
    await bench.sweep();
    bench.put();
    await bench.pass(3 * MINUTE);
    expect(bench.replicas()).toBe(3);
    expect(await bench.told()).toMatch(/^:no_entry_sign:.*needs the role operator/s);
  });

  it('nor one that says something else by then', async () => {
    bench.advance(5 * MINUTE);
    await bench.sweep();
    bench.put({ ...NIGHT, tasks: [CART] });
    await bench.pass(0);
    expect(bench.replicas()).toBe(3);
    expect(await bench.told()).toMatch(/^:no_entry_sign:.*needs the role operator/s);
  });

  it.each([
    ['a line that is gone', [CART]],
    ['a line that says something else', [{ ...NIGHT.tasks[0]!, args: { to: 1 } }]],
  ])('%s while the cluster was away is not done', async (_, tasks) => {
    bench.cluster.world.away('503');
    await bench.pass(5 * MINUTE);
    bench.put({ ...NIGHT, tasks });
    bench.cluster.world.away(false);
    await bench.pass(3 * MINUTE);
    expect(bench.replicas()).toBe(3);
    expect(await bench.told()).toContain('nothing was done: the timetable does not say so any more.');
  });

  it('is left to the process that has it, as long as there is one', async () => {
    const come = async (at: string) => {
      bench.put({ ...NIGHT, at });
      await bench.sweep();
      bench.advance(5 * MINUTE);
      await takeTurns({ ...bench.deps, timetable: () => new Map([['night', { ...NIGHT, at }]]) }, bench.now());
      // From here on it is another process, which has not read it yet.
      bench.put();
      await bench.sweep();
    };
    await come('5 12 * * *');
    expect(await bench.runs()).toMatchObject([{ state: 'due', attempt: 0 }]);
    bench.put(NIGHT);
    await bench.sweep();
    const [action] = await bench.actions();
    bench.put();
    await bench.work();
    expect(await bench.job(action!.id)).toMatchObject({ executed: false, finished_at: null });
    bench.put(NIGHT);
    await bench.pass(10_000);
    expect(bench.replicas()).toBe(0);

    await come('9 12 * * *');
    await bench.pass(3 * MINUTE);
    expect(await bench.runs()).toMatchObject([{}, { state: 'done', tasks: [{ end: { kind: 'gone' } }] }]);
  });
});

describe('what stands in its way', () => {
  it('is told with the rule', async () => {
    const freezes = [{ name: 'xmas', zone: 'UTC', spans: [{ every: 'day', from: 0, to: 1439 } as const] }];
    bench.setRules({ guardrails: { ...DEFAULT_GUARDRAILS, freezes } });
    await bench.pass(5 * MINUTE);
    expect(await bench.told()).toMatch(
      /^:no_entry_sign: night · 12:05 in production\n:no_entry_sign: Scale Deployment checkout to 0: .*xmas/,
    );
    expect(await bench.runs()).toMatchObject([
      { state: 'done', tasks: [{ end: { kind: 'refused', refusal: { rule: 'freeze' } } }] },
    ]);
    expect(bench.replicas()).toBe(3);
  });

  it('a second person is asked, once, and the answer shows', async () => {
    bench.setRules({ approval: ['scale'] });
    await bench.pass(5 * MINUTE);
    await bench.sweep();
    expect(await bench.told()).toContain(
      ':raised_hand: Scale Deployment checkout to 0: waits for a second person (APR-1); nothing has been changed.',
    );
    const [action] = await bench.actions();
    const approve = (await bench.postButtons(action!.id)).find(({ label }) => label === 'Approve')!;
    bench.setApprover(AIKO);
    await bench.click(AIKO, approve.id, approve.carries);
    await bench.pass(0);
    expect(bench.replicas()).toBe(0);
    expect(await bench.told()).toContain(':white_check_mark: Scale Deployment checkout to 0');
    expect(await bench.actions()).toHaveLength(1);
  });

  it('a cluster that is away is asked again, for an hour', async () => {
    bench.cluster.world.away('503');
    await bench.pass(5 * MINUTE);
    expect(await bench.told()).toContain('not begun yet: main does not answer; tried again each minute');
    await bench.pass(MINUTE);
    bench.cluster.world.away(false);
    await bench.pass(MINUTE);
    expect(bench.replicas()).toBe(0);
    bench.cluster.world.away('503');
    await bench.pass(58 * MINUTE);
    for (let i = 0; i < 3; i += 1) await bench.pass(30 * MINUTE);
    expect(await bench.told(2)).toContain('nothing was done: main did not answer for an hour.');
  });
});

describe('what passes', () => {
  it('is told with how late it was, once the cluster is there again', async () => {
    bench.cluster.world.away('503');
    await bench.pass(5 * MINUTE);
    await bench.pass(20 * MINUTE);
    expect(await bench.told()).not.toContain('late');
    bench.cluster.world.away(false);
    await bench.pass(MINUTE);
    expect(await bench.told()).toContain('21m late: Hikeshi was not running, or could not reach what it takes.');
  });

  it('is not told of as open when it came to nothing meanwhile', async () => {
    bench.cluster.world.away('503');
    await bench.pass(5 * MINUTE);
    bench.cluster.world.away(false);
    bench.cluster.world.scale('shop', 'checkout', 0);
    const before = await bench.drawn();
    await bench.pass(MINUTE);
    expect(await bench.told()).toMatch(/^:heavy_minus_sign: night/);
    expect(await bench.drawn()).toBe(before + 1);
  });

  it('a fault of ours is tried again, and told when there is no time left', async () => {
    let faults = 1;
    const failing: typeof scale = {
      ...scale,
      plan: async (...args) => {
        if (faults-- > 0) throw new Error('deadlock detected');
        return scale.plan(...args);
      },
    };
    const actions = new Map([['scale', failing]]);
    bench.advance(5 * MINUTE);
    await bench.sweep({ actions });
    expect(await bench.told()).toMatch(/not begun yet, tried again each minute.* a fault of Hikeshi/);
    bench.advance(MINUTE);
    await bench.sweep({ actions });
    expect(await bench.actions()).toMatchObject([{ state: 'confirmed' }]);
    await bench.pass(0);
    expect(bench.replicas()).toBe(0);
    faults = Infinity;
    bench.advance(59 * MINUTE);
    await bench.sweep({ actions });
    bench.advance(Date.parse('2026-03-02T05:04:30Z') - bench.now().getTime());
    await bench.sweep({ actions });
    expect(await bench.runs()).toMatchObject([{}, { state: 'done', tasks: [{ end: { kind: 'error' } }] }]);
  });

  it('a target in somebody’s hands is tried again', async () => {
    const held = await bench.confirmed(AIKO, { args: { to: 5 } });
    await bench.sweep();
    bench.advance(5 * MINUTE);
    await bench.sweep();
    expect(await bench.told()).toMatch(/not begun yet, tried again each minute.* in the hands of JOB-1 by @U0AIKO/);
    expect(await bench.told(1, 'ja')).toContain('まだ始められません');
    await bench.toEnd(held);
    expect(bench.replicas()).toBe(5);
    await bench.pass(MINUTE);
    expect(bench.replicas()).toBe(0);
  });

  it('a guardrail is waited for that ends within the hour, and no other', async () => {
    const rules = (minutes: number) => ({ guardrails: { ...DEFAULT_GUARDRAILS, coolDownMs: minutes * MINUTE } });
    await bench.toEnd(await bench.confirmed(AIKO, { args: { to: 5 } }));
    bench.setRules(rules(20));
    await bench.pass(5 * MINUTE);
    expect(await bench.told()).toMatch(/not begun yet, tried again each minute.* cools down until/);
    await bench.pass(20 * MINUTE);
    expect(bench.replicas()).toBe(0);
    bench.setRules(rules(120));
    await bench.pass(40 * MINUTE);
    expect(await bench.runs()).toMatchObject([{}, { state: 'done', tasks: [{ end: { kind: 'refused' } }] }]);
  });

  it('a process that stops gives back at once what it has not begun', async () => {
    const stop = new AbortController();
    const slow: typeof scale = {
      ...scale,
      plan: async () => {
        stop.abort();
        throw new Error('it stops');
      },
    };
    bench.advance(5 * MINUTE);
    await bench.sweep({ actions: new Map([['scale', slow]]) }, stop.signal);
    expect(await bench.runs()).toMatchObject([{ state: 'due', lease_until: null }]);
    await bench.pass(0);
    expect(bench.replicas()).toBe(0);
  });
});

describe('a time that somebody skips', () => {
  const skip = (allowed = true) =>
    bench.database.db
      .transaction()
      .execute((tx) => skipNext(tx, NIGHT, { principal: AIKO, origin: { kind: 'command' }, allowed }, bench.now()));

  it('is done after all only as long as nobody has come to it', async () => {
    const { db } = bench.database;
    const by = { principal: AIKO, origin: { kind: 'command' }, allowed: true } as const;
    expect(await skip()).toMatchObject({ kind: 'skipped' });
    bench.advance(5 * MINUTE - 500);
    const asked = bench.now();
    bench.advance(1_000);
    await bench.sweep();
    expect(await db.transaction().execute((tx) => keepNext(tx, NIGHT, by, asked))).toEqual({ kind: 'not-skipped' });
    expect(await bench.runs()).toMatchObject([{ state: 'skipped' }]);

    const again = bench.now();
    expect(await skip()).toMatchObject({ kind: 'skipped' });
    bench.advance(DAY);
    await db.transaction().execute(async (tx) => {
      expect(await keepNext(tx, NIGHT, by, again)).toMatchObject({ kind: 'kept' });
      await bench.sweep();
    });
    await bench.pass(1_000);
    expect(bench.replicas()).toBe(0);
  });

  it('is left out, once, and told in the channel', async () => {
    expect(await skip(false)).toEqual({ kind: 'not-allowed' });
    expect(await skip()).toMatchObject({ kind: 'skipped' });
    expect(await skip()).toMatchObject({ kind: 'again', run: { by: { id: 'U0AIKO' } } });
    expect(await bench.told()).toContain(
      'night · 12:05 in production is skipped: @aiko has said so. Not done then: scale shop/checkout 0.',
    );
    await bench.pass(5 * MINUTE);
    expect(await bench.actions()).toEqual([]);
    expect(await bench.audits()).toEqual(['refused', 'executed']);
    await bench.pass(DAY);
    expect(bench.replicas()).toBe(0);
  });
});
