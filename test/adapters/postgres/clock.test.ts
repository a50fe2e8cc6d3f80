import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClock } from '../../../src/adapters/postgres/clock.ts';
import type { Database } from '../../../src/ports/database.ts';
import { openTestDatabase } from '../../support/postgres.ts';

const log = pino({ level: 'silent' });
const NOON = Date.parse('2026-03-01T12:00:00Z');

/** A database whose clock can be set, and a monotonic clock that moves by hand. */
function rig(options: { measureEveryMs?: number } = {}) {
  let monotonicMs = 5_000;
  let serverMs = NOON;
  let away: Error | undefined;
  const database: Pick<Database, 'measureClock' | 'receiving'> = {
    measureClock: async () => {
      if (away) throw away;
      return serverMs - monotonicMs;
    },
    get receiving(): never {
      throw new Error('asked for clock_offset');
    },
  };
  const clock = createClock({ database, movable: false, log, monotonic: () => monotonicMs, ...options });
  return {
    clock,
    pass: (ms: number) => {
      monotonicMs += ms;
      serverMs += ms;
    },
    stepServer: (ms: number) => {
      serverMs += ms;
    },
    fail: (error: Error | undefined) => {
      away = error;
    },
  };
}

describe('carried by the monotonic clock', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: NOON - 3_600_000 }));
  afterEach(() => void vi.useRealTimers());

  test('a stepped host clock changes nothing', async () => {
    const { clock, pass } = rig();
    await clock.start();
    expect(clock.now()).toEqual(new Date(NOON));
    vi.setSystemTime(NOON + 86_400_000);
    pass(1_500);
    expect(clock.now()).toEqual(new Date(NOON + 1_500));
    clock.stop();
  });

  test('before the first measurement it is the host time of creation, carried on', () => {
    const { clock, pass } = rig();
    pass(250);
    expect(clock.now()).toEqual(new Date(NOON - 3_600_000 + 250));
  });

  test('measures again every 30 s, and not after stop', async () => {
    const { clock, stepServer } = rig();
    await clock.start();
    stepServer(4_000);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(clock.now()).toEqual(new Date(NOON));
    await vi.advanceTimersByTimeAsync(1);
    expect(clock.now()).toEqual(new Date(NOON + 4_000));
    clock.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a database that is away keeps the last offset; at the start it is told', async () => {
    const { clock, pass, fail } = rig();
    fail(new Error('away'));
    await expect(clock.start()).rejects.toThrow('away');
    fail(undefined);
    await clock.refresh();
    fail(new Error('away again'));
    pass(30_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(clock.now()).toEqual(new Date(NOON + 30_000));
    clock.stop();
  });
});

test('a measurement a little behind makes time wait, one far behind turns it back', async () => {
  const { clock, pass, stepServer } = rig();
  await clock.refresh();
  pass(100);
  expect(clock.now()).toEqual(new Date(NOON + 100));
  stepServer(-40);
  await clock.refresh();
  expect(clock.now()).toEqual(new Date(NOON + 100));
  pass(50);
  expect(clock.now()).toEqual(new Date(NOON + 110));
  stepServer(-3_600_000);
  await clock.refresh();
  expect(clock.now()).toEqual(new Date(NOON + 110 - 3_600_000));
});

test('clock_offset moves business time at once after a refresh, and only where it may', async () => {
  const database = await openTestDatabase();
  const moved = createClock({ database, movable: true, log });
  const fixed = createClock({ database, movable: false, log });
  await database.db.updateTable('clock_offset').set({ ms: 7_200_000 }).execute();
  await Promise.all([moved.refresh(), fixed.refresh()]);
  const ahead = moved.now().getTime() - fixed.now().getTime();
  expect(Math.abs(ahead - 7_200_000)).toBeLessThan(200);
  await database.close();
});
