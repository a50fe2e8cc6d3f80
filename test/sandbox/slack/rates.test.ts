import { afterEach, describe, expect, it } from 'vitest';
import { CHANNELS, type FakeSlack, PEOPLE, type SlackOptions } from '../../../sandbox/slack/index.ts';
import { call, posted, raw, stillSlack } from './help.ts';

const open: FakeSlack[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((slack) => slack.close()));
});

async function limited(limits: SlackOptions['limits']): Promise<FakeSlack> {
  const slack = await stillSlack({ limits });
  open.push(slack);
  return slack;
}

const post = (slack: FakeSlack, channel: string = CHANNELS.alerts) =>
  raw(slack, 'chat.postMessage', { channel, text: 'x' });

describe('posting', () => {
  it('takes a small burst, then one a second and channel; another channel has its own', async () => {
    const slack = await limited('slack');
    for (let burst = 0; burst < 3; burst += 1) expect((await post(slack)).status).toBe(200);
    const refused = await post(slack);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    expect((await post(slack, CHANNELS.ops)).status).toBe(200);
    slack.advance(1000);
    expect((await post(slack)).status).toBe(200);
    expect((await post(slack)).status).toBe(429);
  });

  it('counts replies, ephemerals and direct messages for their channel', async () => {
    const slack = await limited({ postBurst: 1 });
    const { ts } = await posted(slack, 'alerts', {});
    expect((await raw(slack, 'chat.postMessage', { channel: CHANNELS.alerts, text: 'x', thread_ts: ts })).status).toBe(
      429,
    );
    expect(
      (await raw(slack, 'chat.postEphemeral', { channel: CHANNELS.alerts, user: PEOPLE.hana, text: 'x' })).status,
    ).toBe(429);
    expect((await post(slack, PEOPLE.hana)).status).toBe(200);
    expect((await post(slack, PEOPLE.hana)).status).toBe(429);
    expect((await raw(slack, 'chat.update', { channel: CHANNELS.alerts, ts, text: 'y' })).status).toBe(200);
  });

  it('has a limit a minute for the whole workspace', async () => {
    const slack = await limited({ workspacePosts: 2, postBurst: 10 });
    await post(slack, CHANNELS.alerts);
    await post(slack, CHANNELS.ops);
    expect((await post(slack, CHANNELS.oncall)).status).toBe(429);
    slack.advance(60_000);
    expect((await post(slack, CHANNELS.oncall)).status).toBe(200);
  });

  it('may swallow what a burst let through', async () => {
    const slack = await limited('slack');
    slack.switch({ burstsVanish: true });
    expect([(await post(slack)).status, (await post(slack)).status]).toEqual([200, 200]);
    expect(slack.channel('alerts').posts()).toHaveLength(1);
  });
});

describe('tiers', () => {
  it.each([
    ['usergroups.list', 20, {}],
    ['chat.update', 50, { channel: CHANNELS.alerts, ts: '1.1', text: 'x' }],
    ['users.info', 100, { user: PEOPLE.hana }],
  ] as const)('%s: %d a minute, and only that method stops', async (method, most, args) => {
    const slack = await limited('slack');
    for (let count = 0; count < most; count += 1) expect((await raw(slack, method, args)).status).toBe(200);
    const refused = await raw(slack, method, args);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await call(slack, 'auth.test')).toMatchObject({ ok: true });
    slack.advance(Number(refused.headers.get('retry-after')) * 1000);
    expect((await raw(slack, method, args)).status).toBe(200);
  });

  it('can be lifted, and set again', async () => {
    const slack = await limited({ tier2: 1 });
    await raw(slack, 'usergroups.list');
    slack.setLimits('off');
    expect((await raw(slack, 'usergroups.list')).status).toBe(200);
    slack.setLimits({ tier2: 0 });
    expect((await raw(slack, 'usergroups.list')).status).toBe(429);
  });
});
