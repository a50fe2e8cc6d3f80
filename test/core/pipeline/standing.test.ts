import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { action as restart } from '../../../src/commands/restart.ts';
import { order, type StandingOrder } from '../../../src/core/pipeline/index.ts';
import { ALL_THE_WAY, type Bench, openBench, TARGET } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const signal = new AbortController().signal;
const KEY = { kind: 'key', id: 'ci' } as const;
const wanted = (change: Partial<StandingOrder> = {}): StandingOrder => ({
  action: restart,
  args: {},
  principal: KEY,
  origin: { kind: 'api' },
  target: TARGET,
  reason: 'nightly',
  ...change,
});
const jobs = () => bench.database.db.selectFrom('jobs').selectAll().execute();

describe('a caller that cannot be asked', () => {
  it('goes through the same stages with its standing answers', async () => {
    const ordered = await order(bench.deps, wanted(), signal);
    expect(ordered).toMatchObject({ kind: 'confirmed', job: { number: 1 } });
    if (!('job' in ordered)) throw new Error(ordered.kind);
    expect(bench.woken).toEqual([String(ordered.job.id)]);
    await bench.toEnd(ordered.action);
    expect(await bench.action(ordered.action)).toMatchObject({ state: 'done', principal: KEY, reason: 'nightly' });
    expect(await bench.audits()).toEqual(['asked', ...ALL_THE_WAY]);
    expect(await bench.database.db.selectFrom('posts').selectAll().execute()).toEqual([]);
  });

  it('is told the rule when it may not, gives no reason, or the target is taken', async () => {
    bench.setRole(KEY, 'viewer');
    expect(await order(bench.deps, wanted(), signal)).toMatchObject({ kind: 'refused', refusal: { rule: 'role' } });
    bench.setRole(KEY, 'operator');
    expect(await order(bench.deps, wanted({ reason: undefined }), signal)).toMatchObject({
      refusal: { rule: 'reason-required' },
    });
    await order(bench.deps, wanted(), signal);
    expect(await order(bench.deps, wanted(), signal)).toMatchObject({
      refusal: { rule: 'one-action-per-target', job: 1 },
    });
    expect(await jobs()).toHaveLength(1);
  });

  it('is one action under one key, also at once and also after it has ended', async () => {
    const same = wanted({ idempotencyKey: 'deploy-7' });
    const many = await Promise.all(Array.from({ length: 5 }, () => order(bench.deps, same, signal)));
    expect(await jobs()).toHaveLength(1);
    const [job] = await jobs();
    for (const o of many) expect(o).toMatchObject({ job: { number: job!.number } });
    await bench.toEnd(job!.action_id!);
    expect(await order(bench.deps, same, signal)).toMatchObject({ kind: 'again', job: { number: job!.number } });
    expect(await jobs()).toHaveLength(1);
  });
});
