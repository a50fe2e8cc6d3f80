import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { action as rollback } from '../../../src/commands/rollback.ts';
import { AIKO, BEN, type Bench, expireLease, formWords, openBench, TARGET } from './bench.ts';
import { newIncident } from './incidents.ts';

const LATER = 'registry.k8s.io/pause:3.9';

let bench: Bench;
let first: string;
beforeEach(async () => {
  bench = await openBench({ action: rollback });
  first = image();
  bench.cluster.world.revise('shop', 'checkout', { image: LATER });
  bench.cluster.world.tick(60);
});
afterEach(() => bench.close());

const image = (): string => {
  return bench.cluster.world.store.get('deployments', 'shop', 'checkout')!.spec.template.spec.containers[0]!.image;
};

describe('rolling back', () => {
  it('goes back, and takes that back, as an action of its own', async () => {
    const id = await bench.confirmed(AIKO);
    await bench.work();
    bench.advance(3_000);
    await bench.work();
    expect((await bench.post(id))[2]).toMatch(/of 3 pods new and ready, watching/);
    await bench.toEnd(id);
    expect(image()).toBe(first);
    expect(await bench.action(id)).toMatchObject({ state: 'done', outcome: { kind: 'healthy' } });
    const button = (await bench.postButtons(id)).find(({ label }) => label === 'Undo')!;
    const form = (await bench.click(BEN, button.id, button.carries)).forms.at(-1)!;
    expect(formWords(form)).toContain('Roll back Deployment checkout to revision 2');
    await bench.submit(BEN, 'action-confirm', form.carries, { reason: 'it was not that' });
    const back = String(form.carries['action']);
    await bench.toEnd(back);
    expect(await bench.action(back)).toMatchObject({ undo_of: id, outcome: { kind: 'healthy' } });
    expect(image()).toBe(LATER);
  });

  it.each([
    ['en', 'Healthy: all 3 pods are ready, after'],
    ['ja', '正常: 3 個の Pod がすべて準備完了です'],
  ] as const)('does not call those new in the end that have stayed: %s', async (language, words) => {
    bench.cluster.world.setImage('shop', 'checkout', 'registry.k8s.io/pause:3.8');
    bench.cluster.world.breakImage('shop', 'checkout');
    bench.cluster.world.tick(5);
    const id = await bench.confirmed(AIKO);
    await bench.toEnd(id);
    expect((await bench.post(id, language))[2]).toContain(words);
  });

  it('does not take back what somebody has rolled out since', async () => {
    const id = await bench.confirmed(AIKO);
    await bench.toEnd(id);
    bench.cluster.world.setImage('shop', 'checkout', 'registry.k8s.io/pause:3.8');
    bench.cluster.world.tick(60);
    const button = (await bench.postButtons(id)).find(({ label }) => label === 'Undo')!;
    const form = (await bench.click(AIKO, button.id, button.carries)).forms.at(-1)!;
    expect(formWords(form)).toContain('has changed since that action');
  });

  it('has the other revisions to pick from, and previews another one before it is done', async () => {
    bench.cluster.world.revise('shop', 'checkout', { image: 'registry.k8s.io/pause:3.8' });
    bench.cluster.world.tick(60);
    const { forms } = await bench.ask(AIKO);
    const form = forms.at(-1)!;
    expect(formWords(form)).toContain('Revision 3 → 2');
    const [pick] = form.blocks.flatMap((block) => (block.kind === 'choice' ? [block] : []));
    expect(pick).toMatchObject({ id: 'pick', initial: '2' });
    expect(pick?.options.map(({ value, label }) => [value, label])).toEqual([
      ['2', expect.stringMatching(/^2 · \d{4}-\d\d-\d\d \d\d:\d\d UTC · pause:3\.9$/)],
      ['1', expect.stringMatching(/^1 · .* · checkout:1\.4$/)],
    ]);
    const [, made] = pick!.options[0]!.label.split(' · ');
    expect(formWords(form)).toContain(`Revision 3 → 2, of ${made}`);

    const shown = await bench.submit(AIKO, 'action-confirm', form.carries, { reason: 'worse', pick: '1' });
    const second = shown.forms.at(-1)!;
    expect(formWords(second)).toContain('Revision 3 → 1');
    expect(second.blocks).toContainEqual(expect.objectContaining({ id: 'reason', initial: 'worse' }));
    expect(image()).toBe('registry.k8s.io/pause:3.8');
    expect(await bench.database.db.selectFrom('jobs').select('id').execute()).toEqual([]);
    const done = await bench.submit(AIKO, 'action-confirm', second.carries, { reason: 'worse', pick: '1' });
    expect(done.answer.ack).toBeUndefined();
    await bench.toEnd(String(second.carries['action']));
    expect(image()).toBe(first);
  });

  it('does not put back what somebody rolled away from without saying so', async () => {
    const incident = await newIncident(bench, { target: JSON.stringify(TARGET), target_certain: true });
    bench.advance(60_000);
    const asked = async (args: object): Promise<string> => formWords((await bench.ask(BEN, { args })).forms.at(-1)!);
    expect(await asked({ from: 2 })).toContain('Revision 2 → 1');
    expect(await asked({ from: 1 })).toContain('checkout runs revision 2 by now, not 1');
    const id = await bench.confirmed(AIKO, { args: { from: 2 } });
    await bench.toEnd(id);
    expect(image()).toBe(first);

    const already = 'checkout is rolled back already: aiko took it away from revision 2 at';
    expect(await asked({ from: 2 })).toContain(already);
    const pressed = await bench.click(BEN, 'action', { v: 1, verb: 'rollback', incident });
    expect(formWords(pressed.forms.at(-1)!)).toContain(already);
    const typed = await asked({});
    expect(typed).toContain('Revision 3 → 2');
    expect(typed).toMatch(
      /Revision 2 is what aiko rolled away from at \d{4}-\d\d-\d\d \d\d:\d\d UTC \(JOB-1\)\.\nRevision 3 → 2, of \d{4}-/,
    );

    bench.cluster.world.revise('shop', 'checkout', { image: 'registry.k8s.io/pause:3.8' });
    bench.cluster.world.tick(60);
    const before = await asked({});
    expect(before).toContain('Revision 4 → 3');
    expect(before).not.toContain('rolled away');
    const chosen = await bench.confirmed(AIKO, { args: { to: 2 } });
    expect((await bench.action(chosen)).args).toMatchObject({ to: 2, left: { by: 'aiko', job: 1 } });
    await bench.toEnd(chosen);
    expect(image()).toBe(LATER);
    expect(await asked({})).toContain('Revision 5 → 3');
  });

  it.each([
    ['before-execute', 'healthy', '3'],
    ['in-execute', 'not-done', '2'],
    ['after-execute', 'healthy', '3'],
  ] as const)('killed %s: %s, never twice', async (kill, kind, revision) => {
    const id = await bench.confirmed(AIKO);
    await bench.work({ kill });
    await expireLease(bench);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind } });
    const { annotations } = bench.cluster.world.store.get('deployments', 'shop', 'checkout')!.metadata;
    expect(annotations).toMatchObject({ 'deployment.kubernetes.io/revision': revision });
  });
});
