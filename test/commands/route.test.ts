import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeLabels } from '../../src/alerts/try-route.ts';
import { query } from '../../src/commands/route.ts';
import type { UserError } from '../../src/domain/errors.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { wordUserError } from '../../src/messages/user-error.ts';
import { argsOf, askedBy } from '../support/asked.ts';
import { plainMessage } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { node, testRules, withRoutes } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const at = new Date('2026-11-21T03:00:00Z');
  const people = ['hana', 'ken'].map((name) => ({ id: `U0${name.toUpperCase()}`, team: 'T1', name, refreshed_at: at }));
  await database.db.insertInto('people').values(people).execute();
  await database.db
    .insertInto('user_groups')
    .values({ id: 'S0SRE', handle: 'sre', name: 'SRE', members: ['U0KEN'], refreshed_at: at })
    .execute();
  await database.db
    .insertInto('channels')
    .values({ id: 'C0DB00001', name: 'db-alerts', is_member: true, refreshed_at: at })
    .execute();
});
afterAll(() => database.close());

const steps = [
  { afterMs: 0, page: ['@hana'] },
  { afterMs: 600_000, page: ['S0SRE', '@ghost', 'channel'] },
];
const small = testRules({
  policies: new Map([['db', { name: 'db', steps, repeat: 0 }]]),
  runbooks: new Map([['db', { name: 'db', actions: ['restart'] }]]),
  databases: new Map([['production', ['orders']]]),
  sources: new Map([
    ['tokyo', { name: 'tokyo', api: [], receivers: [], environment: 'production' }],
    ['osaka', { name: 'osaka', api: [], receivers: [] }],
  ]),
});
const rules = withRoutes(small, [
  node('audit', ['namespace="data"'], { channel: 'audit', continue: true }),
  node('db', ['namespace="data"'], { channel: 'db-alerts', policy: 'db', runbook: 'db' }),
]);

const asked = askedBy({ now: new Date('2026-11-21T03:00:00Z') });
const routing = {
  sources: () => [...rules.sources.keys()],
  answers: (labels: Readonly<Record<string, string>>, source: string, now: Date) =>
    routeLabels(rules, labels, source, now),
};

async function route(typed: string, language: Language = 'en'): Promise<string> {
  const args = argsOf(query, typed, language);
  return plainMessage(await query.answer(args, { routing, db: database.db }, asked, sentences(language)));
}

const refused = async (typed: string, language: Language): Promise<string> => {
  const error = await route(typed, language).catch((e: UserError) => e);
  if (typeof error === 'string') throw new Error(`answered: ${error}`);
  const text = wordUserError(sentences(language), error);
  return plainMessage({ text, blocks: [] });
};

describe.each(LANGUAGES)('route, in %s', (language) => {
  it.each([
    ['severity=critical alertname=Replication namespace=data statefulset=db'],
    ['severity=spicy alertname=DiskFull slack_channel=random'],
    ['severity=critical alertname=DiskFull'],
    ['alertname="Disk full" --source osaka'],
    ['severity=high alertname=IdleInTransaction datname=orders'],
  ])('explains %s', async (typed) => {
    expect(await route(typed, language)).toMatchSnapshot();
  });

  it.each([[''], ['critical'], ['severity!=critical'], ['severity=~crit.*'], ['=x'], ['a=b --source kyoto']])(
    'refuses "%s" kindly',
    async (typed) => {
      expect(await refused(typed, language)).toMatchSnapshot();
    },
  );
});

it('takes labels as Alertmanager prints them, and as a phone does', async () => {
  const plain = await route('severity=critical alertname=X namespace=data');
  expect(await route('{severity="critical",alertname="X",namespace="data"}')).toBe(plain);
  expect(await route('{severity=“critical”, alertname=“X”, namespace=“data”}')).toBe(plain);
  expect(await route('note="a, b=c" alertname=X')).toContain('`note=a, b=c`');
});

it('mentions nobody: what it says may be shared', async () => {
  expect(await route('namespace=data severity=critical')).not.toMatch(/<[@S!]/);
});
