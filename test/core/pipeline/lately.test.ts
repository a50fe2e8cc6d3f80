import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { action as scale } from '../../../src/commands/scale.ts';
import type { Form } from '../../../src/domain/content.ts';
import { AIKO, BEN, type Bench, formOf, formWords, openBench, type Someone } from './bench.ts';

const LEAD: Someone = { kind: 'slack', id: 'U0LEAD', team: 'T1', name: 'lead' };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const shown = async (who = AIKO): Promise<string> => formWords((await bench.ask(who)).forms.at(-1)!);

const reasonIn = ({ blocks }: Form): string | undefined =>
  blocks.flatMap((b) => (b.kind === 'text-input' ? [b.initial] : []))[0];

describe('a preview', () => {
  it('says what was done to the target lately, by whom, and in which job', async () => {
    expect(await shown()).not.toContain('JOB-');
    await bench.toEnd(await bench.confirmed(BEN));
    bench.advance(40_000);
    expect(await shown()).toMatch(/\d+ s ago: restart by @ben \(JOB-1\)/);
    bench.advance(31 * 60_000);
    expect(await shown()).not.toContain('JOB-1');
  });

  it('that waits for a second person says what else waits, in the form and in the post', async () => {
    await bench.close();
    bench = await openBench({ approval: ['restart'] });
    await bench.confirmed(BEN);
    expect(await shown()).toContain('APR-1 waits for a yes as well: restart by @ben.');
    const second = await bench.confirmed(AIKO);
    expect((await bench.post(second)).join('\n')).toContain('APR-1 waits for a yes as well: restart by @ben.');
  });

  it('that has expired says until when it held, swept or not, and is looked at anew where it stands', async () => {
    const carries = await bench.preview();
    const until = (await bench.action(carries.action)).expires_at;
    bench.advance(20 * 60_000);
    const before = formOf(await bench.submit(AIKO, 'action-confirm', carries, { reason: 'it leaks' }));
    await bench.database.db.updateTable('actions').set({ state: 'expired' }).where('id', '=', carries.action).execute();
    const after = formOf(await bench.submit(AIKO, 'action-confirm', carries));
    for (const form of [before, after]) expect(formWords(form)).toContain(`held until ${until.toISOString()}`);
    const again = after.blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []))[0];
    expect(again).toMatchObject({ label: 'Preview again', carries: { again: carries.action, over: true } });
    const { forms } = await bench.click(AIKO, 'action', again!.carries!);
    expect(forms.at(-1)).toMatchObject({ id: 'action-confirm', carries: { over: true } });
    expect(reasonIn(forms.at(-1)!)).toBe('it leaks');
    expect((await bench.action(String(forms.at(-1)!.carries['action']))).origin).toEqual(
      (await bench.action(carries.action)).origin,
    );
  });
});

it('a preview of a mention that has expired can be looked at anew, too', async () => {
  await bench.ask(AIKO, { via: 'mention' });
  const { id } = await bench.database.db.selectFrom('actions').select('id').executeTakeFirstOrThrow();
  bench.advance(20 * 60_000);
  const { messages } = await bench.click(AIKO, 'action-continue', { v: 1, action: id });
  const buttons = messages.at(-1)!.blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
  expect(buttons).toMatchObject([{ id: 'action', label: 'Preview again', carries: { again: id } }]);
});

/** It waits for a second person; what others ask for meanwhile does not. */
async function asked(): Promise<string> {
  bench.setRules({ approval: ['restart'] });
  const id = await bench.confirmed(AIKO);
  bench.setRules({ approval: [] });
  return id;
}

async function approved(id: string): Promise<void> {
  const yes = (await bench.postButtons(id)).find(({ label }) => label === 'Approve')!;
  await bench.click(LEAD, yes.id, yes.carries);
}

it('what was not done because of another job of ours names it', async () => {
  const first = await asked();
  await bench.toEnd(await bench.confirmed(BEN));
  await approved(first);
  await bench.toEnd(first);
  expect((await bench.post(first)).join('\n')).toContain(
    'Nothing was done: since the preview it was changed by JOB-1, restart of @ben.',
  );
});

it('what has not changed what is compared is not blamed', async () => {
  await bench.close();
  bench = await openBench({ also: [scale] });
  const scaled = { action: scale, args: { to: 5 } };
  const nothingDone = async (id: string): Promise<string> => {
    await approved(id);
    await bench.toEnd(id);
    return (await bench.post(id)).join('\n');
  };
  const first = await asked();
  await bench.toEnd(await bench.confirmed(BEN));
  await bench.toEnd(await bench.confirmed(BEN, scaled));
  expect(await nothingDone(first)).toContain('it was changed by JOB-1, restart of @ben.');
  const second = await asked();
  bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:1.5');
  await bench.toEnd(await bench.confirmed(BEN, { action: scale, args: { to: 4 } }));
  expect(await nothingDone(second)).toContain('Nothing was done: it has changed since the preview.');
});

it('the reason is there when what was not done is previewed again, for whoever gave it alone', async () => {
  const id = await bench.confirmed(AIKO, { reason: 'it leaks' });
  bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:1.5');
  await bench.toEnd(id);
  const again = (await bench.postButtons(id)).find(({ label }) => label === 'Preview again')!;
  const pressed = async (who: Someone) => (await bench.click(who, again.id, again.carries)).forms.at(-1)!;
  expect(reasonIn(await pressed(AIKO))).toBe('it leaks');
  expect(reasonIn(await pressed(BEN))).toBeUndefined();
});

it('what takes longer than usual says so, with the way to its cause', async () => {
  const id = await bench.confirmed();
  await bench.work();
  const progressed = (usualMs: number | undefined) =>
    bench.database.db
      .updateTable('jobs')
      .set({ progress: JSON.stringify({ stage: 'watching', done: 0, of: 3, since: bench.now(), usualMs }) })
      .where('action_id', '=', id)
      .execute();
  await progressed(3_000);
  bench.advance(30_000);
  expect((await bench.post(id)).join('\n')).toMatch(/30 s of about 3 s/);
  expect((await bench.postButtons(id)).map(({ label }) => label)).toEqual(['Stop watching']);
  bench.advance(210_000);
  expect((await bench.post(id)).join('\n')).toMatch(/4 min, longer than the usual 3 s/);
  expect((await bench.postButtons(id)).map(({ label }) => label)).toEqual(['Why checkout?', 'Stop watching']);
});
