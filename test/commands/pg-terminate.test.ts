import { afterEach, describe, expect, it } from 'vitest';
import { action as terminate } from '../../src/commands/pg-terminate.ts';
import type { SessionArgs } from '../../src/core/pg/session-args.ts';
import type { Form } from '../../src/domain/content.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { DatabaseTarget } from '../../src/domain/workload.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import {
  AIKO,
  ALL_THE_WAY,
  type Bench,
  CHANNEL,
  expireLease,
  formWords,
  openBench,
  previewed,
} from '../core/pipeline/bench.ts';
import { argsOf } from '../support/asked.ts';
import { useServer } from '../support/busy.ts';
import { plainText } from '../support/plain.ts';
import { binFolders } from '../support/postgres.server.ts';

const TARGET: DatabaseTarget = { environment: 'production', kind: 'Database', name: 'orders' };
const signal = new AbortController().signal;
const context = { signal, run: 'r', by: 'aiko', reason: 'stuck', at: new Date() };
const bins = await binFolders();
const THERE = 'select 1 from pg_stat_activity where pid = $1';
const byNumber = (a: number, b: number): number => a - b;

describe('what is typed', () => {
  it.each([
    ['4711', { pids: [4711] }],
    ['4711 4712 4711 orders', { pids: [4711, 4712], database: 'orders' }],
    ['orders --idle 10m', { idleMs: 600_000, database: 'orders' }],
    ['--idle 1h30m', { idleMs: 5_400_000 }],
    ['', {}],
    ['orders', { database: 'orders' }],
  ])('%s', (typed, args) => {
    expect(argsOf(terminate, typed)).toEqual(args);
  });

  it.each([
    ['4711 --idle 10m', 'which-sessions'],
    ['4711 orders users', 'one-database'],
    ['0', 'not-a-pid'],
    ['99999999999', 'not-a-pid'],
    ['--idle soon', 'not-an-age'],
  ])('%s: %s', (typed, code) => {
    expect(() => argsOf(terminate, typed)).toThrow(expect.objectContaining({ code }));
  });
});

describe.each(bins)('%s', (bin) => {
  const used = useServer(bin);
  const planOf = (args: SessionArgs, user = 'hikeshi'): Promise<Plan<DatabaseTarget>> =>
    terminate.plan(TARGET, args, { postgres: used.as(user), signal });
  const gone = (pid: number): Promise<void> => used.until(THERE, [pid], 0);

  it('terminates all that are idle in transaction, aborted ones too, and nobody else', async () => {
    const { busy } = used;
    const [first, second] = [await busy.idle('first', 'select 41'), await busy.aborted('second')];
    const healthy = await busy.open('healthy');
    const root = await busy.open('root', { user: 'postgres' });
    await root.query('begin');
    const plan = await planOf({ idleMs: 0 });
    const pids = [first, second].map((client) => busy.pidOf(client));
    expect(Object.keys(plan.touches).map(Number).toSorted(byNumber)).toEqual(pids.toSorted(byNumber));
    expect(plan.effect['left']).toBe(1);
    const shown = terminate.preview(sentences('en'), plan);
    expect(shown[0]).toMatchObject({
      kind: 'table',
      rows: [
        [String(pids[0]), expect.any(String), 'idle in transaction', 'first', 'app', 'postgres'],
        [String(pids[1]), expect.any(String), 'idle in transaction (aborted)', 'second', 'app', 'postgres'],
      ],
    });
    const rows = Array.from({ length: 12 }, (_, i) => [
      `${i}`,
      '3m',
      'idle in transaction',
      'app',
      'app',
      'orders',
      `select ${i}`,
    ]);
    const long = terminate.preview(sentences('en'), {
      ...plan,
      effect: { ...plan.effect, list: JSON.stringify(rows) },
    });
    expect(long).toContainEqual({ kind: 'context', lines: [['The last statements of 7 more are left out.']] });
    expect(JSON.stringify(shown)).not.toContain('left out');
    expect(terminate.title(sentences('en'), TARGET, { idleMs: 600_000 })).toContain('idle in transaction for 10m');
    const postgres = used.as('hikeshi');
    expect(await terminate.probe(plan, { postgres, ...context })).toBe('not-done');
    expect(await terminate.watch(plan, { postgres, ...context })).toEqual({ state: 'progressing', done: 0, of: 2 });
    const { told } = await terminate.execute(plan, { postgres, ...context });
    expect(String(told).split(', ').map(Number).toSorted(byNumber)).toEqual(pids.toSorted(byNumber));
    await Promise.all(pids.map(gone));
    expect(await terminate.probe(plan, { postgres, ...context })).toBe('done');
    expect(await terminate.watch(plan, { postgres, ...context })).toEqual({ state: 'healthy', done: 2, of: 2 });
    expect((await healthy.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect((await root.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await expect(planOf({ idleMs: 0 })).rejects.toMatchObject({ code: 'no-idle-sessions' });
    await busy.idle('young');
    const none = await planOf({ idleMs: 36_000_000 }).catch((error: unknown) => error);
    expect(none).toMatchObject({ code: 'no-idle-sessions', params: { longest: expect.stringMatching(/^\d+s$/) } });
    await expect(planOf({})).rejects.toMatchObject({ code: 'which-sessions' });
  });

  it('leaves alone who has gone on since the preview, be it with another transaction', async () => {
    const { busy } = used;
    const [works, sits] = [await busy.idle('works'), await busy.idle('sits')];
    const plan = await planOf({ idleMs: 0 });
    await works.query('commit');
    await works.query('begin');
    // The same plan as before, for the yes was given to it.
    const again = await planOf({ ...(plan.args as SessionArgs) });
    expect(again.touches).toEqual(plan.touches);
    const postgres = used.as('hikeshi');
    expect(await terminate.execute(plan, { postgres, ...context })).toEqual({ told: String(busy.pidOf(sits)) });
    await gone(busy.pidOf(sits));
    expect((await works.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await terminate.watch(plan, { postgres, ...context })).toEqual({ state: 'healthy', done: 1, of: 2 });
    expect(await terminate.probe(plan, { postgres, ...context })).toBe('unknown');
    await expect(terminate.execute(plan, { postgres, ...context })).rejects.toMatchObject({ kind: 'changed' });
    await expect(planOf(plan.args as SessionArgs)).rejects.toMatchObject({ code: 'sessions-gone' });
  });

  it('a pid that somebody else has by now is not the session that was meant', async () => {
    const { busy } = used;
    const stranger = await busy.open('stranger');
    const pid = busy.pidOf(stranger);
    const plan = await planOf({ pids: [pid] });
    const [meant] = (plan.args as Required<SessionArgs>).sessions;
    const earlier = { ...plan, args: { sessions: [{ ...meant!, startedUs: meant!.startedUs - 1 }] } };
    const postgres = used.as('hikeshi');
    await expect(terminate.execute(earlier, { postgres, ...context })).rejects.toMatchObject({ kind: 'changed' });
    expect((await stranger.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await terminate.execute(plan, { postgres, ...context });
    await gone(pid);
  });

  it('never touches superusers, server processes or Hikeshi itself, and names the missing grant', async () => {
    const { busy } = used;
    const app = busy.pidOf(await busy.open('app'));
    const root = busy.pidOf(await busy.open('root', { user: 'postgres' }));
    const own = busy.pidOf(await busy.open('hikeshi-check', { user: 'app' }));
    const { rows } = await busy.admin.query<{ pid: number }>(
      "select pid from pg_stat_activity where backend_type = 'checkpointer'",
    );
    await busy.admin.query('create role seeing login; grant pg_monitor to seeing');
    used.after('drop role seeing');
    for (const [user, pid, why] of [
      ['hikeshi', root, 'superuser'],
      ['hikeshi', own, 'own'],
      ['hikeshi', rows[0]!.pid, 'not-client'],
      ['blind', app, 'not-seen'],
      ['seeing', app, 'no-grant'],
      ['postgres', root, 'superuser'],
    ] as const) {
      const refused = planOf({ pids: [pid] }, user);
      await expect(refused).rejects.toMatchObject({ code: 'untouchable-session', params: { pid: String(pid), why } });
      // And whatever a plan says, the statement that signals looks itself.
      const startedUs = await startOf(pid);
      await expect(used.as(user).signal('terminate', [{ pid, startedUs }])).rejects.toMatchObject({ kind: 'changed' });
    }
    await used.until(THERE, [root], 1);
    await used.until(THERE, [app], 1);
    await expect(planOf({ pids: [2_000_000_000] })).rejects.toMatchObject({ code: 'no-such-session' });
    for (const language of LANGUAGES) {
      const words = sentences(language).errors['untouchable-session'];
      expect(plainText(words({ pid: '1', why: 'no-grant', user: 'app', grant: 'GRANT x;' }))).toContain('GRANT x;');
    }
  });

  async function startOf(pid: number): Promise<number> {
    const { rows } = await used.busy.admin.query<{ us: string }>(
      'select (extract(epoch from backend_start) * 1000000)::bigint::text as us from pg_stat_activity where pid = $1',
      [pid],
    );
    return Number(rows[0]!.us);
  }
});

describe('through the pipeline', () => {
  const used = useServer(bins[0]!);
  let bench: Bench | undefined;
  afterEach(() => bench?.close());

  it('previews, confirms, ends once, watches until gone, and audits before and after', async () => {
    const { busy } = used;
    const stuck = await busy.idle('stuck');
    const pid = busy.pidOf(stuck);
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const asking = { args: { idleMs: 0, database: 'orders' }, typed: 'orders' };
    const { forms } = await bench.ask(AIKO, asking);
    expect(formWords(forms.at(-1)!)).toContain(`Terminate session ${pid} of database orders`);
    expect(formWords(forms.at(-1)!)).toContain('production/database/orders');
    const id = await bench.confirmed(AIKO, asking);
    // Who begins to sit after the preview is not meant.
    const later = await busy.idle('later');
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({
      state: 'done',
      target: TARGET,
      target_key: 'production/database/orders',
      outcome: { kind: 'healthy', done: 1, of: 1 },
    });
    expect((await later.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await used.until(THERE, [pid], 0);
    expect(await bench.audits()).toEqual(expect.arrayContaining(ALL_THE_WAY));
    const entries = await bench.database.db
      .selectFrom('audit')
      .select(['stage', 'before', 'after'])
      .where('action_id', '=', id)
      .execute();
    expect(entries.find(({ stage }) => stage === 'planned')?.before).toHaveProperty(String(pid));
    expect(entries.find(({ stage }) => stage === 'executed')?.after).toMatchObject({ told: String(pid) });
    expect((await bench.post(id)).join('\n')).toContain('it has ended');
  });

  const values = (form: Form) =>
    form.blocks.flatMap((block) => (block.kind === 'choices' ? block.options : [])).map(({ value }) => value);
  const asking = { args: { database: 'orders' }, typed: 'orders' };

  it('lets one choose from those that are idle in transaction, and ends these alone', async () => {
    const { busy } = used;
    const idle = [await busy.idle('first', 'select 41'), await busy.aborted('second'), await busy.idle('third')];
    const pids = idle.map((client) => busy.pidOf(client));
    await busy.open('healthy');
    const root = await busy.open('root', { user: 'postgres' });
    await root.query('begin');
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const { forms } = await bench.ask(AIKO, asking);
    const choose = forms.at(-1)!;
    expect(choose).toMatchObject({ id: 'action-choose', carries: { verb: 'pg-terminate', name: 'orders' } });
    const [input] = choose.blocks;
    expect(input).toMatchObject({
      kind: 'choices',
      most: 30,
      options: [
        { label: expect.stringMatching(/^\d+ · \S+ · first · app@postgres$/), description: 'select 41' },
        { label: expect.stringMatching(/ aborted · second · /) },
        { label: expect.stringContaining('third') },
      ],
    });
    expect(formWords(choose)).toContain('app@postgres: select 41');
    const chosen = [values(choose)[0]!, values(choose)[2]!].join('\n');
    const confirm = (await bench.submit(AIKO, choose.id, choose.carries, { chosen })).forms.at(-1)!;
    const confirming = formWords(confirm);
    expect(confirming).toContain('Terminate 2 sessions of database orders');
    for (const pid of [pids[0], pids[2]]) expect(confirming).toMatch(new RegExp(`${pid} last ran select`));
    expect(confirm.blocks.at(-1)).toMatchObject({ kind: 'text-input', hint: 'Kept in the audit, beside your name.' });
    expect(Object.keys(confirm.carries)).toContain('action');
    const { action: id } = previewed(confirm);
    await bench.submit(AIKO, confirm.id, confirm.carries, { reason: 'stuck' });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({
      state: 'done',
      origin: { channel: CHANNEL },
      outcome: { kind: 'healthy', done: 2, of: 2 },
    });
    await used.until(THERE, [pids[0]], 0);
    await used.until(THERE, [pids[2]], 0);
    await used.until(THERE, [pids[1]], 1);
  });

  it('does not mean a session that has gone on since the list was shown, nor another of that pid', async () => {
    const { busy } = used;
    const works = await busy.idle('works');
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const choose = (await bench.ask(AIKO, asking)).forms.at(-1)!;
    await works.query('commit');
    await works.query('begin');
    const [chosen] = values(choose);
    const [pid, startedUs, stateUs] = chosen!.split('/');
    const another = [pid, Number(startedUs) - 1, stateUs].join('/');
    for (const value of [chosen!, another]) {
      const { forms } = await bench.submit(AIKO, choose.id, choose.carries, { chosen: value });
      expect(formWords(forms.at(-1)!)).toMatch(/^None of these sessions of database orders/);
    }
    expect((await works.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect((await bench.submit(AIKO, choose.id, choose.carries, { chosen: 'x' })).answer.ack).toMatchObject({
      kind: 'errors',
    });
  });

  it('says how many have gone on since, or may not be ended any more, and counts only the others', async () => {
    const { busy } = used;
    const [first, works, kept] = [await busy.idle('first'), await busy.idle('works'), await busy.idle('kept')];
    await (await busy.open('rises', { user: 'blind' })).query('begin');
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const choose = (await bench.ask(AIKO, asking)).forms.at(-1)!;
    await works.query('commit');
    await busy.admin.query('alter role blind superuser');
    used.after('alter role blind nosuperuser');
    await busy.admin.query('revoke pg_signal_backend from hikeshi');
    used.after('grant pg_signal_backend to hikeshi');
    const chosen = values(choose).join('\n');
    const refused = (await bench.submit(AIKO, choose.id, choose.carries, { chosen })).forms.at(-1)!;
    expect(formWords(refused)).toMatch(/may not end session \S+ of app.*pg_signal_backend/);
    await busy.admin.query('grant pg_signal_backend to hikeshi');
    const confirm = (await bench.submit(AIKO, choose.id, choose.carries, { chosen })).forms.at(-1)!;
    const words = formWords(confirm);
    expect(words).toContain('Terminate 2 sessions of database orders');
    expect(words).toContain('1 has gone on since it was chosen, and is left alone.');
    expect(words).toContain("1 more is left alone: a superuser's");
    const { plan } = await bench.action(previewed(confirm).action);
    const pids = [first, kept].map((client) => String(busy.pidOf(client)));
    expect(Object.keys(plan!.touches).toSorted()).toEqual(pids.toSorted());
  });

  it('offers the list by a button where no form can be opened, and says when there is none', async () => {
    const { busy } = used;
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const none = await bench.ask(AIKO, asking);
    expect(formWords(none.forms.at(-1)!)).toMatch(/No session of database orders that Hikeshi may end has been idle/);
    await busy.idle('stuck');
    for (const [lift, more] of [
      [undefined, ''],
      ['freeze', ' --break-glass freeze'],
    ] as const) {
      const { messages } = await bench.ask(AIKO, { ...asking, via: 'mention', ...(lift && { lift }) });
      const [button] = messages.at(-1)!.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
      expect(button).toMatchObject({
        id: 'say',
        carries: { say: `pg-terminate orders -e production${more}`, channel: CHANNEL },
      });
    }
  });

  it('a worker killed after it has signalled does not signal again', async () => {
    const { busy } = used;
    const stuck = await busy.idle('stuck');
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const id = await bench.confirmed(AIKO, { args: { pids: [busy.pidOf(stuck)] }, typed: 'orders' });
    await bench.work({ kill: 'after-execute' });
    await used.until(THERE, [busy.pidOf(stuck)], 0);
    await expireLease(bench);
    await bench.toEnd(id);
    expect(await bench.audits()).toEqual(['asked', ...ALL_THE_WAY]);
    expect(await bench.action(id)).toMatchObject({ state: 'done', outcome: { kind: 'healthy', done: 1, of: 1 } });
  });

  it('is refused to whom only workloads are permitted, and not by a permission for databases', async () => {
    const { busy } = used;
    const stuck = await busy.idle('stuck');
    const databases = new Map([['production', new Map([['orders', used.as('hikeshi')]])]]);
    bench = await openBench({ action: terminate, databases });
    const asking = { args: { pids: [busy.pidOf(stuck)] }, typed: 'orders' };
    bench.permit(AIKO, 'production/*/orders');
    const refused = await bench.ask(AIKO, asking);
    expect(formWords(refused.forms.at(-1)!)).toContain('but not production/database/orders');
    bench.permit(AIKO, 'production/*/database/ord*');
    const { forms } = await bench.ask(AIKO, asking);
    expect(formWords(forms.at(-1)!)).toContain('Terminate session');
  });
});
