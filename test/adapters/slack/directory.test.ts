import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  BOT_ID,
  BOT_USER_ID,
  CHANNELS,
  DEFAULT_SCOPES,
  FOREIGN_TEAM_ID,
  PEOPLE,
  SRE_GROUP_ID,
  TEAM_ID,
} from '../../../sandbox/slack/index.ts';
import type { Directory } from '../../../src/ports/chat.ts';
import { type Bench, startBench } from './support/bench.ts';

let bench: Bench;
let directory: Directory;

beforeEach(async () => {
  bench = await startBench();
  directory = bench.adapter.directory;
});
afterEach(() => bench.close());

const everyone = async () => new Map((await directory.people()).map((one) => [one.id, one]));

test('who we are, and what we may do', async () => {
  const me = await directory.identity();
  expect(me).toMatchObject({ team: TEAM_ID, teamName: 'Hikeshi', botUserId: BOT_USER_ID, botId: BOT_ID });
  expect([...me.scopes].sort()).toEqual([...DEFAULT_SCOPES].sort());
});

test('people: members, guests, the deactivated, bots and partners told apart', async () => {
  const people = await everyone();
  expect(people.get(PEOPLE.kenji)).toMatchObject({
    name: 'kenji',
    team: TEAM_ID,
    isBot: false,
    isGuest: false,
    deactivated: false,
    locale: 'ja-JP',
    tz: 'Asia/Tokyo',
  });
  expect(people.get(PEOPLE.gil)).toMatchObject({ isGuest: true });
  expect(people.get(PEOPLE.dai)).toMatchObject({ deactivated: true });
  expect(people.get(PEOPLE.deploybot)).toMatchObject({ isBot: true });
  expect(people.get(BOT_USER_ID)).toMatchObject({ isBot: true });
});

test('a partner carries their own team', async () => {
  expect(await directory.personById(PEOPLE.fran)).toMatchObject({ team: FOREIGN_TEAM_ID });
});

test('one person, or none', async () => {
  expect(await directory.personById(PEOPLE.mika)).toMatchObject({ id: PEOPLE.mika, displayName: expect.any(String) });
  expect(await directory.personById('U0NOBODY01')).toBeUndefined();
});

test('all pages are followed', async () => {
  for (let i = 0; i < 1_100; i += 1)
    bench.slack.addPerson({ id: `U0MANY${String(i).padStart(5, '0')}`, name: `many${i}` });
  expect((await everyone()).size).toBeGreaterThanOrEqual(1_100);
  expect(bench.slack.calls('users.list').length).toBeGreaterThanOrEqual(3);
});

test('a 429 in the middle of the pages is waited for', async () => {
  bench.slack.addFault({ kind: 'rate-limited', method: 'users.list', times: 1, retryAfter: 1 });
  expect((await everyone()).size).toBeGreaterThan(5);
});

test('a 429 longer than the limit is the answer', async () => {
  bench.slack.addFault({ kind: 'rate-limited', method: 'users.list', retryAfter: 30 });
  await expect(directory.people({ timeoutMs: 500 })).rejects.toMatchObject({
    kind: 'rate-limited',
    retryAfterMs: 30_000,
  });
});

test('groups with their members', async () => {
  expect(await directory.userGroups()).toEqual([
    {
      id: SRE_GROUP_ID,
      handle: 'sre',
      name: 'SRE',
      members: [PEOPLE.kenji, PEOPLE.mika, PEOPLE.taro],
      disabled: false,
    },
  ]);
});

test('no groups where the plan has none', async () => {
  bench.slack.addFault({ kind: 'error', method: 'usergroups.list', code: 'plan_upgrade_required' });
  expect(await directory.userGroups()).toEqual([]);
});

test('channels: public and private ones, archived ones marked', async () => {
  const channels = new Map((await directory.channels()).map((one) => [one.id, one]));
  expect(channels.get(CHANNELS.alerts)).toEqual({
    id: CHANNELS.alerts,
    name: 'alerts',
    isPrivate: false,
    isArchived: false,
    isMember: true,
  });
  expect(channels.get(CHANNELS.general)).toMatchObject({ isMember: false });
  expect(channels.get(CHANNELS.oncall)).toMatchObject({ isPrivate: true, isMember: true });
  expect(channels.get(CHANNELS['archived-old'])).toMatchObject({ isArchived: true });
});

test('private channels are left out where the scope is missing', async () => {
  bench.slack.setScopes(DEFAULT_SCOPES.filter((scope) => scope !== 'groups:read'));
  const ids = (await directory.channels()).map((one) => one.id);
  expect(ids).toContain(CHANNELS.alerts);
  expect(ids).not.toContain(CHANNELS.oncall);
});

test('members of a channel', async () => {
  expect(await directory.members(CHANNELS.oncall)).toEqual(
    expect.arrayContaining([PEOPLE.kenji, PEOPLE.mika, PEOPLE.taro, BOT_USER_ID]),
  );
  await expect(directory.members('C0NOTHERE1')).rejects.toMatchObject({ kind: 'channel' });
});

test('a call that hangs ends with its limit', async () => {
  bench.slack.addFault({ kind: 'hang', method: 'users.list' });
  await expect(directory.people({ timeoutMs: 100 })).rejects.toMatchObject({ kind: 'ambiguous', code: 'timeout' });
});
