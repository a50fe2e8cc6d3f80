import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import type { QueueBackend } from '../../../src/adapters/bullmq/backend.ts';
import { createQueue } from '../../../src/adapters/bullmq/queue.ts';
import { createSignal } from '../../../src/adapters/bullmq/signal.ts';

/** Works once, then closes when told to on standard input, and must then end by itself. Its argument is the backend as JSON. */
const backend = JSON.parse(process.argv[2] ?? '') as QueueBackend;
const log = pino({ level: 'silent' });
const queue = createQueue({ backend, name: 'closing', log });
const signal = createSignal(
  backend.kind === 'redis' ? { kind: 'redis', url: backend.url, log } : { kind: 'local', log },
);
signal.subscribe('outbox', () => undefined);
await queue.work(async () => void process.stdout.write('worked\n'), { concurrency: 2 });
await queue.wake('1');
await once(createInterface(process.stdin), 'line');
await Promise.all([queue.close(), signal.close()]);
process.stdin.destroy();
process.stdout.write('closed\n');
