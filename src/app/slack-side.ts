import type { Logger } from 'pino';
import { isStorageFault } from '../adapters/postgres/faults.ts';
import { CONNECTING, createSlack, type Slack } from '../adapters/slack/index.ts';
import type { Config } from '../config/config.ts';
import type { Trouble } from '../core/trouble.ts';
import { wordError } from '../core/wording.ts';
import { type Message, messageOf } from '../domain/content.ts';
import { sentences } from '../messages/catalog.ts';
import type { InboundHandler } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Crowd } from './housekeeping.ts';
import type { KnownSecrets } from './known-secrets.ts';

export const COMMAND = '/ops';

/** Connections that each web process keeps. */
const SOCKETS_EACH = 2;

export interface SlackSide {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handler: InboundHandler;
  readonly crowd: Crowd;
  readonly secrets: KnownSecrets;
  readonly slackTrouble: Trouble;
}

/** Slack as the running config and environment have it. */
export function openSlack(side: SlackSide): Slack {
  const { slack } = side.config().env;
  const { log } = side;
  return createSlack({
    botToken: slack.botToken!.reveal(),
    signingSecret: slack.signingSecret?.reveal(),
    appToken: slack.appToken?.reveal(),
    apiUrl: slack.apiUrl,
    secrets: () => side.secrets.values(),
    // A moved business clock must not make Slack's signatures look old.
    clock: side.config().env.embedded ? { now: () => new Date() } : side.clock,
    log,
    handler: side.handler,
    failed: (error) => failedMessage(error, side.config()),
    onError: (error, about) => {
      if (about === CONNECTING) side.slackTrouble.failed('sockets', error);
      else log.error({ err: error, about }, 'a request from Slack failed');
    },
    onConnected: () => side.slackTrouble.fine('sockets'),
    command: COMMAND,
    onTooManyConnections: (seen) => void warnOfOthers(side, seen),
    ourConnections: () => SOCKETS_EACH * side.crowd.webProcesses(),
  });
}

/** One of ours that has come since the last look is no stranger: the next connection tells. */
async function warnOfOthers({ crowd, log }: SlackSide, seen: number): Promise<void> {
  const before = crowd.webProcesses();
  await crowd.lookAgain();
  if (crowd.webProcesses() > before) return;
  log.warn({ seen }, 'another installation is connected with this app token and takes part of what people press');
}

/** The inbound module words what it knows; what is left is late or ours. */
function failedMessage(error: unknown, config: Config): Message {
  const m = sentences(config.slack.language);
  const text = wordError(m, error, { passingFault: passingFault }) ?? m.ops.notRecorded();
  return messageOf(text);
}

/** The system whose passing fault an error is, as people know it. */
export function passingFault(error: unknown): string | undefined {
  return isStorageFault(error) ? 'PostgreSQL' : undefined;
}
