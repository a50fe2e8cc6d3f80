import type { Logger } from 'pino';
import { isStorageFault } from '../adapters/postgres/faults.ts';
import { createReceiver, type Receiver } from '../alerts/receive.ts';
import { testBytes, testLabels } from '../alerts/test-alert.ts';
import type { TestAlerts } from '../core/define.ts';
import { RetryableError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { Signal } from '../ports/signal.ts';
import type { Live } from './live.ts';
import type { Metrics } from './metrics.ts';

export interface ReceivingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly live: Live;
  readonly metrics: Metrics;
  readonly signal: Signal;
}

/** The way in for webhook bodies, told of in metrics and log. */
export function openReceiver({ database, clock, log, live, metrics, signal }: ReceivingParts): Receiver {
  return createReceiver({
    db: database.receiving,
    clock,
    rules: () => live.rules(),
    isStorageFault,
    wake: () => {
      signal.publish('outbox');
      signal.publish('doubts');
    },
    hooks: {
      ...metrics.receiver,
      onQuarantined: (error) => {
        metrics.receiver.onQuarantined?.(error);
        log.error(
          typeof error === 'string' ? { reason: error } : { err: error },
          'a webhook body is kept in quarantine',
        );
      },
      onStorageFault: (error) => {
        metrics.receiver.onStorageFault?.(error);
        log.error({ err: error }, 'webhook bodies were answered 503: the store is away');
      },
    },
  });
}

/** Test alerts of people take the same way as Alertmanager's. */
export function testAlertsBy(receiver: Receiver, { live, clock }: Pick<ReceivingParts, 'live' | 'clock'>): TestAlerts {
  return {
    labels: (severity, more) => testLabels(live.rules(), severity, more),
    async send(source, alert) {
      const { body } = await receiver.receive(source, testBytes(alert, live.rules().language, clock.now()));
      const [, number] = /^INC-(\d+)$/.exec(String(body['incident'])) ?? [];
      if (number === undefined) throw new RetryableError('PostgreSQL', 'a test alert could not be stored');
      return Number(number);
    },
  };
}
