import { Clock } from './clock.ts';
import { Delivery } from './delivery/delivery.ts';
import { HttpDelivery } from './delivery/http-delivery.ts';
import { Sockets } from './delivery/sockets.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { restore } from './kept.ts';
import { DEFAULT_SWITCHES, type SlackOptions, type Switches, settleLimits } from './options.ts';
import { Rates } from './rates.ts';
import { ResponseUrls } from './response-url.ts';
import { DEFAULT_APP, DEFAULT_SCOPES, SIGNING_SECRET } from './seed.ts';
import { State } from './state.ts';
import { Tokens } from './tokens.ts';
import { Triggers } from './triggers.ts';
import type { World } from './world.ts';

/** Puts the parts of a workspace together; its address is known once the server listens. */
export function buildWorld(options: SlackOptions): World {
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
  if (options.kept) restore(world, options.kept);
  return world;
}
