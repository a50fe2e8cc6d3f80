import { sql } from 'kysely';
import { pino } from 'pino';
import { checkAlertmanager } from '../adapters/alertmanager/check.ts';
import { createQueue } from '../adapters/bullmq/queue.ts';
import { connectionTo } from '../adapters/http/heartbeat.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { isBehind, schemaState } from '../adapters/postgres/migrate.ts';
import type { Config } from '../config/config.ts';
import { ClusterError } from '../ports/cluster.ts';
import { lookAtDatabases } from './check-databases.ts';
import { lookAtDataDir, lookAtPort } from './check-here.ts';
import { lookAtSlack } from './check-slack.ts';
import { createCleanups } from './cleanups.ts';
import { databaseTrouble } from './database-words.ts';
import { openEnvironments } from './environments.ts';
import { apiAuthorization } from './rules.ts';
import { wordsOf } from './stderr.ts';
import { ourMigrations } from './store.ts';

const HEARTBEAT_MS = 5_000;

export interface Finding {
  readonly what: string;
  readonly ok: boolean | 'warning';
  readonly detail: string;
  readonly remedy?: string;
}

export type Tell = (finding: Finding) => void;

/** Every connection that config names, one after the other; each problem with its remedy. */
export async function lookAtEverything(
  config: Config,
  env: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const note: Tell = (finding) => {
    findings.push(finding);
    tell(finding);
  };
  note(await lookAtPort(config));
  await lookAtDatabase(config, note);
  await lookAtRedis(config, note);
  await lookAtSlack(config, note);
  await lookAtAlertmanagers(config, note);
  await lookAtHeartbeat(config, note);
  await lookAtClusters(config, env, note);
  await lookAtDatabases(config, note);
  return findings;
}

async function lookAtDatabase(config: Config, note: Tell): Promise<void> {
  if (config.env.embedded) return note(await lookAtDataDir(config));
  const url = config.env.databaseUrl!.reveal();
  const database = openDatabase({
    url,
    applicationName: 'hikeshi-check',
    poolMax: 2,
    receivingMax: 1,
    statementTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    onIdleError: () => undefined,
  });
  try {
    const state = await schemaState(database.db, await ourMigrations());
    if (isBehind(state))
      return note({
        what: 'postgres',
        ok: false,
        detail: `schema ${state.version}, this program needs ${state.ours}`,
        remedy: 'run `hikeshi migrate` with DATABASE_MIGRATE_URL',
      });
    const { rows } = await sql<{ may: boolean }>`select has_table_privilege('audit', 'delete') as may`.execute(
      database.db,
    );
    note({ what: 'postgres', ok: true, detail: `schema ${state.version}` });
    if (rows[0]?.may)
      note({
        what: 'audit',
        ok: 'warning',
        detail: 'the role of DATABASE_URL may delete audit entries; only a trigger stands in',
        remedy: 'use a role that is not the owner in DATABASE_URL, and the owner in DATABASE_MIGRATE_URL',
      });
  } catch (error) {
    note({ what: 'postgres', ok: false, ...databaseTrouble(error, 'DATABASE_URL') });
  } finally {
    await database.close();
  }
}

async function lookAtRedis(config: Config, note: Tell): Promise<void> {
  const { redis } = config.env;
  if (!redis) return;
  const urls = redis.urls.map((u) => u.reveal());
  const backend = redis.cluster
    ? ({ kind: 'redis-cluster', urls, prefix: '{hikeshi}' } as const)
    : ({ kind: 'redis', url: urls[0]! } as const);
  const queue = createQueue({ backend, name: 'hikeshi-check', log: pino({ level: 'silent' }) });
  const ok = await queue.healthy();
  await queue.close();
  if (ok) note({ what: 'redis', ok, detail: 'answers' });
  else
    note({
      what: 'redis',
      ok,
      detail: 'does not answer',
      remedy: 'check REDIS_URL; work is delayed by up to a second without it, nothing is lost',
    });
}

async function lookAtAlertmanagers(config: Config, note: Tell): Promise<void> {
  for (const source of Object.values(config.sources)) {
    for (const api of source.api) {
      const what = `alertmanager ${source.name} ${api}`;
      const found = await checkAlertmanager(api, apiAuthorization(source));
      if ('why' in found) note({ what, ok: false, detail: found.why, remedy: remedyOf(found.why) });
      else if (found.peers > source.api.length)
        note({
          what,
          ok: 'warning',
          detail: `version ${found.version}, one of ${found.peers}, but api names ${source.api.length}`,
          remedy: 'name each of them under `api`, by its own address: only what is absent on all of them has ended',
        });
      else note({ what, ok: true, detail: `version ${found.version}` });
    }
  }
}

/** No beat: one from here would tell the watchdog that Hikeshi lives. The address may be a secret, so it is not said. */
async function lookAtHeartbeat({ heartbeat }: Config, note: Tell): Promise<void> {
  if (!heartbeat) return;
  const what = 'heartbeat';
  const answer = await connectionTo(heartbeat.url.reveal())(AbortSignal.timeout(HEARTBEAT_MS));
  if (answer === 'ok') return note({ what, ok: true, detail: 'the watchdog can be reached; no beat was sent' });
  const remedy = 'check the address that `heartbeat.url` names, and that it can be reached from here';
  note({ what, ok: false, detail: answer.failed, remedy });
}

function remedyOf(why: string): string {
  if (why === 'HTTP 401' || why === 'HTTP 403') return 'name its credentials: apiToken or apiBasic of the source';
  return why.startsWith('HTTP') || why.startsWith('an answer')
    ? 'check the address under `api`, a route prefix included'
    : 'check the address under `api`, and that it can be reached from here';
}

async function lookAtClusters(config: Config, env: NodeJS.ProcessEnv, note: Tell): Promise<void> {
  const cleanups = createCleanups(pino({ level: 'silent' }));
  for (const environment of openEnvironments(config, env, cleanups).values()) {
    for (const [name, cluster] of environment.clusters) {
      const what = `cluster ${environment.name}/${name}`;
      try {
        note({ what, ok: true, detail: await cluster.version({ signal: AbortSignal.timeout(8_000) }) });
      } catch (error) {
        note({
          what,
          ok: false,
          detail: wordsOf(error),
          remedy:
            error instanceof ClusterError && error.kind === 'misconfigured'
              ? 'check KUBECONFIG and the context under `clusters`'
              : 'check that the API server can be reached from here with this context',
        });
      }
    }
  }
  await cleanups.run(2_000);
}
