import type { Logger } from 'pino';
import { heartbeatTo } from '../adapters/http/heartbeat.ts';
import type { Config } from '../config/config.ts';
import { forgetHeartbeat, type Heartbeat, heartbeat } from '../core/heartbeat.ts';
import { type Loop, startLoop } from '../core/wake.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { Cleanups } from './cleanups.ts';
import type { HeartbeatHooks } from './metrics.ts';

export interface HeartbeatLoopParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: () => Config;
  readonly hooks: HeartbeatHooks;
}

/** Whose turn it is, is a due time in a row; this is how often each worker looks. */
const LOOK_EVERY_MS = 5_000;

/** In a loop of its own, so that a watchdog that hangs holds up nothing. */
export function startHeartbeat(parts: HeartbeatLoopParts, cleanups: Cleanups): Loop {
  const { db, clock, log } = parts;
  let wanted = true;
  const loop = startLoop({
    name: 'heartbeat',
    everyMs: LOOK_EVERY_MS,
    onError: (error) => log.error({ err: error }, 'no heartbeat is sent: the database did not take it'),
    work: async (signal) => {
      const config = parts.config().heartbeat;
      if (!config && wanted) await forgetHeartbeat(db);
      wanted = config !== undefined;
      if (!config) return false;
      const { everyMs, url } = config;
      tell(parts, await heartbeat({ db, now: clock.now(), everyMs, send: heartbeatTo(url.reveal()), signal }));
      return false;
    },
  });
  cleanups.add('heartbeat', (ms) => loop.stop(ms));
  return loop;
}

function tell({ hooks, log }: HeartbeatLoopParts, outcome: Heartbeat): void {
  switch (outcome.kind) {
    case 'sent':
      hooks.onSent();
      return;
    case 'failed':
      hooks.onFailed(outcome.code);
      log.warn({ code: outcome.code }, 'the heartbeat did not get through');
      return;
    case 'withheld':
      hooks.onWithheld(outcome.ailment);
      log.error({ why: outcome.ailment }, 'the heartbeat is withheld: Hikeshi cannot do its work');
      return;
    case 'not-due':
  }
}
