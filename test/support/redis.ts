import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { lastingPort } from './ports.ts';

export interface TestRedis {
  readonly url: string;
  /** SIGKILL; everything in it is lost. */
  readonly kill: () => Promise<void>;
  /** Starts again, empty, at the same address. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Whether `redis-server` is on PATH. Where it is not, suites skip aloud; with CI=true that is an error. */
export function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!found && process.env['CI'] === 'true')
    throw new Error('redis-server is not on PATH, and with CI=true nothing is skipped');
  if (!found)
    console.warn('SKIPPED: redis-server is not on PATH, so nothing is tested on Redis (apt-get install redis-server)');
  return found;
}

/** A node of a cluster listens there for the others: at its own port and so much. */
const BUS_ABOVE = 10_000;
/** Between the look for a free port and the start somebody else may take it. */
const PORTS_TRIED = 5;

/** A Redis of its own on loopback, in memory only; `extra` are more arguments of `redis-server`. */
export async function startRedis(extra: readonly string[] = []): Promise<TestRedis> {
  const above = extra.includes('--cluster-enabled') ? BUS_ABOVE : 0;
  const first = await launchSomewhere(above, extra);
  const { port } = first;
  let { server } = first;
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill(signal);
    await exit;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      server = await launch(port, extra);
    },
    stop: () => end('SIGKILL'),
  };
}

async function launchSomewhere(
  above: number,
  extra: readonly string[],
): Promise<{ readonly port: number; readonly server: ChildProcess }> {
  for (let tried = 1; ; tried++) {
    const port = await lastingPort({ above });
    try {
      return { port, server: await launch(port, extra) };
    } catch (error) {
      if (tried === PORTS_TRIED) throw error;
    }
  }
}

async function launch(port: number, extra: readonly string[]): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const all = [...args, '--maxmemory-policy', 'noeviction', ...extra];
  const server = spawn('redis-server', all, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  const atExit = (): void => void server.kill('SIGKILL');
  process.once('exit', atExit);
  server.once('exit', () => process.off('exit', atExit));
  while (!(await answers(port))) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}:\n${said}`);
    await pause(10);
  }
  return server;
}

/** Characters of what it printed. */
const LAST_WORDS = 2_000;

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
