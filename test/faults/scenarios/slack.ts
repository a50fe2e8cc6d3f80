import { BOT_USER_ID, type Fault } from '../../../sandbox/slack/index.ts';
import type { Scenario } from '../support/scenario.ts';
import type { Site } from '../support/site.ts';

/** Slack misbehaves in each way that it has. */
export const slackFaults: readonly Scenario[] = [
  away('Slack 429, Retry-After 1', { kind: 'rate-limited', retryAfter: 1 }),
  away('Slack 429, Retry-After 10', { kind: 'rate-limited', retryAfter: 10 }, { recoversWithinMs: 40_000 }),
  away(
    'Slack 429 without Retry-After',
    { kind: 'rate-limited', retryAfter: null },
    { recoversWithinMs: 60_000, onlyLong: true },
  ),
  away('Slack answers 500', { kind: 'http500' }),
  away('Slack answers 503', { kind: 'http503' }),
  away('Slack ok:false, passing (service_unavailable)', { kind: 'error', code: 'service_unavailable' }),
  away('Slack ok:false, ambiguous (internal_error)', { kind: 'error', code: 'internal_error' }),
  {
    // An edit in an archived channel is refused, so that what cleared is told in the fallback channel.
    fault: 'Slack ok:false for a channel (is_archived)',
    again: ['Before5'],
    begin: ({ slack }) => {
      slack.channel('lane3').archive();
      slack.channel('lane4').archive();
    },
  },
  {
    fault: 'Slack ok:false for a channel (not_in_channel)',
    begin: async (site) => {
      // An answer that is lost now cannot be looked for there: it would be the documented second post.
      await site.atRest();
      const { slack } = site;
      slack.channel('lane3').remove(BOT_USER_ID);
      slack.channel('lane4').remove(BOT_USER_ID);
    },
  },
  {
    fault: 'Slack ok:false for the token (token_revoked)',
    onlyLong: true,
    begin: ({ slack }) => slack.breakToken('token_revoked'),
    end: ({ slack }) => slack.breakToken(undefined),
    slackIsAway: true,
    recoversWithinMs: 90_000,
  },
  away('Slack hangs', { kind: 'hang' }),
  hangs('Slack hangs until we give up', 'hang'),
  away('Slack resets', { kind: 'reset' }),
  {
    fault: 'Slack refuses connections',
    begin: ({ lines }) => lines.slack.cut(),
    end: ({ lines }) => lines.slack.heal(),
    slackIsAway: true,
  },
  {
    fault: 'Slack 500 ms away each way',
    begin: ({ lines }) => lines.slack.delay(500),
    end: ({ lines }) => lines.slack.heal(),
    lastsMs: 4_000,
  },
  lost('Slack takes it and resets', 'accept-then-reset'),
  lost('Slack takes it and says internal_error', 'accept-then-error'),
  lost('Slack takes it and hangs', 'accept-then-hang'),
  hangs('Slack takes it and hangs until we give up', 'accept-then-hang'),
];

/** No message gets through while it lasts; what is private is told all the same. */
function away(
  fault: string,
  kind: Pick<Fault, 'kind' | 'code' | 'retryAfter'>,
  more: Partial<Scenario> = {},
): Scenario {
  return {
    fault,
    begin: ({ slack }) => {
      for (const method of ['chat.postMessage', 'chat.update', 'conversations.history', 'conversations.replies'])
        slack.addFault({ ...kind, method });
    },
    end: ({ slack }) => slack.faults.clear(),
    met: wasMet,
    slackIsAway: true,
    ...more,
  };
}

function wasMet({ slack }: Site): boolean {
  return slack.calls().some((call) => call.fault !== undefined);
}

/** Some calls are never answered, and their connections stay: our own limit of 20 s ends them. */
function hangs(fault: string, kind: 'hang' | 'accept-then-hang'): Scenario {
  return {
    fault,
    begin: ({ slack }) => void slack.addFault({ kind, method: 'chat.postMessage', times: 5 }),
    met: wasMet,
    recoversWithinMs: 60_000,
  };
}

/** Each message gets there, and nobody is told. */
function lost(fault: string, kind: Fault['kind']): Scenario {
  return {
    fault,
    begin: (site: Site) => void site.slack.addFault({ kind, method: 'chat.postMessage' }),
    end: ({ slack }) => slack.faults.clear(),
    met: wasMet,
  };
}
