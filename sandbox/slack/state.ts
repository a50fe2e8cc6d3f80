import { Ids } from './ids.ts';
import type { ChannelSeed, GroupSeed, PersonSeed, SlackOptions, TeamSeed } from './options.ts';
import { BOT_USER_ID, DEFAULT_CHANNELS, DEFAULT_GROUPS, DEFAULT_PEOPLE, DEFAULT_TEAM } from './seed.ts';
import type { Channel, Ephemeral, Group, Message, Notification, Person, StoredFile, View } from './types.ts';

/** What is in the workspace. Knows no rule: who may do what is asked elsewhere. */
export class State {
  readonly ids = new Ids();
  readonly team: TeamSeed;
  readonly people = new Map<string, Person>();
  readonly channels = new Map<string, Channel>();
  readonly groups = new Map<string, Group>();
  readonly ephemerals: Ephemeral[] = [];
  readonly notifications: Notification[] = [];
  readonly views = new Map<string, View>();
  /** Open modals by person, the root first. */
  readonly stacks = new Map<string, View[]>();
  readonly homes = new Map<string, View>();
  readonly files = new Map<string, StoredFile>();
  /** Threads' followers: author of the parent, repliers, mentioned. */
  readonly followers = new Map<string, Set<string>>();

  constructor(options: SlackOptions, nowSeconds: number) {
    this.team = { ...DEFAULT_TEAM, ...options.team };
    this.addPerson({ id: BOT_USER_ID, name: 'hikeshi', realName: 'Hikeshi', bot: true });
    for (const seed of options.people ?? DEFAULT_PEOPLE) this.addPerson(seed);
    for (const seed of options.channels ?? DEFAULT_CHANNELS) this.addChannel(seed, nowSeconds);
    for (const seed of options.groups ?? DEFAULT_GROUPS) this.addGroup(seed);
  }

  addPerson(seed: PersonSeed): Person {
    const { id, name, ...rest } = seed;
    const person: Person = {
      id,
      name,
      realName: name,
      email: `${name}@example.com`,
      tz: 'Etc/UTC',
      tzOffset: 0,
      locale: 'en-US',
      presence: 'active',
      muted: [],
      ...rest,
    };
    this.people.set(id, person);
    return person;
  }

  addChannel(seed: ChannelSeed, created: number): Channel {
    const channel: Channel = {
      id: seed.id,
      name: seed.name,
      kind: seed.kind ?? 'public',
      archived: seed.archived ?? false,
      topic: '',
      created,
      members: new Set(seed.members),
      lockedThreads: new Set(),
      messages: [],
    };
    if (seed.general) channel.general = true;
    if (seed.shared) channel.shared = true;
    if (seed.restricted) channel.restricted = seed.restricted;
    this.channels.set(seed.id, channel);
    return channel;
  }

  addGroup(seed: GroupSeed): Group {
    const group: Group = { name: seed.handle, ...seed, members: [...seed.members] };
    this.groups.set(group.id, group);
    return group;
  }

  /** By id or name; throws where there is none, because a test named it. */
  person(idOrName: string): Person {
    const found = this.people.get(idOrName) ?? [...this.people.values()].find((person) => person.name === idOrName);
    if (!found)
      throw new Error(
        `no such person: ${idOrName} (there are ${[...this.people.values()].map((one) => one.name).join(', ')})`,
      );
    return found;
  }

  channel(idOrName: string): Channel {
    const name = idOrName.replace(/^#/, '');
    const found = this.channels.get(name) ?? [...this.channels.values()].find((channel) => channel.name === name);
    if (!found)
      throw new Error(
        `no such channel: ${idOrName} (there are ${[...this.channels.values()].map((one) => one.name).join(', ')})`,
      );
    return found;
  }

  group(idOrHandle: string): Group {
    const found = this.groups.get(idOrHandle) ?? [...this.groups.values()].find((group) => group.handle === idOrHandle);
    if (!found) throw new Error(`no such group: ${idOrHandle}`);
    return found;
  }

  message(channel: Channel, ts: string | undefined): Message | undefined {
    return channel.messages.findLast((message) => message.ts === ts);
  }

  replies(channel: Channel, ts: string): Message[] {
    return channel.messages.filter((message) => message.thread_ts === ts && message.ts !== ts);
  }

  /** The direct conversation of exactly these people, if it was ever opened. */
  direct(members: string[]): Channel | undefined {
    const wanted = new Set(members);
    return [...this.channels.values()].find(
      (channel) =>
        (channel.kind === 'im' || channel.kind === 'mpim') &&
        channel.members.size === wanted.size &&
        [...wanted].every((id) => channel.members.has(id)),
    );
  }

  openDirect(members: string[], created: number): Channel {
    const existing = this.direct(members);
    if (existing) return existing;
    const kind = new Set(members).size <= 2 ? 'im' : 'mpim';
    const id = this.ids.next(kind === 'im' ? 'D' : 'C');
    return this.addChannel({ id, name: kind === 'im' ? '' : `mpdm-${id}`, kind, members }, created);
  }

  isForeign(person: Person): boolean {
    return person.team !== undefined && person.team !== this.team.id;
  }

  follow(channel: string, thread: string, ids: Iterable<string>): void {
    const key = `${channel} ${thread}`;
    const all = this.followers.get(key) ?? new Set<string>();
    for (const id of ids) all.add(id);
    this.followers.set(key, all);
  }

  followersOf(channel: string, thread: string): Set<string> {
    return this.followers.get(`${channel} ${thread}`) ?? new Set();
  }

  stack(user: string): View[] {
    const stack = this.stacks.get(user) ?? [];
    this.stacks.set(user, stack);
    return stack;
  }
}
