import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { action as scale } from '../../../src/commands/scale.ts';
import { AIKO, BEN, type Bench, formOf, formWords, openBench } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ action: scale });
});
afterEach(() => bench.close());

async function scaledTo(to: number): Promise<string> {
  const id = await bench.confirmed(AIKO, { args: { to } });
  await bench.toEnd(id);
  return id;
}

async function undo(id: string, who = AIKO): Promise<ReturnType<Bench['click']>> {
  const button = (await bench.postButtons(id)).find((b) => b.label === 'Undo')!;
  return bench.click(who, button.id, button.carries);
}

describe('taking back', () => {
  it('scales, and back to what was, as an action of its own', async () => {
    const id = await scaledTo(5);
    expect(bench.replicas()).toBe(5);
    expect((await bench.post(id))[2]).toMatch(/^Healthy: all 5 pods are ready, after \d+ s\.$/);
    const { forms } = await undo(id, BEN);
    expect(formWords(forms.at(-1)!)).toContain('Scale Deployment checkout to 3');
    expect(formWords(forms.at(-1)!)).toContain('5 → 3, 2 pods fewer');
    expect(formWords(forms.at(-1)!)).toContain('This takes back JOB-1.');
    const { answer } = await bench.submit(BEN, 'action-confirm', forms.at(-1)!.carries, { reason: 'quiet again' });
    expect(answer.ack).toBeUndefined();
    const back = String(forms.at(-1)!.carries['action']);
    expect(await bench.action(back)).toMatchObject({ undo_of: id, principal: { id: 'U0BEN' }, args: { to: 3 } });
    await bench.toEnd(back);
    expect(bench.replicas()).toBe(3);
    expect(await bench.action(back)).toMatchObject({ state: 'done', outcome: { kind: 'healthy' } });
  });

  it('says that the whole workload is meant where a pod was named', async () => {
    const { forms } = await bench.ask(AIKO, { args: { to: 5 }, typed: 'shop/checkout-7d9c6b5f4d-x2x4z' });
    expect(formWords(forms.at(-1)!)).toContain(
      'You named the pod checkout-7d9c6b5f4d-x2x4z; this is about all of checkout.',
    );
    const whole = await bench.ask(AIKO, { args: { to: 5 }, typed: 'shop/checkout' });
    expect(formWords(whole.forms.at(-1)!)).not.toContain('You named');
  });

  it('does not take back what somebody else has changed since', async () => {
    const id = await scaledTo(5);
    bench.cluster.world.scale('shop', 'checkout', 7);
    const { forms } = await undo(id);
    expect(formWords(forms.at(-1)!)).toContain('has changed since that action');
    expect(bench.replicas()).toBe(7);
    expect((await bench.audits()).at(-1)).toBe('refused');
  });

  it('is held to the same when its preview has expired and is looked at anew', async () => {
    const id = await scaledTo(5);
    const { forms } = await undo(id);
    bench.advance(20 * 60_000);
    const expired = await bench.submit(AIKO, 'action-confirm', forms.at(-1)!.carries, { reason: 'quiet again' });
    const [again] = formOf(expired).blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
    const anew = (await bench.click(AIKO, 'action', again!.carries!)).forms.at(-1)!;
    expect(formWords(anew)).toContain('This takes back JOB-1.');
    expect(await bench.action(String(anew.carries['action']))).toMatchObject({ undo_of: id, args: { to: 3 } });
    bench.cluster.world.scale('shop', 'checkout', 7);
    const late = (await bench.click(AIKO, 'action', again!.carries!)).forms.at(-1)!;
    expect(formWords(late)).toContain('has changed since that action');
  });

  it('is not taken back twice: after the first, the second finds it changed', async () => {
    const id = await scaledTo(5);
    const first = (await undo(id)).forms.at(-1)!;
    const second = (await undo(id)).forms.at(-1)!;
    await bench.submit(AIKO, 'action-confirm', first.carries, { reason: 'r' });
    await bench.toEnd(String(first.carries['action']));
    expect(bench.replicas()).toBe(3);
    const late = await bench.submit(AIKO, 'action-confirm', second.carries, { reason: 'r' });
    expect(formWords(formOf(late))).toContain('was changed since the preview by JOB-2, scale of @U0AIKO');
    expect(await bench.action(String(second.carries['action']))).toMatchObject({ state: 'planned', outcome: null });
    expect(await bench.work()).toBeUndefined();
    expect(bench.replicas()).toBe(3);
  });

  it('says that it was taken back by somebody else while it was watched', async () => {
    const id = await bench.confirmed(AIKO, { args: { to: 5 } });
    await bench.work();
    bench.cluster.world.scale('shop', 'checkout', 2);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'failed', outcome: { kind: 'overruled', wanted: 5, is: 2 } });
    expect((await bench.post(id))[2]).toContain('set it to 2 since');
    expect((await bench.post(id, 'ja'))[2]).toContain('2 にしました');
  });

  it('finds out by looking whether a killed worker had scaled', async () => {
    const lost = await bench.confirmed(AIKO, { args: { to: 4 } });
    await bench.work({ kill: 'in-execute' });
    bench.advance(60_000);
    await bench.database.db
      .updateTable('jobs')
      .set({ lease_until: new Date(0) })
      .execute();
    await bench.toEnd(lost);
    expect(['done', 'failed']).toContain((await bench.action(lost)).state);
    expect(bench.replicas()).toBe((await bench.action(lost)).state === 'done' ? 4 : 3);
  });
});
