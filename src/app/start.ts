import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { createQueue } from '../adapters/bullmq/queue.ts';
import { createSignal } from '../adapters/bullmq/signal.ts';
import { createHttpApp } from '../adapters/http/app.ts';
import { type HttpServer, listen } from '../adapters/http/server.ts';
import { createClock, type DatabaseClock } from '../adapters/postgres/clock.ts';
import { isStorageFault } from '../adapters/postgres/faults.ts';
import type { Slack } from '../adapters/slack/index.ts';
import { createReceiver } from '../alerts/receive.ts';
import type { Config } from '../config/config.ts';
import type { LoadResult } from '../config/load.ts';
import { startRunner } from '../core/jobs/runner.ts';
import type { Limits } from '../core/outbox/limits.ts';
import { type Sender, startSender } from '../core/outbox/sender.ts';
import { pause } from '../core/wake.ts';
import type { Database } from '../ports/database.ts';
import type { Queue } from '../ports/queue.ts';
import { type Cleanups, createCleanups } from './cleanups.ts';
import { openEnvironments, warmUp } from './environments.ts';
import { readGauges } from './gauges.ts';
import { createHandling } from './handling.ts';
import { type Live, liveConfig, watchConfig } from './live.ts';
import { startLoops } from './loops.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { loadModules, type Modules } from './modules.ts';
import { readiness } from './readiness.ts';
import { openSlack } from './slack-side.ts';
import { openStore, type Store, schemaTrouble } from './store.ts';
import { subjectsOf } from './subjects.ts';
import { VERSION } from './version.ts';

export type Role = 'web' | 'worker';

export interface StartOptions {
  readonly config: Config;
  /** Loads the file again, for a reload. */
  readonly load: () => LoadResult;
  readonly log: Logger;
  readonly roles: readonly Role[];
  /** For `KUBECONFIG` and the service account. */
  readonly env: NodeJS.ProcessEnv;
  /** What Slack takes from us; the demo, tests and benches may change it. */
  readonly limits?: Limits;
}

export interface App {
  readonly port: number;
  readonly live: Live;
  /** For the demo and tests, which move time. */
  readonly clock: DatabaseClock;
  readonly database: Database;
  /** Not ready at once; serves on for `drainMs`; then stops claiming, finishes sends and gives leases back. */
  stop(options?: { readonly drainMs?: number; readonly withinMs?: number }): Promise<void>;
}

const STOP_WITHIN_MS = 4_500;

/** Builds and starts everything in order; what has started is stopped again if a later part fails. */
export async function startApp(options: StartOptions): Promise<App> {
  const cleanups = createCleanups(options.log);
  try {
    return await build(options, cleanups);
  } catch (error) {
    await cleanups.run(STOP_WITHIN_MS);
    throw error;
  }
}

async function build(options: StartOptions, cleanups: Cleanups): Promise<App> {
  const { log, roles, config } = options;
  const store = await openStore(config.env, log, cleanups);
  await refuseUnreadable(store, log);
  const { database } = store;
  const clock = createClock({ database, movable: config.env.embedded, log });
  cleanups.add('clock', () => clock.stop());
  await clock
    .start()
    .catch((error: unknown) => log.warn({ err: error }, 'the database does not answer yet; it is asked again'));
  const signal = createSignal(
    config.env.redis && !config.env.redis.cluster
      ? { kind: 'redis', url: config.env.redis.urls[0]!.reveal(), log }
      : { kind: 'local', log },
  );
  cleanups.add('signals', () => signal.close());
  const queue = createQueue({ backend: store.queueBackend, name: 'hikeshi-jobs', log });
  cleanups.add('queue', () => queue.close());

  const live = liveConfig(config, options.load, log);
  const metrics = createMetrics();
  const modules = loadModules();
  const environments = openEnvironments(config, options.env, cleanups);
  const wakeOutbox = (): void => signal.publish('outbox');
  const base = { database, clock, log, live, modules, environments, queue, wakeOutbox };

  const handling = createHandling(base);
  const slack = openSlack({
    config: () => live.config(),
    clock,
    log,
    handler: handling.inbound,
    onTooManyConnections: (seen) =>
      log.warn({ seen }, 'another installation is connected with this app token and takes part of what people press'),
  });
  handling.connect(slack);
  cleanups.add('directory', (ms) => handling.people.stop(ms));
  const startedAt = clock.now();
  const process = { id: `${hostname()}-${randomUUID().slice(0, 8)}`, roles, version: VERSION, startedAt };

  let sender: Sender | undefined;
  handling.people.start({ keep: roles.includes('worker') });
  if (roles.includes('worker')) {
    sender = await startWorker({
      ...base,
      slack,
      metrics,
      limits: options.limits,
      signal,
      handling,
      owner: process.id,
      cleanups,
    });
    const loops = {
      db: database.db,
      clock,
      log,
      rules: () => live.rules(),
      sources: () => live.alertSources(),
      wakeOutbox,
      process,
    };
    const { wakeDoubts } = startLoops(loops, cleanups);
    cleanups.add('doubt signal', signal.subscribe('doubts', wakeDoubts));
  }
  const state = { draining: false };
  const http = await openWeb({
    base,
    store,
    slack,
    metrics,
    sender: () => sender,
    state,
    roles,
    cleanups,
    wakeAlerts: () => {
      wakeOutbox();
      signal.publish('doubts');
    },
  });
  watchConfig(live, log, cleanups);
  warmUp(environments);
  log.info({ port: http.port, roles, version: VERSION }, 'hikeshi is up');
  return {
    port: http.port,
    live,
    clock,
    database,
    async stop({ drainMs = 0, withinMs = STOP_WITHIN_MS } = {}) {
      state.draining = true;
      if (drainMs > 0) await pause(drainMs);
      await cleanups.run(withinMs);
    },
  };
}

/** A schema that this release cannot read is a start error; one that is behind only keeps it from being ready. */
async function refuseUnreadable(store: Store, log: Logger): Promise<void> {
  try {
    const trouble = await schemaTrouble(store);
    if (trouble) log.error({ trouble }, 'not ready until the schema is migrated');
  } catch (error) {
    if (!isStorageFault(error)) throw error;
    log.warn({ err: error }, 'the database does not answer yet');
  }
}

interface Base {
  readonly database: Database;
  readonly clock: DatabaseClock;
  readonly log: Logger;
  readonly live: Live;
  readonly modules: Modules;
  readonly environments: ReturnType<typeof openEnvironments>;
  readonly queue: Queue;
  readonly wakeOutbox: () => void;
}

interface WorkerParts extends Base {
  readonly slack: Slack;
  readonly metrics: Metrics;
  readonly limits: Limits | undefined;
  readonly signal: ReturnType<typeof createSignal>;
  readonly handling: ReturnType<typeof createHandling>;
  readonly owner: string;
  readonly cleanups: Cleanups;
}

async function startWorker(parts: WorkerParts): Promise<Sender> {
  const { database, clock, log, live, cleanups, handling } = parts;
  const sender = startSender({
    database,
    chat: parts.slack.chat,
    subjects: subjectsOf({ rules: () => live.rules(), telling: handling.telling }),
    clock,
    log,
    language: live.config().slack.language,
    fallbackChannel: live.rules().fallbackChannel,
    hooks: parts.metrics.sender,
    ...(parts.limits && { limits: parts.limits }),
  });
  cleanups.add('outbox', (ms) => sender.stop(ms));
  cleanups.add(
    'outbox signal',
    parts.signal.subscribe('outbox', () => sender.wake()),
  );
  const runner = await startRunner({
    deps: handling.pipelineDeps,
    jobs: parts.modules.jobs,
    queue: parts.queue,
    owner: parts.owner,
  });
  cleanups.add('jobs', (ms) => runner.stop(ms));
  return sender;
}

interface WebParts {
  readonly base: Base;
  readonly store: Store;
  readonly slack: Slack;
  readonly metrics: Metrics;
  readonly sender: () => Sender | undefined;
  readonly state: { readonly draining: boolean };
  readonly roles: readonly Role[];
  readonly cleanups: Cleanups;
  readonly wakeAlerts: () => void;
}

/** Every process answers `/health`, `/ready` and `/metrics`; only web ones take webhooks and Slack. */
async function openWeb(parts: WebParts): Promise<HttpServer> {
  const { base, slack, metrics, cleanups } = parts;
  const { database, clock, log, live, queue } = base;
  const web = parts.roles.includes('web');
  const receiver = createReceiver({
    db: database.receiving,
    clock,
    rules: () => live.rules(),
    isStorageFault,
    wake: parts.wakeAlerts,
    hooks: {
      ...metrics.receiver,
      onQuarantined: (error) => {
        metrics.receiver.onQuarantined?.(error);
        log.error({ err: error }, 'a webhook body is kept in quarantine');
      },
      onStorageFault: (error) => {
        metrics.receiver.onStorageFault?.(error);
        log.error({ err: error }, 'webhook bodies were answered 503: the store is away');
      },
    },
  });
  const app = createHttpApp({
    sources: () => (web ? live.credentials() : new Map()),
    maxBody: () => live.config().maxBody,
    receive: receiver.receive,
    refused: receiver.refused,
    ready: () =>
      readiness({
        database,
        queue,
        schemaTrouble: () => schemaTrouble(parts.store),
        sender: parts.sender,
        sockets: () => slack.sockets(),
        configRefused: () => live.refused(),
        draining: () => parts.state.draining,
      }),
    async metrics() {
      await readGauges(database.db, metrics, clock.now()).catch((error: unknown) =>
        log.warn({ err: error }, 'gauges could not be read'),
      );
      metrics.gauges.socketsLive.set(slack.sockets().live);
      return { type: metrics.registry.contentType, text: await metrics.registry.metrics() };
    },
    ...(web && slack.router && { slack: slack.router }),
    onError: (error, path) => log.error({ err: error, path }, 'a request failed'),
    onRequest: (done) => {
      metrics.request(done);
      log.debug({ method: done.method, path: done.path, status: done.status, latency: done.ms }, 'request');
    },
  });
  const { port, host } = live.config().env;
  const server = await listen(app, port, host);
  cleanups.add('http', (ms) => server.close(Math.min(ms, 2_000)));
  if (web) await slack.start();
  cleanups.add('slack', (ms) => slack.stop(ms));
  return server;
}
