import { afterAll, beforeAll, describe } from 'vitest';
import { type FakeAlert, type FakeAlertmanager, startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { fingerprintOf } from '../../src/alerts/fingerprint.ts';
import { alert } from '../app/support/alerts.ts';
import { silencerContract } from './silencer.ts';

describe('the look-alike of the tests', () => {
  let fake: FakeAlertmanager;
  beforeAll(async () => {
    fake = await startAlertmanager();
  });
  afterAll(() => fake.close());
  silencerContract(() => ({
    url: fake.url,
    async fire(labels) {
      const now = new Date();
      const one: FakeAlert = { alert: { ...alert({ now }), labels, fingerprint: fingerprintOf(labels) } };
      const others = fake.says === 'away' ? [] : fake.says;
      const same = (other: FakeAlert | string) =>
        typeof other !== 'string' && other.alert.fingerprint === one.alert.fingerprint;
      fake.says = [...others.filter((other) => !same(other)), one];
    },
  }));
});
