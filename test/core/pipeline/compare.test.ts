import { afterEach, describe, expect, it } from 'vitest';
import { action as restart } from '../../../src/commands/restart.ts';
import { action as scale } from '../../../src/commands/scale.ts';
import type { Form } from '../../../src/domain/content.ts';
import { AIKO, BEN, type Bench, type BenchOptions, formOf, formWords, openBench } from './bench.ts';

/** What was previewed is looked at once more before anybody says yes to it, or is called to. */

let bench: Bench;
afterEach(() => bench.close());

const SCALED = { action: scale, args: { to: 5 } };

async function open(options: BenchOptions = {}): Promise<void> {
  bench = await openBench({ action: restart, also: [scale], ...options });
}

const buttonsOf = ({ blocks }: { readonly blocks: Form['blocks'] }) =>
  blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));

/** Asked for in a thread; the button under the preview, pressed when it is called. */
async function mentioned(asked: object = {}): Promise<() => Promise<Form>> {
  const { messages } = await bench.ask(AIKO, { via: 'mention', ...asked });
  const button = buttonsOf(messages.at(-1)!).find(({ id }) => id === 'action-continue')!;
  return async () => (await bench.click(AIKO, button.id, button.carries)).forms.at(-1)!;
}

const approvals = () => bench.database.db.selectFrom('approvals').selectAll().execute();

describe('Continue under a preview that was made a while ago', () => {
  it('says that there is nothing left to do', async () => {
    await open();
    const goOn = await mentioned(SCALED);
    await bench.toEnd(await bench.confirmed(BEN, SCALED));
    const form = await goOn();
    expect(form.submit).toBeUndefined();
    expect(formWords(form)).toContain('checkout is set to 5 already');
  });

  it.each([
    ['en', 'was changed since the preview by JOB-1, restart of @U0BEN.', 'Preview again'],
    ['ja', 'プレビューの後に JOB-1（@U0BEN の restart）が', 'もう一度プレビュー'],
  ] as const)('says what has changed, and previews it anew: %s', async (language, words, label) => {
    await open({ language, approval: ['restart'] });
    const goOn = await mentioned();
    bench.setRules({ approval: [] });
    await bench.toEnd(await bench.confirmed(BEN));
    bench.setRules({ approval: ['restart'] });
    const form = await goOn();
    expect(form.submit).toBeUndefined();
    expect(formWords(form)).toContain(words);
    const [again] = buttonsOf(form);
    expect(again).toMatchObject({ label });
    expect((await bench.click(AIKO, again!.id, again!.carries)).forms.at(-1)).toMatchObject({ id: 'action-confirm' });
    expect(await approvals()).toEqual([]);
    expect(await bench.audits()).toContain('refused');
  });

  it('says what somebody else has changed, too', async () => {
    await open();
    const goOn = await mentioned();
    bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:1.5');
    const form = await goOn();
    expect(formWords(form)).toContain('has changed since the preview, so nothing was done.');
  });

  it('shows how it is now where what is compared has not changed, to the second person as well', async () => {
    await open();
    bench.cluster.world.settle();
    const goOn = await mentioned();
    const [id] = (await bench.database.db.selectFrom('actions').select('id').execute()).map((row) => row.id);
    await bench.toEnd(await bench.confirmed(BEN, SCALED));
    bench.setRules({ approval: ['restart'] });
    const form = await goOn();
    expect(formWords(form)).toContain('Ready now: 5 of 5');
    await bench.submit(AIKO, form.id, form.carries, { reason: 'leak' });
    expect((await bench.post(id!)).join('\n')).toContain('Ready now: 5 of 5');
  });

  it.each([
    [
      'does not answer',
      'en',
      (): void => bench.cluster.world.away(true),
      'main does not answer: this is how it was at',
    ],
    ['does not answer', 'ja', (): void => bench.cluster.world.away(true), 'main が応答しないため、これは'],
    ['is too slow', 'en', (): void => bench.cluster.world.slow(3_000), 'main does not answer: this is how it was at'],
  ] as const)('says that it could not be compared where the cluster %s: %s', async (_what, language, breaks, words) => {
    await open({ language, compareWithinMs: 500 });
    const goOn = await mentioned();
    breaks();
    const form = await goOn();
    bench.cluster.world.slow(0);
    expect(form.id).toBe('action-confirm');
    expect(formWords(form)).toContain(words);
  });
});

it('nobody is called for a second yes to what one of our jobs has overtaken while the form was open', async () => {
  await open();
  const carries = await bench.preview(AIKO);
  const other = await bench.preview(AIKO, SCALED);
  await bench.toEnd(await bench.confirmed(BEN));
  bench.setRules({ approval: ['restart', 'scale'] });
  const form = formOf(await bench.submit(AIKO, 'action-confirm', carries, { reason: 'leak' }));
  expect(formWords(form)).toContain('was changed since the preview by JOB-1, restart of @U0BEN.');
  expect(buttonsOf(form)).toMatchObject([{ label: 'Preview again', carries: { again: carries.action, over: true } }]);
  expect(await approvals()).toEqual([]);
  await bench.submit(AIKO, 'action-confirm', other, { reason: 'load' });
  expect(await approvals()).toHaveLength(1);
});
