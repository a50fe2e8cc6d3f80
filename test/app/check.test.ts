import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { startAlertmanager } from '../../sandbox/alertmanager/api.ts';
import { startCluster } from '../../sandbox/cluster/index.ts';
import { type FakeSlack, type SlackOptions, startSlack } from '../../sandbox/slack/index.ts';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { REQUIRED_SCOPES } from '../../src/adapters/slack/index.ts';
import { type Finding, lookAt, STEPS } from '../../src/app/check.ts';
import { gapsOf } from '../../src/app/gaps.ts';
import { loadFromEnvironment } from '../../src/app/load.ts';
import type { Language } from '../../src/messages/catalog.ts';
import { lastingPort } from '../support/ports.ts';
import { type FreshDatabase, freshDatabase, testOptions } from '../support/postgres.ts';

let slack: FakeSlack;
let database: FreshDatabase;
let dir: string;
afterEach(async () => {
  await slack.close();
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

interface Given {
  readonly scopes?: readonly string[];
  readonly yaml?: string;
  readonly language?: Language;
  readonly people?: NonNullable<SlackOptions['people']>;
  readonly env?: NodeJS.ProcessEnv;
  readonly kubeconfig?: string;
  /** The way of Slack's in this set-up: Socket Mode, which the app's settings have on or off. Default: HTTP. */
  readonly sockets?: 'on' | 'off';
  readonly prepare?: (fresh: FreshDatabase) => Promise<void>;
}

async function look({
  scopes = REQUIRED_SCOPES,
  yaml = '',
  language = 'en',
  people,
  env: more,
  kubeconfig = '',
  sockets,
  prepare,
}: Given): Promise<readonly Finding[]> {
  slack = await startSlack({
    limits: 'off',
    scopes,
    ...(people && { people }),
    ...(sockets === 'on' && { delivery: { kind: 'socket' } }),
  });
  database = await freshDatabase();
  await prepare?.(database);
  dir = await mkdtemp(join(tmpdir(), 'hikeshi-check-'));
  const file = join(dir, 'hikeshi.yaml');
  const kubeconfigFile = join(dir, 'kubeconfig.yaml');
  await writeFile(kubeconfigFile, kubeconfig);
  await writeFile(
    file,
    `slack: {channel: alerts, language: ${language}}\n${yaml.replaceAll('KUBECONFIG_FILE', kubeconfigFile)}`,
  );
  const env = {
    HIKESHI_CONFIG: file,
    PORT: '0',
    DATABASE_URL: database.appUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ALERTMANAGER_WEBHOOK_TOKEN: 'webhook-token-0123456789',
    ...(sockets && { SLACK_APP_TOKEN: slack.appToken }),
    ...more,
  };
  const loaded = loadFromEnvironment({ env, needs: ['database', 'slack', 'sources'] });
  const setUp = { config: loaded.config!, env, language, gaps: gapsOf(loaded) };
  const told: Finding[] = [];
  const findings: Finding[] = [];
  for (const step of STEPS) findings.push(...(await lookAt(step, setUp, (finding) => told.push(finding))));
  expect(told).toEqual(findings);
  return findings;
}

test('everything right: nothing is found wrong', async () => {
  const findings = await look({});
  const all = ['port 0', 'postgres', 'slack', 'slack scopes', 'channel alerts', 'webhook default'];
  expect(findings.map((f) => f.what)).toEqual(all);
  expect(findings.filter((f) => f.ok !== true).map((f) => f.what)).toEqual(['webhook default']);
});

test('an Alertmanager that has never posted is given its receiver, with the token’s variable and never the token', async () => {
  const webhook = async (yaml: string, env: NodeJS.ProcessEnv = {}) =>
    (await look({ yaml, env })).filter(({ what }) => what.startsWith('webhook ')).map(({ paste }) => paste);
  const [only] = await webhook('');
  expect(only).toContain('holds the value of ALERTMANAGER_WEBHOOK_TOKEN, and nothing else');
  expect(only).not.toContain('webhook-token-0123456789');
  expect(parse(only!)).toMatchObject({
    route: { receiver: 'hikeshi' },
    receivers: [
      {
        name: 'hikeshi',
        webhook_configs: [
          {
            url: expect.stringMatching(/^http:\/\/.+:0\/webhooks\/alertmanager$/),
            send_resolved: true,
            max_alerts: 0,
            http_config: { authorization: { type: 'Bearer', credentials_file: expect.any(String) } },
          },
        ],
      },
    ],
  });
  const two = 'sources: {a: {token: A_TOKEN}, b: {basic: {username: am, password: B_PASSWORD}}}\n';
  const [a, b] = await webhook(two, { A_TOKEN: 'a-token-0123456789', B_PASSWORD: 'b-password-0123456789' });
  expect(a).toMatch(/A_TOKEN.*alertmanager\/a$/ms);
  expect(parse(b!).receivers[0].webhook_configs[0].http_config.basic_auth).toMatchObject({ username: 'am' });
});

test('one that has posted is told with the time, and needs nothing; a table that is closed to the role is named', async () => {
  const findings = await look({
    async prepare({ ownerUrl, appUrl }) {
      const owner = openDatabase(testOptions(ownerUrl));
      await sql`insert into sources (name, last_heard) values ('default', '2026-11-22T03:00:00Z')`.execute(owner.db);
      await sql`revoke insert on incidents from ${sql.id(new URL(appUrl).username)}`.execute(owner.db);
      await owner.close();
    },
  });
  expect(findings.find((f) => f.what === 'webhook default')).toEqual({
    what: 'webhook default',
    ok: true,
    detail: 'Alertmanager posted last at 2026-11-22T03:00:00.000Z',
  });
  expect(findings.filter((f) => f.ok !== true)).toMatchObject([
    {
      what: 'grants',
      detail: expect.stringMatching(/may not write to incidents$/),
      remedy: expect.stringContaining('hikeshi migrate'),
    },
  ]);
});

test('in Japanese, all but names and what others said', async () => {
  const findings = await look({
    language: 'ja',
    yaml: "channels: {allowed: [secret, general]}\nroles: {operator: ['@ghost']}\n",
    scopes: REQUIRED_SCOPES.filter((scope) => scope !== 'usergroups:read'),
  });
  const english = /[a-z]{3,} [a-z]{2,} [a-z]{2,}/;
  const told = findings.flatMap(({ what, detail, remedy = '' }) => [what, detail, remedy]);
  expect(told.filter((line) => english.test(line))).toEqual([]);
  expect(findings).toContainEqual({
    what: 'チャンネル general',
    ok: 'warning',
    detail: 'アプリが参加していません',
    remedy: '#general で /invite @Hikeshi と入力してください',
  });
  expect(new Set(findings.filter(({ what }) => /^slack/i.test(what)).map(({ remedy }) => remedy))).toEqual(
    new Set([undefined, '`hikeshi slack-manifest` の出力をアプリに貼り直して、再インストールしてください']),
  );
  expect(findings.find(({ paste }) => paste)?.paste).toContain('ALERTMANAGER_WEBHOOK_TOKEN の値だけを書きます');
});

test('a private channel without the app is a fault, a public one a warning', async () => {
  const findings = await look({ yaml: 'channels: {allowed: [secret, general]}\n' });
  expect(findings.filter((f) => f.what.startsWith('channel '))).toMatchObject([
    { what: 'channel alerts', ok: true },
    { what: 'channel secret', ok: false },
    { what: 'channel general', ok: 'warning' },
  ]);
});

test('a cluster: its version, and the rights that the enabled commands lack, with what grants them', async () => {
  const cluster = await startCluster({ stepMs: 0 });
  const found = async (): Promise<readonly Finding[]> => {
    const findings = await look({
      yaml: 'environments: {production: {clusters: {tokyo: {kubeconfig: KUBECONFIG_FILE}}}}\n',
      kubeconfig: cluster.kubeconfig,
    });
    return findings.filter((f) => f.what === 'cluster production/tokyo');
  };
  expect(await found()).toMatchObject([
    { ok: true, detail: expect.stringMatching(/^v?1\.\d+/) },
    { ok: true, detail: expect.stringMatching(/^all \d+ rights .*, as system:serviceaccount:hikeshi:hikeshi$/) },
  ]);
  for (const right of ['patch deployments/scale', 'list pods', 'get pods/log', 'list nodes'])
    cluster.world.faults.forbidden.add(right);
  expect((await found())[1]).toMatchObject({
    ok: 'warning',
    detail: expect.stringMatching(/^lacks .*, .*, .* and \d+ more, of \d+ rights, as /),
    remedy: 'somebody who may runs: hikeshi rbac --environment production | kubectl apply -f -',
  });
  await cluster.close();
});

test('a scope that was not granted is named, and no other', async () => {
  const findings = await look({ scopes: REQUIRED_SCOPES.filter((scope) => scope !== 'usergroups:read') });
  expect(findings.filter((f) => f.ok !== true)).toMatchObject([
    { what: 'slack scope usergroups:read', ok: false, detail: expect.stringMatching(/^missing, for usergroups.list/) },
    { what: 'webhook default' },
  ]);
});

test('whoever is named and is not there is told, with the places, before nobody is called', async () => {
  const yaml = [
    'policies:',
    "  urgent: [{ page: ['@hana', '@sre', channel] }, { page: ['@ghost', U0NOBODY001] }]",
    "roles: { operator: ['@sre', '@ghost'] }",
  ].join('\n');
  const findings = await look({ yaml });
  expect(findings.filter((f) => f.ok === false)).toMatchObject([
    { what: '@ghost in policies.urgent', ok: false, detail: 'is not in this Slack workspace' },
    { what: 'U0NOBODY001 in policies.urgent', ok: false },
    { what: '@ghost in roles.operator', ok: false },
  ]);
});

test('everybody named is there: one line', async () => {
  const findings = await look({ yaml: "roles: { operator: ['@sre', '@hana'] }" });
  expect(findings.find((f) => f.what === 'people')).toEqual({
    what: 'people',
    ok: true,
    detail: '@sre, @hana: all are there',
  });
});

test('a display name calls a person and entitles nobody', async () => {
  const yaml = "policies: { urgent: [{ page: ['@DISPLAY'] }] }\nroles: { operator: ['@DISPLAY'] }";
  const people = [{ id: 'U0HANA0001', name: 'hana', realName: 'Hana Ito', displayName: 'hana-chan' }];
  const findings = await look({ yaml: yaml.replaceAll('DISPLAY', 'hana-chan'), people });
  expect(findings.filter((f) => f.ok === false).map((f) => f.what)).toEqual(['@hana-chan in roles.operator']);
});

test('an app-level token that Slack refuses is found, and not called a matter of the network', async () => {
  const findings = await look({ env: { SLACK_APP_TOKEN: 'xapp-wrong' } });
  expect(findings.filter((f) => f.ok === false)).toMatchObject([
    { what: 'slack app token', detail: 'invalid_auth', remedy: expect.stringContaining('SLACK_APP_TOKEN') },
  ]);
});

describe('Socket Mode', () => {
  const found = async (given: Given): Promise<readonly Finding[]> =>
    (await look(given)).filter(({ what }) => what === 'Socket Mode');

  test('that is on: a connection was really made, and none is left', async () => {
    expect(await found({ sockets: 'on' })).toEqual([
      { what: 'Socket Mode', ok: true, detail: 'a connection was opened, and closed again' },
    ]);
    expect(slack.calls('apps.connections.open')).toHaveLength(1);
    expect(slack.sockets.count).toBe(0);
  });

  test('that is off in the app’s settings is wrong, with the page where it is switched on', async () => {
    expect(await found({ sockets: 'off' })).toEqual([
      {
        what: 'Socket Mode',
        ok: false,
        detail: 'link_disabled: Socket Mode is off for this app, so no button and no command arrives',
        remedy: expect.stringContaining('on the page "Socket Mode" of the app at https://api.slack.com/apps'),
      },
    ]);
    const [ja] = await found({ sockets: 'off', language: 'ja' });
    expect(ja).toMatchObject({
      detail: expect.stringContaining('Socket Mode が無効'),
      remedy: expect.stringContaining('「Enable Socket Mode」をオンに'),
    });
  });
});

test('a Slack that does not answer is a matter of the network, and no token is blamed', async () => {
  const findings = await look({ env: { SLACK_API_URL: 'http://127.0.0.1:1/' } });
  const [found] = findings.filter((f) => f.what === 'slack');
  expect(found).toMatchObject({ ok: false, remedy: expect.stringContaining('can be reached') });
  expect(found?.remedy).not.toContain('xoxb');
});

test('a port that is taken, or is not ours to take', async () => {
  await look({});
  const taken = new URL(slack.apiUrl).port;
  const of = async (env: NodeJS.ProcessEnv): Promise<Finding | undefined> => (await look({ env }))[0];
  expect(await of({ PORT: taken, HOST: '127.0.0.1' })).toMatchObject({ what: `port ${taken}`, ok: 'warning' });
  expect(await of({ HOST: '192.0.2.1' })).toMatchObject({ ok: false, remedy: expect.stringContaining('HOST') });
});

test('an Alertmanager: its version, a pair of which config names one, and credentials that are missing', async () => {
  const alertmanager = await startAlertmanager();
  const found = async (more = ''): Promise<Finding | undefined> => {
    const yaml = `sources: {main: {token: ALERTMANAGER_WEBHOOK_TOKEN, api: ['${alertmanager.url}']${more}}}\n`;
    const findings = await look({ yaml, env: { API_TOKEN: 'api-token' } });
    return findings.find((f) => f.what === `alertmanager main ${alertmanager.url}`);
  };
  expect(await found(', apiToken: API_TOKEN')).toMatchObject({ ok: true, detail: 'version 0.25.0' });
  expect(alertmanager.lastHeaders.authorization).toBe('Bearer api-token');
  const peers = [{ address: 'a:9094' }, { address: 'b:9094' }];
  const status = { uptime: new Date().toISOString(), versionInfo: { version: '0.28.1' }, cluster: { peers } };
  alertmanager.answers.set('/status', { body: JSON.stringify(status) });
  expect(await found()).toMatchObject({ ok: 'warning', detail: 'version 0.28.1, one of 2, but api names 1' });
  alertmanager.answers.set('/status', { status: 401, body: '' });
  expect(await found()).toMatchObject({
    ok: false,
    detail: 'HTTP 401',
    remedy: 'name its credentials: apiToken or apiBasic of the source',
  });
  await alertmanager.close();
});

test('the outward heartbeat: whether the watchdog can be reached, and no beat', async () => {
  const seen: (string | undefined)[] = [];
  const watchdog = createServer((request, response) => {
    seen.push(request.url);
    response.end();
  });
  await new Promise<void>((resolve) => watchdog.listen(0, '127.0.0.1', resolve));
  const { port } = watchdog.address() as AddressInfo;
  const found = async (url: string): Promise<Finding | undefined> => {
    const findings = await look({ yaml: 'heartbeat: {url: WATCHDOG_URL}', env: { WATCHDOG_URL: url } });
    expect(JSON.stringify(findings)).not.toContain('s3cret');
    return findings.find((f) => f.what === 'heartbeat');
  };
  const url = `http://127.0.0.1:${port}/s3cret`;
  expect(await found(url)).toEqual({
    what: 'heartbeat',
    ok: true,
    detail: 'the watchdog can be reached; no beat was sent',
  });
  expect(seen).toEqual([]);
  await new Promise((resolve) => watchdog.close(resolve));
  expect(await found(url)).toMatchObject({
    ok: false,
    detail: 'ECONNREFUSED',
    remedy: expect.stringContaining('reached'),
  });
});

test('other people’s databases: reachable, and each missing grant with what mends it', async () => {
  const names = ['good', 'away', 'empty'].map((name) => `${name}: {url: DB_${name.toUpperCase()}}`).join(', ');
  const yaml = `environments: {production: {databases: {${names}}}}\n`;
  const { appUrl } = inject('postgres');
  const nowhere = new URL(appUrl);
  nowhere.pathname = '/nowhere';
  const env = {
    DB_GOOD: appUrl,
    DB_AWAY: `postgres://x@127.0.0.1:${await lastingPort()}/x`,
    DB_EMPTY: nowhere.href,
  };
  const findings = (await look({ yaml, env })).filter(({ what }) => what.startsWith('database '));
  const user = new URL(appUrl).username;
  expect(findings).toMatchObject([
    { what: 'database production/good', ok: true, detail: expect.stringMatching(/^PostgreSQL 18\.\d+, primary$/) },
    { ok: 'warning', remedy: `an administrator of it runs: GRANT pg_monitor TO ${user};` },
    { ok: 'warning', remedy: `an administrator of it runs: GRANT pg_signal_backend TO ${user};` },
    { what: 'database production/away', ok: false, remedy: expect.stringContaining('check host and port in DB_AWAY') },
    { what: 'database production/empty', ok: false, remedy: expect.stringContaining('in DB_EMPTY') },
  ]);
});
