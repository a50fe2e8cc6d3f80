import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { query } from '../../src/commands/incident.ts';
import type { LinkTo } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy } from '../support/asked.ts';
import { at, notificationOf } from '../support/bodies.ts';
import { plainMessage } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { node, testRules, withRoutes } from '../support/rules.ts';

const runbook = { name: 'load', link: 'https://runbooks.example.test/load', actions: ['restart'] };
const rules = withRoutes(testRules({ runbooks: new Map([['load', runbook]]) }), [
  node('load', ['alertname="HighLoad"'], { runbook: 'load' }),
]);

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const labels = { cluster: 'tokyo-1', namespace: 'shop', deployment: 'checkout' };
  const n = notificationOf('HighLoad', [{ fp: 'a', labels, annotations: { summary: 'Busy' } }]);
  await database.db.transaction().execute((tx) => applyBatch(tx, [{ notification: n, bytes: 1 }], rules, at(0)));
});
afterAll(() => database.close());

interface More {
  readonly language?: Language;
  readonly linkTo?: LinkTo;
  readonly thread?: number;
}

async function show(typed: string, { language = 'en', linkTo = async () => undefined, thread }: More = {}) {
  const origin = { kind: 'command', channel: 'C1', ...(thread !== undefined && { incident: thread }) } as const;
  const resources = { db: database.db, incidentRules: () => ({ ...rules, oncall: ['@hana'] }), linkTo };
  const asked = askedBy({ now: at(120), origin });
  return query.answer(argsOf(query, typed, language), resources, asked, sentences(language));
}

const words = async (typed: string, more: More = {}): Promise<string> => plainMessage(await show(typed, more));

const posted = (ts: string | null) =>
  database.db
    .updateTable('posts')
    .set({ ts, channel_id: ts === null ? null : 'C0ALERTS1' })
    .execute();

describe.each(LANGUAGES)('incident, in %s', (language) => {
  it('shows it as its post does, with its buttons, before and after it was posted', async () => {
    await posted(null);
    expect(await words('INC-1', { language })).toMatchSnapshot();
    await posted('1.2');
    expect((await words('INC-1', { language })).split('\n').at(-1)).toMatchSnapshot();
    const linkTo: LinkTo = async ({ channelId, ts }) => `https://shop.slack.com/archives/${channelId}/p${ts}`;
    expect((await words('INC-1', { language, linkTo })).split('\n').at(-1)).toMatchSnapshot();
  });

  it.each([['INC-404'], ['JOB-1'], ['checkout'], ['']])('answers "%s" clearly', async (typed) => {
    expect(await words(typed, { language })).toMatchSnapshot();
  });
});

it('takes a bare number, and in its thread none at all', async () => {
  const whole = await words('INC-1');
  expect(await words('1')).toBe(whole);
  expect(await words('', { thread: 1 })).toBe(whole);
});

it('carries what the buttons of the post carry', async () => {
  const { blocks } = await show('INC-1');
  const buttons = blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
  expect(buttons.map((b) => [b.id, b.carries])).toEqual([
    ['ack', { v: 1, incident: 1, version: 1 }],
    ['action', { v: 1, verb: 'restart', incident: 1 }],
    ['diagnose', { v: 1, incident: 1 }],
    ['escalate', { v: 1, incident: 1, version: 1, asOf: 'none' }],
    ['resolve', { v: 1, incident: 1, version: 1 }],
  ]);
});

describe('of a button that somebody typed', () => {
  const asked = async (typed: string) => {
    const { blocks } = await show(typed);
    return blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
  };

  it('shows that one, of the menu too', async () => {
    expect(await asked('INC-1 ack')).toMatchObject([{ id: 'ack', carries: { incident: 1, version: 1 } }]);
    expect(await asked('INC-1 snooze')).toMatchObject(
      ['1h', '4h', 'morning'].map((length) => ({ carries: { for: length } })),
    );
    expect(await asked('INC-1 snooze 4h')).toMatchObject([{ id: 'snooze', carries: { for: '4h' } }]);
    expect((await show('INC-1 escalate')).blocks).toHaveLength(3);
  });

  it('keeps whom somebody named', async () => {
    const row = { team: 'T1', is_bot: false, is_guest: false, deactivated: false, refreshed_at: at(0) };
    const mika = { ...row, id: 'U0MIKA0001', name: 'mika', display_name: 'Mika' };
    await database.db.insertInto('people').values(mika).execute();
    for (const who of ['@mika', '@U0MIKA0001'])
      expect(await asked(`INC-1 assign ${who}`)).toEqual([
        { id: 'assign', label: 'Assign…', carries: { v: 1, incident: 1, to: 'U0MIKA0001' } },
      ]);
    expect(await asked('INC-1 assign @nobody')).toMatchObject([{ carries: { v: 1, incident: 1 } }]);
  });

  it('shows how it is where its state has no such button', async () => {
    const { text, blocks } = await show('INC-1 unsnooze');
    expect(plainText(text)).toBe('INC-1 has no button for unsnooze now. How it is:');
    expect(blocks.slice(1)).toEqual((await show('INC-1')).blocks);
    await expect(show('INC-1 dance')).rejects.toMatchObject({ code: 'not-one-of' });
  });
});
