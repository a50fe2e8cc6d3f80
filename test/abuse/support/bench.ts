import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startCluster } from '../../../sandbox/cluster/index.ts';
import type { World } from '../../../sandbox/cluster/world.ts';
import { type FakeSlack, startSlack } from '../../../sandbox/slack/index.ts';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import type { Db } from '../../../src/ports/database.ts';
import { alert, bodyOf } from '../../app/support/alerts.ts';
import { freshDatabase, testOptions } from '../../support/postgres.ts';
import { annotatedCheckout } from '../../support/simulated.ts';
import type { Aims, HttpInput } from '../inputs/input.ts';
import { type Child, startChild } from './child.ts';
import { createSender, type Sender } from './send.ts';

/** The program in its own process with everything around it, and something in it to be aimed at. */
export interface AbuseBench extends Pick<Sender, 'send'> {
  readonly child: Child;
  readonly slack: FakeSlack;
  readonly db: Db;
  readonly aims: Aims;
  get(path: string): Promise<string>;
  writeConfig(yaml: string): Promise<void>;
  close(): Promise<void>;
}

/** Calls on nobody: whoever is mentioned was mentioned by an attack. */
export const QUIET = `
slack: {channel: alerts, fallback: ops}
maxBody: 1MiB
environments:
  production: {clusters: {main: {kubeconfig: KUBECONFIG_FILE}}}
channels: {allowed: [ops, oncall]}
routes: [{match: ['alertname!=""'], runbook: checkout}]
runbooks:
  checkout: {link: 'https://runbooks.example.test/checkout', actions: [restart]}
roles: {operator: ['@kenji', '@mika'], admin: ['@sato']}
`;

/** Of no known shape, and never in anything that gets out. */
const WEBHOOK_TOKEN = 'the-CANARY-of-the-webhook';

export async function startAbuseBench(): Promise<AbuseBench> {
  const dir = await mkdtemp(join(tmpdir(), 'hikeshi-abuse-'));
  const database = await freshDatabase();
  const slack = await startSlack({ limits: 'off' });
  const cluster = await startCluster({ stepMs: 200 });
  const files = { config: join(dir, 'hikeshi.yaml'), kubeconfig: join(dir, 'kubeconfig.yaml') };
  const writeConfig = (yaml: string): Promise<void> =>
    writeFile(files.config, yaml.replaceAll('KUBECONFIG_FILE', files.kubeconfig));
  await writeFile(files.kubeconfig, cluster.kubeconfig);
  await writeConfig(QUIET);
  evil(cluster.world);
  const child = await startChild({
    PATH: process.env['PATH'],
    HIKESHI_CONFIG: files.config,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'debug',
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATE_URL: database.ownerUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ALERTMANAGER_WEBHOOK_TOKEN: WEBHOOK_TOKEN,
  });
  const sender = createSender(child.port, slack.signingSecret);
  const looking = openDatabase(testOptions(database.adminUrl));
  const bench = {
    send: (input: HttpInput) => sender.send(input),
    child,
    slack,
    db: looking.db,
    writeConfig,
    get: async (path: string) => (await fetch(`http://127.0.0.1:${child.port}${path}`)).text(),
    async close() {
      sender.close();
      await child.stop();
      await looking.close();
      await Promise.all([slack.close(), cluster.close()]);
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return { ...bench, aims: await aims(bench) };
}

/** A workload whose every text was written by somebody who means harm. */
function evil(world: World): void {
  const annotations = {
    note: '<!channel> xoxb-CANARY-0123456789-abcdef',
    'meta.helm.sh/release-name': '<@U0HANA0001>',
  };
  const command = ['serve', '--token=CANARYflag0123'];
  world.create({ ...annotatedCheckout(annotations), command });
  world.create({ namespace: 'shop', name: 'cart', replicas: 2 });
  world.crash('shop', 'cart', { until: 'mended', reason: '<!channel> DB_PASSWORD=CANARYhunter2 \u202e' });
}

const OPENED = 6;

/** Opens incidents, and has mika plan two actions that she never confirms. */
async function aims({ send, slack, db, child }: Pick<AbuseBench, 'send' | 'slack' | 'db' | 'child'>): Promise<Aims> {
  const headers = { authorization: `Bearer ${WEBHOOK_TOKEN}`, 'content-type': 'application/json' };
  for (let i = 0; i < OPENED; i += 1) {
    const body = JSON.stringify(
      bodyOf([alert({ now: new Date(), labels: { alertname: `Aim${i}`, severity: 'warning' } })]),
    );
    await send({ way: 'webhook', path: '/webhooks/alertmanager', headers, body });
  }
  await slack.until(() => slack.channel('alerts').posts().length === OPENED, 15_000);
  slack.deliverTo(`http://127.0.0.1:${child.port}/slack/events`);
  for (const typed of ['/ops restart shop/checkout', '/ops scale shop/cart 3'])
    await slack.as('mika').command('ops', typed);
  const planned = await untilRows(() => db.selectFrom('actions').select('id').execute(), 2);
  const opened = await db.selectFrom('incidents').select('id').execute();
  return {
    incidents: opened.map(({ id }) => Number(id)),
    actions: planned.map(({ id }) => id),
    webhookToken: WEBHOOK_TOKEN,
  };
}

const LOOK_EVERY_MS = 50;

async function untilRows<T>(read: () => Promise<readonly T[]>, count: number): Promise<readonly T[]> {
  const until = performance.now() + 15_000;
  for (;;) {
    const rows = await read();
    if (rows.length >= count) return rows;
    if (performance.now() > until) throw new Error(`${rows.length} of ${count} rows`);
    await pause(LOOK_EVERY_MS);
  }
}
