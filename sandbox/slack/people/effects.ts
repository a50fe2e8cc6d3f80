import { Args } from '../args.ts';
import { readContent } from '../content.ts';
import { type Fields, isFields, listOf, textOf } from '../json.ts';
import { elementsOf } from '../modals.ts';
import { publish, withoutChannel } from '../publish.ts';
import { Refusal, TooMany } from '../refusal.ts';
import { BOT_USER_ID } from '../seed.ts';
import type { Channel, Ephemeral, Message, Person, View } from '../types.ts';
import type { World } from '../world.ts';

/** What a person sees after doing something: whether it went through, Slack's own error, and what appeared. */
export interface Seen {
  readonly ok: boolean;
  /** `operation_timeout`: no answer in three seconds. `dispatch_failed`: no connection, or not a 200. */
  readonly error?: string;
  /** The app's own answer to a command. */
  readonly answer?: Message | Ephemeral;
  /** A confirm dialog that stands between the person and the click. */
  readonly dialog?: Fields;
  /** The page a link button opens. */
  readonly opened?: string;
}

/** What a command's acknowledgement shows: nothing, words, or a message for the asker or the channel. */
export function showAnswer(world: World, person: Person, channel: Channel, typed: string, body: unknown): Seen {
  const message: Fields = isFields(body) ? body : { text: textOf(body) ?? '' };
  if (body === undefined || body === '' || Object.keys(message).length === 0) return { ok: true };
  try {
    readContent(new Args(message), world, world.switches.longPosts);
    if (message['response_type'] === 'in_channel')
      publish(world, channel, { text: typed }, { user: person.id, subtype: 'slash_command' });
    const answer = world.replies.answer({ kind: 'command', channel, user: person.id }, message);
    return answer ? { ok: true, answer } : { ok: true };
  } catch (error) {
    if (error instanceof Refusal || error instanceof TooMany) return { ok: false, error: 'invalid_command_response' };
    throw error;
  }
}

/** An app_mention where the bot is a member, but never in direct messages. */
export function sendMention(world: World, person: Person, channel: Channel, message: Message): void {
  if (!message.text.includes(`<@${BOT_USER_ID}>`) || !channel.members.has(BOT_USER_ID)) return;
  if (channel.kind === 'im' || channel.kind === 'mpim') return;
  const { type: _type, ...event } = withoutChannel(message);
  const from = { user_team: person.team ?? world.state.team.id };
  world.delivery.event('app_mention', { ...event, ...from, channel: channel.id, event_ts: message.ts }, channel);
}

/** Answers whether it is new. */
export function addReaction(world: World, message: Message, name: string, user: string): boolean {
  const reactions = message.reactions ?? [];
  message.reactions = reactions;
  const same = reactions.find((reaction) => reaction.name === name);
  if (same?.users.includes(user)) return false;
  if (same) Object.assign(same, { users: [...same.users, user], count: same.count + 1 });
  else reactions.push({ name, users: [user], count: 1 });
  noteReaction(world, message, name, user);
  return true;
}

/** Answers whether it was there. */
export function removeReaction(world: World, message: Message, name: string, user: string): boolean {
  const same = message.reactions?.find((reaction) => reaction.name === name);
  if (!same?.users.includes(user)) return false;
  Object.assign(same, { users: same.users.filter((one) => one !== user), count: same.count - 1 });
  const left = message.reactions?.filter(({ count }) => count > 0) ?? [];
  if (left.length > 0) message.reactions = left;
  else delete message.reactions;
  noteReaction(world, message, name, user);
  return true;
}

function noteReaction(world: World, { channel, ts }: Message, detail: string, user: string): void {
  world.journal.append({ kind: 'change', what: 'reacted', channel, ts, user, detail });
}

/** The response_urls of a submission: one for each filled select with response_url_enabled. */
export function responseUrls(world: World, person: Person, view: View): Fields[] {
  return listOf(view.content['blocks']).flatMap((block) =>
    elementsOf(block).flatMap((element) => {
      if (element['response_url_enabled'] !== true) return [];
      const value = view.values[String(block['block_id'])]?.[String(element['action_id'])];
      const id = value?.['selected_conversation'] ?? value?.['selected_channel'];
      const channel = typeof id === 'string' ? world.state.channels.get(id) : undefined;
      if (!channel) return [];
      const url = world.replies.issue({ kind: 'view', channel, user: person.id });
      return [
        { block_id: block['block_id'], action_id: element['action_id'], channel_id: channel.id, response_url: url },
      ];
    }),
  );
}
