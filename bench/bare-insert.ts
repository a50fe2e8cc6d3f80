import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import pg from 'pg';

/**
 * The peer of our storing: reads a body, inserts it as it is in one statement on a pool of the size of our receiving one, and
 * answers after the commit. What a webhook costs on this machine at the least. Ends with standard input.
 */
const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 6 });
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.once('end', () => {
    pool.query('insert into bench.bodies (body) values ($1)', [Buffer.concat(parts).toString()]).then(
      () => response.end('{}'),
      () => response.writeHead(503).end(),
    );
  });
});
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
process.once('SIGTERM', () => process.exit(0));
createInterface({ input: process.stdin }).once('close', () => process.exit(0));
