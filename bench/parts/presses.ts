import { sign } from '../../sandbox/slack/delivery/post.ts';
import { APP_ID, BOT_USER_ID, CHANNELS, PEOPLE, TEAM_ID } from '../../sandbox/slack/index.ts';
import type { Endpoint } from '../lib/http.ts';
import { alertIn } from './bodies.ts';
import type { Call, FakeSlack } from './fake-slack.ts';

/** A button of an incident's post that the program made. */
export interface Pressable {
  readonly n: number;
  readonly ts: string;
  readonly value: string;
  readonly message: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** The posts about alerts of this kind with their button `ack`, by the alert's number. */
export async function pressables(slack: FakeSlack, kind: string): Promise<readonly Pressable[]> {
  const calls = await slack.calls('chat.postMessage');
  return calls.flatMap((call) => pressable(call, kind)).toSorted((a, b) => a.n - b.n);
}

function pressable({ args, answer }: Call, kind: string): Pressable[] {
  const n = alertIn(kind, JSON.stringify(args));
  const ts = answer?.['ts'];
  const value = /"action_id":"ack".*?"value":("(?:[^"\\]|\\.)*")/.exec(String(args['blocks']))?.[1];
  if (n === undefined || typeof ts !== 'string' || value === undefined) return [];
  return [{ n, ts, value: JSON.parse(value) as string, message: answer?.['message'] }];
}

const FORM = 'application/x-www-form-urlencoded';
let triggers = 0;

/** Presses and commands as Slack delivers them, signed; answers to them go to the sink. */
export function presser(slack: FakeSlack, door: Endpoint) {
  const deliver = (form: Record<string, string>): Promise<number> => signed(new URLSearchParams(form).toString(), FORM);
  const signed = (body: string, type: string): Promise<number> => {
    const stamp = Math.floor(Date.now() / 1000);
    return door.post('/slack/events', body, {
      'content-type': type,
      'x-slack-request-timestamp': String(stamp),
      'x-slack-signature': sign(slack.signingSecret, stamp, body),
    });
  };
  const trigger = (): string => {
    triggers += 1;
    return `bench.${process.pid}.${triggers}`;
  };
  const channel = { id: CHANNELS.alerts, name: 'alerts' };
  return {
    click(button: string, on: Pressable): Promise<number> {
      const payload: Fields = {
        type: 'block_actions',
        team: { id: TEAM_ID, domain: 'hikeshi' },
        user: { id: PEOPLE.hana, username: 'hana', name: 'hana', team_id: TEAM_ID },
        api_app_id: APP_ID,
        token: 'none',
        enterprise: null,
        is_enterprise_install: false,
        trigger_id: trigger(),
        container: { type: 'message', message_ts: on.ts, channel_id: channel.id, is_ephemeral: false },
        channel,
        message: on.message,
        state: { values: {} },
        response_url: slack.sinkUrl,
        actions: [{ type: 'button', action_id: button, block_id: 'b1', value: on.value, action_ts: on.ts }],
      };
      return deliver({ payload: JSON.stringify(payload) });
    },
    /** By its words in the channel: answered by a message of its own, for there is nothing that a form could be opened with. */
    mention(text: string): Promise<number> {
      const ts = `${Math.floor(Date.now() / 1000)}.${String(process.hrtime.bigint() % 1_000_000n).padStart(6, '0')}`;
      const event = {
        type: 'app_mention',
        user: PEOPLE.hana,
        team: TEAM_ID,
        channel: channel.id,
        text: `<@${BOT_USER_ID}> ${text}`,
        ts,
        event_ts: ts,
      };
      const body = {
        type: 'event_callback',
        token: 'none',
        team_id: TEAM_ID,
        api_app_id: APP_ID,
        event,
        event_id: `Ev${trigger()}`,
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [{ enterprise_id: null, team_id: TEAM_ID, user_id: BOT_USER_ID, is_bot: true }],
      };
      return signed(JSON.stringify(body), 'application/json');
    },
    /** A form that the program has filled before; what is typed into it by the id of its input. */
    submit(form: string, carries: Fields, typed: Readonly<Record<string, string>>): Promise<number> {
      const values = Object.entries(typed).map(([id, value]) => [id, { [id]: { type: 'plain_text_input', value } }]);
      const id = trigger();
      const view: Fields = {
        id: `V${id.replaceAll('.', '').toUpperCase()}`,
        team_id: TEAM_ID,
        type: 'modal',
        hash: id,
        callback_id: form,
        private_metadata: JSON.stringify(carries),
        title: { type: 'plain_text', text: 'form' },
        blocks: [],
        state: { values: Object.fromEntries(values) },
      };
      const payload: Fields = {
        type: 'view_submission',
        team: { id: TEAM_ID, domain: 'hikeshi' },
        user: { id: PEOPLE.hana, username: 'hana', name: 'hana', team_id: TEAM_ID },
        api_app_id: APP_ID,
        token: 'none',
        trigger_id: id,
        view,
        response_urls: [],
      };
      return deliver({ payload: JSON.stringify(payload) });
    },
    command(text: string): Promise<number> {
      return deliver({
        token: 'none',
        team_id: TEAM_ID,
        team_domain: 'hikeshi',
        channel_id: channel.id,
        channel_name: channel.name,
        user_id: PEOPLE.hana,
        user_name: 'hana',
        command: '/ops',
        text,
        api_app_id: APP_ID,
        is_enterprise_install: 'false',
        response_url: slack.sinkUrl,
        trigger_id: trigger(),
      });
    },
  };
}

export type Presser = ReturnType<typeof presser>;
