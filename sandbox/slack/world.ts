import type { Clock } from './clock.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { Sockets } from './delivery/sockets.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { AppSettings, Switches } from './options.ts';
import type { Rates } from './rates.ts';
import type { ResponseUrls } from './response-url.ts';
import type { State } from './state.ts';
import type { Tokens } from './tokens.ts';
import type { Triggers } from './triggers.ts';

/** Everything a rule may need. Built once in index.ts, handed to whoever needs a part of it. */
export interface World {
  readonly switches: Switches;
  readonly app: AppSettings;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly state: State;
  readonly rates: Rates;
  readonly faults: Faults;
  readonly triggers: Triggers;
  readonly tokens: Tokens;
  readonly replies: ResponseUrls;
  readonly delivery: Delivery;
  readonly sockets: Sockets;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  baseUrl: string;
  /** What response_urls begin with when it is not `baseUrl`: the app reaches us by a proxy. */
  reachedAt?: string;
}
