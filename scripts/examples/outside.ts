import type { FoundSessions, Session } from '../../src/domain/postgres.ts';
import type { Images } from '../../src/ports/images.ts';
import type { Postgres } from '../../src/ports/postgres.ts';
import type { Silencer } from '../../src/ports/silencer.ts';
import { ago, NOW } from './world.ts';

/** The outside systems of the examples that are not simulated: each call that an example makes, answered the same each time. */

const unused = (what: string) => async (): Promise<never> => {
  throw new Error(`no example asks ${what}`);
};

const GRANTEE = 'hikeshi';
const US_OF_MS = 1_000;

/** A report that has run for a quarter of an hour. */
const REPORT: Session = {
  pid: 4711,
  startedUs: ago(240).getTime() * US_OF_MS,
  user: 'app',
  database: 'orders',
  application: 'report',
  stateUs: ago(14).getTime() * US_OF_MS,
  queryUs: ago(14).getTime() * US_OF_MS,
  state: 'active',
  stateMs: 14 * 60_000,
  transactionMs: 14 * 60_000,
  query: 'SELECT * FROM orders o JOIN items i USING (order_id) ORDER BY o.created_at',
};

export const ORDERS: Postgres = {
  name: 'orders',
  connections: async () => ({
    hidden: 0,
    grantee: GRANTEE,
    max: 100,
    reserved: 3,
    groups: [
      { application: 'checkout', all: 62, active: 4, idleInTransaction: 21, idle: 37 },
      { application: 'cart', all: 18, active: 1, idleInTransaction: 0, idle: 17 },
      { application: 'report', all: 2, active: 1, idleInTransaction: 0, idle: 1 },
    ],
  }),
  byPids: async (pids): Promise<FoundSessions> => ({
    sessions: pids.includes(REPORT.pid) ? [REPORT] : [],
    grantee: GRANTEE,
  }),
  state: unused('state'),
  idleInTransaction: unused('idleInTransaction'),
  locks: unused('locks'),
  waits: unused('waits'),
  longTransactions: unused('longTransactions'),
  sizes: unused('sizes'),
  replication: unused('replication'),
  cache: unused('cache'),
  settings: unused('settings'),
  sessions: unused('sessions'),
  signal: unused('signal'),
  close: async () => undefined,
};

export const ALERTMANAGER: Silencer = {
  name: 'default',
  list: async () => [
    {
      id: '5f2d9c1e-8c50-4c1f-9a52-0a4c3a1d7b11',
      state: 'active',
      matchers: [
        { name: 'alertname', value: 'PodCrashLooping', isRegex: false, isEqual: true },
        { name: 'deployment', value: 'checkout', isRegex: false, isEqual: true },
      ],
      startsAt: ago(20),
      endsAt: new Date(NOW.getTime() + 100 * 60_000),
      createdBy: 'kenji',
      comment: 'new node pool comes at 5',
    },
  ],
  matching: unused('matching'),
  create: unused('create'),
  extend: unused('extend'),
  expire: unused('expire'),
};

/** No image of the example is in ECR. */
export const REGISTRY: Images = { look: async () => ({ is: 'no-credentials' }) };
