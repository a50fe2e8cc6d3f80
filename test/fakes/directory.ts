import { type Channel, ChatError, type Directory, type Person, type UserGroup } from '../../src/ports/chat.ts';

/** A workspace's people, groups and channels in memory. */
export class FakeDirectory implements Directory {
  readonly everyone = new Map<string, Person>();
  readonly groups = new Map<string, UserGroup>();
  readonly rooms = new Map<string, Channel>();
  /** Members by channel id. */
  readonly inside = new Map<string, readonly string[]>();
  /** Methods that fail, with Slack's word for it. */
  readonly failing = new Map<keyof Directory, string>();
  readonly calls: string[] = [];

  person(id: string, name: string, more: Partial<Person> = {}): this {
    const rest = { team: 'T1', displayName: '', isBot: false, isGuest: false, deactivated: false };
    this.everyone.set(id, { id, name, ...rest, ...more });
    return this;
  }

  group(id: string, handle: string, members: readonly string[], more: Partial<UserGroup> = {}): this {
    this.groups.set(id, { id, handle, name: handle, members, disabled: false, ...more });
    return this;
  }

  channel(id: string, name: string, members: readonly string[], more: Partial<Channel> = {}): this {
    this.rooms.set(id, { id, name, isPrivate: false, isArchived: false, isMember: true, ...more });
    this.inside.set(id, members);
    return this;
  }

  identity: Directory['identity'] = () =>
    this.#answer('identity', { team: 'T1', teamName: 'Shop', botUserId: 'UBOT', botId: 'B1', scopes: [] });
  people: Directory['people'] = () => this.#answer('people', [...this.everyone.values()]);
  personById: Directory['personById'] = (id) => this.#answer('personById', this.everyone.get(id), id);
  userGroups: Directory['userGroups'] = () => this.#answer('userGroups', [...this.groups.values()]);
  channels: Directory['channels'] = () => this.#answer('channels', [...this.rooms.values()]);
  members: Directory['members'] = (id) => this.#answer('members', this.inside.get(id) ?? [], id);

  async #answer<T>(method: keyof Directory, value: T, about = ''): Promise<T> {
    this.calls.push(about ? `${method} ${about}` : method);
    const code = this.failing.get(method);
    if (code !== undefined) throw new ChatError(code === 'ratelimited' ? 'rate-limited' : 'passing', code);
    return value;
  }
}
