import { describe, expect, it } from 'vitest';
import { action as cancel } from '../../src/commands/pg-cancel.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { DatabaseTarget } from '../../src/domain/workload.ts';
import { argsOf } from '../support/asked.ts';
import { useServer } from '../support/busy.ts';
import { binFolders } from '../support/postgres.server.ts';

const TARGET: DatabaseTarget = { environment: 'production', kind: 'Database', name: 'orders' };
const signal = new AbortController().signal;
const context = { signal, run: 'r', by: 'aiko', reason: 'stuck', at: new Date() };
/** Runs until somebody ends it: `admin` has the lock. */
const LOCKED = 'select pg_advisory_lock(1)';
const RUNS =
  "select 1 from pg_stat_activity where application_name = $1 and state = 'active' and query like '%pg_advisory_lock%'";

it('takes pids and a database', () => {
  expect(argsOf(cancel, '4711 orders')).toEqual({ pids: [4711], database: 'orders' });
  expect(argsOf(cancel, 'orders')).toEqual({ database: 'orders' });
  expect(argsOf(cancel, '')).toEqual({});
});

describe.each(await binFolders())('%s', (bin) => {
  const used = useServer(bin);
  const planOf = (pid: number): Promise<Plan<DatabaseTarget>> =>
    cancel.plan(TARGET, { pids: [pid] }, { postgres: used.as('hikeshi'), signal });

  it('without pids has the statements that run to choose from; of one that has gone on since nothing is done', async () => {
    const { busy } = used;
    await busy.admin.query(LOCKED);
    const choice = cancel.choice!;
    expect([choice.isOpen({}), choice.isOpen({ pids: [1] })]).toEqual([true, false]);
    const postgres = used.as('hikeshi');
    const choices = () => choice.options(TARGET, { postgres, signal });
    await busy.idle('idler');
    await expect(choices()).rejects.toMatchObject({ code: 'nothing-runs' });
    const client = await busy.open('reporting');
    const pid = busy.pidOf(client);
    const first = client.query(LOCKED).catch((error: Error) => error.message);
    await used.until(`${RUNS} and clock_timestamp() - xact_start > interval '1.1 second'`, ['reporting'], 1);
    const [only, second] = await choices();
    expect([only!.label, second]).toEqual([expect.stringContaining(`${pid} · `), undefined]);
    const args = choice.chosen([only!.value], TARGET);
    const plan = await cancel.plan(TARGET, args, { postgres, signal });
    expect(await cancel.execute(plan, { postgres, ...context })).toEqual({ told: String(pid) });
    await first;
    const next = client.query(LOCKED).catch((error: Error) => error.message);
    await used.until(RUNS, ['reporting'], 1);
    await expect(cancel.plan(TARGET, args, { postgres, signal })).rejects.toMatchObject({ code: 'sessions-gone' });
    await busy.admin.query('select pg_cancel_backend($1)', [pid]);
    await next;
  });

  it('cancels the statement that was meant, and not the next one', async () => {
    const { busy } = used;
    await busy.admin.query(LOCKED);
    const client = await busy.open('reporting');
    const pid = busy.pidOf(client);
    await expect(planOf(pid)).rejects.toMatchObject({ code: 'nothing-to-cancel' });
    const first = client.query(LOCKED).catch((error: Error) => error.message);
    await used.until(RUNS, ['reporting'], 1);
    const plan = await planOf(pid);
    const postgres = used.as('hikeshi');
    expect(await cancel.probe(plan, { postgres, ...context })).toBe('not-done');
    expect(await cancel.execute(plan, { postgres, ...context })).toEqual({ told: String(pid) });
    expect(await first).toContain('canceling statement due to user request');
    expect(await cancel.watch(plan, { postgres, ...context })).toMatchObject({ state: 'healthy', done: 1 });
    const next = client.query(LOCKED).catch((error: Error) => error.message);
    await used.until(RUNS, ['reporting'], 1);
    await expect(cancel.execute(plan, { postgres, ...context })).rejects.toMatchObject({ kind: 'changed' });
    await used.until(RUNS, ['reporting'], 1);
    await busy.admin.query('select pg_cancel_backend($1)', [pid]);
    await next;
  });
});
