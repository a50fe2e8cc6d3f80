import type { Args } from '../args.ts';
import type { Fields } from '../json.ts';
import { metadataOf, pageOf } from '../paging.ts';
import { withoutChannel } from '../publish.ts';
import { refuse } from '../refusal.ts';
import type { Channel, Message } from '../types.ts';
import type { World } from '../world.ts';
import { HISTORY_SCOPES, isIn, scopedChannel } from './find-channel.ts';
import type { Call, MethodTable } from './spec.ts';

const MOST = 999;
const TS = /^\d+(\.\d+)?$/;

/** The channel's newest first; thread replies only where they were sent to the channel as well. */
function history(call: Call): Fields {
  const channel = readable(call);
  const { world, args } = call;
  const shown = channel.messages
    .filter((message) => !isReply(message) || message.broadcast === true)
    .filter(within(args))
    .toReversed();
  const page = pageOf(shown, args, args.limit(100, MOST));
  return {
    messages: page.items.map((message) => show(world, channel, message, args)),
    has_more: page.next !== '',
    pin_count: 0,
    ...metadataOf(page),
  };
}

/** A thread, its parent first. Any message of the thread may name it. */
function replies(call: Call): Fields {
  const channel = readable(call);
  const { world, args } = call;
  const named = world.state.message(channel, args.need('ts'));
  if (!named) refuse('thread_not_found');
  const parent = isReply(named) ? world.state.message(channel, named.thread_ts) : named;
  const thread = parent?.ts ?? named.thread_ts!;
  const rest = world.state.replies(channel, thread).filter(within(args));
  const page = pageOf(rest, args, args.limit(100, MOST));
  const shown = parent ? [parent, ...page.items] : page.items;
  return {
    messages: shown.map((message) => show(world, channel, message, args)),
    has_more: page.next !== '',
    ...metadataOf(page),
  };
}

function readable(call: Call): Channel {
  const channel = scopedChannel(call, HISTORY_SCOPES);
  if (!isIn(channel)) refuse('not_in_channel');
  return channel;
}

function isReply(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

/** oldest and latest are exclusive unless `inclusive`. */
function within(args: Args): (message: Message) => boolean {
  const oldest = boundary(args, 'oldest', Number.NEGATIVE_INFINITY);
  const latest = boundary(args, 'latest', Number.POSITIVE_INFINITY);
  const inclusive = args.flag('inclusive');
  return ({ ts }) => {
    const at = micros(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function boundary(args: Args, name: 'oldest' | 'latest', otherwise: number): number {
  const value = args.text(name);
  if (value === undefined || value === '') return otherwise;
  if (!TS.test(value)) refuse(`invalid_ts_${name}`);
  return micros(value);
}

/** A ts as a whole number: floats of seconds lose the last digits. */
function micros(ts: string): number {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** Metadata comes whole only when asked for; otherwise its event_type alone. */
function show(world: World, channel: Channel, message: Message, args: Args): Fields {
  const shown = withoutChannel(message);
  if (message.metadata && !args.flag('include_all_metadata'))
    shown['metadata'] = { event_type: message.metadata['event_type'] };
  if (isReply(message)) return shown;
  const answers = world.state.replies(channel, message.ts);
  if (answers.length === 0) return shown;
  const users = [...new Set(answers.map((one) => one.user))];
  return {
    ...shown,
    thread_ts: message.ts,
    reply_count: answers.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: answers.at(-1)?.ts,
    is_locked: channel.lockedThreads.has(message.ts),
    subscribed: false,
  };
}

const READ = Object.values(HISTORY_SCOPES);

export const historyMethods: MethodTable = {
  'conversations.history': { tier: 3, anyScope: READ, required: ['channel'], run: history },
  'conversations.replies': { tier: 3, anyScope: READ, required: ['channel', 'ts'], run: replies },
};
