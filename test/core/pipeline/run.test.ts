import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIKO, ALL_THE_WAY, BEN, type Bench, expireLease, openBench, TARGET } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const runs = (): (string | undefined)[] =>
  bench.cluster.world.store.list('replicasets').map((r) => r.spec.template.metadata?.annotations?.['hikeshi/run']);

const executions = async (): Promise<number> => (await bench.audits()).filter((s) => s === 'executing').length;

describe('what changed between plan and execute', () => {
  it('is noticed: nothing is executed, and a new preview is offered', async () => {
    const id = await bench.confirmed();
    bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:1.5');
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'changed' } });
    expect(await executions()).toBe(0);
    expect((await bench.post(id)).slice(2)).toEqual([
      'Nothing was done: it has changed since the preview.',
      'Next: press Preview again.',
      '[Preview again]',
    ]);
    const [button] = await bench.postButtons(id);
    const { forms } = await bench.click(BEN, button!.id, button!.carries);
    expect(forms.map((f) => f.id)).toEqual(['action-loading', 'action-confirm']);
    expect(JSON.stringify(forms)).toContain('checkout:1.5');
    expect(await bench.database.db.selectFrom('target_locks').selectAll().execute()).toEqual([]);
  });

  it('does not mind what the plan does not touch', async () => {
    const id = await bench.confirmed();
    bench.cluster.world.scale('shop', 'checkout', 4);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done', outcome: { kind: 'healthy', of: 4 } });
  });

  it('gone altogether: nothing is executed, and it says why', async () => {
    const id = await bench.confirmed();
    bench.cluster.world.delete('shop', 'checkout');
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'impossible' } });
    expect((await bench.post(id))[2]).toContain('Nothing was done. No workload deployment/checkout');
  });

  it('forbidden by the cluster: its own words', async () => {
    const id = await bench.confirmed();
    bench.cluster.world.forbid('patch', 'deployments');
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'rejected', code: 'forbidden' } });
    expect((await bench.post(id))[2]).toContain('forbids this to Hikeshi');
  });
});

describe('how it goes', () => {
  it('not healthy: the failing pods say why, and what to look at', async () => {
    await bench.close();
    bench = await openBench();
    bench.cluster.world.create({ namespace: 'shop', name: 'cart', replicas: 2, progressDeadlineSeconds: 20 });
    const id = await bench.confirmed(AIKO, { target: { ...TARGET, name: 'cart' } });
    await bench.work();
    bench.cluster.world.crash('shop', 'cart', { until: 'mended', exitCode: 137, reason: 'OOMKilled' });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'unhealthy' } });
    const lines = await bench.post(id);
    expect(lines[2]).toMatch(/^Not healthy: 0 of 2 pods new and ready \(ProgressDeadlineExceeded\)\.$/);
    expect(lines[3]).toMatch(/^cart-[a-z0-9-]+: /);
    expect(lines.slice(4)).toEqual(['Next: Why cart?', '[Why cart?]', '[Roll back…]', '[Try again]']);
  });

  it('past its time: it says so and stops looking', async () => {
    const id = await bench.confirmed();
    await bench.work();
    bench.advance(11 * 60_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'late' } });
    expect((await bench.post(id))[2]).toMatch(/^Not healthy after 11 min: /);
  });

  it('deleted meanwhile', async () => {
    const id = await bench.confirmed();
    await bench.work();
    bench.cluster.world.delete('shop', 'checkout');
    bench.advance(3_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'gone' } });
  });

  it('shows progress at most each 5 s', async () => {
    const id = await bench.confirmed();
    const wanted = async () =>
      (await bench.database.db.selectFrom('outbox').select(['wanted', 'due_at']).executeTakeFirstOrThrow()).wanted;
    const before = await wanted();
    for (let i = 0; i < 10; i++) {
      await bench.work();
      bench.cluster.world.tick(1);
      bench.advance(1_000);
      if ((await bench.job(id)).finished_at) break;
    }
    const shows = (await wanted()) - before;
    expect(shows).toBeGreaterThan(0);
    expect(shows).toBeLessThanOrEqual(4);
  });
});

describe('a cluster that is away', () => {
  it('before anything is changed: asked again, then given up; nothing was done', async () => {
    const id = await bench.confirmed();
    bench.cluster.world.away(true);
    await bench.work();
    expect((await bench.post(id))[2]).toContain('main has not answered since 2026-03-02T03:00:00.000Z');
    bench.advance(5_000);
    await bench.work();
    expect((await bench.job(id)).state).toBe('running');
    bench.advance(120_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'away' } });
    expect(await executions()).toBe(0);
    expect((await bench.post(id)).at(-1)).toBe('[Try again]');
  });

  it('while it is watched: says since when, and goes on when it is back', async () => {
    const id = await bench.confirmed();
    await bench.work();
    bench.cluster.world.away('503');
    bench.advance(3_000);
    await bench.work();
    expect((await bench.post(id))[3]).toContain(
      'main has not answered since 2026-03-02T03:00:03.000Z. The change is made',
    );
    bench.cluster.world.away(false);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
  });

  it('while it is watched, for too long: made, but unknown how it went', async () => {
    const id = await bench.confirmed();
    await bench.work();
    bench.cluster.world.away(true);
    bench.advance(3_000);
    await bench.work();
    bench.advance(12 * 60_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'unknown', outcome: { kind: 'unknown', executed: 'yes' } });
    expect((await bench.audits()).at(-1)).toBe('unknown');
  });
});

describe('a worker that is killed', () => {
  it('before execute: the next one executes', async () => {
    const id = await bench.confirmed();
    await bench.work({ kill: 'before-execute' });
    expect(await bench.work()).toBeUndefined();
    await expireLease(bench);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
    expect(await executions()).toBe(1);
  });

  it('in execute, and it had happened: found by looking, then watched', async () => {
    const id = await bench.confirmed();
    await bench.work({ kill: 'after-execute' });
    await expireLease(bench);
    await bench.work();
    expect(await bench.job(id)).toMatchObject({ state: 'watching' });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
    expect(await bench.audits()).toEqual(['asked', ...ALL_THE_WAY]);
    expect(runs().filter((r) => r === id)).toHaveLength(1);
  });

  it('in execute, and it had not happened: believed after a while, and never executed again', async () => {
    const id = await bench.confirmed();
    await bench.work({ kill: 'in-execute' });
    await expireLease(bench);
    await bench.work();
    expect(await bench.job(id)).toMatchObject({ state: 'running', executed: true });
    bench.advance(40_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'not-done' } });
    expect((await bench.post(id)).slice(2)).toEqual([
      'It did not happen: it was interrupted, and the cluster shows no trace of it.',
      'Next: press Try again if it is still needed.',
      '[Try again]',
    ]);
    expect(await executions()).toBe(1);
    expect(runs()).toEqual([undefined]);
  });

  it('in execute, and the cluster does not tell: unknown, with where to look', async () => {
    const id = await bench.confirmed();
    await bench.work({ kill: 'in-execute' });
    await expireLease(bench);
    bench.cluster.world.away(true);
    await bench.work();
    expect((await bench.post(id))[2]).toContain('it is not done twice');
    bench.advance(10 * 60_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({
      state: 'unknown',
      outcome: { kind: 'unknown', executed: 'perhaps' },
    });
    const lines = await bench.post(id);
    expect(lines.slice(-3)).toEqual([expect.stringContaining(`hikeshi/run: ${id}`), '[YAML]', '[Pods of checkout]']);
  });

  it('a request whose answer was lost is looked up, not repeated', async () => {
    const id = await bench.confirmed();
    const action = bench.deps.actions.get('restart')!;
    const lossy: typeof action = {
      ...action,
      execute: async (plan, context) => {
        const touched = await action.execute(plan, context);
        bench.cluster.world.away(true);
        if ('cluster' in context) await context.cluster.version();
        return touched;
      },
    };
    Object.assign(bench.deps, { actions: new Map([['restart', lossy]]) });
    await bench.work();
    expect(await bench.job(id)).toMatchObject({ state: 'running', executed: true });
    bench.cluster.world.away(false);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
    expect(runs().filter((r) => r === id)).toHaveLength(1);
  });
});

describe('cancel', () => {
  const press = async (id: string, who = AIKO) => {
    const [button] = await bench.postButtons(id);
    return bench.click(who, button!.id, button!.carries);
  };

  it('before execute: nothing happened', async () => {
    const id = await bench.confirmed();
    await press(id);
    expect((await bench.post(id)).slice(3)).toEqual(['@aiko cancels it…']);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({
      state: 'cancelled',
      outcome: { kind: 'cancelled', executed: false },
    });
    expect(await executions()).toBe(0);
    expect((await bench.post(id))[2]).toBe('Cancelled by @aiko before anything was changed.');
    expect((await bench.audits()).slice(-2)).toEqual(['cancel-asked', 'cancelled']);
  });

  it('between the last look and execute: nothing happened either', async () => {
    const id = await bench.confirmed();
    const action = bench.deps.actions.get('restart')!;
    const slow: typeof action = {
      ...action,
      plan: async (target, args, context) => {
        const plan = await action.plan(target, args, context);
        await press(id);
        return plan;
      },
    };
    Object.assign(bench.deps, { actions: new Map([['restart', slow]]) });
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'cancelled', outcome: { executed: false } });
    expect(await executions()).toBe(0);
  });

  it('while it is being made: it says that this cannot be stopped, and then what became of it', async () => {
    const id = await bench.confirmed();
    await bench.work({ kill: 'after-execute' });
    await press(id, BEN);
    expect((await bench.post(id)).join('\n')).toContain(
      '@ben cancels it: the change is being made right now and cannot be stopped; it is not watched.',
    );
    await expireLease(bench);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'cancelled', outcome: { executed: true } });
    expect((await bench.post(id))[2]).toContain('The change stays');
    expect(await executions()).toBe(1);
  });

  it('while it is watched: the change stays, and it says so', async () => {
    const id = await bench.confirmed();
    await bench.work();
    expect((await bench.post(id)).at(-1)).toBe('[Stop watching]');
    await press(id, BEN);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({
      state: 'cancelled',
      outcome: { kind: 'cancelled', executed: true },
    });
    expect((await bench.post(id))[2]).toContain('The change stays');
    expect(await bench.database.db.selectFrom('target_locks').selectAll().execute()).toEqual([]);
  });

  it('twice, too late, or without the rights: says so and changes nothing', async () => {
    const id = await bench.confirmed();
    const [button] = await bench.postButtons(id);
    bench.setRole(BEN, 'viewer');
    expect(JSON.stringify((await bench.click(BEN, button!.id, button!.carries)).messages)).toContain(
      'you need the role',
    );
    bench.setRole(AIKO, 'viewer');
    await bench.click(AIKO, button!.id, button!.carries);
    expect(JSON.stringify((await bench.click(AIKO, button!.id, button!.carries)).messages)).toContain(
      'already being cancelled',
    );
    await bench.work();
    expect(JSON.stringify((await bench.click(AIKO, button!.id, button!.carries)).messages)).toContain(
      'has already ended',
    );
    expect(JSON.stringify((await bench.click(AIKO, 'job-cancel', { v: 1, job: 99 })).messages)).toContain('no JOB-');
  });
});
