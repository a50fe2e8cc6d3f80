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
const SLEEPS =
  "select 1 from pg_stat_activity where application_name = $1 and state = 'active' and query like '%pg_sleep%'";

it('takes pids and a database', () => {
  expect(argsOf(cancel, '4711 orders')).toEqual({ pids: [4711], database: 'orders' });
  expect(() => argsOf(cancel, 'orders')).toThrow(expect.objectContaining({ code: 'which-sessions' }));
});

describe.each(await binFolders())('%s', (bin) => {
  const used = useServer(bin);
  const planOf = (pid: number): Promise<Plan<DatabaseTarget>> =>
    cancel.plan(TARGET, { pids: [pid] }, { postgres: used.as('hikeshi'), signal });

  it('cancels the statement that was meant, and not the next one', async () => {
    const { busy } = used;
    const client = await busy.open('reporting');
    const pid = busy.pidOf(client);
    await expect(planOf(pid)).rejects.toMatchObject({ code: 'nothing-to-cancel' });
    const first = client.query('select pg_sleep(60)').catch((error: Error) => error.message);
    await used.until(SLEEPS, ['reporting'], 1);
    const plan = await planOf(pid);
    const postgres = used.as('hikeshi');
    expect(await cancel.probe(plan, { postgres, ...context })).toBe('not-done');
    expect(await cancel.execute(plan, { postgres, ...context })).toEqual({ told: String(pid) });
    expect(await first).toContain('canceling statement due to user request');
    expect(await cancel.watch(plan, { postgres, ...context })).toMatchObject({ state: 'healthy', done: 1 });
    const next = client.query('select pg_sleep(61)').catch((error: Error) => error.message);
    await used.until(SLEEPS, ['reporting'], 1);
    await expect(cancel.execute(plan, { postgres, ...context })).rejects.toMatchObject({ kind: 'changed' });
    await used.until(SLEEPS, ['reporting'], 1);
    await busy.admin.query('select pg_cancel_backend($1)', [pid]);
    await next;
  });
});
