import type { AddressInfo } from 'node:net';
import { Clock } from './clock.ts';
import { controlApi } from './control/control.ts';
import { Delivery } from './delivery/delivery.ts';
import { HttpDelivery } from './delivery/http-delivery.ts';
import { type DisconnectReason, Sockets } from './delivery/sockets.ts';
import { type Fault, Faults, type Hold, type HoldOptions } from './faults.ts';
import { createSlackServer } from './http/server.ts';
import { type CallLine, type DeliveryLine, Journal, type LogLine, type Truthy } from './journal.ts';
import type { Fields } from './json.ts';
import { describePerson } from './methods/users.ts';
import {
  DEFAULT_SWITCHES,
  type LimitsOption,
  type PersonSeed,
  type SlackOptions,
  type Switches,
  settleLimits,
} from './options.ts';
import { Actor } from './people/actor.ts';
import { Rates } from './rates.ts';
import { ResponseUrls } from './response-url.ts';
import { DEFAULT_APP, DEFAULT_SCOPES } from './seed.ts';
import { State } from './state.ts';
import { Tokens, type TokenTrouble } from './tokens.ts';
import { Triggers } from './triggers.ts';
import type { Channel, StoredFile } from './types.ts';
import { ChannelView, setGroup, snapshot, UserView } from './views-of.ts';
import type { World } from './world.ts';

export { checkView } from './blocks/view.ts';
export { checkBlocks } from './blocks.ts';
export type { Fault, Hold } from './faults.ts';
export type { CallLine, DeliveryLine, LogLine } from './journal.ts';
export type { SlackOptions } from './options.ts';
export type { Actor, Seen } from './people/actor.ts';
export { NotPossible } from './refusal.ts';
export {
  APP_ID,
  BOT_ID,
  BOT_USER_ID,
  CHANNELS,
  DEFAULT_APP,
  DEFAULT_SCOPES,
  FOREIGN_TEAM_ID,
  PEOPLE,
  SRE_GROUP_ID,
  TEAM_ID,
} from './seed.ts';
export type { Ephemeral, Message, Notification } from './types.ts';
export { visibleText } from './visible-text.ts';

const SIGNING_SECRET = 'fake-signing-secret-0123456789abcdef';

/** Starts a workspace with one app in it, on 127.0.0.1. */
export async function startSlack(options: SlackOptions = {}): Promise<FakeSlack> {
  const world = buildWorld(options);
  const fake: { slack?: FakeSlack } = {};
  const server = createSlackServer(world, (request, response, url) =>
    controlApi(fake.slack!, world, request, response, url),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  world.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.slack = new FakeSlack(world, async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });
  return fake.slack;
}

function buildWorld(options: SlackOptions): World {
  const clock = new Clock(options.now);
  const journal = new Journal(() => clock.now());
  const state = new State(options, clock.seconds());
  const switches: Switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const app = { ...DEFAULT_APP, ...options.app };
  const tokens = new Tokens(options.scopes ?? DEFAULT_SCOPES);
  const sockets: Sockets = new Sockets({
    clock,
    ids: state.ids,
    journal,
    singleUse: switches.singleUseTickets,
    enabled: () => delivery.target.kind === 'socket',
  });
  const http = new HttpDelivery(clock, SIGNING_SECRET, switches.signWith);
  const parts = { app, clock, journal, state, tokens, http, sockets, failWithoutSocket: switches.failWithoutSocket };
  const delivery = new Delivery(options.delivery ?? { kind: 'http' }, parts);
  const base = {
    switches,
    app,
    clock,
    journal,
    state,
    tokens,
    sockets,
    delivery,
    baseUrl: '',
    faults: new Faults(),
    rates: new Rates(settleLimits(options.limits), clock),
    triggers: new Triggers(clock, state.ids, switches),
  };
  const world: World = Object.assign(base, { replies: new ResponseUrls(() => world) });
  return world;
}

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

  addChannel(seed: { id: string; name: string; kind?: Channel['kind']; members: string[] }): ChannelView {
    return new ChannelView(this.#world, this.#world.state.addChannel(seed, this.#world.clock.seconds()));
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
  async until<T>(predicate: (slack: FakeSlack) => T, timeoutMs = 5000): Promise<Truthy<T>> {
    return this.#world.journal.until(() => predicate(this), timeoutMs);
  }

  /** Calls the listener with each new line of the log; the answer ends it. */
  listen(listener: (line: LogLine) => void): () => void {
    return this.#world.journal.listen(listener);
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
