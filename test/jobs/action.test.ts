import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { job } from '../../src/jobs/action.ts';
import { AIKO, type Bench, openBench, previewed } from '../core/pipeline/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const forget = (): void => {
  Object.assign(bench.deps, { actions: new Map() });
};

describe('the action job', () => {
  it('reads its payload strictly', () => {
    const action = '0b5a4b0c-3a55-4f0e-9d52-0a9c7a9e7b11';
    expect(job.payload.safeParse({ v: 1, action }).success).toBe(true);
    expect(job.payload.safeParse({ v: 2, action }).success).toBe(true);
    expect(job.payload.safeParse({ v: 3, action }).success).toBe(false);
    expect(job.payload.safeParse({ v: 1, action: 'x' }).success).toBe(false);
  });

  it('leaves a verb that this process does not know to a newer one', async () => {
    const id = await bench.confirmed();
    const { actions } = bench.deps;
    forget();
    await bench.work();
    expect(await bench.job(id)).toMatchObject({ state: 'running', lease_owner: null, finished_at: null });
    Object.assign(bench.deps, { actions });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
  });

  it('counts from the confirm: a preview may have stood for a while before that', async () => {
    const { forms } = await bench.ask(AIKO);
    const form = forms.at(-1)!;
    bench.advance(14 * 60_000);
    await bench.submit(AIKO, form.id, form.carries, { reason: 'memory leak' });
    forget();
    await bench.work();
    expect(await bench.action(previewed(form).action)).toMatchObject({ state: 'confirmed', outcome: null });
  });

  it('gives up when nobody knows the verb, and lets the target go', async () => {
    const id = await bench.confirmed();
    forget();
    bench.advance(11 * 60_000);
    await bench.work();
    expect(await bench.action(id)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'impossible', code: 'no-such-verb' },
    });
    expect(await bench.database.db.selectFrom('target_locks').selectAll().execute()).toEqual([]);
    expect((await bench.post(id))[2]).toContain('Nothing was done. I do not know restart');
  });

  it('ends when its action is gone', async () => {
    const id = await bench.confirmed();
    const payload = { v: 1, action: '0b5a4b0c-3a55-4f0e-9d52-0a9c7a9e7b11' };
    await bench.database.db
      .updateTable('jobs')
      .set({ payload: JSON.stringify(payload) })
      .execute();
    await bench.work();
    expect(await bench.job(id)).toMatchObject({ state: 'failed', due_at: null });
  });
});
