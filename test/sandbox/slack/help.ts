import { type FakeSlack, type Message, type SlackOptions, startSlack } from '../../../sandbox/slack/index.ts';

export interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly ts: string;
  readonly channel: string;
  readonly [field: string]: unknown;
}

/** Calls one method as a form, the way the SDK does: what is no text is JSON inside. */
export async function call(
  slack: FakeSlack,
  method: string,
  args: Record<string, unknown> = {},
  token = slack.botToken,
): Promise<Answer> {
  return (await raw(slack, method, args, token)).json() as Promise<Answer>;
}

export async function raw(
  slack: FakeSlack,
  method: string,
  args: Record<string, unknown> = {},
  token = slack.botToken,
): Promise<Response> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args))
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
}

export async function postJson(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A workspace whose clock stands still until it is moved. */
export async function stillSlack(options: SlackOptions = {}): Promise<FakeSlack> {
  return startSlack({ now: () => 1_700_000_000_000, ...options });
}

export function section(text: string): Record<string, unknown> {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

export function button(text: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'button', text: { type: 'plain_text', text }, ...more };
}

export function modal(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'modal', title: { type: 'plain_text', text: 'Restart' }, blocks: [section('Really?')], ...more };
}

/** What was posted last as a message with these blocks, in a channel of the bot. */
export async function posted(slack: FakeSlack, channel: string, more: Record<string, unknown>): Promise<Message> {
  const { ts } = await call(slack, 'chat.postMessage', { channel: slack.channel(channel).id, text: 'x', ...more });
  return slack.channel(channel).message(ts)!;
}
