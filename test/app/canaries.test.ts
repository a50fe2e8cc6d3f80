import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigFor } from '../../sandbox/cluster/index.ts';
import { visibleText } from '../../sandbox/slack/index.ts';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { exportAudit } from '../../src/core/audit/export.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type Cli, openCli } from '../support/cli.ts';
import { CANARY, CREDENTIALS } from '../support/credentials.ts';
import { testOptions } from '../support/postgres.ts';
import { annotatedCheckout } from '../support/simulated.ts';
import { alert, bodyOf } from './support/alerts.ts';

/**
 * Secrets are planted wherever one could be, the program does with them what it can, and then everything that came out of it is
 * searched: what it said to Slack, logged, measured, recorded, exported, answered, printed, or left in a cluster.
 */

/** Of no shape that anybody could know. */
const OURS = {
  ALERTMANAGER_WEBHOOK_TOKEN: 'webhook-CANARY/of+config',
  OTHER_TOKEN: 'other-CANARY-of-config',
  API_PASSWORD: 'api-CANARY/of+config',
  PING_URL: 'http://127.0.0.1:1/ping/CANARY-path',
};
const NOWHERE = {
  ...OURS,
  DATABASE_URL: 'postgres://app:CANARY-pw-1@127.0.0.1:1/x',
  REDIS_URL: 'redis://u:CANARY-pw-2@127.0.0.1:1',
  SLACK_BOT_TOKEN: CREDENTIALS['Slack bot token']!,
  SLACK_SIGNING_SECRET: 'signing-CANARY-0123456789',
  SLACK_API_URL: 'http://127.0.0.1:1/api/',
};
const CLUSTER_TOKEN = 'CANARY-of-the-kubeconfig-0123';
/** An admission webhook quotes what it refuses. */
const REFUSAL = `denied: env DB_PASSWORD=CANARY-env-1, ${CREDENTIALS['service account token']}, ${CREDENTIALS['PostgreSQL URL']}`;
const ALL = Object.entries(CREDENTIALS);

const logged: string[] = [];
const answered: string[] = [];
const printed: string[] = [];
let dir: string;
let refusing: Server;
let app: TestApp;
let cli: Cli;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-canaries-'));
  refusing = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' });
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403 };
    response.end(JSON.stringify({ ...status, message: REFUSAL }));
  });
  await new Promise<void>((done) => {
    refusing.listen(0, '127.0.0.1', done);
  });
  const kubeconfig = kubeconfigFor(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}`, CLUSTER_TOKEN);
  await writeFile(join(dir, 'bad.yaml'), kubeconfig);
  app = await startTestApp({ config: config(), env: OURS, logTo: (line) => void logged.push(line) });
  plant();
  await abused();
}, 180_000);

afterAll(async () => {
  await cli?.close();
  await app.close();
  refusing.close();
  await rm(dir, { recursive: true, force: true });
});

function config(): string {
  return `
slack: {channel: alerts, fallback: ops}
maxBody: 64KiB
sources:
  default: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['http://127.0.0.1:1/am'], apiBasic: {username: app, password: API_PASSWORD}}
  other: {token: OTHER_TOKEN}
heartbeat: {url: PING_URL, every: 10s}
environments:
  production: {clusters: {main: {kubeconfig: KUBECONFIG_FILE}}, matchers: ['severity=~".+"']}
  broken: {clusters: {bad: {kubeconfig: ${join(dir, 'bad.yaml')}}}}
routes: [{match: ['severity="critical"'], runbook: checkout}]
runbooks: {checkout: {link: 'https://runbooks.example.test', actions: [restart]}}
roles: {operator: ['@mika']}
`;
}

/** In the cluster: environment, arguments, annotations and logs of pods, and why they ended. */
function plant(): void {
  const { world } = app.cluster;
  const annotations = Object.fromEntries(ALL.map(([name, text]) => [name.replaceAll(' ', '-'), text]));
  const command = ['serve', CREDENTIALS['flag']!];
  world.create({ ...annotatedCheckout(annotations), command, prints: ALL.map(([, text]) => text) });
  world.create({ namespace: 'shop', name: 'cart', replicas: 1 });
  const [container] = checkout().spec.template.spec.containers;
  Object.assign(container!, { env: ALL.map(([name, value]) => ({ name, value: `CANARY-env ${value}` })) });
  world.crash('shop', 'cart', { until: 'mended', reason: `Error: ${CREDENTIALS['environment variable']}` });
}

function checkout() {
  return app.cluster.world.store.list('deployments').find(({ metadata }) => metadata.name === 'checkout')!;
}

async function send(body: unknown, token: string | null = OURS.ALERTMANAGER_WEBHOOK_TOKEN): Promise<void> {
  const { status, body: answer } = await app.send(body, { source: 'default', token });
  answered.push(`${status} ${JSON.stringify(answer)}`);
}

async function abused(): Promise<void> {
  await alerts();
  await diagnosed();
  await people();
  await reloaded();
  for (const page of ['/metrics', '/ready', '/health', '/nothing', '/webhooks/alertmanager/%zz'])
    answered.push(await (await fetch(`http://127.0.0.1:${app.app().port}${page}`)).text());
  app.move(16_000);
  await app.atRest(60_000);
}

async function alerts(): Promise<void> {
  for (const [name, text] of ALL) {
    const labels = { alertname: `A ${name} ${text}`, pod: text, namespace: `ns ${text}`, severity: `odd ${text}` };
    const annotations = { summary: `said ${text}`, description: text, runbook_url: text, dashboard_url: text };
    await send({
      ...bodyOf([alert({ now: app.now(), labels, annotations })], name),
      externalURL: text,
      receiver: text,
    });
    await send(`no JSON: ${text}`);
    app.move(3_600_000);
  }
  for (const value of Object.values(OURS)) {
    await send(
      bodyOf([alert({ now: app.now(), annotations: { summary: `it is ${value}!` }, labels: { pod: value } })], value),
    );
    await send(`${value} is no JSON`, value);
  }
  await send({ alerts: [CREDENTIALS['JWT'], 1, { labels: { alertname: 'kept' }, x: CREDENTIALS['half a key'] }] });
  await send(`{"alerts":[],"x":"${CREDENTIALS['npm token']}${'x'.repeat(70_000)}`);
  // PostgreSQL quotes the whole row that it refuses.
  await asOwner("alter table incidents add constraint no_storm check (title not like '%storm%')");
  await send(
    bodyOf([alert({ now: app.now(), labels: { alertname: `storm ${CREDENTIALS['Slack bot token']}` } })], 'storm'),
  );
  app.slack.addFault({ kind: 'http500', times: 3 });
  app.slack.addFault({ kind: 'reset', times: 2 });
  await send(bodyOf([alert({ now: app.now(), labels: { alertname: 'AfterFaults', severity: 'critical' } })], 'faults'));
  await app.atRest(60_000);
}

/** What a container said at its end is evidence. */
async function diagnosed(): Promise<void> {
  const { slack } = app;
  await send(bodyOf([alert({ now: app.now(), labels: { alertname: 'Crashing', deployment: 'cart' } })], 'crashing'));
  const find = () => slack.channel('alerts').messages.find((message) => /Crashing/.test(visibleText(message)));
  const post = structuredClone(await slack.until(find, 20_000));
  await slack.as('mika').click(post, 'Diagnose');
  const found = () =>
    slack
      .channel('alerts')
      .thread(post.ts)
      .some((message) => /Looked at for/.test(visibleText(message)));
  await slack.until(found, 20_000);
}

async function asOwner(statement: string): Promise<void> {
  const owner = openDatabase(testOptions(app.database.ownerUrl));
  await sql.raw(statement).execute(owner.db);
  await owner.close();
}

async function people(): Promise<void> {
  const { slack } = app;
  for (const [, text] of ALL) {
    await slack.as('mika').command('ops', `/ops ${text}`);
    await slack.as('mika').command('ops', `/ops pods ${text} -e production`);
    await slack
      .as('gil')
      .command('general', `/ops restart ${text}`)
      .catch(() => undefined);
  }
  await slack.as('mika').command('ops', '/ops pods -n shop -e production');
  for (const flags of ['', '--grep .', '--errors', '--tail 1'])
    await slack.as('mika').command('ops', `/ops logs shop/checkout -e production ${flags}`);
  await slack.as('mika').command('ops', '/ops pods -e broken');
  await slack.as('mika').command('ops', '/ops restart shop/checkout -e broken');
  for (const value of Object.values(OURS)) {
    await slack.as('mika').command('ops', `/ops ${value}`);
    await slack
      .as('gil')
      .command('general', `/ops restart ${value}`)
      .catch(() => undefined);
    await slack.as('mika').command('ops', `/ops pods shop/${value} -e production`);
  }
  await slack.as('mika').command('ops', '/ops restart shop/checkout -e production');
  await slack.until(() => slack.as('mika').view()?.['submit'], 20_000);
  await slack.as('mika').submit({
    reason: `because ${CREDENTIALS['GitHub token']}, ${CREDENTIALS['YAML']}, ${CREDENTIALS['PostgreSQL URL']} ${OURS.OTHER_TOKEN}`,
  });
  await slack.until(
    () => slack.channel('ops').messages.some((message) => /Healthy/.test(visibleText(message))),
    30_000,
  );
  await slack.as('mika').command('ops', '/ops audit');
  await app.atRest(60_000);
}

/** A config that holds what it should name: refused, aloud. */
async function reloaded(): Promise<void> {
  for (const [, text] of ALL) {
    await app.writeConfig(`${config()}\nseverityLabel: ${JSON.stringify(text)}\n${JSON.stringify(text)}: 1\n`);
    app.app().live.reload();
  }
  await app.writeConfig(config());
  app.app().live.reload();
}

/** The program's other words, with the environment of a machine where nothing answers. */
async function hikeshi(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const { code, stdout, stderr } = await cli.run(args, '', env);
  printed.push(stdout, stderr);
  return code;
}

describe('no canary', () => {
  it('is in anything that Slack was sent', () => {
    const sent = app.slack.log.flatMap((line) => {
      if (line.kind === 'call') return [`${line.method} ${JSON.stringify(line.args)}`];
      return line.kind === 'delivery' ? [`answer to ${line.what} ${JSON.stringify(line.body ?? '')}`] : [];
    });
    expect(sent.filter((text) => text.includes(CANARY))).toEqual([]);
    expect(sent.filter((text) => text.includes('***')).length).toBeGreaterThan(ALL.length);
  });

  it('is in any line of the log', () => {
    expect(logged.filter((line) => line.includes(CANARY))).toEqual([]);
    expect(logged.filter((line) => line.includes('***')).length).toBeGreaterThan(3);
    expect(logged.filter((line) => /no_storm/.test(line)).length).toBeGreaterThan(0);
  });

  it('is in a metric, a page, or the answer to a webhook', () => {
    expect(answered.filter((text) => text.includes(CANARY))).toEqual([]);
    expect(answered.length).toBeGreaterThan(2 * ALL.length);
  });

  it('is in the audit, or in what is exported of it', async () => {
    for (const format of ['jsonl', 'csv'] as const) {
      let entries = '';
      for await (const part of exportAudit(app.app().database.db, { format })) entries += part;
      expect(entries.split('\n').filter((line) => line.includes(CANARY))).toEqual([]);
      expect(entries).toMatch(/because \*\*\*[\s\S]*postgres:\/\/app:\*\*\*@/);
    }
  });

  it('is in what is kept to be shared, or to be said', async () => {
    const { db } = app.app().database;
    const answers = await db.selectFrom('answers').selectAll().execute();
    const findings = await db.selectFrom('outbox').select('payload').where('event', 'like', 'diagnosed:%').execute();
    const kept = [...answers, ...findings].map((row) => JSON.stringify(row));
    expect(kept.filter((row) => row.includes(CANARY))).toEqual([]);
    expect(kept.filter((row) => row.includes('***')).length).toBeGreaterThan(3);
    expect(findings.length).toBeGreaterThan(0);
  });

  it('is in the marks that are left in a cluster', () => {
    const marks = Object.entries(checkout().spec.template.metadata?.annotations ?? {});
    const ours = marks.filter(([name]) => name.startsWith('hikeshi/'));
    expect(ours.map(([name]) => name).sort()).toEqual(['hikeshi/by', 'hikeshi/reason', 'hikeshi/run']);
    expect(JSON.stringify(ours)).not.toContain(CANARY);
  });

  it('is printed by a program that cannot start, or is asked what it would do', async () => {
    const body = join(dir, 'body.json');
    const labels = Object.fromEntries(ALL.map(([name, text]) => [name.replaceAll(/\W/g, '_'), text]));
    const firing = alert({
      now: new Date(),
      labels: { ...labels, alertname: CREDENTIALS['JWT']!, slack_channel: CREDENTIALS['GitHub token']! },
    });
    await writeFile(body, JSON.stringify(bodyOf([firing])));
    cli = await openCli(config().replaceAll('KUBECONFIG_FILE', join(dir, 'bad.yaml')), NOWHERE);
    const codes = await Promise.all([
      hikeshi(['check']),
      hikeshi(['route', body]),
      hikeshi(['route', '--json', body]),
      hikeshi(['audit', 'verify']),
      hikeshi(['serve'], { DATABASE_URL: 'mysql://app:CANARY-pw-1@127.0.0.1:1/x' }),
    ]);
    expect(codes).toEqual([1, 0, 0, 2, 1]);
    expect(printed.filter((text) => text.includes(CANARY))).toEqual([]);
    expect(printed.join('')).toContain('127.0.0.1');
  }, 120_000);
});
