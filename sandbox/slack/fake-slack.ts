import type { DisconnectReason } from './delivery/sockets.ts';
import type { Fault, Faults, Hold, HoldOptions } from './faults.ts';
import type { CallLine, DeliveryLine, LogLine, Truthy } from './journal.ts';
import type { Fields } from './json.ts';
import { keptOf } from './kept.ts';
import { describePerson } from './methods/users.ts';
import { type ChannelSeed, type LimitsOption, type PersonSeed, type Switches, settleLimits } from './options.ts';
import { Actor } from './people/actor.ts';
import { SIGNING_SECRET } from './seed.ts';
import type { TokenTrouble } from './tokens.ts';
import type { StoredFile } from './types.ts';
import { ChannelView, setGroup, snapshot, UserView } from './views-of.ts';
import type { World } from './world.ts';

/** The workspace as tests, the demo and the benches hold it. */
export class FakeSlack {
  readonly botToken: string;
  readonly appToken: string;
  /** An admin's own token, for what a bot may not do. */
  readonly adminToken: string;
  readonly signingSecret = SIGNING_SECRET;
  readonly faults: Faults;
  readonly #world: World;
  readonly #stopServer: () => Promise<void>;

  constructor(world: World, stopServer: () => Promise<void>) {
    this.#world = world;
    this.#stopServer = stopServer;
    this.botToken = world.tokens.bot.text;
    this.appToken = world.tokens.app.text;
    this.adminToken = world.tokens.admin.text;
    this.faults = world.faults;
  }

  get url(): string {
    return this.#world.baseUrl;
  }

  get apiUrl(): string {
    return `${this.#world.baseUrl}/api/`;
  }

  /** Everything that happened, oldest first. */
  get log(): readonly LogLine[] {
    return this.#world.journal.lines;
  }

  /** The app's calls, of one method or of all. */
  calls(method?: string): CallLine[] {
    return this.log.filter(
      (line): line is CallLine => line.kind === 'call' && (method === undefined || line.method === method),
    );
  }

  /** What was handed to the app, of one kind or of all. */
  deliveries(what?: DeliveryLine['what']): DeliveryLine[] {
    return this.log.filter(
      (line): line is DeliveryLine => line.kind === 'delivery' && (what === undefined || line.what === what),
    );
  }

  channel(idOrName: string): ChannelView {
    return new ChannelView(this.#world, this.#world.state.channel(idOrName));
  }

  user(idOrName: string): UserView {
    return new UserView(this.#world, this.#world.state.person(idOrName));
  }

  get files(): StoredFile[] {
    return [...this.#world.state.files.values()];
  }

  /** Somebody new in the workspace; the app is told. */
  addPerson(seed: PersonSeed): UserView {
    const person = this.#world.state.addPerson(seed);
    this.#world.journal.append({ kind: 'change', what: 'person', user: person.id, detail: 'joined' });
    this.#world.delivery.event('team_join', { user: describePerson(this.#world, person, this.#world.tokens.bot) });
    return new UserView(this.#world, person);
  }

  /** A new channel; of a public one the app is told. */
  addChannel(seed: ChannelSeed): ChannelView {
    const channel = this.#world.state.addChannel(seed, this.#world.clock.seconds());
    const { id, name, created } = channel;
    if (channel.kind === 'public')
      this.#world.delivery.event('channel_created', { channel: { id, name, created, creator: 'USLACKBOT' } }, channel);
    return new ChannelView(this.#world, channel);
  }

  setGroup(idOrHandle: string, people: string[]): void {
    setGroup(this.#world, idOrHandle, people);
  }

  /** A person at their client. */
  as(idOrName: string): Actor {
    return new Actor(this.#world, this.#world.state.person(idOrName));
  }

  /** An event as Slack would send it, if the app subscribed to it. */
  event(subscription: string, fields: Fields, channel?: string): void {
    this.#world.delivery.event(subscription, fields, channel ? this.#world.state.channel(channel) : undefined);
  }

  /** Sets the request URL; from now on everything goes there by HTTP. */
  deliverTo(url: string): void {
    this.#world.delivery.target = { kind: 'http', url };
  }

  /** The app reaches us here, by a proxy: response_urls lead there too. */
  reachedAt(url: string): void {
    this.#world.reachedAt = new URL(url).origin;
  }

  /** From now on everything goes over sockets. */
  deliverBySocket(): void {
    this.#world.delivery.target = { kind: 'socket' };
  }

  /** The challenge Slack sends before it saves a request URL. */
  async verifyUrl(url: string): Promise<boolean> {
    return this.#world.delivery.verify(url);
  }

  get sockets(): { readonly count: number; disconnect(reason: DisconnectReason): void; dropAll(): void } {
    return this.#world.sockets;
  }

  /** Stops one call between being accepted and being answered (or before anything happened). */
  hold(options: HoldOptions): Hold {
    return this.faults.hold(options);
  }

  addFault(fault: Fault): () => void {
    return this.faults.add(fault);
  }

  setLimits(limits: LimitsOption): void {
    this.#world.rates.limits = settleLimits(limits);
  }

  setScopes(scopes: readonly string[]): void {
    this.#world.tokens.bot.scopes = new Set(scopes);
  }

  /** Uninstalls the app, revokes or expires its token; undefined heals it. */
  breakToken(trouble: TokenTrouble | undefined): void {
    this.#world.tokens.bot.trouble = trouble;
  }

  /** Changes remembered behaviour while running. */
  switch(switches: Partial<Switches>): void {
    Object.assign(this.#world.switches, switches);
  }

  now(): number {
    return this.#world.clock.now();
  }

  /** Moves the clock and runs what becomes due: time limits, retries, shares of files. */
  advance(ms: number): void {
    this.#world.clock.advance(ms);
  }

  /** Runs what is due after a test has moved its own clock. */
  tick(): void {
    this.#world.clock.tick();
  }

  /** Resolves with what the predicate answers as soon as it is true-ish; looked at after every change, not by polling. */
  async until<T>(predicate: (slack: FakeSlack) => T, timeoutMs = 15_000): Promise<Truthy<T>> {
    return this.#world.journal.until(() => predicate(this), timeoutMs);
  }

  /** Calls the listener with each new line of the log; the answer ends it. */
  listen(listener: (line: LogLine) => void): () => void {
    return this.#world.journal.listen(listener);
  }

  /** For another start: its option `kept`. */
  kept(): Buffer {
    return keptOf(this.#world);
  }

  snapshot(): Fields {
    return snapshot(this.#world);
  }

  async close(): Promise<void> {
    this.#world.delivery.stop();
    this.faults.clear();
    this.#world.sockets.close();
    this.#world.clock.stop();
    await this.#stopServer();
  }
}
