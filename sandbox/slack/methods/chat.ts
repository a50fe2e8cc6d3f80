import { isEmpty, readContent, TEXT_REFUSED_OVER } from '../content.ts';
import type { Fields } from '../json.ts';
import { type Content, edit, publish, remove, whisper, withoutChannel } from '../publish.ts';
import { refuse } from '../refusal.ts';
import { BOT_USER_ID } from '../seed.ts';
import type { Channel, Message, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { isIn, visibleChannel } from './find-channel.ts';
import type { Call, MethodTable } from './spec.ts';

function postMessage({ world, args, token }: Call): Fields {
  const content = readContent(args, world, world.switches.longPosts);
  const channel = targetOf(world, args.need('channel'));
  if (!isIn(channel) && !token.scopes.has('chat:write.public')) refuse('not_in_channel');
  if (channel.archived) refuse('is_archived');
  if (channel.kind === 'im' && !world.app.messagesTab) refuse('messages_tab_disabled');
  const thread = args.text('thread_ts') || undefined;
  checkRestriction(channel, thread);
  if (isEmpty(content)) refuse('no_text');
  checkThread(world, channel, thread);
  const pace = world.rates.post(channel.id);
  const broadcast = thread !== undefined && args.flag('reply_broadcast');
  const vanish = pace === 'burst' && world.switches.burstsVanish;
  const message = publish(world, channel, content, { user: BOT_USER_ID, thread, broadcast, vanish });
  const warned = content.warning
    ? { warning: content.warning, response_metadata: { warnings: [content.warning] } }
    : {};
  return { channel: channel.id, ts: message.ts, message: withoutChannel(message), ...warned };
}

/** A user's id opens the direct conversation; people of other companies have none with a bot. */
function targetOf(world: World, id: string): Channel {
  const person = world.state.people.get(id);
  if (!person) return visibleChannel(world, id);
  if (person.deactivated || person.bot || world.state.isForeign(person)) refuse('channel_not_found');
  return world.state.openDirect([BOT_USER_ID, id], world.clock.seconds());
}

const RESTRICTIONS: Record<Restriction, { inThread: boolean; outside: boolean; code: string }> = {
  admins: { inThread: true, outside: true, code: 'restricted_action' },
  'read-only': { inThread: true, outside: true, code: 'restricted_action_read_only_channel' },
  'thread-only': { inThread: false, outside: true, code: 'restricted_action_thread_only_channel' },
  'non-threadable': { inThread: true, outside: false, code: 'restricted_action_non_threadable_channel' },
};

function checkRestriction(channel: Channel, thread: string | undefined): void {
  if (thread !== undefined && channel.lockedThreads.has(thread)) refuse('restricted_action_thread_locked');
  if (!channel.restricted) return;
  const rule = RESTRICTIONS[channel.restricted];
  if (thread === undefined ? rule.outside : rule.inThread) refuse(rule.code);
}

/** thread_ts is the parent's ts, as the string it was given. */
function checkThread(world: World, channel: Channel, thread: string | undefined): void {
  if (thread === undefined || world.switches.missingThread === 'orphan') return;
  const parent = world.state.message(channel, thread);
  if (!parent || (parent.thread_ts !== undefined && parent.thread_ts !== parent.ts)) refuse('thread_not_found');
}

/** The bot's own message in a channel the bot can see. A user's id is no channel here. */
function ownMessage({ world, args }: Call, notOwn: string): { channel: Channel; message: Message } {
  const channel = visibleChannel(world, args.need('channel'));
  const message = world.state.message(channel, args.text('ts'));
  if (!message || message.subtype === 'tombstone') refuse('message_not_found');
  if (message.user !== BOT_USER_ID) refuse(notOwn);
  return { channel, message };
}

function update(call: Call): Fields {
  const { world, args } = call;
  const content = readContent(args, world, 'truncate');
  if ((args.text('text') ?? '').length > TEXT_REFUSED_OVER) refuse('msg_too_long');
  const { channel, message } = ownMessage(call, 'cant_update_message');
  if (channel.archived) refuse('is_inactive');
  if (world.clock.now() - Number(message.ts) * 1000 > world.switches.editWindowMs) refuse('edit_window_closed');
  const change = changeOf(call, content);
  edit(world, channel, message, change, BOT_USER_ID);
  return { channel: channel.id, ts: message.ts, text: message.text, message: withoutChannel(message) };
}

/** Text without blocks takes the blocks away; metadata stays unless sent, and `{}` takes it away. */
function changeOf({ args }: Call, content: Content): Partial<Content> {
  const saysText = args.has('text') || args.has('markdown_text');
  if (!saysText && !args.has('blocks') && !args.has('attachments')) refuse('no_text');
  const change: Partial<Content> = {};
  if (saysText) change.text = content.text;
  if (saysText || args.has('blocks')) change.blocks = content.blocks;
  if (saysText || args.has('attachments')) change.attachments = content.attachments;
  if (args.has('metadata')) change.metadata = content.metadata;
  if (saysText && isEmpty(content)) refuse('no_text');
  return change;
}

function deleteMessage(call: Call): Fields {
  const { channel, message } = ownMessage(call, 'cant_delete_message');
  remove(call.world, channel, message);
  return { channel: channel.id, ts: message.ts };
}

function postEphemeral({ world, args }: Call): Fields {
  const content = readContent(args, world, 'refuse');
  const channel = visibleChannel(world, args.need('channel'));
  if (!isIn(channel)) refuse('not_in_channel');
  if (channel.archived) refuse('is_archived');
  const person = world.state.people.get(args.need('user'));
  if (!person || person.deactivated || !channel.members.has(person.id)) refuse('user_not_in_channel');
  if (isEmpty(content)) refuse('no_text');
  world.rates.post(channel.id);
  return { message_ts: whisper(world, channel, person.id, content, args.text('thread_ts') || undefined).ts };
}

function getPermalink({ world, args }: Call): Fields {
  const channel = visibleChannel(world, args.need('channel'));
  const ts = args.need('message_ts');
  const message = world.state.message(channel, ts);
  if (!message) refuse('message_not_found');
  const inThread =
    message.thread_ts && message.thread_ts !== ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : '';
  return {
    channel: channel.id,
    permalink: `https://${world.state.team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}${inThread}`,
  };
}

const WRITE = ['chat:write'];

export const chatMethods: MethodTable = {
  'chat.postMessage': { tier: 'special', scopes: WRITE, required: ['channel'], run: postMessage },
  'chat.update': { tier: 3, scopes: WRITE, required: ['channel', 'ts'], run: update },
  'chat.delete': { tier: 3, scopes: WRITE, required: ['channel', 'ts'], run: deleteMessage },
  'chat.postEphemeral': { tier: 4, scopes: WRITE, required: ['channel', 'user'], run: postEphemeral },
  'chat.getPermalink': { tier: 'special', required: ['channel', 'message_ts'], run: getPermalink },
};
