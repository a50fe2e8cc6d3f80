import { describe, expect, it } from 'vitest';
import { visibleText } from '../../../sandbox/slack/index.ts';
import { firing } from '../support/alerts.ts';
import { type Bench, settle, whole } from '../support/bench.ts';
import { firingOf, refusals, stories } from '../support/crowd.ts';
import { postsOf } from '../support/judge.ts';
import { type Site, team } from '../support/site.ts';

/** Our real pace against Slack's real limits: a post a second and channel, 300 a minute, 50 edits a minute. */
const REAL = { limits: 'slack' } as const;
const AT_ONCE = 20;

export function limits(given: () => Bench): void {
  describe('at the limits of Slack', () => {
    it('1,000 posts wait: what somebody presses is shown in under a second', async () => {
      const site = await given().site({ slack: REAL });
      await site.start();
      const storm = stories('Waiting', 1_000, []);
      await postAll(site, firingOf(storm));
      await site.slack.until(() => site.slack.channel('alerts').posts().length >= PRESSED, 20_000);
      const tookMs: number[] = [];
      for (const post of site.slack.channel('alerts').posts().slice(0, PRESSED)) {
        const mika = site.slack.as('mika');
        const began = performance.now();
        expect(await mika.click(post, 'Acknowledge')).toMatchObject({ ok: true });
        const shows = (): boolean =>
          visibleText(site.slack.channel('alerts').message(post.ts)!).includes(`<@${mika.id}> has it`);
        await site.slack.until(shows, 10_000);
        tookMs.push(performance.now() - began);
      }
      expect(await waiting(site)).toBeGreaterThan(900);
      expect(Math.max(...tookMs)).toBeLessThan(1_000);
      expect(refusals(site)).toBe(0);
    });

    it('a 429 on one channel: that one waits as long as Slack says, no other does', async () => {
      const channels = ['held', 'free1', 'free2', 'free3', 'free4'];
      const site = await given().site({ ...team(channels), slack: { ...team(channels).slack, ...REAL } });
      await site.start();
      const { id: held } = site.slack.channel('held');
      site.slack.addFault({
        kind: 'rate-limited',
        method: 'chat.postMessage',
        channel: held,
        retryAfter: RETRY_AFTER_S,
        times: 1,
      });
      expect(await site.post(firing({ name: 'Held', channel: 'held' }))).toBe(200);
      await site.slack.until(() => refusals(site) === 1, 10_000);
      const began = performance.now();
      const others = stories('Free', 8, channels.slice(1));
      await postAll(site, firingOf(others));
      await site.slack.until(() => others.names.every((name) => postsOf(site.slack, name).length > 0), 10_000);
      // Two of each channel: the second leaves a second after the first.
      expect(performance.now() - began).toBeLessThan(3_000);
      expect(postsOf(site.slack, 'Held')).toEqual([]);
      await site.slack.until(() => postsOf(site.slack, 'Held').length > 0, 20_000);
      const calls = site.slack.calls('chat.postMessage').filter((call) => call.args['channel'] === held);
      expect(calls.map((call) => call.status)).toEqual([429, 200]);
      expect(calls[1]!.at - calls[0]!.at).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1_000);
      const all = ['Held', ...others.names];
      expect(await settle(given(), site, { fault: '16 429 on one channel', names: all })).toEqual(whole(all.length));
    });
  });
}

const PRESSED = 3;
const RETRY_AFTER_S = 6;

async function postAll(site: Site, bodies: readonly string[]): Promise<void> {
  const left = [...bodies];
  const lane = async (): Promise<void> => {
    for (let body = left.shift(); body; body = left.shift()) expect(await site.post(body)).toBe(200);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function waiting({ database }: Site): Promise<number> {
  const { rows } = await database.admin.query<{ n: number }>(
    `select count(*)::int as n from outbox where state = 'pending'`,
  );
  return rows[0]!.n;
}
