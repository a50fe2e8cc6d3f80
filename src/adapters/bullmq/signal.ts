import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Signal } from '../../ports/signal.ts';
import type { RedisAddress } from './connection.ts';
import { throttledWarn } from './limit.ts';
import { type Relay, redisRelay } from './relay.ts';

export type SignalOptions = ({ readonly kind: 'local' } | RedisAddress) & { readonly log: Logger };

/** Signals within this process at once, and through Redis to the others. */
export function createSignal(options: SignalOptions): Signal {
  const subscribers = new Map<string, Set<() => void>>();
  const pending = new Set<string>();
  const warn = throttledWarn(options.log);
  const origin = randomUUID();
  const relay: Relay | undefined =
    options.kind === 'local'
      ? undefined
      : redisRelay(options, origin, {
          signalled: deliver,
          missed: () => [...subscribers.keys()].forEach(deliver),
          failed: (error) => warn(error, 'signals between processes'),
        });

  function deliver(topic: string): void {
    for (const fn of subscribers.get(topic) ?? []) {
      try {
        fn();
      } catch (error) {
        options.log.error({ err: error, topic }, 'a subscriber to a signal failed');
      }
    }
  }

  function flush(): void {
    const topics = [...pending];
    pending.clear();
    for (const topic of topics) {
      deliver(topic);
      relay?.send(topic);
    }
  }

  return {
    publish(topic) {
      if (pending.size === 0) queueMicrotask(flush);
      pending.add(topic);
    },
    subscribe(topic, fn) {
      const fns = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, fns.add(fn));
      return () => {
        fns.delete(fn);
        if (fns.size === 0 && subscribers.get(topic) === fns) subscribers.delete(topic);
      };
    },
    async close() {
      subscribers.clear();
      relay?.close();
    },
  };
}
