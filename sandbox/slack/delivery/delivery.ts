import type { Clock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import type { Fields } from '../json.ts';
import type { AppSettings, DeliveryOption } from '../options.ts';
import { APP_ID, BOT_USER_ID } from '../seed.ts';
import type { State } from '../state.ts';
import type { Tokens } from '../tokens.ts';
import type { Channel } from '../types.ts';
import type { Answer, HttpDelivery, RetryReason, What } from './http-delivery.ts';
import type { Sockets } from './sockets.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Waits before the three retries of an event. On sockets the first comes a second after the time limit. */
const HTTP_RETRIES = [0, MINUTE, 5 * MINUTE];
const SOCKET_RETRIES = [SECOND, MINUTE, 5 * MINUTE];

const ENVELOPES: Record<What, string> = {
  command: 'slash_commands',
  interaction: 'interactive',
  event: 'events_api',
  other: 'interactive',
};

/** The scope without which the bot does not get an event. */
const EVENT_SCOPES: Record<string, string> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  'message.mpim': 'mpim:history',
  reaction_added: 'reactions:read',
  reaction_removed: 'reactions:read',
  member_joined_channel: 'channels:read',
  member_left_channel: 'channels:read',
  team_join: 'users:read',
  user_change: 'users:read',
  subteam_created: 'usergroups:read',
  subteam_updated: 'usergroups:read',
  subteam_members_changed: 'usergroups:read',
  channel_archive: 'channels:read',
  channel_unarchive: 'channels:read',
  channel_rename: 'channels:read',
  channel_id_changed: 'channels:read',
  channel_created: 'channels:read',
  channel_deleted: 'channels:read',
  channel_left: 'channels:read',
  group_left: 'groups:read',
  group_deleted: 'groups:read',
  group_archive: 'groups:read',
  group_unarchive: 'groups:read',
  group_rename: 'groups:read',
};

/** Who joins and leaves a private channel needs the scope of private ones. */
function scopeOf(subscription: string, channel: Channel | undefined): string | undefined {
  return subscription.startsWith('member_') && channel?.kind === 'private' ? 'groups:read' : EVENT_SCOPES[subscription];
}

interface Parts {
  readonly app: AppSettings;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly state: State;
  readonly tokens: Tokens;
  readonly http: HttpDelivery;
  readonly sockets: Sockets;
  readonly failWithoutSocket: boolean;
}

/** Hands commands, interactions and events to the app: by HTTP or by sockets, never both. Only events are retried. */
export class Delivery {
  target: DeliveryOption;
  readonly #parts: Parts;
  #stopped = false;

  constructor(target: DeliveryOption, parts: Parts) {
    this.target = target;
    this.#parts = parts;
  }

  /** A command or an interaction: one attempt. */
  async ask(what: 'command' | 'interaction', payload: Fields): Promise<Answer> {
    const answer = await this.#attempt(what, payload, 0, '');
    const noSocket = this.target.kind === 'socket' && answer.outcome === 'failed' && !this.#parts.failWithoutSocket;
    return noSocket ? { outcome: 'timeout' } : answer;
  }

  /** Sends an event if the app subscribed to it and has the scope; retries run on the fake's clock. */
  event(subscription: string, event: Fields, channel?: Channel): void {
    const { app, tokens } = this.#parts;
    const scope = scopeOf(subscription, channel);
    if (!app.botEvents.includes(subscription) || (scope !== undefined && !tokens.bot.scopes.has(scope))) return;
    const type = subscription.startsWith('message.') ? 'message' : subscription;
    void this.#keepTrying(this.#envelope({ type, event_ts: this.#parts.clock.ts(), ...event }, channel), 0, '');
  }

  /** The challenge before a request URL is saved: answered as text, form or JSON. */
  async verify(url: string): Promise<boolean> {
    const challenge = this.#parts.state.ids.secret();
    const payload = { type: 'url_verification', token: 'fake-verification-token', challenge };
    const answer = await this.#parts.http.send(url, 'other', payload);
    this.#log('other', payload, 0, answer);
    if (answer.outcome !== 'acked') return false;
    const body = answer.body;
    const text = typeof body === 'string' ? body.replace(/^challenge=/, '') : undefined;
    return (
      text === challenge ||
      (typeof body === 'object' && body !== null && 'challenge' in body && body.challenge === challenge)
    );
  }

  stop(): void {
    this.#stopped = true;
    this.#parts.http.close();
  }

  async #keepTrying(envelope: Fields, retry: number, reason: string): Promise<void> {
    if (this.#stopped) return;
    const answer = await this.#attempt('event', envelope, retry, reason);
    if (answer.outcome === 'acked' || this.#stopped || (answer.outcome === 'failed' && answer.noRetry)) return;
    const wait = (this.target.kind === 'http' ? HTTP_RETRIES : SOCKET_RETRIES)[retry];
    if (wait === undefined) return;
    const why = this.#why(answer);
    if (wait === 0) return this.#keepTrying(envelope, retry + 1, why);
    this.#parts.clock.after(wait, () => void this.#keepTrying(envelope, retry + 1, why));
  }

  #why(answer: Exclude<Answer, { outcome: 'acked' }>): RetryReason {
    if (this.target.kind === 'socket') return 'timeout';
    return answer.outcome === 'timeout' ? 'http_timeout' : answer.reason;
  }

  async #attempt(what: What, payload: Fields, retry: number, reason: string): Promise<Answer> {
    const answer = await this.#send(what, payload, retry, reason);
    this.#log(what, payload, retry, answer);
    return answer;
  }

  async #send(what: What, payload: Fields, retry: number, reason: string): Promise<Answer> {
    const { http, sockets } = this.#parts;
    if (this.target.kind === 'socket')
      return sockets.send(ENVELOPES[what], payload, retry > 0 ? { attempt: retry, reason } : undefined);
    if (!this.target.url) return { outcome: 'failed', reason: 'connection_failed' };
    const again: Record<string, string> =
      retry > 0 ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason } : {};
    return http.send(this.target.url, what, payload, again);
  }

  #log(what: What, payload: Fields, attempt: number, answer: Answer): void {
    const outcome =
      answer.outcome === 'failed' ? `${answer.reason}${answer.status ? ` ${answer.status}` : ''}` : answer.outcome;
    const body = answer.outcome === 'acked' ? { body: answer.body } : {};
    this.#parts.journal.append({ kind: 'delivery', what, via: this.target.kind, attempt, payload, outcome, ...body });
  }

  #envelope(event: Fields, channel: Channel | undefined): Fields {
    const { state, clock } = this.#parts;
    return {
      token: 'fake-verification-token',
      team_id: state.team.id,
      context_team_id: state.team.id,
      context_enterprise_id: null,
      api_app_id: APP_ID,
      event,
      type: 'event_callback',
      event_id: state.ids.next('Ev'),
      event_time: clock.seconds(),
      authorizations: [
        {
          enterprise_id: null,
          team_id: state.team.id,
          user_id: BOT_USER_ID,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: channel?.shared === true,
      event_context: `4-${state.ids.secret()}`,
    };
  }
}
