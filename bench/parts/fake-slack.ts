import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, type Run } from '../lib/run.ts';

export interface FakeSlack {
  readonly url: string;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly signingSecret: string;
  /** Takes any POST. */
  readonly sinkUrl: string;
  /** Calls of the Web API, since the line after `since` of the log. */
  calls(method: string, since?: number): Promise<readonly Call[]>;
  /** How long the log is now; it is read from the line after `since` on. */
  length(since?: number): Promise<number>;
  /** One setting of the sandbox's control API: `faults`, `clear-faults`, `limits`. */
  set(name: string, body?: Readonly<Record<string, unknown>>): Promise<void>;
}

export interface Call {
  /** By the run's clock. */
  readonly at: number;
  readonly refused: boolean;
  readonly args: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly answer?: Readonly<Record<string, unknown>>;
}

interface Line extends Call {
  readonly kind: string;
  readonly seq: number;
  readonly method?: string;
}

type Addresses = Pick<FakeSlack, 'url' | 'apiUrl' | 'botToken' | 'signingSecret' | 'sinkUrl'>;

export async function startFakeSlack(run: Run): Promise<FakeSlack> {
  const args = ['--import', 'tsx', join('bench', 'fake-slack.ts'), String(run.clockOffset)];
  const child = run.children.start(process.execPath, args, {}, ROOT);
  const addresses = (await child.firstJson(20_000)) as Addresses;
  const lines = async (since: number): Promise<readonly Line[]> => {
    const answer = await fetch(`${addresses.url}/sandbox/log?since=${since}`);
    return ((await answer.json()) as { readonly lines: readonly Line[] }).lines;
  };
  return {
    ...addresses,
    calls: async (method, since = 0) =>
      (await lines(since)).filter((line) => line.kind === 'call' && line.method === method),
    length: async (since = 0) => (await lines(since)).at(-1)?.seq ?? since,
    async set(name, body = {}) {
      const answer = await fetch(`${addresses.url}/sandbox/${name}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`the fake Slack does not take ${name}: ${await answer.text()}`);
    },
  };
}

/** What `look` finds as soon as it finds something. @throws Error when that takes too long */
export async function until<T>(withinMs: number, look: () => Promise<T | undefined>, everyMs = 200): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Slack did not get it within ${withinMs / 1_000} s`);
    await sleep(everyMs);
  }
}
