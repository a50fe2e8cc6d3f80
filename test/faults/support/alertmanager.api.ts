import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Found } from './alerts.ts';

/** Alertmanager's API v2, as far as it is asked here: what fires, in groups of one alert, and since when it runs. */
export interface AlertApi {
  readonly url: string;
  /** From now on it has nothing, until `remember`; it does not say that it was restarted. */
  forget(): void;
  remember(): void;
  /** The next question finds nobody; resolves when it is asked. */
  ignoreNext(): Promise<void>;
  /** How often it was asked in whole, the status last. */
  readonly looks: number;
  close(): Promise<void>;
}

const UP_FOR_MS = 86_400_000;

/** @param firing each alert that fires now */
export async function startAlertApi(firing: () => readonly Found[]): Promise<AlertApi> {
  let forgetful = false;
  let looks = 0;
  let ignored: (() => void) | undefined;
  const uptime = new Date(Date.now() - UP_FOR_MS).toISOString();
  const answers: Readonly<Record<string, (alerts: readonly Found[]) => unknown>> = {
    '/api/v2/alerts': (alerts) => alerts,
    '/api/v2/alerts/groups': (alerts) =>
      alerts.map((alert) => ({
        labels: { alertname: alert.labels['alertname'] },
        receiver: alert.receivers[0],
        alerts: [alert],
      })),
    '/api/v2/status': () => {
      looks += 1;
      return { uptime, versionInfo: { version: '0.28.1' }, cluster: { status: 'disabled', peers: [] } };
    },
  };
  const server = createServer((request, response) => {
    request.resume();
    if (ignored) {
      ignored();
      ignored = undefined;
      return;
    }
    const answer = answers[new URL(request.url ?? '/', 'http://alertmanager').pathname];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer?.(forgetful ? [] : firing()) ?? 'not found'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forget() {
      forgetful = true;
    },
    remember() {
      forgetful = false;
    },
    ignoreNext: () =>
      new Promise((resolve) => {
        ignored = resolve;
      }),
    get looks() {
      return looks;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
