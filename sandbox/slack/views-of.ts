import type { Fields } from './json.ts';
import { describe } from './methods/conversations.ts';
import { replaceMembers } from './methods/usergroups.ts';
import { describePerson } from './methods/users.ts';
import { describeView } from './modals.ts';
import { BOT_USER_ID } from './seed.ts';
import type { Channel, Ephemeral, Message, Notification, Person, Restriction } from './types.ts';
import type { World } from './world.ts';

/** A channel as everybody in it sees it, and what an admin can do to it. */
export class ChannelView {
  readonly #world: World;
  readonly #channel: Channel;

  constructor(world: World, channel: Channel) {
    this.#world = world;
    this.#channel = channel;
  }

  get id(): string {
    return this.#channel.id;
  }

  get name(): string {
    return this.#channel.name;
  }

  get members(): string[] {
    return [...this.#channel.members];
  }

  /** Every message, replies among them, oldest first. */
  get messages(): readonly Message[] {
    return this.#channel.messages;
  }

  /** What the bot has posted in the channel itself (thread replies only if broadcast), oldest first. */
  posts(): Message[] {
    return this.#channel.messages.filter(
      (message) => message.user === BOT_USER_ID && (!inThread(message) || message.broadcast === true),
    );
  }

  /** The replies to a message, without it. */
  thread(ts: string): Message[] {
    return this.#world.state.replies(this.#channel, ts);
  }

  message(ts: string): Message | undefined {
    return this.#world.state.message(this.#channel, ts);
  }

  archive(): void {
    this.#channel.archived = true;
    this.#changed('archived', this.#kindly('archive'), {
      channel: this.id,
      user: 'USLACKBOT',
    });
  }

  unarchive(): void {
    this.#channel.archived = false;
    this.#changed('unarchived', this.#kindly('unarchive'), {
      channel: this.id,
      user: 'USLACKBOT',
    });
  }

  rename(name: string): void {
    this.#channel.name = name;
    const channel = { id: this.id, name, created: this.#channel.created };
    this.#changed('renamed', this.#kindly('rename'), { channel });
  }

  /** What happens when a private channel becomes a shared one: the same channel under another id. */
  changeId(id: string): void {
    const old = this.#channel.id;
    this.#world.state.channels.delete(old);
    this.#channel.id = id;
    for (const message of this.#channel.messages) message.channel = id;
    this.#world.state.channels.set(id, this.#channel);
    this.#changed('id changed', 'channel_id_changed', { old_channel_id: old, new_channel_id: id });
  }

  /** Adds somebody; the bot too. */
  add(idOrName: string, inviter?: string): void {
    const person = this.#world.state.person(idOrName);
    this.#channel.members.add(person.id);
    this.#membership('member_joined_channel', person, inviter);
  }

  /** Takes somebody out. The bot itself hears channel_left or group_left as well. */
  remove(idOrName: string): void {
    const person = this.#world.state.person(idOrName);
    const seen = this.#channel.members.has(BOT_USER_ID);
    this.#channel.members.delete(person.id);
    if (seen) this.#membership('member_left_channel', person, undefined, true);
    if (person.id === BOT_USER_ID)
      this.#changed('left', this.#kindly('left'), { channel: this.id, actor_id: 'USLACKBOT' });
  }

  /** Gone for good, messages and all. */
  delete(): void {
    this.#world.state.channels.delete(this.id);
    this.#changed('deleted', this.#kindly('deleted'), { channel: this.id, actor_id: 'USLACKBOT' });
  }

  restrict(restriction: Restriction | undefined): void {
    this.#channel.restricted = restriction;
  }

  lockThread(ts: string): void {
    this.#channel.lockedThreads.add(ts);
  }

  /** Slack says `group` where a channel is private. */
  #kindly(what: string): string {
    return `${this.#channel.kind === 'private' ? 'group' : 'channel'}_${what}`;
  }

  #changed(detail: string, event: string, fields: Fields): void {
    this.#world.journal.append({ kind: 'change', what: 'channel', channel: this.id, detail });
    this.#world.delivery.event(event, fields, this.#channel);
  }

  #membership(event: string, person: Person, inviter: string | undefined, wasIn = false): void {
    this.#world.journal.append({ kind: 'change', what: 'channel', channel: this.id, user: person.id, detail: event });
    if (!wasIn && !this.#channel.members.has(BOT_USER_ID)) return;
    const type = this.#channel.kind === 'private' ? 'G' : 'C';
    const by = inviter ? { inviter } : {};
    this.#world.delivery.event(
      event,
      { user: person.id, channel: this.id, channel_type: type, team: this.#world.state.team.id, ...by },
      this.#channel,
    );
  }
}

function inThread(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

/** A person: what they were told, what only they see, and what an admin can do to them. */
export class UserView {
  readonly #world: World;
  readonly #person: Person;

  constructor(world: World, person: Person) {
    this.#world = world;
    this.#person = person;
  }

  get id(): string {
    return this.#person.id;
  }

  get name(): string {
    return this.#person.name;
  }

  get notifications(): Notification[] {
    return this.#world.state.notifications.filter((one) => one.user === this.id);
  }

  /** The ephemerals on this person's screen. */
  get ephemerals(): Ephemeral[] {
    return this.#world.state.ephemerals.filter((one) => one.user === this.id && one.visible);
  }

  /** The conversation with the bot, oldest first. */
  get directMessages(): readonly Message[] {
    return this.#world.state.direct([BOT_USER_ID, this.id])?.messages ?? [];
  }

  /** Open modals, the one on top last. */
  get views(): Fields[] {
    return this.#world.state.stack(this.id).map((view) => describeView(this.#world, view));
  }

  get home(): Fields | undefined {
    const home = this.#world.state.homes.get(this.id);
    return home ? describeView(this.#world, home) : undefined;
  }

  deactivate(): void {
    this.change({ deactivated: true });
  }

  /** Changes anything of a profile: presence, quiet hours, guest, language. */
  change(fields: Partial<Omit<Person, 'id'>>): void {
    Object.assign(this.#person, fields);
    this.#world.journal.append({ kind: 'change', what: 'person', user: this.id, detail: fields });
    this.#world.delivery.event('user_change', {
      user: describePerson(this.#world, this.#person, this.#world.tokens.bot),
    });
  }
}

/** The whole workspace as JSON, for the page and for tests outside this process. */
export function snapshot(world: World): Fields {
  const { state, journal, clock, sockets } = world;
  return {
    now: clock.now(),
    seq: journal.lines.length,
    team: state.team,
    app: { homeTab: world.app.homeTab },
    people: [...state.people.values()],
    groups: [...state.groups.values()],
    channels: [...state.channels.values()].map((channel) => ({
      ...describe(world, channel),
      kind: channel.kind,
      members: [...channel.members],
      messages: channel.messages,
    })),
    ephemerals: state.ephemerals,
    notifications: state.notifications,
    views: Object.fromEntries(
      [...state.stacks]
        .filter(([, stack]) => stack.length > 0)
        .map(([user, stack]) => [user, stack.map((view) => describeView(world, view))]),
    ),
    homes: Object.fromEntries([...state.homes].map(([user, view]) => [user, describeView(world, view)])),
    files: [...state.files.values()].map(({ bytes, ...file }) => ({ ...file, size: bytes?.length ?? 0 })),
    sockets: sockets.count,
  };
}

/** Sets a group's members as an admin would, and tells the app. */
export function setGroup(world: World, idOrHandle: string, people: string[]): void {
  replaceMembers(
    world,
    world.state.group(idOrHandle),
    people.map((one) => world.state.person(one).id),
  );
}
