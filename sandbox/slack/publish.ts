import { withIds } from './blocks.ts';
import type { Fields } from './json.ts';
import { mentionsIn } from './mentions.ts';
import { checkBroadcast, notify, notifyEdit } from './notify.ts';
import { APP_ID, BOT_ID, BOT_USER_ID } from './seed.ts';
import type { Channel, Ephemeral, Message } from './types.ts';
import type { World } from './world.ts';

/** What a message says, checked. */
export interface Content {
  text: string;
  blocks?: Fields[] | undefined;
  attachments?: Fields[] | undefined;
  metadata?: Fields | undefined;
  linkNames?: boolean | undefined;
}

export interface Placing {
  readonly user: string;
  readonly thread?: string | undefined;
  readonly broadcast?: boolean | undefined;
  readonly subtype?: string | undefined;
  readonly files?: Fields[] | undefined;
  /** Answered as posted, but a burst let it through and it is never shown. */
  readonly vanish?: boolean | undefined;
}

const MESSAGE_EVENTS = { public: 'channels', private: 'groups', im: 'im', mpim: 'mpim' } as const;

/** Puts a new message where all members see it, tells whom it tells, and sends the app its events. */
export function publish(world: World, channel: Channel, content: Content, placing: Placing): Message {
  const mentions = mentionsIn(content, world.switches);
  checkBroadcast(world, mentions);
  const message = build(world, channel, content, placing);
  if (placing.vanish) return message;
  channel.messages.push(message);
  world.journal.append({
    kind: 'change',
    what: 'posted',
    channel: channel.id,
    ts: message.ts,
    user: placing.user,
    detail: { ...message },
  });
  notify(world, channel, message, mentions);
  sendMessageEvent(world, channel, { ...withoutChannel(message), ...foreign(world, message) });
  if (message.broadcast && channel.kind === 'im') sendChanged(world, channel, message, { ...message });
  return message;
}

/** Partners of a shared channel carry their own team. */
function foreign(world: World, message: Message): Fields {
  return message.team === world.state.team.id ? {} : { user_team: message.team, source_team: message.team };
}

function build(world: World, channel: Channel, content: Content, placing: Placing): Message {
  const { clock, state } = world;
  const message: Message = {
    type: 'message',
    channel: channel.id,
    ts: clock.ts(),
    team: state.people.get(placing.user)?.team ?? state.team.id,
    user: placing.user,
    text: content.text,
  };
  if (placing.user === BOT_USER_ID) Object.assign(message, { bot_id: BOT_ID, app_id: APP_ID });
  else message.client_msg_id = state.ids.next('client-');
  if (content.blocks?.length) message.blocks = withIds(content.blocks, () => state.ids.next('b'));
  if (content.attachments?.length) message.attachments = content.attachments;
  if (content.metadata) message.metadata = content.metadata;
  if (placing.files?.length) message.files = placing.files;
  if (placing.thread) message.thread_ts = placing.thread;
  if (placing.broadcast) Object.assign(message, { broadcast: true, subtype: 'thread_broadcast' });
  if (placing.subtype) message.subtype = placing.subtype;
  return message;
}

/** Replaces a message's content; nobody is told. The edited mark comes only after text-only edits. */
export function edit(world: World, channel: Channel, message: Message, content: Partial<Content>, by: string): Message {
  const before = { ...message };
  if (content.text !== undefined) message.text = content.text;
  if ('blocks' in content)
    setOrDelete(
      message,
      'blocks',
      content.blocks?.length ? withIds(content.blocks, () => world.state.ids.next('b')) : undefined,
    );
  if ('attachments' in content)
    setOrDelete(message, 'attachments', content.attachments?.length ? content.attachments : undefined);
  if ('metadata' in content) setOrDelete(message, 'metadata', content.metadata);
  if (!message.blocks && !message.attachments) message.edited = { user: by, ts: world.clock.ts() };
  world.journal.append({
    kind: 'change',
    what: 'updated',
    channel: channel.id,
    ts: message.ts,
    user: by,
    detail: { ...message },
  });
  notifyEdit(world, channel, before, message);
  sendChanged(world, channel, message, before);
  return message;
}

function sendChanged(world: World, channel: Channel, message: Message, before: Message): void {
  const parts = { message: withoutChannel(message), previous_message: withoutChannel(before) };
  sendMessageEvent(world, channel, {
    type: 'message',
    subtype: 'message_changed',
    ...parts,
    ts: world.clock.ts(),
    hidden: true,
  });
}

function setOrDelete<K extends 'blocks' | 'attachments' | 'metadata'>(
  message: Message,
  name: K,
  value: Message[K],
): void {
  if (value === undefined) delete message[name];
  else message[name] = value;
}

/** Takes a message away; with replies a tombstone stays above them. */
export function remove(world: World, channel: Channel, message: Message): void {
  const before = withoutChannel(message);
  if (world.state.replies(channel, message.ts).length > 0) {
    for (const name of ['blocks', 'attachments', 'metadata', 'files', 'reactions'] as const) delete message[name];
    Object.assign(message, { subtype: 'tombstone', text: 'This message was deleted.', user: 'USLACKBOT' });
  } else {
    channel.messages.splice(channel.messages.indexOf(message), 1);
  }
  world.journal.append({ kind: 'change', what: 'deleted', channel: channel.id, ts: message.ts });
  sendMessageEvent(world, channel, {
    type: 'message',
    subtype: 'message_deleted',
    deleted_ts: message.ts,
    previous_message: before,
    ts: world.clock.ts(),
    hidden: true,
  });
}

/** For one pair of eyes: never in history, no notification, lost on the absent and in threads without replies. */
export function whisper(
  world: World,
  channel: Channel,
  user: string,
  content: Content,
  thread: string | undefined,
): Ephemeral {
  const { state, clock, journal } = world;
  const active = state.people.get(user)?.presence === 'active';
  const placed = thread === undefined || state.replies(channel, thread).length > 0;
  const ephemeral: Ephemeral = {
    ephemeral: true,
    channel: channel.id,
    ts: clock.ts(),
    user,
    text: content.text,
    visible: active && placed,
  };
  if (content.blocks?.length) ephemeral.blocks = withIds(content.blocks, () => state.ids.next('b'));
  if (content.attachments?.length) ephemeral.attachments = content.attachments;
  if (thread) ephemeral.thread_ts = thread;
  state.ephemerals.push(ephemeral);
  journal.append({
    kind: 'change',
    what: 'ephemeral',
    channel: channel.id,
    user,
    ts: ephemeral.ts,
    detail: { ...ephemeral },
  });
  return ephemeral;
}

export function withoutChannel(message: Message): Fields {
  const { channel: _channel, broadcast: _broadcast, ...shown } = message;
  return shown;
}

/** A message event for the channel's kind, if the bot is in it; own posts come back too. */
function sendMessageEvent(world: World, channel: Channel, event: Fields): void {
  if (!channel.members.has(BOT_USER_ID)) return;
  const kind = MESSAGE_EVENTS[channel.kind];
  const channelType = channel.kind === 'public' ? 'channel' : channel.kind === 'private' ? 'group' : channel.kind;
  world.delivery.event(
    `message.${kind}`,
    { ...event, channel: channel.id, channel_type: channelType, event_ts: event['ts'] },
    channel,
  );
}
