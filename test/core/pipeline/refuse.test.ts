import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIKO, BEN, type Bench, CHANNEL, formWords, openBench, type Shown, TARGET } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const MINUTE = 60_000;

const confirm = (who: typeof AIKO, carries: object, reason = 'memory leak'): Promise<Shown> =>
  bench.submit(who, 'action-confirm', carries, { reason });

const ackOf = ({ answer }: Shown): string => JSON.stringify(answer.ack ?? null);

const jobs = () => bench.database.db.selectFrom('jobs').selectAll().execute();

async function refusals(): Promise<(string | null)[]> {
  const rows = await bench.database.db
    .selectFrom('audit')
    .select('rule')
    .where('stage', '=', 'refused')
    .orderBy('id')
    .execute();
  return rows.map((r) => r.rule);
}

describe('what is refused, is refused privately and audited', () => {
  it('without the rights', async () => {
    bench.setRole(AIKO, 'viewer');
    const { forms, messages } = await bench.ask(AIKO);
    expect(forms).toEqual([]);
    expect(JSON.stringify(messages)).toContain('needs the role');
    expect(JSON.stringify(messages)).toContain('U0LEAD');
    expect(await bench.audits()).toEqual(['asked', 'refused']);
    expect(await bench.database.db.selectFrom('actions').selectAll().execute()).toEqual([]);
  });

  it('with rights that were taken away before the confirm', async () => {
    const carries = await bench.preview();
    bench.setRole(AIKO, 'viewer');
    const shown = await confirm(AIKO, carries);
    expect(shown.answer.ack?.kind).toBe('form');
    expect(ackOf(shown)).toContain('needs the role');
    expect(await jobs()).toEqual([]);
    expect(await refusals()).toEqual(['role']);
  });

  it('with rights that were taken away before it was executed', async () => {
    const id = await bench.confirmed();
    bench.setRole(AIKO, 'viewer');
    await bench.work();
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'refused' } });
    expect(await refusals()).toEqual(['role']);
    expect((await bench.post(id))[2]).toContain('Nothing was done. restart needs the role operator');
  });

  it('on a target that no permission is for, before anything is read of the cluster', async () => {
    bench.permit(AIKO, 'production/shop/*');
    const { forms } = await bench.ask(AIKO, { target: { ...TARGET, namespace: 'data' } });
    expect(formWords(forms.at(-1)!)).toContain('You may restart production/shop/*, but not production/main/data');
    expect(await bench.audits()).toEqual(['asked', 'refused']);
    expect(await refusals()).toEqual(['permission']);
  });

  it('by a permission that was taken away before the confirm, or before it was executed', async () => {
    bench.permit(AIKO, 'production/shop/*');
    const [first, second] = [await bench.preview(), await bench.preview()];
    bench.permit(AIKO, 'staging/*');
    expect(ackOf(await confirm(AIKO, first))).toContain('staging/*');
    bench.permit(AIKO, 'production/shop/deployment/check*');
    expect(ackOf(await confirm(AIKO, second))).toBe('null');
    bench.permit(AIKO, 'production/*/statefulset/checkout');
    await bench.work();
    expect(await bench.action(second.action)).toMatchObject({ state: 'failed', outcome: { kind: 'refused' } });
    expect(await refusals()).toEqual(['permission', 'permission']);
    expect((await bench.post(second.action))[2]).toContain('Nothing was done. You may restart');
  });

  it('outside of the channels that take actions, whoever asks; a name that is no channel takes none', async () => {
    bench.setRole(AIKO, 'admin');
    bench.setRules({ actionsIn: ['#ops-prod'] });
    const closed = await bench.ask(AIKO);
    expect(formWords(closed.forms.at(-1)!)).toContain('Actions on production are taken in #ops-prod only');
    const row = { id: CHANNEL, name: 'ops-prod', refreshed_at: bench.now() };
    await bench.database.db.insertInto('channels').values(row).execute();
    const carries = await bench.preview();
    bench.setRules({ actionsIn: ['C0OTHER'] });
    expect(ackOf(await confirm(AIKO, carries))).toContain('Actions on');
    bench.setRules({ actionsIn: ['C0OTHER', CHANNEL] });
    expect(ackOf(await confirm(AIKO, carries))).toBe('null');
    bench.setRules({ actionsIn: ['C0OTHER'] });
    await bench.work();
    expect(await bench.action(carries.action)).toMatchObject({ state: 'failed' });
    expect(await refusals()).toEqual(['action-channel', 'action-channel', 'action-channel']);
  });

  it('without a reason where one is needed; the form stays', async () => {
    const carries = await bench.preview();
    const shown = await confirm(AIKO, carries, '   ');
    expect(shown.answer.ack).toEqual({ kind: 'errors', errors: { reason: expect.stringContaining('Say why') } });
    expect(await jobs()).toEqual([]);
    expect((await confirm(AIKO, carries)).answer.ack).toBeUndefined();
    expect(await jobs()).toHaveLength(1);
  });

  it('when the preview is too old, swept or not', async () => {
    const carries = await bench.preview();
    bench.advance(15 * MINUTE);
    expect(ackOf(await confirm(AIKO, carries))).toContain('too old to confirm');
    const { expirePlans } = await import('../../../src/core/pipeline/expire.ts');
    expect(await expirePlans(bench.database.db, bench.now())).toBe(1);
    expect(await expirePlans(bench.database.db, bench.now())).toBe(0);
    expect(await bench.action(carries.action)).toMatchObject({ state: 'expired' });
    expect(ackOf(await confirm(AIKO, carries))).toContain('too old to confirm');
    expect(await bench.audits()).toEqual(['asked', 'planned', 'refused', 'expired', 'refused']);
    expect(await jobs()).toEqual([]);
  });

  it("when it is somebody else's preview", async () => {
    const carries = await bench.preview();
    expect(ackOf(await confirm(BEN, carries))).toContain('only they may go on with it');
    expect(await refusals()).toEqual(['own-plan']);
  });

  it('while another action has the target: before planning and at the confirm, by number and name', async () => {
    const late = await bench.preview(BEN);
    await bench.confirmed(AIKO);
    const { forms } = await bench.ask(BEN);
    expect(formWords(forms.at(-1)!)).toContain('is in the hands of JOB-1 by @U0AIKO');
    expect(formWords(forms.at(-1)!)).toContain('[JOB-1]\n[Cancel JOB-1]');
    const shown = await confirm(BEN, late);
    const [said] = shown.messages;
    expect(said?.blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []))).toMatchObject([
      { carries: { say: 'jobs JOB-1', channel: 'C0OPS' } },
      { carries: { say: 'jobs cancel JOB-1', channel: 'C0OPS' } },
    ]);
    expect(shown.answer.ack).toEqual({
      kind: 'errors',
      errors: { reason: expect.stringContaining('is in the hands of JOB-1 by @aiko') },
    });
    expect(await refusals()).toEqual(['one-action-per-target', 'one-action-per-target']);
  });

  it('once the other action has ended, not any more', async () => {
    const late = await bench.preview(BEN);
    const first = await bench.confirmed(AIKO);
    await bench.click(AIKO, 'job-cancel', { v: 1, job: (await bench.job(first)).id });
    await bench.toEnd(first);
    expect((await confirm(BEN, late)).answer.ack).toBeUndefined();
  });

  it('once the other action has changed what was previewed, for that', async () => {
    const late = await bench.preview(BEN);
    await bench.toEnd(await bench.confirmed(AIKO));
    expect((await confirm(BEN, late)).answer.ack).toMatchObject({ kind: 'form', form: { id: 'action-refused' } });
    expect(await refusals()).toEqual(['unchanged']);
  });

  it('when the target cannot be found out or planned, with the remedy', async () => {
    const { forms } = await bench.ask(AIKO, { target: { ...TARGET, name: 'chekout' } });
    expect(formWords(forms.at(-1)!)).toContain('No workload deployment/chekout in production/main/shop');
    bench.cluster.world.pause('shop', 'checkout');
    const paused = await bench.ask(AIKO);
    expect(formWords(paused.forms.at(-1)!)).toContain('kubectl rollout resume');
    expect(await bench.audits()).toEqual(['asked', 'refused', 'asked', 'refused']);
  });

  it('when the cluster is away, instead of a spinner for ever', async () => {
    bench.cluster.world.away(true);
    const { forms } = await bench.ask(AIKO);
    expect(formWords(forms.at(-1)!)).toContain('does not answer');
    expect(await bench.audits()).toEqual(['asked', 'refused']);
  });
});

describe('many at once', () => {
  it('a form submitted twice is one action', async () => {
    const carries = await bench.preview();
    const both = await Promise.all([confirm(AIKO, carries), confirm(AIKO, carries)]);
    expect(both.map(ackOf)).toEqual(['null', 'null']);
    expect(ackOf(await confirm(AIKO, carries))).toBe('null');
    expect(await jobs()).toHaveLength(1);
    expect((await bench.audits()).filter((s) => s === 'confirmed')).toHaveLength(1);
  });

  it('of twenty that confirm on one target one wins, and the others learn who', async () => {
    const previews = await Promise.all(Array.from({ length: 20 }, () => bench.preview()));
    const shown = await Promise.all(previews.map((carries) => confirm(AIKO, carries)));
    const acks = shown.map(ackOf);
    expect(acks.filter((a) => a === 'null')).toHaveLength(1);
    expect(acks.filter((a) => a.includes('is in the hands of JOB-'))).toHaveLength(19);
    const [job] = await jobs();
    expect(acks.filter((a) => a.includes(`JOB-${job!.number} by @aiko`))).toHaveLength(19);
    expect(await jobs()).toHaveLength(1);
    expect((await bench.audits()).filter((s) => s === 'refused')).toHaveLength(19);
  });
});

describe('a lock left behind', () => {
  it('is taken over when its job has finished', async () => {
    const first = await bench.confirmed();
    await bench.database.db
      .updateTable('jobs')
      .set({ finished_at: bench.now(), due_at: null, state: 'failed' })
      .execute();
    await bench.confirmed(BEN);
    const [lock] = await bench.database.db.selectFrom('target_locks').select('action_id').execute();
    expect(lock!.action_id).not.toBe(first);
  });

  it('is taken over when nobody has renewed it for long; the first then does nothing', async () => {
    const first = await bench.confirmed();
    await bench.database.db
      .updateTable('target_locks')
      .set({ lease_until: new Date(0) })
      .execute();
    const second = await bench.confirmed(BEN);
    await bench.work();
    expect(await bench.action(first)).toMatchObject({
      state: 'failed',
      outcome: { kind: 'refused', refusal: { rule: 'lock-held' } },
    });
    await bench.toEnd(second);
    expect(await bench.action(second)).toMatchObject({ state: 'done' });
    expect((await bench.audits()).filter((s) => s === 'executing')).toHaveLength(1);
  });
});
