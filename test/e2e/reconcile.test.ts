import { describe, expect, it } from 'vitest';
import { visibleText } from '../../sandbox/slack/index.ts';
import { hasRedis } from '../support/redis.ts';
import { findAlertmanager } from './real-alertmanager.ts';
import { looks, MINUTE, named, pass, place, posted, setUp, states, untilStates, WITHIN_MS } from './reconciled.ts';
import { startStandIn } from './stand-in.ts';

/** What a real Alertmanager knows and no webhook tells. */

const debians = hasRedis() ? findAlertmanager() : undefined;
/** A newer one, which tells what is muted: `.ci/run` builds it where there is Go. */
const newer = hasRedis() ? process.env['HIKESHI_TEST_ALERTMANAGER_NEWER'] : undefined;
if (!newer)
  console.warn('NOT RUN: what is muted, for HIKESHI_TEST_ALERTMANAGER_NEWER names no Alertmanager from 0.28 on');

describe.skipIf(!debians)('beside a real Alertmanager', { timeout: 180_000 }, () => {
  it('what fires, resolves and is silenced while nobody remembers it: Slack is right afterwards', async () => {
    const { alertmanager } = await setUp(debians!);
    for (const name of ['KnownAlert', 'HushedAlert', 'QuietAlert']) {
      await alertmanager.fire(named(name));
      await posted(name);
    }
    await place!.shut();
    const standIn = await startStandIn(place!.port);
    await alertmanager.resolve(named('KnownAlert'));
    await alertmanager.silence(named('HushedAlert'));
    await alertmanager.resolve(named('HushedAlert'));
    await alertmanager.silence(named('QuietAlert'));
    await alertmanager.fire(named('MissedAlert'), { summary: 'Nobody was told' });
    await expect.poll(() => standIn.taken, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(2);
    await alertmanager.silence(named('BriefAlert'));
    await alertmanager.fire(named('BriefAlert'));
    await alertmanager.resolve(named('BriefAlert'));
    await standIn.close();

    place!.move(11 * MINUTE);
    await place!.open();
    await looks(1);
    place!.move(6_000);
    const missed = await posted('MissedAlert');
    expect(visibleText(missed)).toContain('Nobody was told');
    expect(visibleText(missed)).toContain('found by asking Alertmanager');
    expect(states()).toEqual({ KnownAlert: 'open', HushedAlert: 'open', QuietAlert: 'open', MissedAlert: 'open' });
    await pass(6);
    await untilStates({ KnownAlert: 'resolved', HushedAlert: 'resolved', QuietAlert: 'open', MissedAlert: 'open' });

    // Its webhook means the incident that was opened without it.
    await alertmanager.resolve(named('MissedAlert'));
    await untilStates({ KnownAlert: 'resolved', HushedAlert: 'resolved', QuietAlert: 'open', MissedAlert: 'resolved' });
  });

  it('inside group_wait it is not opened before its time, and inhibited not at all', async () => {
    const route = '  group_by: [alertname]\n  group_wait: 30m\n  group_interval: 30m';
    const more = `
inhibit_rules:
  - source_matchers: [alertname="CauseAlert"]
    target_matchers: [alertname="EffectAlert"]
`;
    const { alertmanager } = await setUp(debians!, [{ route, more }], 'receivers: [hikeshi]', 'openAfter: 45m');
    await place!.shut();
    await alertmanager.fire(named('CauseAlert'));
    await alertmanager.fire(named('EffectAlert'));
    place!.move(30 * MINUTE);
    await place!.open();
    await looks(1);
    await pass(2);
    expect(states()).toEqual({});
    place!.move(15 * MINUTE);
    await pass(1);
    place!.move(6_000);
    await untilStates({ CauseAlert: 'open' });
    await pass(2);
    expect(states()).toEqual({ CauseAlert: 'open' });
  });

  it('bodies that max_alerts cut are made whole', async () => {
    const { alertmanager } = await setUp(debians!, [
      { maxAlerts: 1, route: '  group_by: []\n  group_wait: 2s\n  group_interval: 1s' },
    ]);
    // A young one would be believed in what it has, not in having no more.
    await pass(11);
    for (const pod of ['a', 'b', 'c']) await alertmanager.fire(named('CutAlert', { pod }));
    const post = await posted('CutAlert');
    place!.move(3_000);
    const words = () => visibleText(place!.slack.channel('alerts').message(post.ts)!);
    await expect.poll(words, { timeout: WITHIN_MS }).toMatch(/3 firing/);
    expect(words()).not.toMatch(/cut/);
  });
});

if (newer && debians) {
  describe('beside a newer Alertmanager', { timeout: 180_000 }, () => {
    it('what a time interval mutes is not opened', async () => {
      const route = '  group_by: [alertname]\n  group_wait: 0s\n  group_interval: 1s\n  repeat_interval: 1h';
      const more = `
time_intervals:
  - name: always
    time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }]
`;
      const routes = `
  routes:
    - matchers: [alertname="MutedAlert"]
      mute_time_intervals: [always]`;
      const { alertmanager } = await setUp(newer, [{ route: route + routes, more }]);
      await alertmanager.fire(named('KnownAlert'));
      await posted('KnownAlert');
      await place!.shut();
      const standIn = await startStandIn(place!.port);
      await alertmanager.fire(named('MutedAlert'));
      await alertmanager.fire(named('MissedAlert'));
      await expect.poll(() => standIn.taken, { timeout: WITHIN_MS }).toBeGreaterThanOrEqual(1);
      await standIn.close();
      place!.move(11 * MINUTE);
      await place!.open();
      await looks(1);
      place!.move(6_000);
      await posted('MissedAlert');
      await pass(12);
      expect(states()).toEqual({ KnownAlert: 'open', MissedAlert: 'open' });
    });
  });
}
