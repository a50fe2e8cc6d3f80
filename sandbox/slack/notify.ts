import { type Mentions, mentionsIn } from './mentions.ts';
import { isQuiet } from './quiet.ts';
import { refuse } from './refusal.ts';
import type { Channel, Message, Person, Why } from './types.ts';
import type { World } from './world.ts';

/** Refuses a broadcast where admins keep @channel to themselves and Slack says so. */
export function checkBroadcast(world: World, mentions: Mentions): void {
  if (world.switches.broadcastLimit === 'refused' && mentions.broadcasts.size > 0) refuse('restricted_action');
}

/** Tells everyone whom this new message tells, each person once, by the strongest reason. */
export function notify(world: World, channel: Channel, message: Message, mentions: Mentions): void {
  const reply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const told = new Map<string, Why>();
  const tell = (id: string, why: Why): void => {
    if (!told.has(id) && id !== message.user && canBeTold(world, channel, id)) told.set(id, why);
  };
  for (const id of mentions.users) tell(id, 'mention');
  for (const id of groupMembers(world, mentions)) tell(id, 'group');
  if (!reply || message.broadcast || world.switches.threadBroadcast) tellChannel(world, channel, mentions, tell);
  if (channel.kind === 'im' || channel.kind === 'mpim') for (const id of channel.members) tell(id, 'dm');
  if (reply) for (const id of world.state.followersOf(channel.id, message.thread_ts!)) tell(id, 'thread');
  for (const [id, why] of told) record(world, channel, message, world.state.person(id), why);
  follow(world, channel, message, mentions);
}

/** An edit tells nobody, unless the switch says that a mention it adds is heard. */
export function notifyEdit(world: World, channel: Channel, before: Message, after: Message): void {
  if (world.switches.editsNotify === 'nobody') return;
  const old = mentionsIn(before, world.switches);
  const now = mentionsIn(after, world.switches);
  for (const id of now.users) {
    if (!old.users.has(id) && canBeTold(world, channel, id))
      record(world, channel, after, world.state.person(id), 'mention');
  }
}

/** A mention of somebody who is not in the channel tells nobody, and nobody is told that it did not. */
function canBeTold(world: World, channel: Channel, id: string): boolean {
  const person = world.state.people.get(id);
  return person !== undefined && channel.members.has(id) && !person.bot && !person.deactivated;
}

function* groupMembers(world: World, mentions: Mentions): Iterable<string> {
  for (const id of mentions.groups) {
    const group = world.state.groups.get(id);
    if (group && !group.disabled) yield* group.members;
  }
}

function tellChannel(world: World, channel: Channel, mentions: Mentions, tell: (id: string, why: Why) => void): void {
  if (world.switches.broadcastLimit === 'plain') return;
  for (const range of ['everyone', 'channel', 'here'] as const) {
    if (!mentions.broadcasts.has(range)) continue;
    for (const id of channel.members)
      if (range !== 'here' || world.state.people.get(id)?.presence === 'active') tell(id, range);
  }
}

function record(world: World, channel: Channel, message: Message, person: Person, why: Why): void {
  const { clock, state, journal } = world;
  const device = !isQuiet(person, state.team, clock.seconds()) && !person.muted.includes(channel.id);
  const notification = {
    user: person.id,
    why,
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    at: clock.now(),
    device,
  };
  state.notifications.push(notification);
  journal.append({
    kind: 'change',
    what: 'notified',
    user: person.id,
    channel: channel.id,
    ts: message.ts,
    detail: notification,
  });
}

/** Author, repliers and the mentioned follow a thread from now on. */
function follow(world: World, channel: Channel, message: Message, mentions: Mentions): void {
  const thread = message.thread_ts ?? message.ts;
  const mentioned = [...mentions.users, ...groupMembers(world, mentions)];
  world.state.follow(channel.id, thread, message.user ? [message.user, ...mentioned] : mentioned);
}
