import type { Logger } from 'pino';
import { sdkLogger } from '../sdk-log.ts';
import type { Scrub } from '../secrets.ts';
import type { Outcome, Process } from './outcome.ts';
import { readClick, readCommand, readSubmission } from './read.ts';
import { readEvent } from './read-event.ts';
import type { Received } from './received.ts';

export interface BoltParts {
  readonly log: Logger;
  readonly scrub: Scrub;
  /** With its slash. */
  readonly command: string;
  readonly take: (received: Received) => Promise<Outcome>;
}

/**
 * Bolt tells deliveries apart and finds their listener; nothing else is left to it. It acknowledges events before any
 * listener runs, so its `ack` goes nowhere and the outcome takes its own way; it holds no token, so it can make no call; its
 * ignoreSelf and conversation store are off, because our reading of events decides whose words count.
 */
export async function createBolt(parts: BoltParts): Promise<Process> {
  const { App, LogLevel } = await import('@slack/bolt');
  const outcomes = new WeakMap<object, Outcome>();
  const idle = { init: () => {}, start: async () => {}, stop: async () => {} };
  const app = new App({
    receiver: idle,
    authorize: async () => ({}),
    ignoreSelf: false,
    convoStore: false,
    logger: sdkLogger(parts.log, parts.scrub, LogLevel.INFO),
    logLevel: LogLevel.INFO,
  });
  const taken = async (body: object, received: Received): Promise<void> => {
    outcomes.set(body, await parts.take(received));
  };
  app.command(parts.command, ({ body }) => taken(body, readCommand(body)));
  app.action(/.*/, ({ body }) => taken(body, readClick(body)));
  app.view(/.*/, ({ body }) => taken(body, readSubmission(body)));
  app.event(/.*/, ({ body }) => taken(body, readEvent(body)));
  app.error(async (error) => {
    throw error;
  });

  return async (body, retry = {}) => {
    const own = { ...body };
    try {
      await app.processEvent({
        body: own,
        ack: async () => {},
        retryNum: retry.num,
        retryReason: retry.reason,
      });
      return outcomes.get(own) ?? unheard(own);
    } catch (error) {
      // Bolt trusts what is signed to be whole; ours never rejects. Sent again it would be the same.
      parts.log.warn({ err: error }, 'a delivery of Slack that cannot be told apart');
      return { kind: 'unknown' };
    }
  };
}

/** What no listener is for: an unknown command is nobody's, the rest is acknowledged and forgotten. */
function unheard(body: Readonly<Record<string, unknown>>): Outcome {
  return 'command' in body ? { kind: 'unknown' } : { kind: 'ack' };
}
