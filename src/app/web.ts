import { createHttpApp } from '../adapters/http/app.ts';
import { type HttpServer, listen } from '../adapters/http/server.ts';
import type { Slack } from '../adapters/slack/index.ts';
import type { Receiver } from '../alerts/receive.ts';
import { heartbeatTrouble } from '../core/heartbeat.ts';
import { whileOpen } from '../core/limit.ts';
import type { Sender } from '../core/outbox/sender.ts';
import { undelivered } from '../core/outbox/undelivered.ts';
import { timeLimit } from '../core/wake.ts';
import { silentAlertmanagers } from './alertmanagers.ts';
import type { Cleanups } from './cleanups.ts';
import { forgetGauges, readGauges, SCRAPE_LIMIT_MS, setGauges } from './gauges.ts';
import type { HandlingParts } from './handling.ts';
import type { Metrics } from './metrics.ts';
import { onceASecond } from './once-a-second.ts';
import { readiness } from './readiness.ts';
import { type Store, schemaTrouble } from './store.ts';

/** Web takes webhooks and Slack; worker sends, escalates and runs jobs. */
export type Role = 'web' | 'worker';

export interface WebParts {
  readonly base: HandlingParts;
  readonly store: Store;
  readonly slack: Slack;
  readonly metrics: Metrics;
  readonly sender: () => Sender | undefined;
  readonly state: { readonly draining: boolean };
  readonly roles: readonly Role[];
  readonly cleanups: Cleanups;
  readonly receiver: Receiver;
}

/** Every process answers `/health`, `/ready` and `/metrics`; only web ones take webhooks and Slack. */
export async function openWeb(parts: WebParts): Promise<HttpServer> {
  const { base, slack, metrics, cleanups, receiver } = parts;
  const { database, clock, log, live, queue } = base;
  const web = parts.roles.includes('web');
  // Anybody may ask for these pages; what this process knows by itself is always fresh.
  const ask = {
    database: { healthy: onceASecond(() => database.healthy()) },
    queue: { healthy: onceASecond(() => queue.healthy()) },
    schemaTrouble: onceASecond(() => schemaTrouble(parts.store)),
    undelivered: onceASecond(() => undelivered(database.db, clock.now())),
    gauges: onceASecond(() => whileOpen(readGauges(database.db, clock.now()), timeLimit(SCRAPE_LIMIT_MS))),
    heartbeat: onceASecond(() => heartbeatTrouble(database.db)),
    alertmanagers: onceASecond(() => silentAlertmanagers(database.db, [...live.alertSources().keys()])),
  };
  const app = createHttpApp({
    sources: () => (web ? live.credentials() : new Map()),
    maxBody: () => live.config().maxBody,
    receive: (source, bytes) => receiver.receive(source, bytes),
    refused: (source, reason, bytes, excerpt) => receiver.refused(source, reason, bytes, excerpt),
    ready: () =>
      readiness({
        ...ask,
        sender: parts.sender,
        sockets: () => slack.sockets(),
        slackTrouble: () => base.slackTrouble.reason(),
        configRefused: () => live.refused(),
        draining: () => parts.state.draining,
      }),
    async metrics() {
      try {
        setGauges(metrics.gauges, await ask.gauges());
      } catch (error) {
        forgetGauges(metrics.gauges);
        log.warn({ err: error }, 'gauges could not be read');
      }
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
  cleanups.add('http', (ms) => server.close(ms), 'intake');
  cleanups.add('requests of Slack', (ms) => slack.stopTaking(ms), 'intake');
  // Private answers get the least: people ask again.
  cleanups.add('private answers', (ms) => slack.stop(ms / 2), 'work');
  if (web) await slack.start();
  return server;
}
