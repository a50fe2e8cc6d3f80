import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections, where one would be taken while its owner is away. */
const [LOWEST, HIGHEST] = [15_000, 32_000];

/**
 * A port of loopback that nobody has, and that is still there for whoever ends and comes back to it. `above`: so far above it
 * lies a second one of which all of this holds too.
 */
export async function lastingPort({ above = 0 } = {}): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - above - LOWEST));
    if ((await isFree(port)) && (above === 0 || (await isFree(port + above)))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  if (!(await listening)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
