import { pino } from 'pino';
import { startEmbedded } from '../../src/adapters/postgres/embedded.ts';

/** A program of its own that holds the data directory named by its argument, for tests that kill it. Prints its URL when up. */
const dataDir = process.argv[2];
if (!dataDir) throw new Error('usage: postgres.holder.ts DATA_DIR');
const embedded = await startEmbedded({ dataDir, fsync: false, log: pino({ level: 'silent' }) });
process.stdout.write(`${embedded.ownerUrl}\n`);
process.on('SIGTERM', () => void embedded.stop().then(() => process.exit(0)));
process.on('SIGHUP', () => process.exit(0));
setInterval(() => undefined, 60_000);
