import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expirePlans } from '../../../src/core/pipeline/expire.ts';
import { order } from '../../../src/core/pipeline/index.ts';
import { approvalAsked } from '../../../src/domain/approval.ts';
import type { Button } from '../../../src/domain/content.ts';
import {
  AIKO,
  BEN,
  type Bench,
  CHANNEL,
  formWords,
  openBench,
  previewed,
  type Shown,
  type Someone,
  TARGET,
} from './bench.ts';

const LEAD: Someone = { kind: 'slack', id: 'U0LEAD', team: 'T1', name: 'lead' };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ approval: ['restart'] });
});
afterEach(() => bench.close());

const restarts = (): number =>
  bench.cluster.world.store.list('deployments').filter((d) => d.spec.template.metadata.annotations?.['hikeshi/run'])
    .length;

async function press(who: Someone, id: string, label: string): Promise<Shown> {
  return pressButton(who, (await bench.postButtons(id)).find((b) => b.label === label)!);
}

const pressButton = (who: Someone, button: Button): Promise<Shown> => bench.click(who, button.id, button.carries);

const told = (shown: Shown): string => JSON.stringify(shown.messages);

describe('four eyes', () => {
  it('waits, tells whom it asked, and begins with the yes of somebody else', async () => {
    const id = await bench.confirmed(AIKO);
    expect(await bench.post(id)).toEqual([
      ':raised_hand: Restart Deployment checkout · production/main/shop/deployment/checkout',
      '@aiko at 2026-03-02T03:00:00.000Z · APR-1 · “memory leak”',
      'All 3 pods are replaced by new ones of the same template, as its update strategy says.',
      'Ready now: 3 of 3',
      expect.stringContaining('checkout:1.4'),
      expect.stringMatching(
        /^Waits for a second person until 2026-03-02T03:30:00.000Z: .*U0LEAD.* Nothing has been changed\.$/,
      ),
      '[Approve]',
      '[Refuse]',
      '[Withdraw]',
    ]);
    expect((await bench.post(id, 'ja')).join('\n')).toContain('承認待ち');
    const posts = await bench.database.db.selectFrom('posts').select(['channel', 'purpose']).orderBy('id').execute();
    expect(posts).toEqual([
      { channel: CHANNEL, purpose: 'main' },
      { channel: 'U0LEAD', purpose: 'dm' },
    ]);
    expect(await bench.work()).toBeUndefined();

    await press(LEAD, id, 'Approve');
    expect(bench.woken).toHaveLength(1);
    bench.advance(11_000);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({
      state: 'done',
      rule: 'approval-given',
      principal: { id: 'U0AIKO' },
    });
    expect((await bench.post(id))[1]).toContain('JOB-1 · approved by @lead');
    expect(await bench.saidToAsker()).toEqual([
      '@U0AIKO: @lead approved Restart Deployment checkout. It has begun (JOB-1).',
      expect.stringMatching(/^@U0AIKO Restart Deployment checkout \(JOB-1\)\. Healthy: all 3 pods are new and ready/),
    ]);
    expect(await bench.audits()).toEqual([
      'asked',
      'planned',
      'confirmed',
      'approval-asked',
      'approved',
      'executing',
      'executed',
      'watched',
    ]);
    const [yes] = await bench.database.db.selectFrom('audit').selectAll().where('stage', '=', 'approved').execute();
    expect(yes).toMatchObject({ principal: { id: 'U0LEAD' }, approval_id: 1 });
  });

  it('says so before it is asked for', async () => {
    const { forms } = await bench.ask(AIKO);
    expect(forms.at(-1)).toMatchObject({ submit: 'Ask for approval' });
    expect(formWords(forms.at(-1)!)).toContain('Needs a second person: a yes from @U0LEAD.');
    const alone = (await bench.ask(LEAD)).forms.at(-1)!;
    expect(formWords(alone)).toContain('nobody but you may approve: add somebody under roles.approver');
    expect(formWords(alone)).not.toContain('<Reason>');
    expect(alone.submit).toBeUndefined();
    bench.setRules({ approval: [] });
    const without = (await bench.ask(AIKO)).forms.at(-1)!;
    expect(without).toMatchObject({ submit: 'Do it' });
    expect(formWords(without)).not.toContain('second person');
  });

  it("is never one's own, takes the grant, and is answered once", async () => {
    const id = await bench.confirmed(LEAD);
    const [approve, refuse] = (await bench.postButtons(id)) as [Button, Button];
    expect(told(await pressButton(LEAD, approve))).toContain('somebody else has to approve it');
    expect(told(await pressButton(LEAD, refuse))).toContain('Nobody else may yet');
    expect((await bench.post(id)).join('\n')).toContain('nobody else may approve');
    expect(told(await pressButton(BEN, approve))).toContain('takes the grant');
    expect(told(await press(BEN, id, 'Withdraw'))).toContain('only they may go on with it or withdraw it');
    bench.setApprover(BEN);
    const asked = await pressButton(BEN, refuse);
    const form = asked.forms.at(-1)!;
    expect(formWords(form)).toContain('<Reason>');
    expect(await bench.action(id)).toMatchObject({ state: 'awaiting-approval' });
    const empty = await bench.submit(BEN, form.id, form.carries, { reason: ' ' });
    expect(empty.answer.ack).toMatchObject({ kind: 'errors' });
    await bench.submit(BEN, form.id, form.carries, { reason: 'peak hour' });
    expect(told(await pressButton(BEN, approve))).toContain('waits for no answer any more: refused by');
    expect(await bench.action(id)).toMatchObject({ state: 'refused' });
    expect((await bench.post(id)).at(-1)).toBe('Refused by @ben (“peak hour”): nothing was done.');
    expect(await bench.saidToAsker()).toEqual([
      '@U0LEAD: @ben refused Restart Deployment checkout: “peak hour”. Nothing was done.',
    ]);
    const [no] = await bench.database.db
      .selectFrom('audit')
      .selectAll()
      .where('stage', '=', 'approval-refused')
      .execute();
    expect(no).toMatchObject({ principal: { id: 'U0BEN' }, reason: 'peak hour' });
    const late = await bench.submit(BEN, form.id, form.carries, { reason: 'again' });
    expect(late.answer.ack).toMatchObject({ kind: 'form' });
    expect(await bench.saidToAsker()).toHaveLength(1);
    expect(await bench.job(id).catch(() => undefined)).toBeUndefined();
    expect(restarts()).toBe(0);
  });

  it('can be withdrawn by who asked', async () => {
    const id = await bench.confirmed(AIKO);
    await press(AIKO, id, 'Withdraw');
    expect((await bench.post(id)).at(-1)).toBe('Withdrawn by @aiko: nothing was done.');
    expect((await bench.audits()).at(-1)).toBe('withdrawn');
    expect(await bench.saidToAsker()).toEqual([]);
  });

  it('expires, is shown so, and a late yes comes too late', async () => {
    const id = await bench.confirmed(AIKO);
    const [approve] = await bench.postButtons(id);
    bench.advance(30 * 60_000);
    expect(told(await pressButton(LEAD, approve!))).toContain('nobody answered in time');
    expect(await expirePlans(bench.database.db, bench.now())).toBe(1);
    expect((await bench.post(id)).slice(-2)).toEqual(['Nobody answered in time: nothing was done.', '[Preview again]']);
    expect(await bench.saidToAsker()).toEqual([expect.stringContaining('@U0AIKO: nobody answered in time')]);
    expect(told(await pressButton(LEAD, approve!))).toContain('nobody answered in time');
  });

  it('confirmed twice asks once, and two answers at once are one', async () => {
    const { forms } = await bench.ask(AIKO);
    const form = forms.at(-1)!;
    const yes = () => bench.submit(AIKO, form.id, form.carries, { reason: 'r' });
    await Promise.all([yes(), yes()]);
    const id = previewed(form).action;
    expect(await bench.database.db.selectFrom('approvals').selectAll().execute()).toHaveLength(1);
    bench.setApprover(BEN);
    const [approve] = await bench.postButtons(id);
    const answers = await Promise.all([pressButton(LEAD, approve!), pressButton(BEN, approve!)]);
    expect(answers.filter((a) => a.messages.length > 0)).toHaveLength(1);
    expect(await bench.database.db.selectFrom('jobs').selectAll().execute()).toHaveLength(1);
  });

  it('is a yes to what was shown: changed since, nothing is done', async () => {
    const id = await bench.confirmed(AIKO);
    bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:2.0');
    await press(LEAD, id, 'Approve');
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'changed' } });
    expect(restarts()).toBe(0);
  });

  it('keeps nobody from a repair while it waits', async () => {
    const waiting = await bench.confirmed(AIKO);
    const other = await bench.confirmed(BEN);
    await press(LEAD, other, 'Approve');
    expect(told(await press(LEAD, waiting, 'Approve'))).toContain('is in the hands of JOB-1');
    await bench.toEnd(other);
    await press(LEAD, waiting, 'Approve');
    await bench.toEnd(waiting);
    expect(await bench.action(waiting)).toMatchObject({ outcome: { kind: 'changed' } });
  });

  it('is asked of callers that cannot be asked, too', async () => {
    const key = { kind: 'key', id: 'ci' } as const;
    const wanted = {
      action: bench.deps.actions.get('restart')!,
      args: {},
      principal: key,
      target: TARGET,
      reason: 'r',
    };
    const ordered = await order(bench.deps, { ...wanted, origin: { kind: 'api' } }, new AbortController().signal);
    expect(ordered).toMatchObject({ kind: 'awaiting', approval: 1 });
  });
});

it('a rule names verbs, or risks from which on every action is meant', () => {
  expect(approvalAsked(['scale'], 'scale', 'low')).toBe('scale');
  expect(approvalAsked(['scale'], 'restart', 'high')).toBeUndefined();
  const risks = ['low', 'medium', 'high'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...risks), fc.constantFrom(...risks), fc.string(), (from, risk, verb) => {
      fc.pre(!(risks as readonly string[]).includes(verb));
      expect(approvalAsked([from], verb, risk) !== undefined).toBe(risks.indexOf(risk) >= risks.indexOf(from));
    }),
  );
});
