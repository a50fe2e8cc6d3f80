import type { Logger } from 'pino';
import { settleDoubts } from '../alerts/doubt.ts';
import { reconcile } from '../alerts/reconcile.ts';
import type { ReconcileHooks } from '../alerts/reconcile-looked.ts';
import type { AlertRules } from '../alerts/rules.ts';
import { markStale } from '../alerts/stale.ts';
import { endTests } from '../alerts/test-alert.ts';
import type { Databases } from '../core/databases.ts';
import type { Environments } from '../core/environments.ts';
import { retire } from '../core/outbox/retention.ts';
import { startPlanSweep } from '../core/pipeline/index.ts';
import { type Loop, startLoop, type Wakeable } from '../core/wake.ts';
import { diagnoseOpened } from '../incidents/diagnose-opened.ts';
import { endSnoozes } from '../incidents/snooze.ts';
import { mendWaits, takeDueSteps } from '../oncall/due.ts';
import type { AlertSource } from '../ports/alert-source.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { Images } from '../ports/images.ts';
import type { Cleanups } from './cleanups.ts';
import { forgetOld, type Heart } from './housekeeping.ts';
import type { KnownSecrets } from './known-secrets.ts';

export interface LoopParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: () => AlertRules;
  readonly sources: () => ReadonlyMap<string, AlertSource>;
  readonly wakeOutbox: () => void;
  readonly heart: Heart;
  readonly reconciled: ReconcileHooks;
  readonly environments: Environments;
  readonly databases: Databases;
  readonly images: Images;
  readonly secrets: Pick<KnownSecrets, 'mask'>;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

export interface Loops {
  /** An Alertmanager is to be asked. */
  readonly wakeAlerts: () => void;
  /** Those that look each second. */
  readonly sweeps: readonly Wakeable[];
}

/** Everything that comes due by a column: swept each second, woken when something was written. */
export function startLoops(parts: LoopParts, cleanups: Cleanups): Loops {
  const { db, clock, log } = parts;
  const onError = (error: unknown, loop: string): void => log.error({ err: error, loop }, 'a sweep failed; it goes on');
  const start = (name: string, everyMs: number, work: (signal: AbortSignal) => Promise<boolean>): Loop => {
    const loop = startLoop({ name, everyMs, onError, work });
    cleanups.add(name, (ms) => loop.stop(ms));
    return loop;
  };
  const escalation = start('escalation', SECOND, async () => {
    const { taken, more } = await takeDueSteps(db, parts.rules(), clock.now());
    if (taken > 0) parts.wakeOutbox();
    return more;
  });
  const snoozes = start('snoozes', SECOND, async () => {
    const failed = (error: unknown, incident: number): void =>
      log.error({ err: error, incident }, 'a snooze could not be ended; it is tried again');
    if ((await endSnoozes(db, parts.rules(), clock.now(), failed)) > 0) parts.wakeOutbox();
    return false;
  });
  const diagnoses = start('diagnoses', SECOND, async (signal) => {
    const onError = (error: unknown, incident: number): void =>
      log.error({ err: error, incident }, 'an incident could not be looked at; it is tried again');
    const { environments, databases, images, secrets } = parts;
    const look = { db, environments, databases, images, mask: secrets.mask, now: () => clock.now(), signal, onError };
    if ((await diagnoseOpened(look)) > 0) parts.wakeOutbox();
    return false;
  });
  const tests = start('test alerts', SECOND, async () => {
    const failed = (error: unknown, incident: number): void =>
      log.error({ err: error, incident }, 'a test alert could not be ended; it is tried again');
    if ((await endTests(db, parts.rules(), clock.now(), failed)) > 0) parts.wakeOutbox();
    return false;
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
  const looks = start('reconcile', SECOND, (signal) => reconcileDue(parts, signal));
  start('stale incidents', MINUTE, async () => {
    const onError = (error: unknown, incident: number): void =>
      log.error({ err: error, incident }, 'an incident could not be marked as stale; it is tried again');
    if ((await markStale(db, parts.rules(), clock.now(), onError)) > 0) parts.wakeOutbox();
    return false;
  });
  start('beat', 10 * SECOND, () => parts.heart.beat(clock.now()));
  start('retention', HOUR, async () => (await retire(db, clock.now())) + (await forgetOld(db, clock.now())) > 0);
  const plans = startPlanSweep(parts);
  cleanups.add('plans', (ms) => plans.stop(ms));
  return {
    wakeAlerts: () => {
      doubts.wake();
      looks.wake();
    },
    sweeps: [escalation, snoozes, diagnoses, tests, doubts, looks, plans],
  };
}

async function reconcileDue(parts: LoopParts, signal: AbortSignal): Promise<false> {
  const { db, clock, log } = parts;
  const changed = await reconcile({
    db,
    sources: parts.sources(),
    rules: parts.rules(),
    now: () => clock.now(),
    signal,
    hooks: {
      onLook(look) {
        parts.reconciled.onLook?.(look);
        if (look.failures.length > 0)
          log.warn({ source: look.source, failures: look.failures }, 'Alertmanager did not answer');
      },
      onChange(change) {
        parts.reconciled.onChange?.(change);
        log.info(change, 'reconciled with Alertmanager');
      },
    },
    onError: (error, what) => log.error({ err: error, ...what }, 'reconciling failed; the next look tries again'),
  });
  if (changed > 0) parts.wakeOutbox();
  return false;
}
