import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../src/app/metrics.ts';
import { loadConfig } from '../../src/config/load.ts';

/** `compose.yaml` and what it mounts. That Docker Compose's own library takes it, `.ci/run` says; promtool and amtool too. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly image: string;
  readonly restart: string;
  readonly stop_grace_period: string;
  readonly cap_drop: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt: readonly string[];
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly deploy: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } };
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);

describe('compose.yaml', () => {
  it('has everything that stands around Hikeshi, the logs’ part only when asked for', () => {
    const always = services.filter(([, { profiles }]) => !profiles).map(([name]) => name);
    expect(always.sort()).toEqual(
      ['alertmanager', 'cadvisor', 'grafana', 'hikeshi', 'migrate', 'postgres', 'prometheus', 'proxy', 'redis'].sort(),
    );
    const logs = services.filter(([, { profiles = [] }]) => profiles.includes('logs')).map(([name]) => name);
    expect(logs.sort()).toEqual(['elasticsearch', 'fluent-bit', 'kibana']);
  });

  it.each(services)('%s is bounded and confined, its log too', (name, service) => {
    expect(service.deploy.resources.limits).toEqual({
      cpus: expect.stringMatching(/^\d/),
      memory: expect.stringMatching(/^\d+[MG]$/),
      pids: expect.any(Number),
    });
    expect(service.logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } });
    expect(service.stop_grace_period).toBe('30s');
    expect(service.restart).toMatch(name === 'backup' ? /^no$/ : /^unless-stopped$|^on-failure:\d$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(name === 'proxy' ? ['NET_BIND_SERVICE'] : []);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.image).toMatch(/:[^/]*\d/);
  });

  it('is reached through the proxy only, and lets out only who needs it', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['proxy']);
    expect(compose.networks).toEqual({ front: {}, back: { internal: true } });
    const out = services.filter(([, { networks }]) => networks.includes('front')).map(([name]) => name);
    expect(out.sort()).toEqual(['alertmanager', 'hikeshi', 'prometheus', 'proxy']);
  });

  it('shows pages that ask for no password to the machine itself only, each as the guide has it', () => {
    const { ports = [] } = compose.services['proxy']!;
    const inner = ports.filter((port) => !['80:80', '443:443'].includes(port));
    const page = /^http:\/\/localhost:(\d+), http:\/\/127\.0\.0\.1:\1 \{\n\treverse_proxy (\w+):(\d+)\n\}$/gm;
    const pages = [...read('deploy/caddy/Caddyfile').matchAll(page)].map(([, port, name, to]) => ({ port, name, to }));
    expect(pages.map(({ name }) => name)).toEqual(['prometheus', 'alertmanager', 'kibana']);
    expect(inner).toEqual(pages.map(({ port }) => `127.0.0.1:${port}:${port}`));
    for (const { name, port, to } of pages) {
      expect(compose.services[name!]!.networks).toContain('back');
      expect([name, to]).toEqual([name, port]);
      expect(read('docs/install.md')).toContain(`localhost:${port}`);
    }
  });

  it('holds no secret: each is a file that deploy/make-secrets writes, once, and nobody else may read', () => {
    const values = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const named = values.filter(([name]) => /PASSWORD|TOKEN|DATABASE_(?:MIGRATE_)?URL|SECRET/.test(name));
    expect(named.length).toBeGreaterThan(5);
    for (const [name, value] of named)
      expect([name, value]).toEqual([expect.stringMatching(/_FILE$/), expect.stringMatching(/^\/run\/secrets\//)]);
    const copy = mkdtempSync(join(tmpdir(), 'hikeshi-deploy-'));
    cpSync(join(ROOT, 'deploy/make-secrets'), join(copy, 'make-secrets'));
    const make = (env: Record<string, string>): string =>
      execFileSync('sh', [join(copy, 'make-secrets')], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stdio: 'pipe',
      });
    expect(() => make({})).toThrow(/missing: SLACK_BOT_TOKEN SLACK_APP_TOKEN/);
    make({ SLACK_BOT_TOKEN: 'xoxb-a', SLACK_APP_TOKEN: 'xapp-b' });
    const made = readdirSync(join(copy, 'secrets')).sort();
    expect(made).toEqual(
      Object.values(compose.secrets)
        .map(({ file }) => file.replace('./deploy/secrets/', ''))
        .sort(),
    );
    expect(statSync(join(copy, 'secrets')).mode & 0o777).toBe(0o700);
    const kept = (name: string): string => readFileSync(join(copy, 'secrets', name), 'utf8');
    const before = made.map(kept);
    expect(make({ SLACK_BOT_TOKEN: 'xoxb-other' })).toBe('');
    expect(made.map(kept)).toEqual(before);
    expect(new URL(kept('database_url')).password).toBe(kept('database_password'));
    rmSync(copy, { recursive: true });
    expect(read('.gitignore')).toContain('deploy/secrets/\n');
  });

  it('mounts what is there, and volumes that it names', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!));
    const ours = mounts.filter((from) => from.startsWith('./'));
    expect(ours.filter((from) => !existsSync(join(ROOT, from)))).toEqual([]);
    const named = mounts.filter((from) => /^[a-z]/.test(from));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
    const used = services.flatMap(([, { secrets = [] }]) => secrets);
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.secrets).sort());
  });

  it('gives the image nothing but what it is built of', () => {
    const taken = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(taken).toEqual(['*', '!package.json', '!package-lock.json', '!.npmrc', '!scripts/build.mjs', '!src']);
  });
});

describe('what it mounts', () => {
  it('is a config that runs', () => {
    const path = 'deploy/hikeshi/hikeshi.yaml';
    const env = { ALERTMANAGER_WEBHOOK_TOKEN: 'a-token-0123456789' };
    expect(loadConfig({ path, env, readFile: () => read(path), needs: ['sources'] })).not.toHaveProperty('problems');
  });

  it('takes the cluster and the database that the guide adds, from the files that it says', () => {
    const guide = read('docs/install.md');
    const example = (first: string): string =>
      guide.split(`\`\`\`yaml\n# ${first}`)[1]!.split('\n```')[0]!.replace(/^.*\n/, '');
    const override = parse(example('compose.override.yaml')) as Compose;
    const { environment = {}, secrets } = override.services['hikeshi']!;
    expect(secrets).toEqual(Object.keys(override.secrets));
    const path = 'deploy/hikeshi/hikeshi.yaml';
    const files = new Map([
      [path, `${read(path)}\n${example('deploy/hikeshi/hikeshi.yaml')}`],
      ['/run/secrets/orders_database_url', 'postgres://hikeshi_ops:x@db.example.com:5432/orders\n'],
    ]);
    const loaded = loadConfig({
      path,
      env: {
        ALERTMANAGER_WEBHOOK_TOKEN: 'a-token-0123456789',
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_APP_TOKEN: 'xapp-1',
        ...environment,
      },
      readFile: (name) => files.get(name) ?? '',
      needs: ['sources', 'slack'],
    });
    expect(loaded).not.toHaveProperty('problems');
    expect(loaded.config!.environments['production']).toMatchObject({
      clusters: [{ name: 'main', kubeconfig: '/etc/hikeshi/kubeconfig' }],
    });
    const [orders] = loaded.config!.environments['production']!.databases;
    expect(orders!.url.reveal()).toBe('postgres://hikeshi_ops:x@db.example.com:5432/orders');
    expect(compose.services['hikeshi']!.volumes).toContain('./deploy/hikeshi:/etc/hikeshi:ro');
  });

  it('asks PostgreSQL where only the server that stays listens', () => {
    const { healthcheck } = compose.services['postgres'] as unknown as { healthcheck: { test: string[] } };
    expect(healthcheck.test).toContain('--host=127.0.0.1');
  });

  it('lets Alertmanager post where Hikeshi listens, with its token', () => {
    const { receivers } = parse(read('deploy/alertmanager/alertmanager.yml'));
    expect(receivers[0].webhook_configs[0]).toMatchObject({
      url: 'http://hikeshi:3000/webhooks/alertmanager',
      http_config: { authorization: { credentials_file: '/run/secrets/webhook_token' } },
    });
    expect(compose.services['alertmanager']!.secrets).toContain('webhook_token');
  });

  it('gives Grafana the dashboard: a provider that reads where it is mounted, its first page, and its data', () => {
    const grafana = compose.services['grafana']!;
    const inside = (from: string): string =>
      grafana.volumes!.find((volume) => volume.startsWith(`./deploy/grafana/${from}:`))!.split(':')[1]!;
    // Where Grafana looks for these, unless told otherwise.
    expect(inside('provisioning')).toBe('/etc/grafana/provisioning');
    const { providers } = parse(read('deploy/grafana/provisioning/dashboards/provider.yaml'));
    expect(providers).toEqual([expect.objectContaining({ type: 'file', options: { path: inside('dashboards') } })]);
    expect(grafana.environment!['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(
      `${inside('dashboards')}/hikeshi.json`,
    );
    const { datasources } = parse(read('deploy/grafana/provisioning/datasources/prometheus.yaml'));
    const dashboard = read('deploy/grafana/dashboards/hikeshi.json');
    expect(JSON.parse(dashboard)).toMatchObject({ title: 'Hikeshi', uid: expect.stringMatching(/./) });
    const asked = [...dashboard.matchAll(/"datasource": \{[^}]*"uid": "([^"]+)"/g)].map(([, uid]) => uid);
    expect(new Set(asked)).toEqual(new Set(datasources.map(({ uid }: { uid: string }) => uid)));
  });

  it('tells alerts about Hikeshi to Hikeshi as well as past it', () => {
    const { route, receivers } = parse(read('deploy/alertmanager/alertmanager.yml'));
    const own = route.routes.filter(({ matchers }: { matchers: string[] }) => matchers.includes('team="hikeshi"'));
    expect(own).toEqual([
      { receiver: 'past-hikeshi', matchers: ['team="hikeshi"'], continue: true },
      { receiver: 'hikeshi', matchers: ['team="hikeshi"'] },
    ]);
    expect(receivers.map(({ name }: { name: string }) => name)).toEqual(['hikeshi', 'past-hikeshi']);
  });

  it('sends logs to a service that there is, each line’s parsers known', () => {
    const { parsers, pipeline } = parse(read('deploy/fluent-bit/fluent-bit.yaml'));
    expect(pipeline.outputs[0]).toMatchObject({ name: 'es', host: 'elasticsearch', port: 9200 });
    expect(Object.keys(compose.services)).toContain(pipeline.outputs[0].host);
    const used = [...pipeline.inputs, ...pipeline.filters].map(({ parser }: { parser: string }) => parser);
    expect(used.sort()).toEqual(parsers.map(({ name }: { name: string }) => name).sort());
  });

  it('scrapes only services that there are, with the job that the rules and the dashboard name', () => {
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml'));
    const targets = jobs.flatMap((job: { static_configs: { targets: string[] }[] }) => job.static_configs[0]!.targets);
    const hosts = targets.map((target: string) => target.split(':')[0]).filter((host: string) => host !== 'localhost');
    expect(hosts.filter((host: string) => !(host in compose.services))).toEqual([]);
    expect(jobs.map((job: { job_name: string }) => job.job_name)).toContain('hikeshi');
  });

  it('draws only metrics that Hikeshi has, with the labels that they have', () => {
    const { described } = createMetrics();
    const known = new Map(described.map(({ name, labels }) => [name, labels]));
    const { panels } = JSON.parse(read('deploy/grafana/dashboards/hikeshi.json')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(exprs.length).toBeGreaterThan(10);
    for (const expr of exprs) {
      const names = [...expr.matchAll(/\b(?:hikeshi|process)_\w+/g)].map(([name]) =>
        name.replace(/_(?:bucket|count|sum)$/, ''),
      );
      expect(names.length).toBeGreaterThan(0);
      const unknown = names.filter((name) => !known.has(name) && name !== 'process_resident_memory_bytes');
      expect([expr, unknown]).toEqual([expr, []]);
      const [, by = ''] = /by \(([^)]*)\)/.exec(expr) ?? [];
      const labels = by.split(/,\s*/).filter((label) => label !== '' && label !== 'le');
      expect(labels.filter((label) => !known.get(names[0]!)?.includes(label))).toEqual([]);
    }
  });

  it('lets the world ask for nothing but Slack’s requests, alerts and health', () => {
    const [, paths] = /@public path (.*)/.exec(read('deploy/caddy/Caddyfile')) ?? [];
    expect(paths?.split(' ')).toEqual([
      '/slack/events',
      '/webhooks/alertmanager',
      '/webhooks/alertmanager/*',
      '/health',
    ]);
  });
});
