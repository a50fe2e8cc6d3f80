import type { Logger } from 'pino';
import { settleDoubts } from '../alerts/doubt.ts';
import type { AlertRules } from '../alerts/rules.ts';
import { retire } from '../core/outbox/retention.ts';
import { startPlanSweep } from '../core/pipeline/index.ts';
import { type Loop, startLoop } from '../core/wake.ts';
import { mendWaits, takeDueSteps } from '../oncall/due.ts';
import type { AlertSource } from '../ports/alert-source.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { Cleanups } from './cleanups.ts';
import { forgetOld, keepBeat } from './housekeeping.ts';

export interface LoopParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: () => AlertRules;
  readonly sources: () => ReadonlyMap<string, AlertSource>;
  readonly wakeOutbox: () => void;
  readonly process: {
    readonly id: string;
    readonly roles: readonly string[];
    readonly version: string;
    readonly startedAt: Date;
  };
}

const SECOND = 1_000;
const HOUR = 3_600_000;

/** Everything that comes due by a column: swept each second, woken when something was written. */
export function startLoops(parts: LoopParts, cleanups: Cleanups): { readonly wakeDoubts: () => void } {
  const { db, clock, log } = parts;
  const onError = (error: unknown, loop: string): void => log.error({ err: error, loop }, 'a sweep failed; it goes on');
  const start = (name: string, everyMs: number, work: (signal: AbortSignal) => Promise<boolean>): Loop => {
    const loop = startLoop({ name, everyMs, onError, work });
    cleanups.add(name, (ms) => loop.stop(ms));
    return loop;
  };
  start('escalation', SECOND, async () => {
    const { taken, more } = await takeDueSteps(db, parts.rules(), clock.now());
    if (taken > 0) parts.wakeOutbox();
    return more;
  });
  start('waiting steps', 30 * SECOND, async () => {
    const mended = await mendWaits(db, clock.now());
    if (mended > 0)
      log.error({ mended }, 'escalation steps waited for messages that are not on their way; their delays begin now');
    return false;
  });
  const doubts = start('doubts', SECOND, async (signal) => {
    const { settled, more } = await settleDoubts({
      db,
      sources: parts.sources(),
      rules: parts.rules(),
      now: clock.now(),
      signal,
      onError: (error, incident) =>
        log.error({ err: error, incident }, 'a doubt could not be settled; it is tried again'),
    });
    if (settled > 0) parts.wakeOutbox();
    return more;
  });
  start('beat', 10 * SECOND, async () => keepBeat(db, parts.process, clock.now()));
  start('retention', HOUR, async () => (await retire(db, clock.now())) + (await forgetOld(db, clock.now())) > 0);
  const plans = startPlanSweep(parts);
  cleanups.add('plans', (ms) => plans.stop(ms));
  return { wakeDoubts: () => doubts.wake() };
}
