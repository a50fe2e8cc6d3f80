import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startSlack } from '../../../sandbox/slack/index.ts';
import { hasPgBouncer, type Pooler, startPgBouncer } from '../../support/pgbouncer.ts';
import { lastingPort } from '../../support/ports.ts';
import { asked, startRedisCluster } from '../../support/redis.cluster.ts';
import { firing } from '../support/alerts.ts';
import { type Bench, settle, whole } from '../support/bench.ts';
import { firingOf, give, startReplica, stories } from '../support/crowd.ts';
import { postsOf } from '../support/judge.ts';
import { serve } from '../support/program.ts';
import { team } from '../support/site.ts';
import { soon } from '../support/waits.ts';
import { killedSending, throughBoth } from './together.ts';

export function surroundings(given: () => Bench): void {
  describe.skipIf(!hasPgBouncer())('behind PgBouncer in transaction mode', () => {
    it('two replicas on fewer connections than one of them has: everything works, and nothing is left in a session', async () => {
      let pooler: Pooler | undefined;
      const channels = ['pool1', 'pool2', 'pool3', 'pool4'];
      const behind = async (url: string): Promise<Pooler> => {
        pooler = await startPgBouncer(url);
        return pooler;
      };
      const site = await given().site({ ...team(channels), pooler: behind });
      const one = await startReplica(site);
      const two = await startReplica(site);
      await throughBoth(site, 'ThroughPool', one, two);
      const storm = stories('Pooled', 20, channels);
      await Promise.all(firingOf(storm).map((body, i) => give(site, body, () => (i % 2 ? [one, two] : [two, one]))));
      await site.slack.until(() => storm.names.every((name) => postsOf(site.slack, name).length > 0), 40_000);
      await killedSending(site, 'KilledThere', one, two);
      const all = ['ThroughPool', 'KilledThere', 'ThenAlone', ...storm.names];
      const fault = '14 PgBouncer, transaction mode';
      expect(await settle(given(), site, { fault, names: all })).toEqual(whole(all.length));
      expect(await traces(pooler!)).toEqual([]);
    });
  });

  describe('on a Redis Cluster of three', () => {
    it('wake-ups and signals pass; the node with the queue is lost and comes back, and nothing of that is missed', async () => {
      const cluster = await startRedisCluster();
      try {
        const channels = ['node1', 'node2', 'node3', 'node4'];
        const site = await given().site({ ...team(channels), redis: cluster });
        const web = await startReplica(site, { args: ['--roles', 'web'] });
        const worker = await startReplica(site, { args: ['--roles', 'worker'] });
        const both = await startReplica(site);
        await throughBoth(site, 'Clustered', web, both);
        const owner = await cluster.ownerOf(QUEUE_TAG);
        const keys = await Promise.all(cluster.nodes.map((node) => asked(node, (redis) => redis.keys('*'))));
        expect(keys.filter((found) => found.length > 0)).toEqual([keys[cluster.nodes.indexOf(owner)]]);
        expect(keys.flat().filter((key) => !key.includes(QUEUE_TAG))).toEqual([]);

        await owner.kill();
        const storm = stories('NodeAway', 12, channels);
        await Promise.all(firingOf(storm).map((body) => give(site, body, () => [web, both])));
        await site.slack.until(() => storm.names.every((name) => postsOf(site.slack, name).length > 0), 30_000);
        await throughBoth(site, 'WithoutIt', web, both);
        await owner.restart();
        await throughBoth(site, 'WithIt', both, web);
        const all = ['Clustered', 'WithoutIt', 'WithIt', ...storm.names];
        const fault = '15 Redis Cluster, its node lost';
        expect(await settle(given(), site, { fault, names: all })).toEqual(whole(all.length));
        for (const { program } of [web, worker, both]) expect(program.output()).not.toMatch(/CROSSSLOT/);
      } finally {
        await cluster.stop();
      }
    });
  });

  describe('the embedded database', () => {
    it('takes one process: a second one on its directory says so and ends, and the first goes on', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'hikeshi-second-'));
      const slack = await startSlack({ limits: 'off' });
      const config = join(dir, 'hikeshi.yaml');
      await writeFile(config, 'slack: { channel: alerts }\n');
      const port = await lastingPort();
      const env = {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        HIKESHI_CONFIG: config,
        HIKESHI_DATA_DIR: join(dir, 'data'),
        SLACK_API_URL: slack.apiUrl,
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_SIGNING_SECRET: slack.signingSecret,
        ALERTMANAGER_WEBHOOK_TOKEN: 'second-webhook-token',
      };
      const first = await serve(['--embedded'], { ...env, PORT: String(port) });
      try {
        const second = serve(['--embedded'], { ...env, PORT: String(await lastingPort()) });
        const why = `${join(dir, 'data')} belongs to process ${first.child.pid}, which is running`;
        await expect(soon(second, 'the second one ends')).rejects.toThrow(why);
        const headers = { authorization: 'Bearer second-webhook-token' };
        const init = { method: 'POST', headers, body: firing({ name: 'StillThere' }) };
        expect((await fetch(`http://127.0.0.1:${port}/webhooks/alertmanager`, init)).status).toBe(200);
        await slack.until(() => postsOf(slack, 'StillThere').length === 1, 20_000);
      } finally {
        await first.stop('SIGINT');
        await slack.close();
        await rm(dir, { recursive: true, force: true });
      }
    });
  });
}

const QUEUE_TAG = '{hikeshi}';

/** What somebody has left in the sessions that everybody shares: settings, prepared statements, locks, listening. */
async function traces({ url }: Pooler): Promise<readonly string[]> {
  const clients = Array.from({ length: 6 }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    // Inside of transactions at the same moment, each has a connection of the pool to itself.
    await Promise.all(clients.map((client) => client.query('begin')));
    const found = await Promise.all(clients.map((client) => client.query<{ what: string }>(LEFT)));
    await Promise.all(clients.map((client) => client.query('rollback')));
    return found.flatMap(({ rows }) => rows.map((row) => row.what));
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

const LEFT = `
  select 'setting ' || name || ' = ' || setting as what from pg_settings
    where source = 'session' and name <> 'application_name'
  union all select 'prepared ' || statement from pg_prepared_statements
  union all select 'advisory lock' from pg_locks where locktype = 'advisory'
  union all select 'listening on ' || channel from pg_listening_channels() channel`;
