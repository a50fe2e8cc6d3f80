import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { createQueue } from '../adapters/bullmq/queue.ts';
import { createSignal } from '../adapters/bullmq/signal.ts';
import { createClock, type DatabaseClock } from '../adapters/postgres/clock.ts';
import { isStorageFault } from '../adapters/postgres/faults.ts';
import { tellConfigRefused } from '../alerts/quarantine.ts';
import type { Config } from '../config/config.ts';
import type { LoadResult } from '../config/load.ts';
import type { Limits } from '../core/outbox/limits.ts';
import type { Sender } from '../core/outbox/sender.ts';
import { createTrouble } from '../core/trouble.ts';
import { pause, type Wakeable } from '../core/wake.ts';
import type { Database } from '../ports/database.ts';
import { type Cleanups, createCleanups } from './cleanups.ts';
import { openOutside, warmUp } from './environments.ts';
import { createHandling } from './handling.ts';
import { type Process, startHeart, watchCrowd } from './housekeeping.ts';
import { type KnownSecrets, knownSecrets } from './known-secrets.ts';
import { type Live, liveConfig, watchConfig } from './live.ts';
import { startLoops } from './loops.ts';
import { createMetrics } from './metrics.ts';
import { loadModules } from './modules.ts';
import { postTo } from './post-to.ts';
import { openReceiver, testAlertsBy } from './receiving.ts';
import { alertRules } from './rules.ts';
import { startSealing } from './sealing.ts';
import { openSlack } from './slack-side.ts';
import { openStore, type Store, schemaTrouble } from './store.ts';
import { VERSION } from './version.ts';
import { openWeb, type Role } from './web.ts';
import { startWorker } from './worker.ts';

export interface StartOptions {
  readonly config: Config;
  /** Loads the file again, for a reload. */
  readonly load: () => LoadResult;
  readonly log: Logger;
  readonly roles: readonly Role[];
  /** For `KUBECONFIG` and the service account. */
  readonly env: NodeJS.ProcessEnv;
  /** Shared with the log, which is there before; default: those of `config`. */
  readonly secrets?: KnownSecrets;
  /** What Slack takes from us; the demo, tests and benches may change it. */
  readonly limits?: Limits;
  /** Monotonic milliseconds, by which tests move time from the first moment on. */
  readonly monotonic?: () => number;
}

export interface App {
  readonly port: number;
  readonly live: Live;
  /** For the demo and tests, which move time. */
  readonly clock: DatabaseClock;
  readonly database: Database;
  /** What is due by now is looked for at once, not within a second: for the demo and tests, when they have moved time. */
  wake(): void;
  /** Not ready at once; serves on for `drainMs`; then stops claiming, finishes sends and gives leases back. */
  stop(options?: { readonly drainMs?: number; readonly withinMs?: number }): Promise<void>;
}

const STOP_WITHIN_MS = 3_900;

/** Builds and starts everything in order; what has started is stopped again if a later part fails. */
export async function startApp(options: StartOptions): Promise<App> {
  const cleanups = createCleanups(options.log);
  try {
    const secrets = options.secrets ?? knownSecrets();
    secrets.learn(options.config);
    return await build({ ...options, secrets, load: () => learned(secrets, options.load()) }, cleanups);
  } catch (error) {
    await cleanups.run(STOP_WITHIN_MS);
    throw error;
  }
}

async function build(options: StartOptions & { readonly secrets: KnownSecrets }, cleanups: Cleanups): Promise<App> {
  const { log, roles, config, secrets } = options;
  const store = await openStore(config.env, log, cleanups);
  await refuseUnreadable(store, log);
  const { database } = store;
  const clock = createClock({ database, movable: config.env.embedded, log, monotonic: options.monotonic });
  cleanups.add('clock', () => clock.stop());
  await clock
    .start()
    .catch((error: unknown) => log.warn({ err: error }, 'the database does not answer yet; it is asked again'));
  const backend = store.queueBackend;
  const signal = createSignal(backend.kind === 'postgres' ? { kind: 'local', log } : { ...backend, log });
  cleanups.add('signals', () => signal.close());
  const queue = createQueue({ backend, name: 'hikeshi-jobs', log });
  cleanups.add('queue', () => queue.close());

  const metrics = createMetrics();
  const modules = loadModules(config.disabledCommands);
  const outside = openOutside(config, options.env, cleanups);
  const wakeOutbox = (): void => signal.publish('outbox');
  const live = liveConfig(config, options.load, log, (problems) => {
    tellConfigRefused(database.db, problems, alertRules(config).fallbackChannel, clock.now()).then(
      wakeOutbox,
      (error: unknown) => log.warn({ err: error }, 'nobody could be told of the refused config'),
    );
  });
  const slackTrouble = createTrouble({ log, system: 'Slack' });
  const base = { slackTrouble, database, clock, log, live, modules, queue, wakeOutbox, metrics, secrets, ...outside };

  const process = thisProcess(roles, clock.now());
  const heart = startHeart(database.db, process);
  const crowd = await watchCrowd({ db: database.db, clock, log, process, heart, cleanups });
  const receiver = openReceiver({ ...base, signal });
  const handling = createHandling({ ...base, testAlerts: testAlertsBy(receiver, base) });
  const slack = openSlack({ ...base, config: () => live.config(), handler: handling.inbound, crowd });
  handling.connect(slack);
  cleanups.add('directory', (ms) => handling.people.stop(ms));

  let sender: Sender | undefined;
  const sweeps: Wakeable[] = [];
  await handling.people.start({ keep: roles.includes('worker') });
  if (roles.includes('worker')) {
    const hands = await startWorker({
      ...base,
      chat: slack.chat,
      limits: options.limits,
      signal,
      handling,
      owner: process.id,
      cleanups,
    });
    sender = hands.sender;
    const { reconciled } = metrics;
    const looks = { rules: () => live.rules(), sources: () => live.alertSources(), heart, reconciled };
    const loops = { ...base, ...looks, db: database.db };
    const due = startLoops(loops, cleanups);
    const sealing = startSealing({ ...loops, channel: () => live.config().audit.channel }, cleanups);
    cleanups.add('alert signal', signal.subscribe('doubts', due.wakeAlerts));
    sweeps.push(...hands.sweeps, ...due.sweeps, sealing);
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
    receiver,
  });
  watchConfig(live, log, cleanups);
  warmUp(outside.environments);
  announce(options, http.port);
  return {
    port: http.port,
    live,
    clock,
    database,
    wake: () => wakeAll(sweeps),
    async stop({ drainMs = 0, withinMs = STOP_WITHIN_MS } = {}) {
      state.draining = true;
      if (drainMs > 0) await pause(drainMs);
      await cleanups.run(withinMs);
    },
  };
}

function wakeAll(sweeps: readonly Wakeable[]): void {
  for (const sweep of sweeps) sweep.wake();
}

function announce({ log, roles, config }: StartOptions, port: number): void {
  log.info({ port, roles, version: VERSION }, 'hikeshi is up');
  if (roles.includes('web')) log.info(`post Alertmanager to ${postTo(config, port).join(', ')}`);
}

/** New secrets are known before anything can use, or tell, them. */
function learned(secrets: KnownSecrets, loaded: LoadResult): LoadResult {
  if (loaded.config) secrets.learn(loaded.config);
  return loaded;
}

function thisProcess(roles: readonly Role[], startedAt: Date): Process {
  return { id: `${hostname()}-${randomUUID().slice(0, 8)}`, roles, version: VERSION, startedAt };
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
