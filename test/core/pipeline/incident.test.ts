import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_GUARDRAILS } from '../../../src/domain/guardrails.ts';
import { incidentSubject } from '../../../src/domain/incident.ts';
import { viewIncident } from '../../../src/incidents/view.ts';
import { AIKO, type Bench, formWords, openBench, TARGET } from './bench.ts';
import { copyOf, newIncident, storyOf } from './incidents.ts';

let bench: Bench;
let incident: number;
beforeEach(async () => {
  bench = await openBench();
  incident = await newIncident(bench, { target: JSON.stringify(TARGET), target_certain: true });
});
afterEach(() => bench.close());

/** How often the incident's post was wished to be drawn. */
async function drawings(): Promise<number> {
  const { wanted } = await bench.database.db
    .selectFrom('outbox')
    .select('wanted')
    .where('subject', '=', incidentSubject(incident))
    .executeTakeFirstOrThrow();
  return wanted;
}

async function refired(inMs: number): Promise<void> {
  const refires = [new Date(bench.now().getTime() + inMs)];
  await bench.database.db.updateTable('incidents').set({ refires }).where('id', '=', incident).execute();
}

/** In the channel where this bench's presses come from. */
const copyIn = (channel: string): Promise<number> => copyOf(bench, incident, channel, 'C0OPS');

const postOf = (action: string) =>
  bench.database.db
    .selectFrom('posts')
    .selectAll()
    .where('subject', '=', `action:${action}`)
    .where('purpose', '=', 'main')
    .executeTakeFirstOrThrow();

const linesOf = () => bench.database.db.selectFrom('outbox').selectAll().where('event', 'like', 'acted:%').execute();

const press = (carries: object) => bench.click(AIKO, 'action', carries);

describe("an incident's button", () => {
  it('plans on its target; post and timeline lie in its thread', async () => {
    const { forms } = await press({ v: 1, verb: 'restart', incident });
    expect(forms.map((f) => f.id)).toEqual(['action-loading', 'action-confirm']);
    const carries = forms[1]!.carries;
    await bench.submit(AIKO, 'action-confirm', carries, { reason: 'r' });
    const id = String(carries['action']);
    const { db } = bench.database;
    const repair = async () => (await viewIncident(db, incident, bench.now()))?.repair;
    expect(await repair()).toEqual({ verb: 'restart', name: 'checkout', is: 'working', at: bench.now() });
    const wanted = await drawings();
    const main = await db
      .selectFrom('incidents')
      .select('main_post_id')
      .where('id', '=', incident)
      .executeTakeFirstOrThrow();
    const post = await db
      .selectFrom('posts')
      .selectAll()
      .where('subject', '=', `action:${id}`)
      .executeTakeFirstOrThrow();
    expect(post).toMatchObject({ channel: 'C0ALERTS', thread_post_id: main.main_post_id });
    expect(await bench.action(id)).toMatchObject({
      incident_id: incident,
      origin: { kind: 'button', incident: 141 },
    });
    await bench.toEnd(id);
    expect(await drawings()).toBe(wanted + 1);
    expect(await repair()).toMatchObject({ is: 'done' });
    await refired(1);
    expect(await repair()).toBeUndefined();
    const lines = await storyOf(bench, incident);
    expect(lines).toMatchObject([
      { kind: 'action-confirmed', actor: { id: 'U0AIKO' }, params: { verb: 'restart', job: 1, reason: 'r' } },
      { kind: 'action-finished', params: { state: 'done', outcome: { kind: 'healthy' } } },
    ]);
  });

  it('of a copy is told in the thread of the copy, and the own thread has a line of it', async () => {
    const copy = await copyIn('C0TEAM');
    const { forms } = await press({ v: 1, verb: 'restart', incident });
    await bench.submit(AIKO, 'action-confirm', forms[1]!.carries, { reason: 'r' });
    const id = String(forms[1]!.carries['action']);
    expect(await postOf(id)).toMatchObject({ channel: 'C0TEAM', thread_post_id: copy });
    const [line, ...more] = await linesOf();
    expect(more).toEqual([]);
    const { main_post_id: main } = await bench.database.db
      .selectFrom('incidents')
      .select('main_post_id')
      .where('id', '=', incident)
      .executeTakeFirstOrThrow();
    const params = { verb: 'restart', target: 'production/main/shop/deployment/checkout', job: 1 };
    expect(line).toMatchObject({ thread_post_id: main, payload: { kind: 'acted', actor: { id: 'U0AIKO' }, params } });
  });

  it('of another incident than the post is told in the own thread', async () => {
    await copyIn('C0TEAM');
    const other = await newIncident(bench, { target: JSON.stringify(TARGET), target_certain: true });
    const { forms } = await press({ v: 1, verb: 'restart', incident: other });
    await bench.submit(AIKO, 'action-confirm', forms[1]!.carries, { reason: 'r' });
    expect(await postOf(String(forms[1]!.carries['action']))).toMatchObject({ channel: 'C0ALERTS' });
    expect(await linesOf()).toEqual([]);
  });

  it('of somebody’s own copy is asked of a second person where others see it', async () => {
    await copyIn('U0AIKO');
    bench.setRules({ approval: ['restart'] });
    const { forms } = await press({ v: 1, verb: 'restart', incident });
    await bench.submit(AIKO, 'action-confirm', forms[1]!.carries, { reason: 'r' });
    expect(await postOf(String(forms[1]!.carries['action']))).toMatchObject({ channel: 'C0ALERTS' });
  });

  it('of somebody’s own copy breaks the glass aloud where others see it', async () => {
    await copyIn('U0AIKO');
    bench.setRole(AIKO, 'admin');
    const freeze = { name: 'night', zone: 'UTC', spans: [{ every: 'day', from: 0, to: 24 * 60 }] } as const;
    bench.setRules({ guardrails: { ...DEFAULT_GUARDRAILS, freezes: [freeze] } });
    const refused = (await press({ v: 1, verb: 'restart', incident })).forms.at(-1)!;
    const buttons = refused.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
    const { forms } = await press(buttons.find(({ label }) => label === 'Break glass…')!.carries);
    await bench.submit(AIKO, 'action-confirm', forms.at(-1)!.carries, { reason: 'r' });
    const called = await bench.database.db
      .selectFrom('outbox')
      .select('channel')
      .where('event', '=', 'break-glass')
      .orderBy('channel')
      .execute();
    expect(called.map(({ channel }) => channel)).toEqual(['#fallback', 'C0ALERTS']);
  });

  it('says that the target was worked out', async () => {
    const guessed = await newIncident(bench, { target: JSON.stringify(TARGET), target_certain: false });
    const { forms } = await press({ v: 1, verb: 'restart', incident: guessed });
    expect(formWords(forms[1]!)).toContain("worked out from a pod's name");
  });

  it.each([
    [
      'without a target',
      async () => ({ v: 1, verb: 'restart', incident: await newIncident(bench, {}) }),
      'does not say for certain',
    ],
    ['of a verb that is unknown', async () => ({ v: 1, verb: 'explode', incident }), 'explode is no action here'],
    ['of an incident that is gone', async () => ({ v: 1, verb: 'restart', incident: 4_000 }), 'not in the records'],
    [
      'of an action that is gone',
      async () => ({ v: 1, again: '0b5a4b0c-3a55-4f0e-9d52-0a9c7a9e7b11' }),
      'not in the records',
    ],
  ])('%s explains itself privately, and is audited', async (_what, carries, expected) => {
    const { forms, messages } = await press(await carries());
    expect(forms).toEqual([]);
    expect(JSON.stringify(messages)).toContain(expected.split(' ')[0]);
    const words = messages[0]!.text.map((t) => (typeof t === 'string' ? t : 'code' in t ? t.code : '')).join('');
    expect(words).toContain(expected);
    expect(await bench.audits()).toEqual(['refused']);
  });

  it('of a newer version is not acted upon', async () => {
    const { forms, messages } = await press({ v: 2, verb: 'restart', incident });
    expect(forms).toEqual([]);
    expect(JSON.stringify(messages)).toContain('being upgraded');
  });
});
