import { describe, expect, it } from 'vitest';
import { lastingPort } from '../support/ports.ts';
import { hasRedis } from '../support/redis.ts';
import { findAlertmanager } from './real-alertmanager.ts';
import { named, pass, posted, setUp, states, untilStates } from './reconciled.ts';

/** What only one of two Alertmanagers says has ended. */

const debians = hasRedis() ? findAlertmanager() : undefined;

describe.skipIf(!debians)('beside a pair of real Alertmanagers', { timeout: 180_000 }, () => {
  it('a pair of which one is away closes nothing; back again and up for long enough, both say so', async () => {
    const [one, two] = await Promise.all([lastingPort(), lastingPort()]);
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
