import { startRunner } from '../core/jobs/runner.ts';
import type { Limits } from '../core/outbox/limits.ts';
import { type Sender, startSender } from '../core/outbox/sender.ts';
import type { Chat } from '../ports/chat.ts';
import type { Signal } from '../ports/signal.ts';
import type { Cleanups } from './cleanups.ts';
import type { AppHandling, HandlingParts } from './handling.ts';
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

/** The hands: sends what the outbox holds and runs jobs. */
export async function startWorker(parts: WorkerParts): Promise<Sender> {
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
  cleanups.add('outbox', (ms) => sender.stop(ms));
  cleanups.add(
    'outbox signal',
    parts.signal.subscribe('outbox', () => sender.wake()),
  );
  const runner = await startRunner({
    deps: handling.pipelineDeps,
    jobs: parts.modules.jobs,
    queue: parts.queue,
    owner: parts.owner,
  });
  cleanups.add('jobs', (ms) => runner.stop(ms));
  return sender;
}
