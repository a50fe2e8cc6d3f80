import { sql } from 'kysely';
import { pino } from 'pino';
import { checkAlertmanager } from '../adapters/alertmanager/check.ts';
import { createQueue } from '../adapters/bullmq/queue.ts';
import { connectionTo } from '../adapters/http/heartbeat.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { isBehind, schemaState } from '../adapters/postgres/migrate.ts';
import type { Config } from '../config/config.ts';
import { type Catalog, type Language, sentences } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';
import { lookAtClusters } from './check-clusters.ts';
import { lookAtDatabases } from './check-databases.ts';
import { lookAtDataDir, lookAtPort } from './check-here.ts';
import { lookAtSlack } from './check-slack.ts';
import { lookAtSources } from './check-sources.ts';
import { databaseTrouble } from './database-words.ts';
import { type Gaps, waitsFor } from './gaps.ts';
import { apiAuthorization } from './rules.ts';
import { ourMigrations } from './store.ts';

const HEARTBEAT_MS = 5_000;
/** Tables that are named when many are closed. */
const NAMED = 3;

export interface Finding {
  readonly what: string;
  /** `waits`: it cannot be looked at before something else is right. */
  readonly ok: boolean | 'warning' | 'waits';
  readonly detail: string;
  readonly remedy?: string;
  /** Lines to be put somewhere as they are. */
  readonly paste?: string;
}

export type Tell = (finding: Finding) => void;

/** Steps of the walk, in the order in which somebody sets them up. */
export const STEPS = ['here', 'store', 'slack', 'alerts', 'clusters', 'databases'] as const;
export type Step = (typeof STEPS)[number];

export type Words = Catalog['found'];

/** A set-up, which may have gaps: its config is then half of one. */
export interface SetUp {
  readonly config: Config;
  /** The shell's variables. */
  readonly env: NodeJS.ProcessEnv;
  /** In which it is told. */
  readonly language: Language;
  readonly gaps: Gaps;
}

/** What a look has besides config. */
export interface Around extends Omit<SetUp, 'config'> {
  readonly words: Words;
}

type Look = (config: Config, note: Tell, around: Around) => Promise<void>;

const LOOKS: Readonly<Record<Step, readonly Look[]>> = {
  here: [lookAtPort],
  store: [lookAtDatabase, lookAtRedis],
  slack: [lookAtSlack],
  alerts: [lookAtAlertmanagers, lookAtSources, lookAtHeartbeat],
  clusters: [lookAtClusters],
  databases: [lookAtDatabases],
};

/** Steps that are about nothing but what the file names, and what that is. */
const OF_THE_FILE: Readonly<Partial<Record<Step, (what: Words['what']) => string>>> = {
  alerts: () => 'alertmanager',
  clusters: (what) => what.clusters,
  databases: (what) => what.databases,
};

/** One step: every connection of it that config names, each problem with its remedy; what cannot be looked at yet says why. */
export async function lookAt(step: Step, { config, ...around }: SetUp, tell: Tell): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const note: Tell = (finding) => {
    findings.push(finding);
    tell(finding);
  };
  const words = sentences(around.language).found;
  const what = OF_THE_FILE[step]?.(words.what);
  if (!around.gaps.readable && what !== undefined) {
    note({ what, ok: 'waits', detail: words.waits.file(config) });
    return findings;
  }
  for (const look of LOOKS[step]) await look(config, note, { ...around, words });
  return findings;
}

async function lookAtDatabase(config: Config, note: Tell, { words, gaps }: Around): Promise<void> {
  if (config.env.embedded) return note(await lookAtDataDir(config, words));
  if (waitsFor(gaps.at('DATABASE_URL'), 'postgres', note, words)) return;
  const said = words.store;
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
        detail: said.behind.detail(state),
        remedy: said.behind.remedy,
      });
    note({ what: 'postgres', ok: true, detail: said.schema(state) });
    const { closed, role, may } = await grantsIn(database.db);
    if (closed.length > 0)
      note({
        what: words.what.grants,
        ok: false,
        detail: said.closed.detail({ role, tables: closed.slice(0, NAMED), more: closed.length - NAMED }),
        remedy: said.closed.remedy,
      });
    if (may) note({ what: words.what.audit, ok: 'warning', ...said.mayDelete });
  } catch (error) {
    note({ what: 'postgres', ok: false, ...databaseTrouble(error, 'DATABASE_URL', words) });
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

async function lookAtRedis(config: Config, note: Tell, { words, gaps }: Around): Promise<void> {
  const { redis } = config.env;
  if (waitsFor(gaps.at('REDIS_URL'), 'redis', note, words) || !redis) return;
  const urls = redis.urls.map((u) => u.reveal());
  const backend = redis.cluster
    ? ({ kind: 'redis-cluster', urls, prefix: '{hikeshi}' } as const)
    : ({ kind: 'redis', url: urls[0]! } as const);
  const queue = createQueue({ backend, name: 'hikeshi-check', log: pino({ level: 'silent' }) });
  const ok = await queue.healthy();
  await queue.close();
  const { answers, away } = words.store.redis;
  if (ok) note({ what: 'redis', ok, detail: answers });
  else note({ what: 'redis', ok, ...away });
}

async function lookAtAlertmanagers(config: Config, note: Tell, { words, gaps }: Around): Promise<void> {
  const { alerts } = words;
  for (const source of Object.values(config.sources)) {
    const keys = ['api', 'apiToken', 'apiBasic'].map((key) => ['sources', source.name, key]);
    if (waitsFor(gaps.at(...keys), `alertmanager ${source.name}`, note, words)) continue;
    for (const api of source.api) {
      const what = `alertmanager ${source.name} ${api}`;
      const found = await checkAlertmanager(api, apiAuthorization(source));
      if ('why' in found) note({ what, ok: false, ...unasked(found.why, alerts) });
      else if (found.peers > source.api.length)
        note({
          what,
          ok: 'warning',
          detail: alerts.fewer.detail({ version: found.version, peers: found.peers, named: source.api.length }),
          remedy: alerts.fewer.remedy,
        });
      else note({ what, ok: true, detail: alerts.version(found) });
    }
  }
}

/** No beat: one from here would tell the watchdog that Hikeshi lives. The address may be a secret, so it is not said. */
async function lookAtHeartbeat({ heartbeat }: Config, note: Tell, { words, gaps }: Around): Promise<void> {
  const what = words.what.heartbeat;
  if (waitsFor(gaps.at(['heartbeat']), what, note, words) || !heartbeat) return;
  const answer = await connectionTo(heartbeat.url.reveal())(AbortSignal.timeout(HEARTBEAT_MS));
  const { noAnswer, heartbeat: said } = words.alerts;
  if (answer === 'ok') return note({ what, ok: true, detail: said.ok });
  note({ what, ok: false, detail: codeOr(noAnswer, answer.failed), remedy: said.remedy });
}

function unasked(why: string, { remedies, ...said }: Words['alerts']): Pick<Finding, 'detail' | 'remedy'> {
  if (why === 'HTTP 401' || why === 'HTTP 403') return { detail: why, remedy: remedies.credentials };
  if (why.startsWith('HTTP')) return { detail: why, remedy: remedies.path };
  if (why.startsWith('an answer')) return { detail: said.another, remedy: remedies.path };
  return { detail: codeOr(said.noAnswer, why), remedy: remedies.away };
}

/** A code is the same in every language. */
function codeOr(words: string, why: string): string {
  return /^[A-Z][A-Z0-9_]+$/.test(why) ? why : words;
}
