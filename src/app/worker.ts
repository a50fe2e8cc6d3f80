import { startRunner } from '../core/jobs/runner.ts';
import type { Limits } from '../core/outbox/limits.ts';
import { type Sender, startSender } from '../core/outbox/sender.ts';
import { tryRefusedAgain } from '../core/outbox/settle.ts';
import { startTermSweep } from '../core/pipeline/index.ts';
import { startTimetable } from '../core/timetable/sweep.ts';
import { startLoop, type Wakeable } from '../core/wake.ts';
import type { Chat } from '../ports/chat.ts';
import type { Signal } from '../ports/signal.ts';
import type { Cleanups } from './cleanups.ts';
import type { AppHandling, HandlingParts } from './handling.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Metrics } from './metrics.ts';
import { subjectsOf } from './subjects.ts';

export interface WorkerParts extends HandlingParts {
  readonly chat: Chat;
  readonly metrics: Metrics;
  readonly limits: Limits | undefined;
  readonly signal: Signal;
  readonly handling: AppHandling;
  readonly owner: string;
  readonly cleanups: Cleanups;
}

const REFUSED_SWEEP_MS = 10_000;

export interface Hands {
  readonly sender: Sender;
  /** All that looks for what has come due. */
  readonly sweeps: readonly Wakeable[];
}

/** The hands: sends what the outbox holds and runs jobs. */
export async function startWorker(parts: WorkerParts): Promise<Hands> {
  const { database, clock, log, live, cleanups, handling } = parts;
  const sender = startSender({
    database,
    chat: parts.chat,
    subjects: subjectsOf({ rules: () => live.rules(), telling: handling.telling }),
    clock,
    log,
    language: () => live.config().slack.language,
    fallbackChannel: () => live.rules().fallbackChannel,
    hooks: parts.metrics.sender,
    ...(parts.limits && { limits: parts.limits }),
  });
  cleanups.add('outbox', (ms) => sender.stop(ms), 'work');
  const refused = startLoop({
    name: 'refused messages',
    everyMs: REFUSED_SWEEP_MS,
    work: async () => {
      if ((await tryRefusedAgain(database.db, clock.now())) > 0) sender.wake();
      return false;
    },
    onError: (error, loop) => log.error({ err: error, loop }, 'a sweep failed; it goes on'),
  });
  cleanups.add('refused messages', (ms) => refused.stop(ms));
  cleanups.add(
    'outbox signal',
    parts.signal.subscribe('outbox', () => sender.wake()),
  );
  const heartbeat = startHeartbeat(
    { db: database.db, clock, log, config: () => live.config(), hooks: parts.metrics.heartbeat },
    cleanups,
  );
  const runner = await startRunner({
    deps: handling.pipelineDeps,
    jobs: parts.modules.jobs,
    queue: parts.queue,
    owner: parts.owner,
  });
  const terms = startTermSweep(handling.pipelineDeps);
  cleanups.add('terms', (ms) => terms.stop(ms));
  const timetable = startTimetable({ ...handling.pipelineDeps, timetable: () => live.timetable() });
  cleanups.add('timetable', (ms) => timetable.stop(ms));
  // It waits twice: for the workers, then for what they hold.
  cleanups.add('jobs', (ms) => runner.stop(ms / 2), 'work');
  return { sender, sweeps: [sender, refused, heartbeat, runner, terms, timetable] };
}
