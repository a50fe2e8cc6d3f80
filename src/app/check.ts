import { sql } from 'kysely';
import { pino } from 'pino';
import { checkAlertmanager } from '../adapters/alertmanager/check.ts';
import { createQueue } from '../adapters/bullmq/queue.ts';
import { connectionTo } from '../adapters/http/heartbeat.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { isBehind, schemaState } from '../adapters/postgres/migrate.ts';
import type { Config } from '../config/config.ts';
import type { Db } from '../ports/database.ts';
import { lookAtClusters } from './check-clusters.ts';
import { lookAtDatabases } from './check-databases.ts';
import { lookAtDataDir, lookAtPort } from './check-here.ts';
import { lookAtSlack } from './check-slack.ts';
import { lookAtSources } from './check-sources.ts';
import { databaseTrouble } from './database-words.ts';
import { apiAuthorization } from './rules.ts';
import { ourMigrations } from './store.ts';

const HEARTBEAT_MS = 5_000;

export interface Finding {
  readonly what: string;
  readonly ok: boolean | 'warning';
  readonly detail: string;
  readonly remedy?: string;
  /** Lines to be put somewhere as they are. */
  readonly paste?: string;
}

export type Tell = (finding: Finding) => void;

/** Steps of the walk, in the order in which somebody sets them up. */
export const STEPS = ['here', 'store', 'slack', 'alerts', 'clusters', 'databases'] as const;
export type Step = (typeof STEPS)[number];

type Look = (config: Config, note: Tell, env: NodeJS.ProcessEnv) => Promise<void>;

const LOOKS: Readonly<Record<Step, readonly Look[]>> = {
  here: [async (config, note) => note(await lookAtPort(config))],
  store: [lookAtDatabase, lookAtRedis],
  slack: [lookAtSlack],
  alerts: [lookAtAlertmanagers, lookAtSources, lookAtHeartbeat],
  clusters: [lookAtClusters],
  databases: [lookAtDatabases],
};

/** One step: every connection of it that config names, each problem with its remedy. */
export async function lookAt(
  step: Step,
  config: Config,
  env: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const note: Tell = (finding) => {
    findings.push(finding);
    tell(finding);
  };
  for (const look of LOOKS[step]) await look(config, note, env);
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
    note({ what: 'postgres', ok: true, detail: `schema ${state.version}` });
    const { closed, role, may } = await grantsIn(database.db);
    if (closed.length > 0)
      note({
        what: 'grants',
        ok: false,
        detail: `${role} may not write to ${closed.slice(0, 3).join(', ')}${closed.length > 3 ? ` and ${closed.length - 3} more` : ''}`,
        remedy:
          'run `hikeshi migrate` with both DATABASE_MIGRATE_URL and DATABASE_URL set: it grants to the role of the latter',
      });
    if (may)
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

/** Tables in which only the owner, or a statement of its own, writes. */
const OWNERS = ['schema_migrations', 'schema_info', 'schema_lock', 'audit_sealer'];

interface Grants {
  readonly role: string;
  /** Tables that the role of `DATABASE_URL` may not write to. */
  readonly closed: readonly string[];
  /** It may delete from the audit. */
  readonly may: boolean;
}

async function grantsIn(db: Db): Promise<Grants> {
  const { rows } = await sql<Grants>`
    select current_user as role, has_table_privilege('audit', 'delete') as may, array(
      select c.relname::text from pg_class c
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> all(${OWNERS})
        and not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert'))
      order by 1) as closed`.execute(db);
  return rows[0]!;
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
