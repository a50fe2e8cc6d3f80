import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wordBrokenGlass } from '../../../src/core/pipeline/index.ts';
import { plainText } from '../../../src/core/wording.ts';
import type { Button, Form, Message } from '../../../src/domain/content.ts';
import { DEFAULT_GUARDRAILS, type Guardrails } from '../../../src/domain/guardrails.ts';
import { LANGUAGES } from '../../../src/messages/catalog.ts';
import { AIKO, BEN, type Bench, CHANNEL, formWords, openBench, previewed, type Shown, type Someone } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ requireReason: false });
  bench.setRole(AIKO, 'admin');
  rules(FROZEN);
});
afterEach(() => bench.close());

const FROZEN: Partial<Guardrails> = {
  freezes: [{ name: 'night', zone: 'UTC', spans: [{ every: 'day', from: 0, to: 300 }] }],
};
const rules = (some: Partial<Guardrails>): void => bench.setRules({ guardrails: { ...DEFAULT_GUARDRAILS, ...some } });

const buttonsOf = (shown: Form | Message | undefined): readonly Button[] =>
  (shown?.blocks ?? []).flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
const glassIn = (shown: Form | Message | undefined) => buttonsOf(shown).find(({ label }) => label === 'Break glass…');

/** Refused, pressed, previewed: the confirm form's carries. */
async function pressed(who: Someone = AIKO): Promise<Form> {
  const { forms } = await bench.ask(who);
  const button = glassIn(forms.at(-1))!;
  const again = await bench.click(who, button.id, button.carries);
  return again.forms.at(-1)!;
}

const confirm = (form: Form, reason = 'shop is down', who: Someone = AIKO): Promise<Shown> =>
  bench.submit(who, form.id, form.carries, { reason });

const sayings = () =>
  bench.database.db
    .selectFrom('outbox')
    .select(['channel', 'payload'])
    .where('event', '=', 'break-glass')
    .orderBy('channel')
    .execute();

async function audited(): Promise<string[]> {
  const rows = await bench.database.db.selectFrom('audit').select(['stage', 'rule']).orderBy('id').execute();
  return rows.map(({ stage, rule }) => `${stage} ${rule ?? ''}`.trim());
}

describe('breaking the glass', () => {
  it('from the refusal: named, previewed, with a reason, aloud, audited, and done', async () => {
    const form = await pressed();
    expect(formWords(form)).toContain('Break glass: freeze is lifted for this one action');
    expect(formWords(form)).toContain('<Reason>');
    expect((await confirm(form, ' ')).answer.ack).toMatchObject({ kind: 'errors' });
    expect(await sayings()).toEqual([]);
    expect((await confirm(form)).answer.ack).toEqual({ kind: 'close-all' });
    const id = previewed(form).action;
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done', lift: 'freeze', reason: 'shop is down' });
    expect((await sayings()).map(({ channel }) => channel)).toEqual(['#fallback', CHANNEL]);
    const all = await audited();
    expect(all.filter((one) => one.startsWith('glass-broken'))).toEqual(['glass-broken break-glass:freeze']);
    expect(all.find((one) => one.startsWith('confirmed'))).toContain('break-glass:freeze');
    const [entry] = await bench.database.db
      .selectFrom('audit')
      .selectAll()
      .where('stage', '=', 'glass-broken')
      .execute();
    expect(entry).toMatchObject({ reason: 'shop is down', action_id: id, principal: { id: AIKO.id } });
  });

  it('by the flag too', async () => {
    const { forms } = await bench.ask(AIKO, { lift: 'freeze' });
    expect((await confirm(forms.at(-1)!)).answer.ack).toEqual({ kind: 'close-all' });
    expect(await sayings()).toHaveLength(2);
  });

  it('once: the next action is refused as ever', async () => {
    await confirm(await pressed());
    await bench.toEnd(
      String((await bench.database.db.selectFrom('jobs').select('action_id').executeTakeFirstOrThrow()).action_id),
    );
    expect(formWords((await bench.ask(AIKO)).forms.at(-1)!)).toContain('frozen');
  });

  it('lifts one guardrail, not two', async () => {
    rules({ ...FROZEN, incidentRequired: true });
    const first = (await bench.ask(AIKO)).forms.at(-1);
    expect(formWords(first!)).toContain('only for an open incident');
    const button = glassIn(first)!;
    const second = (await bench.click(AIKO, button.id, button.carries)).forms.at(-1)!;
    expect(formWords(second)).toContain('frozen');
    expect(glassIn(second)).toBeUndefined();
  });

  it('is for the role that config names, at each step', async () => {
    bench.setRole(BEN, 'operator');
    const refused = (await bench.ask(BEN)).forms.at(-1)!;
    expect(formWords(refused)).toMatch(
      /frozen .*The role admin may lift this once, aloud \(--break-glass freeze\): @U0LEAD/,
    );
    expect(glassIn(refused)).toBeUndefined();
    expect(formWords((await bench.ask(BEN, { lift: 'freeze' })).forms.at(-1)!)).toContain('frozen');
    const form = await pressed();
    const { carries } = glassIn((await bench.ask(AIKO)).forms.at(-1))!;
    expect(formWords((await bench.click(BEN, 'action', carries)).forms.at(-1)!)).toContain('frozen');
    bench.setRole(AIKO, 'operator');
    expect(JSON.stringify((await confirm(form)).answer.ack)).toContain('frozen');
    bench.setRole(AIKO, 'admin');
    expect((await confirm(form)).answer.ack).toEqual({ kind: 'close-all' });
    bench.setRole(AIKO, 'operator');
    await bench.work();
    expect(await bench.action(previewed(form).action)).toMatchObject({
      state: 'failed',
      outcome: { refusal: { rule: 'freeze' } },
    });
    rules({ ...FROZEN, breakGlass: 'operator' });
    expect(glassIn((await bench.ask(BEN)).forms.at(-1))).toBeDefined();
    rules({ ...FROZEN, breakGlass: 'nobody' });
    bench.setRole(AIKO, 'admin');
    const nobody = (await bench.ask(AIKO)).forms.at(-1)!;
    expect(formWords(nobody)).toContain('Nobody lifts it');
    expect(glassIn(nobody)).toBeUndefined();
  });

  it('lifts no right, no lock and no channel', async () => {
    rules({});
    bench.setRules({ actionsIn: ['C0OTHER'] });
    expect(glassIn((await bench.ask(AIKO)).forms.at(-1))).toBeUndefined();
    bench.setRules({ actionsIn: [CHANNEL] });
    await bench.confirmed(BEN);
    const held = (await bench.ask(AIKO)).forms.at(-1)!;
    expect(formWords(held)).toContain('is in the hands of');
    expect(glassIn(held)).toBeUndefined();
  });

  it('of what came between preview and yes is offered there', async () => {
    rules({});
    const form = (await bench.ask(AIKO)).forms.at(-1)!;
    rules(FROZEN);
    const { answer } = await confirm(form);
    const refused = answer.ack?.kind === 'form' ? answer.ack.form : undefined;
    const button = glassIn(refused)!;
    const again = (await bench.click(AIKO, button.id, button.carries)).forms.at(-1)!;
    expect((await confirm(again)).answer.ack).toEqual({ kind: 'close-all' });
  });

  it('is not told when nothing was in its way any more', async () => {
    const form = await pressed();
    rules({});
    expect((await confirm(form)).answer.ack).toEqual({ kind: 'close-all' });
    expect(await sayings()).toEqual([]);
    expect(await audited()).not.toContain('glass-broken break-glass:freeze');
  });

  it('is not kept for later: what comes after the yes refuses, for nobody was told', async () => {
    rules({});
    const form = (await bench.ask(AIKO, { lift: 'freeze' })).forms.at(-1)!;
    expect((await confirm(form)).answer.ack).toEqual({ kind: 'close-all' });
    rules(FROZEN);
    await bench.work();
    expect(await bench.action(previewed(form).action)).toMatchObject({
      state: 'failed',
      lift: null,
      outcome: { refusal: { rule: 'freeze' } },
    });
    expect(await sayings()).toEqual([]);
  });

  it('from a mention is a private button as well', async () => {
    const { messages } = await bench.ask(AIKO, { via: 'mention' });
    expect(glassIn(messages.at(-1))).toBeDefined();
  });

  it.each(LANGUAGES)('is called out in one sentence in %s', async (language) => {
    await confirm(await pressed(), 'shop <!channel> is down');
    const [saying] = await sayings();
    const say = wordBrokenGlass(bench.deps);
    const about = { id: 1, subject: 'action:x', channel: CHANNEL, createdAt: bench.now(), v: 1, language };
    const worded = await say(bench.database.db, { ...about, payload: saying!.payload }, bench.now());
    if (worded.kind !== 'message') throw new Error('nothing to say');
    expect(plainText(worded.message.text)).toMatchSnapshot();
    const calls = worded.message.text.filter((part) => typeof part === 'object' && 'mention' in part);
    expect(calls).toEqual([
      { mention: { kind: 'everyone', scope: 'here' } },
      { mention: { kind: 'person', id: AIKO.id } },
    ]);
  });
});
