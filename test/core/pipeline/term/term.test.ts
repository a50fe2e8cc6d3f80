import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/adapters/postgres/database.ts';
import type { Action } from '../../../../src/core/define.ts';
import type { PipelineDeps } from '../../../../src/core/pipeline/index.ts';
import { plainText } from '../../../../src/core/wording.ts';
import type { Button } from '../../../../src/domain/content.ts';
import { DEFAULT_GUARDRAILS } from '../../../../src/domain/guardrails.ts';
import { ClusterError } from '../../../../src/ports/cluster.ts';
import { testOptions } from '../../../support/postgres.ts';
import {
  AIKO,
  ALL_THE_WAY,
  BEN,
  type Bench,
  CHANNEL,
  expireLease,
  formWords,
  openBench,
  type Someone,
} from '../bench.ts';
import { buttonsOf, HOUR, linesOf, scale, termBench } from './bench.ts';

/** Changes for a while: asked about or taken back when the time is up, once, and never over somebody else's change. */

const LEAD: Someone = { kind: 'slack', id: 'U0LEAD', team: 'T1', name: 'lead' };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ action: scale });
});
afterEach(() => bench.close());
const { sweep, scaledFor, term, undos, posts, message, press, confirmAndRun } = termBench(() => bench);

const auditOf = (id: string) =>
  bench.database.db
    .selectFrom('audit')
    .select(['stage', 'outcome', 'rule', 'principal'])
    .where('action_id', '=', id)
    .orderBy('id')
    .execute();

/** What the index of terms to be looked at each second holds, by its own condition. */
async function open(): Promise<readonly unknown[]> {
  const { db } = bench.database;
  const { rows: conditions } = await sql<{ holds: string }>`
    select pg_get_expr(indpred, indrelid) as holds from pg_index where indexrelid = 'terms_open'::regclass`.execute(db);
  const { rows } = await sql`select action_id from terms where ${sql.raw(conditions[0]!.holds)}`.execute(db);
  return rows;
}

describe('a change for a while', () => {
  it('says in preview, post and message what comes of it, and asks when the time is up', async () => {
    const { forms } = await bench.ask(AIKO, { args: { to: 5 }, term: { lastsMs: 2 * HOUR, how: 'ask' } });
    expect(formWords(forms.at(-1)!)).toContain('For 2h: then it is asked whether to take it back (back to 3).');
    const id = await scaledFor(2 * HOUR);
    expect((await bench.post(id)).join('\n')).toMatch(
      /Until \S+; then it is asked whether to take it back \(back to 3\)/,
    );
    expect((await bench.post(id, 'ja')).join('\n')).toContain('元に戻すか（3 に戻す）尋ねます');
    bench.advance(2 * HOUR - 60_000);
    await sweep();
    expect(await posts(id)).toEqual([]);
    bench.advance(60_000);
    await sweep();
    await sweep();
    expect(await posts(id)).toEqual([expect.objectContaining({ channel: CHANNEL })]);
    expect(bench.replicas()).toBe(5);
    expect(linesOf(await message(id))).toEqual([
      expect.stringMatching(/U0AIKO.*: the time of Scale Deployment checkout to 5 · \S+ is up \(JOB-1, 2h\)\.$/),
      'Nothing has been changed yet.',
      'Take it back (back to 3), or keep it? It stays as it is until you say.',
      'Take it back',
      'Keep it',
      '2h more',
    ]);
    expect(linesOf(await message(id, 'ja'))[0]).toContain('期間（2 時間）が過ぎました');
    expect(await bench.audits()).toContain('time-up');
  });

  it('is taken back by a press: then nothing asks any more', async () => {
    const id = await scaledFor(2 * HOUR);
    bench.advance(2 * HOUR);
    await sweep();
    await confirmAndRun(await press(id, 'Take it back', BEN), BEN);
    expect(bench.replicas()).toBe(3);
    await sweep();
    expect(linesOf(await message(id)).slice(1)).toEqual(['Taken back by JOB-2.']);
    expect((await bench.post(id)).join('\n')).toContain('Taken back by JOB-2.');
    expect((await bench.postButtons(id)).map((b) => b.label)).toEqual([]);
  });

  it('taken back by hand before its time is over with that', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    await confirmAndRun(await press(id, 'Undo'));
    await sweep();
    bench.advance(3 * HOUR);
    await sweep();
    expect(await term(id)).toMatchObject({ state: 'ended', due_at: null, note: { kind: 'taken-back', job: 2 } });
    expect(await undos(id)).toHaveLength(1);
    expect(await posts(id)).toEqual([]);
  });

  it('takes itself back as an action of its own, on behalf of who wanted it', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    expect((await bench.post(id)).join('\n')).toMatch(/By itself back to 3 at /);
    bench.advance(2 * HOUR);
    await sweep();
    const [undo] = await undos(id);
    expect(undo).toMatchObject({
      principal: AIKO,
      origin: { kind: 'timer', channel: CHANNEL },
      reason: 'JOB-1 --for 2h',
      args: { to: 3 },
      state: 'confirmed',
    });
    expect((await bench.post(id)).join('\n')).toContain('JOB-2 takes it back');
    expect((await bench.postButtons(id)).map((b) => b.label)).toEqual([]);
    await bench.toEnd(undo!.id);
    await sweep();
    expect(bench.replicas()).toBe(3);
    expect((await bench.post(undo!.id)).join('\n')).toContain('The timer, for @aiko at');
    expect((await bench.post(id)).join('\n')).toContain('Taken back by JOB-2.');
    expect(await posts(id)).toEqual([]);
    const told = await bench.database.db
      .selectFrom('audit')
      .select(['stage', 'origin', 'principal'])
      .where('action_id', '=', undo!.id)
      .execute();
    expect(told.map((entry) => entry.stage)).toEqual(ALL_THE_WAY);
    for (const entry of told) expect(entry).toMatchObject({ origin: { kind: 'timer' }, principal: AIKO });
  });

  it('is left as it is when something else has changed it; a look at what it would do is offered', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.cluster.world.scale('shop', 'checkout', 7);
    bench.advance(2 * HOUR);
    await sweep();
    expect(bench.replicas()).toBe(7);
    expect(await undos(id)).toEqual([]);
    expect(await posts(id)).toHaveLength(1);
    expect(linesOf(await message(id)).slice(1)).toEqual([
      'Not taken back: something else has changed it since, and that would be undone too.',
      'Preview it all the same',
    ]);
    const { forms } = await press(id, 'Preview it all the same');
    expect(formWords(forms.at(-1)!)).toContain('7 → 3');
  });

  it('set to what it was by somebody else: there is nothing to take back', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.cluster.world.scale('shop', 'checkout', 3);
    bench.advance(2 * HOUR);
    await sweep();
    expect(await term(id)).toMatchObject({ state: 'ended', note: { kind: 'impossible', code: 'same-replicas' } });
    expect(linesOf(await message(id))[1]).toMatch(/^Nothing to take back\. checkout is set to 3 already/);
  });

  it('kept, it stays for good; extended, it is due that much later', async () => {
    const kept = await scaledFor(2 * HOUR, 'auto');
    await press(kept, 'Keep it', BEN);
    expect((await bench.post(kept)).join('\n')).toContain('It stays: @ben has said so.');
    bench.advance(3 * HOUR);
    await sweep();
    expect(bench.replicas()).toBe(5);
    expect(await bench.audits()).toContain('kept');

    const longer = await scaledFor(HOUR, 'auto', 6);
    await press(longer, '1h more');
    bench.advance(HOUR);
    await sweep();
    expect(await undos(longer)).toEqual([]);
    bench.advance(HOUR);
    await sweep();
    expect(await undos(longer)).toHaveLength(1);
  });

  it('asked about and then extended, it asks again in a message of its own', async () => {
    const id = await scaledFor(HOUR);
    bench.advance(HOUR);
    await sweep();
    await press(id, '1h more');
    expect(linesOf(await message(id))[1]).toMatch(/^It is left until /);
    bench.advance(HOUR);
    await sweep();
    expect(await posts(id)).toHaveLength(2);
  });

  it('a late press says how it stands', async () => {
    const id = await scaledFor(HOUR);
    const keep = (await bench.postButtons(id)).find((b) => b.label === 'Keep it')!;
    await press(id, 'Keep it');
    const { messages } = await bench.click(BEN, keep.id, keep.carries);
    expect(messages.map((x) => plainText(x.text))).toEqual(['It stays: @aiko has said so.']);
    expect(await term(id)).toMatchObject({ state: 'ended' });
  });

  it.each(['Keep it', '2h more'])('%s while it is being planned: it is not taken back', async (label) => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    const plan: Action['plan'] = async (...given) => {
      await press(id, label, BEN);
      return scale.plan(...given);
    };
    await sweep({ actions: new Map([['scale', { ...scale, plan }]]) });
    await sweep();
    const [undo, ...others] = await undos(id);
    expect(others).toEqual([]);
    expect(undo).toMatchObject({ state: 'cancelled', finished_at: bench.now() });
    expect(await auditOf(undo!.id)).toEqual([
      { stage: 'planned', outcome: 'ok', rule: null, principal: AIKO },
      { stage: 'cancelled', outcome: 'nothing happened', rule: 'term-said-otherwise', principal: AIKO },
    ]);
    expect(await bench.database.db.selectFrom('jobs').select('number').execute()).toEqual([{ number: 1 }]);
    expect((await bench.post(id)).join('\n')).toMatch(/It stays: @ben has said so\.|By itself back to 3 at /);
  });

  it('given up by a replica that was late, what its twin has confirmed goes on', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    const plan: Action['plan'] = async (...given) => {
      await bench.database.db
        .updateTable('terms')
        .set({ lease_until: new Date(0) })
        .execute();
      await sweep();
      return scale.plan(...given);
    };
    await sweep({ actions: new Map([['scale', { ...scale, plan }]]) });
    const [undo] = await undos(id);
    expect(undo).toMatchObject({ state: 'confirmed' });
    await bench.toEnd(undo!.id);
    expect(bench.replicas()).toBe(3);
  });

  it('is being taken back from the yes on: no press comes between', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    const states: unknown[] = [];
    const wake = async (): Promise<void> => {
      const { state, undo_id: undo } = (await term(id))!;
      states.push({ state, undo });
    };
    await sweep({ wake });
    expect(states).toEqual([{ state: 'taking', undo: (await undos(id))[0]!.id }]);
  });

  it('kept while somebody is taking it back, it is taken back, and says so', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    const { forms } = await press(id, 'Undo', BEN);
    const form = forms.at(-1)!;
    await bench.submit(BEN, form.id, form.carries, { reason: 'quiet again' });
    await press(id, 'Keep it');
    await sweep();
    expect(await term(id)).toMatchObject({ note: { kind: 'kept' } });
    await bench.toEnd(String(form.carries['action']));
    await sweep();
    expect((await bench.post(id)).join('\n')).toContain('Taken back by JOB-2.');
  });

  it('kept, it is looked at no more; taken back by hand after all, it says so', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    await press(id, 'Keep it');
    await sweep();
    expect(await open()).toEqual([]);
    await confirmAndRun(await press(id, 'Undo', BEN), BEN);
    await sweep();
    expect(await term(id)).toMatchObject({ state: 'ended', note: { kind: 'taken-back', job: 2, by: BEN } });
    expect((await bench.post(id)).join('\n')).toContain('Taken back by JOB-2.');
    expect(await open()).toEqual([]);
  });

  it('left because somebody else had changed it, and taken back by hand once they had changed it back: it says so', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.cluster.world.scale('shop', 'checkout', 7);
    bench.advance(2 * HOUR);
    await sweep();
    bench.cluster.world.scale('shop', 'checkout', 5);
    await confirmAndRun(await press(id, 'Undo'));
    await sweep();
    expect(linesOf(await message(id)).slice(1)).toEqual(['Taken back by JOB-2.']);
  });

  it('pressed twice, it is prolonged once; so it is while it asks', async () => {
    const twice = async (id: string, buttons: readonly Button[]): Promise<void> => {
      const before = (await term(id))!.due_at ?? bench.now();
      const more = buttons.find((b) => b.label === '2h more')!;
      await bench.click(AIKO, more.id, more.carries);
      const { messages } = await bench.click(AIKO, more.id, more.carries);
      expect(messages.map((x) => plainText(x.text))).toEqual([expect.stringMatching(/^It is left until /)]);
      expect((await term(id))!.due_at).toEqual(new Date(before.getTime() + 2 * HOUR));
    };
    const id = await scaledFor(2 * HOUR);
    await twice(id, await bench.postButtons(id));
    bench.advance(4 * HOUR);
    await sweep();
    await twice(id, buttonsOf(await message(id)));
  });

  it('begun by ten replicas at once, and again after a crash, it is taken back once', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    const due = (await term(id))!.due_at;
    await Promise.all(Array.from({ length: 10 }, () => sweep()));
    expect(await undos(id)).toHaveLength(1);
    // As if it had died before it could note what it had begun.
    await bench.database.db.updateTable('terms').set({ state: 'running', due_at: due, undo_id: null }).execute();
    await bench.toEnd((await undos(id))[0]!.id);
    await sweep();
    expect(await undos(id)).toHaveLength(1);
    expect(await term(id)).toMatchObject({ state: 'ended', note: { kind: 'taken-back', job: 2 } });
  });

  it('died before it confirmed what it had planned: the same plan is confirmed', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    bench.setRules({ approval: ['scale'] });
    await sweep({ approvers: () => Promise.reject(new Error('killed')) });
    expect(await undos(id)).toEqual([expect.objectContaining({ state: 'planned' })]);
    await bench.database.db
      .updateTable('terms')
      .set({ lease_until: new Date(0) })
      .execute();
    await sweep();
    expect(await undos(id)).toEqual([expect.objectContaining({ state: 'awaiting-approval' })]);
  });

  it.each([
    ['the right to do it is gone', () => bench.setRole(AIKO, 'viewer'), /needs the role operator/],
    [
      'changes are frozen',
      () =>
        bench.setRules({
          guardrails: { ...DEFAULT_GUARDRAILS, protectedNamespaces: ['shop'] },
        }),
      /protected namespace/,
    ],
  ])('asks when %s, and says so', async (_what, happen, why) => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    happen();
    await sweep();
    expect(bench.replicas()).toBe(5);
    expect(linesOf(await message(id))[1]).toMatch(why);
    expect(linesOf(await message(id)).slice(-3)).toEqual(['Take it back', 'Keep it', '2h more']);
  });

  it('waits while somebody else has the target', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    const other = await bench.confirmed(BEN, { args: { to: 6 } });
    await sweep();
    expect(await term(id)).toMatchObject({ state: 'running', tries: 1 });
    expect(await undos(id)).toEqual([]);
    const job = await bench.job(other);
    await bench.click(BEN, 'job-cancel', { v: 1, job: job.id });
    await bench.work();
    bench.advance(60_000);
    await sweep();
    expect(await undos(id)).toHaveLength(1);
  });

  /** As if it had been tried for a quarter of an hour. */
  const often = () =>
    bench.database.db
      .updateTable('terms')
      .set({ tries: 14, lease_until: new Date(0) })
      .execute();

  const planned = (error: Error): Partial<PipelineDeps> => ({
    actions: new Map([['scale', { ...scale, plan: () => Promise.reject(error) }]]),
  });

  it.each<[string, () => Partial<PipelineDeps>, RegExp]>([
    ['its verb is switched off', () => ({ actions: new Map() }), /scale is no action here/],
    ['of a fault of ours', () => planned(new Error('a bug')), /Something broke here \(id [0-9a-f]{4}\)/],
    ['the cluster is away', () => planned(new ClusterError('away', 'main', 'no')), /main does not answer/],
    [
      'nobody can say who it was',
      () => ({ rightsOf: async () => ({ role: 'none', grants: [], why: { rule: 'slack-away' } }) }),
      /Slack does not answer/,
    ],
  ])('asks when it could not be taken back for long because %s', async (_what, other, why) => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    await sweep(other());
    expect(await term(id)).toMatchObject({ state: 'running', tries: 1 });
    await often();
    bench.advance(60_000);
    await sweep(other());
    expect(await term(id)).toMatchObject({ state: 'asked' });
    expect(linesOf(await message(id))[1]).toMatch(why);
  });

  it.each<[string, () => Partial<PipelineDeps>, RegExp]>([
    [
      'the cluster says no',
      () => planned(new ClusterError('forbidden', 'main', 'cannot patch deployments/scale')),
      /Cluster main forbids this to Hikeshi: cannot patch/,
    ],
    ['its environment is gone from config', () => ({ environments: new Map() }), /production/],
  ])('asks at once when %s, in these words', async (_what, other, why) => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    await sweep(other());
    expect(await term(id)).toMatchObject({ state: 'asked' });
    expect(linesOf(await message(id))[1]).toMatch(why);
    expect(linesOf(await message(id))[1]).not.toMatch(/does not answer|Nothing to take back/);
  });

  it('put off, its post and buttons say until when', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    const shown = () =>
      bench.database.db
        .selectFrom('outbox')
        .select('wanted')
        .where('subject', '=', `action:${id}`)
        .where('kind', '=', 'show')
        .execute();
    const before = await shown();
    await sweep(planned(new ClusterError('away', 'main', 'no')));
    expect(await shown()).toEqual(before.map(({ wanted }) => ({ wanted: Number(wanted) + 1 })));
    await press(id, '2h more');
    expect((await term(id))!.due_at).toEqual(new Date(bench.now().getTime() + 2 * HOUR + 60_000));
  });

  it('one that only a newer program reads keeps no other from its end, and none from being due', async () => {
    const newer = await scaledFor(2 * HOUR, 'auto');
    const over = await scaledFor(2 * HOUR, 'auto', 6);
    const due = await scaledFor(HOUR, 'ask', 7);
    const { db } = bench.database;
    const outcome = JSON.stringify({ kind: 'overruled', wanted: 5, is: 2 });
    await db.updateTable('actions').set({ outcome }).where('id', 'in', [newer, over]).execute();
    await db.updateTable('actions').set({ v: 99 }).where('id', '=', newer).execute();
    bench.advance(HOUR);
    await sweep();
    expect(await term(newer)).toMatchObject({ state: 'running' });
    expect(await term(over)).toMatchObject({ state: 'ended', note: { kind: 'void' } });
    expect(await term(due)).toMatchObject({ state: 'asked' });
  });

  it('one that cannot be noted keeps no other from its end, and is noted once it can be', async () => {
    const ids = [await scaledFor(2 * HOUR, 'auto'), await scaledFor(2 * HOUR, 'auto', 6)];
    const { db } = bench.database;
    const outcome = JSON.stringify({ kind: 'overruled', wanted: 5, is: 2 });
    await db.updateTable('actions').set({ outcome }).where('id', 'in', ids).execute();
    const states = async () => [(await term(ids[0]!))!.state, (await term(ids[1]!))!.state];
    const held = `constraint held check (state = 'running' or action_id <> '${ids[0]}')`;
    const owner = openDatabase(testOptions(bench.database.ownerUrl));
    await sql.raw(`alter table terms add ${held}`).execute(owner.db);
    await sweep();
    expect(await states()).toEqual(['running', 'ended']);
    await sql`alter table terms drop constraint held`.execute(owner.db);
    await owner.close();
    await sweep();
    expect(await states()).toEqual(['ended', 'ended']);
  });

  it('changed by somebody else in the moment of planning, it is left to them', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.advance(2 * HOUR);
    await sweep(planned(new ClusterError('changed', 'main', 'uid')));
    expect(await term(id)).toMatchObject({ state: 'ended', note: { kind: 'changed' } });
  });

  it('asks a second person where one is asked; without a yes it asks what to do', async () => {
    const id = await scaledFor(2 * HOUR, 'auto');
    bench.setRules({ approval: ['scale'] });
    bench.advance(2 * HOUR);
    await sweep();
    const [undo] = await undos(id);
    expect(undo).toMatchObject({ state: 'awaiting-approval' });
    expect((await bench.post(id)).join('\n')).toContain('a second person is asked');
    const no = await bench.click(LEAD, 'approval', { v: 1, approval: undo!.approval_id!, say: 'no' });
    await bench.submit(LEAD, no.forms[0]!.id, no.forms[0]!.carries, { reason: 'peak hour' });
    await sweep();
    expect(linesOf(await message(id))[1]).toMatch(/^It was not taken back: no second person/);
  });

  it('what a second person agreed to for a while, the first one does not make last', async () => {
    bench.setRules({ approval: ['scale'] });
    const { forms } = await bench.ask(AIKO, { args: { to: 5 }, term: { lastsMs: 2 * HOUR, how: 'ask' } });
    const form = forms.at(-1)!;
    await bench.submit(AIKO, form.id, form.carries, { reason: 'sale' });
    const id = String(form.carries['action']);
    expect((await bench.post(id)).join('\n')).toContain('For 2h');
    await bench.click(LEAD, 'approval', { v: 1, approval: (await bench.action(id)).approval_id!, say: 'yes' });
    await bench.toEnd(id);
    const said = async (who: Someone) =>
      (await press(id, 'Keep it', who)).messages.map((x) => plainText(x.text)).join('');
    expect(await said(AIKO)).toMatch(/somebody else has to approve/);
    expect(await said(BEN)).toMatch(/takes the grant approver/);
    expect(await term(id)).toMatchObject({ state: 'running' });
    expect(await said(LEAD)).toBe('');
    expect(await term(id)).toMatchObject({ state: 'ended' });
  });

  const keepSaid = async (id: string, who = AIKO): Promise<string> =>
    (await press(id, 'Keep it', who)).messages.map((x) => plainText(x.text)).join('');

  it('is kept where actions on the environment are taken, and nowhere else', async () => {
    const id = await scaledFor(2 * HOUR);
    bench.setRules({ actionsIn: ['#production'] });
    expect(await keepSaid(id)).toMatch(/are taken in #production only/);
    bench.setRules({ actionsIn: [CHANNEL] });
    expect(await keepSaid(id)).toBe('');
    expect(await term(id)).toMatchObject({ state: 'ended' });
  });

  it('what the glass was broken for, only who may break it makes last', async () => {
    bench.setRole(AIKO, 'admin');
    bench.setRules({ guardrails: { ...DEFAULT_GUARDRAILS, protectedNamespaces: ['shop'] } });
    const lasts = { lastsMs: HOUR, how: 'auto' } as const;
    const { forms } = await bench.ask(AIKO, { args: { to: 5 }, term: lasts, lift: 'protected-namespace' });
    const form = forms.at(-1)!;
    await bench.submit(AIKO, form.id, form.carries, { reason: 'sale' });
    const id = String(form.carries['action']);
    await bench.toEnd(id);
    expect(await keepSaid(id, BEN)).toMatch(/protected-namespace was lifted for it.*needs the role admin/);
    bench.setRules({
      guardrails: { ...DEFAULT_GUARDRAILS, protectedNamespaces: ['shop'], breakGlass: 'nobody' },
    });
    expect(await keepSaid(id)).toMatch(/Nobody lifts it/);
    bench.setRules({ guardrails: { ...DEFAULT_GUARDRAILS, protectedNamespaces: ['shop'] } });
    expect(await keepSaid(id)).toBe('');
  });

  it('where a second person is asked by now, a second person keeps it', async () => {
    const id = await scaledFor(2 * HOUR);
    bench.setRules({ approval: ['medium'] });
    expect(await keepSaid(id)).toMatch(/somebody else has to approve it.*Ask @U0LEAD to press the same button/);
    expect(await keepSaid(id, BEN)).toMatch(/takes the grant approver/);
    expect(await keepSaid(id, LEAD)).toBe('');
  });

  it('config may demand to be asked, then and by now', async () => {
    bench.setRules({ timeUp: 'auto' });
    const id = await scaledFor(2 * HOUR, 'ask');
    expect((await bench.post(id)).join('\n')).toContain('By itself back to 3');
    bench.setRules({ timeUp: 'ask' });
    bench.advance(2 * HOUR);
    await sweep();
    expect(await term(id)).toMatchObject({ state: 'asked' });
    expect(await undos(id)).toEqual([]);
  });

  it('what was not made, or did not stay, has no time to be up', async () => {
    const cancelled = await bench.confirmed(AIKO, { args: { to: 5 }, term: { lastsMs: HOUR, how: 'auto' } });
    const job = await bench.job(cancelled);
    await bench.click(AIKO, 'job-cancel', { v: 1, job: job.id });
    await bench.work();
    expect(await term(cancelled)).toBeUndefined();

    const overruled = await bench.confirmed(AIKO, { args: { to: 5 }, term: { lastsMs: HOUR, how: 'auto' } });
    await bench.work();
    bench.cluster.world.scale('shop', 'checkout', 2);
    await bench.toEnd(overruled);
    bench.advance(2 * HOUR);
    await sweep();
    expect(await term(overruled)).toMatchObject({ state: 'ended', note: { kind: 'void' } });
    expect(await posts(overruled)).toEqual([]);
  });

  it('runs from when it is made, though the worker that made it was killed in the middle', async () => {
    const id = await bench.confirmed(AIKO, { args: { to: 5 }, term: { lastsMs: HOUR, how: 'auto' } });
    await bench.work({ kill: 'after-execute' });
    expect(await term(id)).toMatchObject({ state: 'running' });
    await expireLease(bench);
    await bench.toEnd(id);
    bench.advance(HOUR);
    await sweep();
    expect(await undos(id)).toHaveLength(1);
  });

  it('is left to programs that know of it, with its job and its posts, and only then', async () => {
    const shows = (id: string) =>
      bench.database.db
        .selectFrom('outbox')
        .select('v')
        .where('subject', 'in', [`action:${id}`, `term:${id}`])
        .execute();
    const permanent = await bench.confirmed(AIKO, { args: { to: 4 } });
    expect(await bench.action(permanent)).toMatchObject({ v: 1 });
    expect(await bench.job(permanent)).toMatchObject({ v: 1, payload: { v: 1 } });
    expect(await shows(permanent)).toEqual([{ v: 1 }]);
    const { forms } = await bench.ask(BEN, { args: { to: 5 }, term: { lastsMs: HOUR, how: 'ask' } });
    expect(formWords(forms.at(-1)!)).toContain('JOB-1');
    await bench.toEnd((await bench.database.db.selectFrom('actions').select('id').executeTakeFirstOrThrow()).id);
    const id = await scaledFor(HOUR);
    expect(await bench.action(id)).toMatchObject({ v: 2 });
    expect(await bench.job(id)).toMatchObject({ v: 2, payload: { v: 2 } });
    bench.advance(HOUR);
    await sweep();
    expect(await shows(id)).toEqual([{ v: 2 }, { v: 2 }]);
  });
});
