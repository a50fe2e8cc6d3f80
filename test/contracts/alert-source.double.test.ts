import { afterAll, beforeAll, describe } from 'vitest';
import { type FakeAlert, type FakeAlertmanager, startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { fingerprintOf } from '../../src/alerts/fingerprint.ts';
import { alert } from '../app/support/alerts.ts';
import { type AlertSourceBench, alertSourceContract } from './alert-source.ts';

describe('the look-alike of the tests', () => {
  let fake: FakeAlertmanager;
  let bench: AlertSourceBench;
  beforeAll(async () => {
    fake = await startAlertmanager();
    const has = new Map<string, FakeAlert>();
    const say = (): void => {
      fake.says = [...has.values()];
    };
    bench = {
      url: fake.url,
      async fire(labels, annotations) {
        const now = new Date();
        const fingerprint = fingerprintOf(labels);
        const body = { ...alert({ now, startsAt: now }), fingerprint, labels, annotations };
        has.set(labels['alertname']!, { alert: body, receiver: 'hikeshi' });
        say();
      },
      async silence(labels) {
        const name = labels['alertname']!;
        has.set(name, { ...has.get(name)!, state: 'suppressed' });
        say();
      },
      async resolve(labels) {
        has.delete(labels['alertname']!);
        say();
      },
    };
  });
  afterAll(() => fake.close());
  alertSourceContract(() => bench);
});
