import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BOT_ID,
  CHANNELS,
  DEFAULT_SCOPES,
  type FakeSlack,
  PEOPLE,
  SRE_GROUP_ID,
} from '../../../sandbox/slack/index.ts';
import { call, posted, stillSlack } from './help.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await stillSlack();
});

afterEach(async () => slack.close());

describe('auth.test, team.info, bots.info', () => {
  it('say who and where the app is', async () => {
    expect(await call(slack, 'auth.test')).toMatchObject({
      url: 'https://hikeshi.slack.com/',
      team_id: 'T0HIKESHI1',
      user_id: 'U0HIKESHI1',
      bot_id: BOT_ID,
    });
    expect(await call(slack, 'team.info')).toMatchObject({ team: { domain: 'hikeshi' } });
    expect(await call(slack, 'bots.info', { bot: BOT_ID })).toMatchObject({ bot: { user_id: 'U0HIKESHI1' } });
    expect(await call(slack, 'bots.info', { bot: 'B0OTHER' })).toMatchObject({ error: 'bot_not_found' });
  });
});

describe('users', () => {
  it('are listed with a limit only, without partners', async () => {
    expect(await call(slack, 'users.list')).toMatchObject({ error: 'limit_required' });
    const answer = await call(slack, 'users.list', { limit: 200 });
    const members = answer['members'] as { name: string }[];
    expect(members.map((member) => member.name)).not.toContain('fran');
    expect(members).toContainEqual(expect.objectContaining({ name: 'dai', deleted: true }));
  });

  it.each([
    ['gil', { is_restricted: true, is_ultra_restricted: true }],
    ['dai', { deleted: true }],
    ['deploybot', { is_bot: true }],
    ['fran', { team_id: 'T0PARTNER1', is_stranger: true }],
    ['kenji', { tz: 'Asia/Tokyo', tz_offset: 32_400, locale: 'ja-JP' }],
  ] as const)('%s is described as what they are', async (name, fields) => {
    expect(await call(slack, 'users.info', { user: PEOPLE[name], include_locale: true })).toMatchObject({
      user: fields,
    });
  });

  it('refuses unknown ones, keeps addresses behind their scope', async () => {
    expect(await call(slack, 'users.info', { user: 'U0NOBODY01' })).toMatchObject({ error: 'user_not_found' });
    expect(await call(slack, 'users.info', { user: PEOPLE.hana })).toMatchObject({
      user: { profile: { email: 'hana@example.com' } },
    });
    slack.setScopes(['users:read']);
    expect(JSON.stringify(await call(slack, 'users.info', { user: PEOPLE.hana }))).not.toContain('@example.com');
  });

  it('are found by address unless they are gone', async () => {
    expect(await call(slack, 'users.lookupByEmail', { email: 'Hana@example.com' })).toMatchObject({
      user: { id: PEOPLE.hana },
    });
    expect(await call(slack, 'users.lookupByEmail', { email: 'dai@example.com' })).toMatchObject({
      error: 'users_not_found',
    });
  });
});

describe('user groups', () => {
  const update = (users: string[], token = slack.adminToken, usergroup = SRE_GROUP_ID) =>
    call(slack, 'usergroups.users.update', { usergroup, users: users.join(',') }, token);

  it('need a paid plan', async () => {
    const free = await stillSlack({ team: { plan: 'free' } });
    for (const method of ['usergroups.list', 'usergroups.users.list', 'usergroups.users.update']) {
      expect(await call(free, method, { usergroup: SRE_GROUP_ID, users: PEOPLE.hana })).toMatchObject({
        error: 'plan_upgrade_required',
      });
    }
    await free.close();
  });

  it('are listed', async () => {
    expect(await call(slack, 'usergroups.list', { include_users: true })).toMatchObject({
      usergroups: [{ id: SRE_GROUP_ID, handle: 'sre', users: [PEOPLE.kenji, PEOPLE.mika, PEOPLE.taro] }],
    });
    expect(await call(slack, 'usergroups.users.list', { usergroup: 'S0NONE' })).toMatchObject({
      error: 'no_such_subteam',
    });
    expect(await call(slack, 'usergroups.users.list', { usergroup: SRE_GROUP_ID })).toMatchObject({
      users: [PEOPLE.kenji, PEOPLE.mika, PEOPLE.taro],
    });
  });

  it("are not for a bot to change, unless everyone may; an admin's token may", async () => {
    expect(await update([PEOPLE.hana], slack.botToken)).toMatchObject({ error: 'permission_denied' });
    expect(await update([PEOPLE.hana])).toMatchObject({ usergroup: { users: [PEOPLE.hana] } });
    const open = await stillSlack({ team: { groupsManagedBy: 'everyone' } });
    expect(await call(open, 'usergroups.users.update', { usergroup: SRE_GROUP_ID, users: PEOPLE.hana })).toMatchObject({
      ok: true,
    });
    await open.close();
  });

  it.each<[string, string[], string]>([
    ['nobody', [], 'no_users_provided'],
    ['the unknown', ['U0NOBODY01'], 'invalid_users'],
    ['bots', [PEOPLE.deploybot], 'invalid_user'],
    ['partners', [PEOPLE.fran], 'invalid_user'],
    ['the deactivated', [PEOPLE.dai], 'invalid_user'],
    ['guests', [PEOPLE.gil], 'single_channel_guests_cannot_be_added'],
  ])('refuse %s, and stay as they were', async (_who, users, error) => {
    expect(await update(users)).toMatchObject({ ok: false, error });
    expect(await call(slack, 'usergroups.users.list', { usergroup: SRE_GROUP_ID })).toMatchObject({
      users: [PEOPLE.kenji, PEOPLE.mika, PEOPLE.taro],
    });
  });

  it('refuse too many, and a group that is not there', async () => {
    slack.switch({ maxGroupMembers: 1 });
    expect(await update([PEOPLE.hana, PEOPLE.mika])).toMatchObject({ error: 'subteam_max_users_exceeded' });
    expect(await update([PEOPLE.hana], slack.adminToken, 'S0NONE')).toMatchObject({ error: 'no_such_subteam' });
  });
});

describe('dnd', () => {
  it("tells the next quiet time in the person's own zone, and a snooze", async () => {
    slack.user('kenji').change({ quiet: { from: '22:00', to: '08:00' } });
    // 2023-11-14 22:13:20 UTC is 07:13:20 in Tokyo: quiet until 23:00 UTC.
    const end = 1_700_002_800;
    expect(await call(slack, 'dnd.info', { user: PEOPLE.kenji })).toMatchObject({
      dnd_enabled: true,
      next_dnd_start_ts: end - 36_000,
      next_dnd_end_ts: end,
      snooze_enabled: false,
    });
    slack.user('hana').change({ snoozedUntil: 1_700_000_600 });
    expect(await call(slack, 'dnd.info', { user: PEOPLE.hana })).toMatchObject({
      dnd_enabled: false,
      snooze_enabled: true,
      snooze_endtime: 1_700_000_600,
      snooze_remaining: 600,
    });
  });

  it('refuses the unknown and more than 50', async () => {
    expect(await call(slack, 'dnd.info', { user: 'U0NOBODY01' })).toMatchObject({ error: 'user_not_found' });
    expect(await call(slack, 'dnd.teamInfo', { users: `${PEOPLE.hana},${PEOPLE.mika}` })).toMatchObject({
      users: { [PEOPLE.hana]: { dnd_enabled: false } },
    });
    expect(
      await call(slack, 'dnd.teamInfo', { users: Array.from({ length: 51 }, () => PEOPLE.hana).join(',') }),
    ).toMatchObject({ error: 'too_many_users' });
  });
});

describe('reactions.add', () => {
  it('refuses a second time, a strange emoji, a missing message, too many kinds', async () => {
    slack.switch({ maxReactions: 1 });
    const { ts } = await posted(slack, 'alerts', {});
    const react = (name: string, timestamp = ts) =>
      call(slack, 'reactions.add', { channel: CHANNELS.alerts, name, timestamp });
    expect(await react('eyes')).toEqual({ ok: true });
    expect(await react('eyes')).toMatchObject({ error: 'already_reacted' });
    expect(await react(':eyes:')).toMatchObject({ error: 'invalid_name' });
    expect(await react('not_an_emoji')).toMatchObject({ error: 'invalid_name' });
    expect(await react('eyes', '1.1')).toMatchObject({ error: 'message_not_found' });
    expect(await react('fire')).toMatchObject({ error: 'too_many_reactions' });
    expect(slack.channel('alerts').message(ts)?.reactions).toEqual([{ name: 'eyes', users: ['U0HIKESHI1'], count: 1 }]);
  });
});

describe('files', () => {
  const start = (args: Record<string, unknown>) => call(slack, 'files.getUploadURLExternal', args);
  const complete = (args: Record<string, unknown>) => call(slack, 'files.completeUploadExternal', args);

  async function upload(): Promise<string> {
    const { file_id: id, upload_url: url } = await start({ filename: 'a.log', length: 3 });
    const sent = await fetch(String(url), { method: 'POST', body: 'abc' });
    expect(await sent.text()).toBe('OK - 3');
    return String(id);
  }

  it('refuses a start without name or length, and a huge snippet', async () => {
    expect(await start({ length: 3 })).toMatchObject({ error: 'missing_argument' });
    expect(await start({ filename: 'a', length: 0 })).toMatchObject({ error: 'missing_argument' });
    expect(await start({ filename: 'a', length: 1_048_577, snippet_type: 'text' })).toMatchObject({
      error: 'snippet_too_large',
    });
    expect(await start({ filename: 'a', length: 1_048_577 })).toMatchObject({ ok: true });
  });

  it('refuses to finish what was never sent, and channels it may not use', async () => {
    const { file_id: unsent } = await start({ filename: 'a.log', length: 3 });
    expect(await complete({ files: [{ id: unsent }] })).toMatchObject({ error: 'file_not_found' });
    const id = await upload();
    expect(await complete({ files: [{ id }], channel_id: CHANNELS.general })).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await complete({ files: [{ id }], channel_id: 'C0NOWHERE1' })).toMatchObject({ error: 'channel_not_found' });
  });

  it('shares later than it answers', async () => {
    const id = await upload();
    expect(await call(slack, 'files.info', { file: id })).toMatchObject({ error: 'file_not_found' });
    expect(
      await complete({ files: [{ id, title: 'Logs' }], channel_id: CHANNELS.ops, initial_comment: 'here' }),
    ).toMatchObject({ files: [{ id, title: 'Logs' }] });
    expect(await call(slack, 'files.info', { file: id })).toMatchObject({ file: { shares: {} } });
    slack.advance(300);
    const [post] = slack.channel('ops').posts();
    expect(post).toMatchObject({ text: 'here', subtype: 'file_share', files: [{ id, title: 'Logs', size: 3 }] });
    expect(await call(slack, 'files.info', { file: id })).toMatchObject({
      file: { shares: { public: { [CHANNELS.ops]: [{ ts: post?.ts }] } } },
    });
  });
});

it('has the scopes by which its own defaults work', () => {
  expect(DEFAULT_SCOPES).not.toContain('chat:write.public');
});
