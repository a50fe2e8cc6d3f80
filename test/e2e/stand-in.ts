import { once } from 'node:events';
import { createServer } from 'node:http';

/** Takes webhooks in Hikeshi's place and forgets them: as one whose database was lost after it had answered 200. */
export interface StandIn {
  readonly taken: number;
  close(): Promise<void>;
}

export async function startStandIn(port: number): Promise<StandIn> {
  let taken = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      taken += 1;
      response.writeHead(200).end('{}');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    get taken() {
      return taken;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
