import { pino } from 'pino';
import { type FakeSlack, startSlack } from '../../sandbox/slack/index.ts';
import { type App, startApp } from '../../src/app/start.ts';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';

export const WEBHOOK_TOKEN = 'e2e-webhook-token';

export interface Installation {
  readonly slack: FakeSlack;
  readonly port: number;
  /** Starts the app; without it the place is there and nobody works in it. */
  open(): Promise<App>;
  /** Ends the app at once; the place stays. */
  shut(): Promise<void>;
  /** Lets business time pass: for the app and Slack, and for nobody else. */
  move(ms: number): void;
  /** A metric of the app, its series summed. */
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * The whole of it as in production: the app with both roles on PostgreSQL and Redis by URL, talking HTTP with a workspace that
 * refuses what Slack refuses. `port` is where it will listen.
 */
export async function install(config: string, port: number): Promise<Installation> {
  const time = { movedMs: 0 };
  const [slack, database, redis] = await Promise.all([
    startSlack({ now: () => Date.now() + time.movedMs, switches: { signWith: 'fake' } }),
    freshDatabase(),
    startRedis(),
  ]);
  const env = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATE_URL: database.ownerUrl,
    REDIS_URL: redis.url,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    ALERTMANAGER_WEBHOOK_TOKEN: WEBHOOK_TOKEN,
  };
  const load = () => loadConfig({ path: 'hikeshi.yaml', env, readFile: () => config });
  let app: App | undefined;
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  const shut = async (): Promise<void> => {
    const running = app;
    app = undefined;
    await running?.stop();
  };
  return {
    slack,
    port,
    async open() {
      const loaded = load();
      if (!loaded.config) throw new Error(formatProblems(loaded.problems, 'en').join('\n'));
      const log = pino({ level: process.env['HIKESHI_TEST_LOG'] ?? 'error' });
      const monotonic = (): number => performance.now() + time.movedMs;
      app = await startApp({ config: loaded.config, load, log, roles: ['web', 'worker'], env, monotonic });
      return app;
    },
    shut,
    move(ms) {
      time.movedMs += ms;
      slack.tick();
    },
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const series = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
      return series.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    async close() {
      await shut();
      await Promise.all([slack.close(), redis.stop()]);
      await database.drop();
    },
  };
}
