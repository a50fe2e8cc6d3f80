import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections, where one would be taken while its owner is away. */
const [LOWEST, HIGHEST] = [15_000, 32_000];

/** A port of loopback that nobody has, and that is still there for whoever ends and comes back to it. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    const server = createServer();
    const listening = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen(port, '127.0.0.1');
    if (!(await listening)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
