import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testLabels } from '../../src/alerts/test-alert.ts';
import { routeLabels } from '../../src/alerts/try-route.ts';
import { query } from '../../src/commands/test-alert.ts';
import type { Asked, TestAsked } from '../../src/core/define.ts';
import type { UserError } from '../../src/domain/errors.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { wordUserError } from '../../src/messages/user-error.ts';
import { argsOf, askedBy } from '../support/asked.ts';
import { plainMessage } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { node, testRules, withRoutes } from '../support/rules.ts';

const NOW = new Date('2026-11-21T03:00:00Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const hana = { id: 'U1', team: 'T1', name: 'hana', refreshed_at: NOW };
  await database.db.insertInto('people').values(hana).execute();
});
afterAll(() => database.close());

const steps = [
  { afterMs: 0, page: ['@hana'] },
  { afterMs: 600_000, page: ['@ghost'] },
];
const rules = withRoutes(testRules({ policies: new Map([['db', { name: 'db', steps, repeat: 0 }]]) }), [
  node('copy', ['namespace="data"'], { channel: 'audit', continue: true }),
  node('db', ['namespace="data"'], { channel: 'db-alerts', policy: 'db' }),
]);
const routing = {
  sources: () => [...rules.sources.keys()],
  answers: (labels: Readonly<Record<string, string>>, source: string, now: Date) =>
    routeLabels(rules, labels, source, now),
};

const sent: TestAsked[] = [];
const testAlerts = {
  labels: (severity: string, more: Readonly<Record<string, string>>) => testLabels(rules, severity, more),
  async send(_source: string, alert: TestAsked) {
    sent.push(alert);
    return 7;
  },
};

async function ask(typed: string, language: Language = 'en', more: Partial<Asked> = {}): Promise<string> {
  sent.length = 0;
  const answer = query.answer(
    argsOf(query, typed, language),
    { testAlerts, routing, db: database.db },
    askedBy({ now: NOW, ...more }),
    sentences(language),
  );
  const text = await answer.catch((error: UserError) => wordUserError(sentences(language), error));
  return plainMessage('blocks' in text ? text : { text, blocks: [] });
}

describe.each(LANGUAGES)('test-alert, in %s', (language) => {
  it.each([
    [''],
    ['high namespace=data'],
    ['namespace=data --page --lasts 1h'],
    ['urgent'],
    ['--lasts 2h'],
    ['--lasts 30s'],
    ['low namespace!=data'],
    ['low --source kyoto'],
  ])('answers %j', async (typed) => {
    expect(await ask(typed, language)).toMatchSnapshot();
  });
});

it.each([
  ['', { labels: { alertname: 'HikeshiTestAlert', severity: 'critical' }, pages: false, lastsMs: 300_000, by: 'hana' }],
  ['P2 --page', { labels: { severity: 'P2' }, pages: true }],
  ['alertname=Disk', { labels: { alertname: 'Disk', severity: 'critical' } }],
  ['low severity=high --lasts 1m', { labels: { severity: 'high' }, lastsMs: 60_000 }],
])('of %j sends', async (typed, alert) => {
  await ask(typed);
  expect(sent).toMatchObject([alert]);
});

it('sends none once it took too long, as whoever asked was told', async () => {
  const late = AbortSignal.abort(new Error('too long'));
  await ask('', 'en', { signal: late }).catch(() => undefined);
  expect(sent).toEqual([]);
});
