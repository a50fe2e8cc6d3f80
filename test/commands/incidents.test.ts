import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyBatch } from '../../src/alerts/apply.ts';
import { query as incident } from '../../src/commands/incident.ts';
import { query } from '../../src/commands/incidents.ts';
import { overviewOf } from '../../src/core/ask/overview.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { argsOf, askedBy } from '../support/asked.ts';
import { at, notificationOf } from '../support/bodies.ts';
import { plainMessage } from '../support/plain.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testRules } from '../support/rules.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const resources = () => ({
  db: database.db,
  incidentRules: () => ({ ...testRules(), oncall: [] }),
  linkTo: async ({ ts }: { readonly ts: string }) => `https://shop.slack.com/archives/C0ALERTS1/p${ts}`,
});

async function words(language: Language, whole = false): Promise<string> {
  const asked = askedBy({ now: at(120), origin: { kind: 'command', channel: 'C1' }, whole });
  return plainMessage(await query.answer(argsOf(query, '', language), resources(), asked, sentences(language)));
}

async function fires(...names: readonly string[]): Promise<void> {
  const batch = names.map((name) => ({ notification: notificationOf(name, [{ fp: name }]), bytes: 1 }));
  await database.db.transaction().execute((tx) => applyBatch(tx, batch, testRules(), at(0)));
}

describe('incidents', () => {
  it.each(LANGUAGES)('says that none is open: %s', async (language) => {
    expect(await words(language)).toContain(
      language === 'en' ? 'No incident is open.' : '未解決のインシデントはありません。',
    );
  });

  it('lists those that are open with who has them, since when, and the way to their post', async () => {
    await fires('CheckoutErrors', 'CartSlow', 'Cleared');
    await database.db.updateTable('posts').set({ ts: '1.2', channel_id: 'C0ALERTS1' }).execute();
    const is = (number: number, set: object) =>
      database.db.updateTable('incidents').set(set).where('number', '=', number).execute();
    await is(2, { state: 'acknowledged', acked_by: 'U0HANA' });
    await is(3, { state: 'resolved' });
    for (const language of LANGUAGES) expect(await words(language)).toMatchSnapshot();
  });

  it('are what incident lists without a number', async () => {
    const asked = askedBy({ now: at(120), origin: { kind: 'command', channel: 'C1' } });
    for (const language of LANGUAGES) {
      const answered = await incident.answer(argsOf(incident, '', language), resources(), asked, sentences(language));
      expect(plainMessage(answered)).toBe(await words(language));
    }
  });

  it('are ten at most, the rest counted and in the file; the overview has them as a button', async () => {
    await fires(...Array.from({ length: 12 }, (_, i) => `Alert${i}`));
    expect(await words('en')).toMatch(/14 incidents are open.*4 more\./s);
    expect((await words('en')).match(/INC-/g)).toHaveLength(10);
    expect((await words('en', true)).match(/INC-/g)).toHaveLength(14);
    const overview = await overviewOf(sentences('en'), database.db, new Map(), { role: 'viewer', grants: [] });
    expect(plainMessage(overview)).toContain('[Open incidents]');
  });
});
