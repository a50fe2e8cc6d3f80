import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { ADMIN, urlOf } from '../../src/adapters/postgres/embedded/roles.ts';
import { readSecrets } from '../../src/adapters/postgres/embedded/secrets.ts';
import type { Watch } from './watcher.ts';

const DATABASE = 'orders';
/** Whom the shop's program is there, and how many sessions it may have. */
const SHOP = 'shop';
const MOST_SESSIONS = 12;
/** Fewer hold nothing up. */
const TOO_MANY = 3;
/** Hikeshi's own account, with the two grants that it asks for. */
const HIKESHI = 'ops';
const LIMIT_MS = 10_000;

/** The shop's database `orders`, in the demo's PostgreSQL, and the sessions of its program. */
export interface Orders {
  /** For Hikeshi, which has to know it before the server runs. */
  readonly url: string;
  /** Makes the database and its roles anew. @param dataDir of the embedded PostgreSQL, which runs */
  open(dataDir: string): Promise<void>;
  /** The shop's program takes all sessions that it may have, begins a transaction in each, and does nothing more. */
  fill(): Promise<void>;
  /** It ends them. */
  leave(): Promise<void>;
  readonly watch: Watch;
  stop(): Promise<void>;
}

export async function prepareOrders(): Promise<Orders> {
  const passwords = { shop: password(), hikeshi: password() };
  const address = await openAddress();
  const sessions = new Set<pg.Client>();
  let shopUrl: string | undefined;
  const leave = async (): Promise<void> => {
    await Promise.allSettled([...sessions].map((session) => session.end()));
  };
  const fill = async (): Promise<void> => {
    const url = shopUrl;
    if (url === undefined) return;
    const missing = MOST_SESSIONS - sessions.size;
    await Promise.all(Array.from({ length: missing }, (_, i) => idle(url, sessions, sessions.size + i + 1)));
  };
  /** One at a time: two at once would each count what is missing. */
  let filling: Promise<void> | undefined;
  return {
    url: urlOf(HIKESHI, passwords.hikeshi, address.port, DATABASE),
    async open(dataDir) {
      const { admin, port } = await readSecrets(join(dataDir, 'secrets.json'));
      if (port === undefined) throw new Error(`no PostgreSQL runs in ${dataDir}`);
      await asRole(urlOf(ADMIN, admin, port, 'postgres'), (client) => makeDatabase(client, passwords));
      shopUrl = urlOf(SHOP, passwords.shop, port, DATABASE);
      await asRole(shopUrl, makeTable);
      address.leadTo(port);
    },
    fill() {
      filling ??= fill().finally(() => {
        filling = undefined;
      });
      return filling;
    },
    leave,
    watch: {
      alerts: () => (sessions.size > TOO_MANY ? [ALERT] : []),
      isWell: () => sessions.size <= TOO_MANY,
    },
    async stop() {
      await leave();
      await address.close();
    },
  };
}

const ALERT = {
  labels: {
    alertname: 'PostgresIdleInTransaction',
    severity: 'critical',
    datname: DATABASE,
    usename: SHOP,
    namespace: 'payments',
  },
  annotations: {
    summary: `all ${MOST_SESSIONS} sessions of ${SHOP} on ${DATABASE} are idle in a transaction`,
    description: 'Orders wait for rows that these transactions have locked, and no new session is let in.',
  },
};

/** One more session that begins and stays. It is forgotten as soon as it has ended, whoever ended it. */
async function idle(url: string, sessions: Set<pg.Client>, order: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'checkout', query_timeout: LIMIT_MS });
  client.on('error', () => undefined);
  client.once('end', () => sessions.delete(client));
  await client.connect();
  sessions.add(client);
  await client.query('begin');
  await client.query('select total from orders where id = $1 for update', [order]);
}

async function makeDatabase(admin: pg.Client, passwords: { readonly shop: string; readonly hikeshi: string }) {
  const role = async (name: string, secret: string, options: string): Promise<void> => {
    await admin.query(`drop role if exists ${name}`);
    await admin.query(`create role ${name} login ${options} password ${admin.escapeLiteral(secret)}`);
  };
  await admin.query(`drop database if exists ${DATABASE} with (force)`);
  await role(SHOP, passwords.shop, `connection limit ${MOST_SESSIONS}`);
  await role(HIKESHI, passwords.hikeshi, '');
  await admin.query(`grant pg_monitor, pg_signal_backend to ${HIKESHI}`);
  await admin.query(`create database ${DATABASE} owner ${SHOP}`);
}

async function makeTable(shop: pg.Client): Promise<void> {
  await shop.query('create table orders (id int primary key, total int not null, paid bool not null)');
  await shop.query('insert into orders select n, 1200 + n * 37, n % 3 > 0 from generate_series(1, 400) n');
}

async function asRole(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: LIMIT_MS, query_timeout: LIMIT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}

function password(): string {
  return randomBytes(18).toString('base64url');
}

interface Address {
  readonly port: number;
  /** From now on whoever connects is led to this port. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

/** An address on loopback that is known before what it leads to. */
async function openAddress(): Promise<Address> {
  let to: number | undefined;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    if (to === undefined) return void near.destroy();
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy()).once('close', () => open.delete(one) && other.destroy());
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port) {
      to = port;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
