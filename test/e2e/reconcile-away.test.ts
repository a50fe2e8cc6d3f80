import { describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { findAlertmanager } from './real-alertmanager.ts';
import { named, pass, place, posted, setUp, states, untilStates } from './reconciled.ts';

/** What an Alertmanager that was away, or forgot, does not say has ended. */

const debians = hasRedis() ? findAlertmanager() : undefined;

describe.skipIf(!debians)('beside a real Alertmanager', { timeout: 180_000 }, () => {
  it('restarted empty, it has not resolved anything; staying empty, it has, in time', async () => {
    const { alertmanager } = await setUp(debians!);
    await alertmanager.fire(named('FirstAlert'));
    await alertmanager.fire(named('SecondAlert'));
    await posted('FirstAlert');
    await posted('SecondAlert');
    await pass(12);
    await alertmanager.kill();
    await pass(2);
    await alertmanager.startEmpty();
    await pass(9);
    expect(states()).toEqual({ FirstAlert: 'open', SecondAlert: 'open' });
    await alertmanager.fire(named('FirstAlert'));
    await pass(7);
    await untilStates({ FirstAlert: 'open', SecondAlert: 'resolved' });
    expect(place!.slack.channel('alerts').posts()).toHaveLength(2);
  });
});
