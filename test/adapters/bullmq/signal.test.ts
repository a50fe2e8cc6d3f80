import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSignal } from '../../../src/adapters/bullmq/signal.ts';
import type { Signal } from '../../../src/ports/signal.ts';
import { deferred } from '../../contracts/queue.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';

const log = pino({ level: 'silent' });

/** The next call for a topic. */
function next(signal: Signal, topic: string): Promise<void> {
  const { promise, resolve } = deferred();
  const unsubscribe = signal.subscribe(topic, resolve);
  return promise.then(unsubscribe);
}

/** Signals until somebody hears it: a signal to a process that is not connected yet is lost, which is allowed. */
async function until(heard: Promise<void>, publish: () => void): Promise<void> {
  const again = setInterval(publish, 10);
  await heard.finally(() => clearInterval(again));
}

describe('in one process', () => {
  test('reaches the subscribers of its topic, after the caller has gone on', async () => {
    const signal = createSignal({ kind: 'local', log });
    const heard: string[] = [];
    signal.subscribe('outbox', () => heard.push('outbox'));
    signal.subscribe('due', () => heard.push('due'));
    signal.publish('outbox');
    signal.publish('outbox');
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual(['outbox']);
    await signal.close();
  });

  test('a subscriber that throws does not keep it from the others, one that left hears nothing', async () => {
    const signal = createSignal({ kind: 'local', log });
    const heard: string[] = [];
    signal.subscribe('t', () => {
      throw new Error('thrown by a subscriber');
    });
    const leave = signal.subscribe('t', () => heard.push('left'));
    signal.subscribe('t', () => heard.push('stayed'));
    leave();
    leave();
    signal.publish('t');
    await Promise.resolve();
    expect(heard).toEqual(['stayed']);
  });

  test('a signal given while signals are delivered comes after them', async () => {
    const signal = createSignal({ kind: 'local', log });
    const heard: string[] = [];
    signal.subscribe('a', () => {
      heard.push('a');
      if (heard.length < 3) signal.publish('a');
    });
    const done = next(signal, 'end');
    signal.publish('a');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    signal.publish('end');
    await done;
    expect(heard).toEqual(['a', 'a', 'a']);
  });
});

describe.skipIf(!hasRedis())('between processes', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const open = () => createSignal({ kind: 'redis', url: redis.url, log });

  test('reaches the others and, once, its own process', async () => {
    const [here, there] = [open(), open()];
    let own = 0;
    here.subscribe('outbox', () => own++);
    let sent = 0;
    await until(next(there, 'outbox'), () => {
      sent++;
      here.publish('outbox');
    });
    const back = next(here, 'back');
    await until(back, () => there.publish('back'));
    expect(own).toBe(sent);
    await Promise.all([here.close(), there.close()]);
  });

  test('while Redis is away it works within the process; afterwards everybody looks again', async () => {
    const [here, there] = [open(), open()];
    await until(next(there, 'outbox'), () => here.publish('outbox'));
    await redis.kill();
    const local = next(here, 'outbox');
    here.publish('outbox');
    await local;
    const looksAgain = next(there, 'due');
    await redis.restart();
    await looksAgain;
    await until(next(there, 'outbox'), () => here.publish('outbox'));
    await Promise.all([here.close(), there.close()]);
  });
});
