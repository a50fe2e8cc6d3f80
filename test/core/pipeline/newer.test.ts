import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRunner } from '../../../src/core/jobs/runner.ts';
import { NewerVersion } from '../../../src/core/newer.ts';
import { UnknownSubject } from '../../../src/core/outbox/word.ts';
import { ACTION_JOB_V } from '../../../src/core/pipeline/begin-job.ts';
import { expirePlans } from '../../../src/core/pipeline/expire.ts';
import { order } from '../../../src/core/pipeline/index.ts';
import { jobByNumber, listJobs } from '../../../src/core/pipeline/list.ts';
import { ACTION_V } from '../../../src/core/pipeline/records.ts';
import { planAction } from '../../../src/core/pipeline/stages/plan.ts';
import { job as actionJob } from '../../../src/jobs/action.ts';
import { AIKO, type Bench, formWords, openBench, type Shown, TARGET } from './bench.ts';

/** What this program makes of actions and jobs that a newer replica wrote: nothing. */
let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const UPGRADED = /being upgraded.*press again/;

/** Everything of an action that an older replica could spoil. */
const rows = () =>
  Promise.all([
    bench.database.db.selectFrom('actions').selectAll().execute(),
    bench.database.db.selectFrom('target_locks').selectAll().execute(),
    bench.database.db.selectFrom('outbox').selectAll().orderBy('id').execute(),
    bench.audits().then((stages) => stages.filter((stage) => stage !== 'refused')),
  ]);

const newer = (id: string) =>
  bench.database.db
    .updateTable('actions')
    .set({ v: ACTION_V + 1 })
    .where('id', '=', id)
    .execute();

const words = ({ answer, messages }: Shown): string =>
  `${answer.ack?.kind === 'form' ? formWords(answer.ack.form) : ''}${JSON.stringify(answer.ack ?? '')}${JSON.stringify(messages)}`;

describe('an action of a newer version', () => {
  it('is neither confirmed, continued, planned again nor cancelled by a press; whoever pressed is told to press again', async () => {
    const carries = await bench.preview();
    await newer(carries.action);
    const before = await rows();
    const told = [
      await bench.submit(AIKO, 'action-confirm', carries, { reason: 'memory leak' }),
      await bench.submit(AIKO, 'action-confirm', carries),
      await bench.click(AIKO, 'action-continue', carries),
      await bench.click(AIKO, 'action', { v: 1, again: carries.action }),
    ];
    for (const shown of told) expect(words(shown)).toMatch(UPGRADED);
    expect(await rows()).toEqual(before);
  });

  it('is not cancelled by a press on its post', async () => {
    const id = await bench.confirmed();
    await newer(id);
    const { id: job } = await bench.job(id);
    expect(words(await bench.click(AIKO, 'job-cancel', { v: 1, job }))).toMatch(UPGRADED);
    expect(await bench.job(id)).toMatchObject({ cancel_requested_at: null });
  });

  it('is not taken for an older one by an order under the same key', async () => {
    const wanted = { action: bench.deps.actions.get('restart')!, args: {}, principal: AIKO, target: TARGET };
    const again = { ...wanted, origin: { kind: 'api' as const }, reason: 'memory leak', idempotencyKey: 'night' };
    const signal = AbortSignal.timeout(5_000);
    await planAction(bench.deps, again, { role: 'operator', grants: [] }, signal);
    await bench.database.db
      .updateTable('actions')
      .set({ v: ACTION_V + 1 })
      .execute();
    const before = await bench.database.db.selectFrom('actions').selectAll().execute();
    await expect(order(bench.deps, again, signal)).rejects.toThrow(NewerVersion);
    expect(await bench.database.db.selectFrom('actions').selectAll().execute()).toEqual(before);
  });

  it('does not expire by an older clock', async () => {
    const [mine, theirs] = [await bench.preview(), await bench.preview()];
    await newer(theirs.action);
    bench.advance(16 * 60_000);
    expect(await expirePlans(bench.database.db, bench.now())).toBe(1);
    expect(await bench.action(mine.action)).toMatchObject({ state: 'expired' });
    expect(await bench.action(theirs.action)).toMatchObject({ state: 'planned', finished_at: null });
  });

  it('is left by workers, again and again, until a newer one comes', async () => {
    const id = await bench.confirmed();
    await newer(id);
    const before = await rows();
    const runner = await startRunner({
      deps: bench.deps,
      jobs: new Map([[actionJob.name, actionJob]]),
      queue: { work: async () => ({ stop: async () => undefined }) },
      owner: 'an old one',
    });
    try {
      for (const attempt of [1, 2, 3]) {
        await expect.poll(() => bench.job(id)).toMatchObject({ attempt, lease_owner: null, finished_at: null });
        expect((await bench.job(id)).due_at).toEqual(new Date(bench.now().getTime() + 5_000));
        bench.advance(5 * 60_000);
        runner.wake();
      }
    } finally {
      await runner.stop(1_000);
    }
    expect(await rows()).toEqual(before);
    await bench.database.db.updateTable('actions').set({ v: 1 }).execute();
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done' });
  });

  it('is listed, and shown by a newer program only', async () => {
    const id = await bench.confirmed();
    const { number } = await bench.job(id);
    await newer(id);
    const shown = () => jobByNumber(bench.database.db, number);
    await expect(shown()).rejects.toThrow(NewerVersion);
    expect(await listJobs(bench.database.db)).toMatchObject([{ verb: 'restart' }]);
    await bench.database.db.updateTable('actions').set({ v: 1 }).execute();
    expect(await shown()).toBeDefined();
    await bench.database.db
      .updateTable('jobs')
      .set({ v: ACTION_JOB_V + 1 })
      .execute();
    await expect(shown()).rejects.toThrow(NewerVersion);
  });

  it('is not put into words here: the outbox keeps its post for a newer replica', async () => {
    const id = await bench.confirmed();
    await newer(id);
    await expect(bench.post(id)).rejects.toThrow(UnknownSubject);
    await bench.database.db.updateTable('actions').set({ v: 1 }).execute();
    await bench.database.db
      .updateTable('jobs')
      .set({ v: ACTION_JOB_V + 1 })
      .execute();
    await expect(bench.post(id)).rejects.toThrow(UnknownSubject);
  });
});

it('writes its own version', async () => {
  const id = await bench.confirmed();
  expect(await bench.action(id)).toMatchObject({ v: 1 });
  expect(await bench.job(id)).toMatchObject({ v: 1, payload: { v: 1 } });
});
