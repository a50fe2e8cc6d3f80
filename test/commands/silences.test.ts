import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/silences.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { type Silence, SilenceError, type Silencer } from '../../src/ports/silencer.ts';
import { argsOf, askedBy, notAsked } from '../support/asked.ts';
import { plainMessage } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';

const NOW = new Date('2026-11-20T03:00:00Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await declared();
});
afterAll(() => database.close());

const silence = (n: number, more: Partial<Silence> = {}): Silence => ({
  id: `id-${n}`,
  state: 'active',
  matchers: [
    { name: 'alertname', value: `Alert${n}`, isRegex: false, isEqual: true },
    { name: 'team', value: 'db|cache', isRegex: true, isEqual: false },
  ],
  startsAt: NOW,
  endsAt: new Date(NOW.getTime() + n * 60_000),
  createdBy: 'hana',
  comment: 'deploying [hikeshi 00000000-0000-4000-8000-000000000000]',
  ...more,
});

function silencer(name: string, list: Silencer['list']): Silencer {
  return { name, list, matching: notAsked, create: notAsked, extend: notAsked, expire: notAsked };
}

const away = silencer('osaka', async () => {
  throw new SilenceError('away', 'no answer within 3 s');
});

async function show(typed: string, sources: readonly Silencer[], language: Language = 'en') {
  const resources = { db: database.db, silencers: () => new Map(sources.map((one) => [one.name, one])) };
  const asked = askedBy({ now: NOW });
  return plainMessage(await query.answer(argsOf(query, typed, language), resources, asked, sentences(language)));
}

async function declared(): Promise<void> {
  const titled = {
    title: 'Checkout is down',
    severity: 'critical',
    peak_severity: 'critical',
    channel: '#ops',
  } as const;
  const incident = { number: 7, source: 'manual', state: 'open', since: NOW, opened_at: NOW, fired_at: NOW } as const;
  await database.db
    .insertInto('incidents')
    .values({ ...incident, ...titled })
    .execute();
}

describe.each(LANGUAGES)('silences, in %s', (language) => {
  it('are shown, what ends first comes first, without our mark; who does not answer is named', async () => {
    const tokyo = silencer('tokyo', async () => [silence(30), silence(10, { state: 'pending', comment: '' })]);
    expect(await show('', [tokyo, away], language)).toMatchSnapshot();
  });

  it('are counted where there are many', async () => {
    const tokyo = silencer('tokyo', async () => Array.from({ length: 20 }, (_, n) => silence(n + 1)));
    const lines = (await show('', [tokyo], language)).split('\n');
    expect(lines.filter((line) => line.includes('alertname'))).toHaveLength(15);
    expect(lines.at(-1)).toMatchSnapshot();
  });

  it('that are none, of nobody, or of no incident, are said so', async () => {
    const tokyo = silencer('tokyo', async () => []);
    for (const [typed, sources] of [
      ['', [tokyo]],
      ['INC-7', [tokyo]],
      ['', []],
      ['', [away]],
      ['checkout', [tokyo]],
    ] as const)
      expect(await show(typed, sources, language)).toMatchSnapshot();
    expect(await show('INC-99', [tokyo], language)).toMatch(language === 'en' ? /There is no INC-99/ : /INC-99 は/);
  });
});
