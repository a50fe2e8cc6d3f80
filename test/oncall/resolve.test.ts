import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveAll } from '../../src/oncall/resolve.ts';
import { at } from '../support/bodies.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function one(who: string) {
  return (await resolveAll(database.db, [who])).get(who);
}

test('before the workspace was read, ids are called as they are, and names wait', async () => {
  expect(await one('UHANA')).toEqual({ who: 'UHANA', mention: { kind: 'person', id: 'UHANA' } });
  expect(await one('SSRE')).toEqual({ who: 'SSRE', mention: { kind: 'group', id: 'SSRE' } });
  expect(await one('@hana')).toEqual({ who: '@hana', problem: 'not-loaded' });
});

test('whom a step names, each problem by its name', async () => {
  const person = {
    team: 'T',
    refreshed_at: at(0),
    display_name: '',
    is_bot: false,
    is_guest: false,
    deactivated: false,
  };
  await database.db
    .insertInto('people')
    .values([
      { ...person, id: 'UHANA', name: 'hana', display_name: 'Hana Sato' },
      { ...person, id: 'UTWO', name: 'two', display_name: 'same' },
      { ...person, id: 'UTRI', name: 'tri', display_name: 'same' },
      { ...person, id: 'UIMP', name: 'imp', display_name: 'hana' },
      { ...person, id: 'USPY', name: 'spy', display_name: 'kei', is_guest: true },
      { ...person, id: 'UGONE', name: 'gone', deactivated: true },
      { ...person, id: 'ULEFT', name: 'both', deactivated: true },
      { ...person, id: 'UBOT', name: 'robot', is_bot: true },
      { ...person, id: 'UCLASH', name: 'clash' },
    ])
    .execute();
  const group = { name: '', refreshed_at: at(0), disabled: false, members: ['UHANA'] };
  await database.db
    .insertInto('user_groups')
    .values([
      { ...group, id: 'SSRE', handle: 'sre' },
      { ...group, id: 'SOLD', handle: 'old', disabled: true },
      { ...group, id: 'SNONE', handle: 'none', members: [] },
      { ...group, id: 'SBOTH', handle: 'both' },
      { ...group, id: 'SCLASH', handle: 'clash' },
    ])
    .execute();
  const hana = { kind: 'person', id: 'UHANA' };
  const wanted = {
    '@hana': hana,
    '@HANA': hana,
    UHANA: hana,
    '@Hana Sato': hana,
    '@sre': { kind: 'group', id: 'SSRE' },
    '@both': { kind: 'group', id: 'SBOTH' },
    '@spy': { kind: 'person', id: 'USPY' },
    UABSENT: { kind: 'person', id: 'UABSENT' },
    channel: { kind: 'everyone', scope: 'channel' },
    here: { kind: 'everyone', scope: 'here' },
  };
  const problems = {
    '@ghost': 'not-found',
    '@kei': 'not-found',
    '@gone': 'deactivated',
    UGONE: 'deactivated',
    '@robot': 'bot',
    '@same': 'ambiguous',
    '@clash': 'ambiguous',
    '@old': 'disabled',
    SNONE: 'empty',
  };
  const found = await resolveAll(database.db, [...Object.keys(wanted), ...Object.keys(problems)]);
  for (const [who, mention] of Object.entries(wanted)) expect(found.get(who)).toEqual({ who, mention });
  for (const [who, problem] of Object.entries(problems)) expect(found.get(who)).toEqual({ who, problem });
});
