import { describe, expect, it } from 'vitest';
import { freePort } from '../../src/adapters/postgres/embedded/server.ts';
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

  it('a pair of which one is away closes nothing; back again and up for long enough, both say so', async () => {
    const [one, two] = await Promise.all([freePort(), freePort()]);
    const at = (port: number): string => `127.0.0.1:${port}`;
    const { alertmanager, other } = await setUp(debians!, [
      { cluster: { listen: at(one), peer: at(two) } },
      { cluster: { listen: at(two), peer: at(one) } },
    ]);
    await Promise.all([alertmanager, other!].map((member) => member.fire(named('PairAlert'))));
    await posted('PairAlert');
    await pass(12);
    await other!.kill();
    await alertmanager.silence(named('PairAlert'));
    await alertmanager.resolve(named('PairAlert'));
    await pass(8);
    expect(states()).toEqual({ PairAlert: 'open' });
    await other!.startEmpty();
    await pass(9);
    expect(states()).toEqual({ PairAlert: 'open' });
    await pass(7);
    await untilStates({ PairAlert: 'resolved' });
  });
});
