import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { UnknownSubject } from '../../src/core/outbox/word.ts';
import { incidentWords } from '../../src/incidents/words.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { at, notificationOf } from '../support/bodies.ts';
import { plainMessage, plainText } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const n = notificationOf('lines', [{ fp: 'a', labels: { severity: 'high' } }]);
  const rules = testRules();
  await database.db.transaction().execute((tx) => applyBatch(tx, [{ notification: n, bytes: 1 }], rules, at(0)));
});
afterAll(() => database.close());

const line = (kind: string, language: Language = 'en') => ({
  id: 1,
  subject: 'incident:1',
  channel: '#alerts',
  payload: { say: 'lines', kind, params: { count: 1, names: ['a'] }, actor: null },
  createdAt: at(0),
  v: 1,
  language,
});

const wordLines = (kinds: readonly string[], seconds: number, language?: Language) => {
  const sayings = kinds.map((kind) => line(kind, language));
  return incidentWords(() => testRules()).lines(database.db, sayings, at(seconds));
};

test('a line of a kind that is not known here is left to a newer replica, with those that leave beside it', async () => {
  await expect(wordLines(['of-tomorrow'], 60)).rejects.toThrow(UnknownSubject);
  await expect(wordLines(['resolved', 'of-tomorrow'], 60)).rejects.toThrow(UnknownSubject);
});

test('says so in Japanese too', async () => {
  const worded = await wordLines(['of-tomorrow'], 11 * 60, 'ja');
  expect(worded.kind === 'message' && plainMessage(worded.message)).toContain(
    'ほかの出来事がありました (`of-tomorrow`)',
  );
});

test('when no newer one has come, it is said that there is one, and it holds nothing else up', async () => {
  const worded = await wordLines(['resolved', 'of-tomorrow'], 11 * 60);
  expect(worded.kind === 'message' && plainMessage(worded.message).split('\n')).toEqual(
    expect.arrayContaining([
      expect.stringContaining('Resolved: all alerts cleared'),
      expect.stringContaining('Something else happened (`of-tomorrow`)'),
    ]),
  );
});

test.each([
  ['en', /^\*\S+\* fires again; INC-1 is reopened\.$/m],
  ['ja', /^\*\S+\* が再発しました。INC-1 を再びオープンにします。$/m],
] as const)('what goes to the channel says of which incident it speaks (%s)', async (language, said) => {
  const refired = {
    ...line('refired', language),
    payload: { say: 'refired', kind: 'refired', params: { count: 1 }, actor: null },
  };
  const worded = await incidentWords(() => testRules()).refired(database.db, refired, at(0));
  expect(worded).toMatchObject({ kind: 'message', broadcast: true });
  expect(worded.kind === 'message' && plainMessage(worded.message)).toMatch(said);
});

const ping = { mentions: [], title: 'X', severity: 'critical', number: 7 } as const;
const { incident } = sentences('en');

test.each([
  [incident.stillHeld({ count: 1 }), '1 still firing, held until it clears.'],
  [incident.stillHeld({ count: 2 }), '2 still firing, held until they clear.'],
  [incident.line['resolved-by']({ by: 'hana', held: 1 }), 'hana resolved it; 1 firing alert is held until it clears'],
  [incident.line.truncated({ count: 1 }), 'Alertmanager cut 1 alert off; this list is incomplete'],
  [incident.ping({ ...ping, step: 0, why: 'opened' }), ' *Critical: X* (INC-7) needs you: new incident.'],
  [incident.ping({ ...ping, step: 1, why: 'opened' }), ' *Critical: X* (INC-7) needs you: nobody has it yet.'],
  [
    incident.ping({ ...ping, step: 0, why: 'unacked', by: 'hana' }),
    ' *Critical: X* (INC-7) needs you: hana gave it back.',
  ],
  [
    incident.ping({ ...ping, step: 1, why: 'escalated' }),
    ' *Critical: X* (INC-7) needs you: somebody asked for more people.',
  ],
])('%#', (text, said) => {
  expect(plainText(text)).toBe(said);
});
