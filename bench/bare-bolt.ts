import { createInterface } from 'node:readline';
import { App, LogLevel } from '@slack/bolt';

/** The peer of our acknowledgements: a Bolt app that acknowledges at once and keeps nothing. Ends with standard input. */
interface Told {
  readonly port: number;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly signingSecret: string;
}

const told = JSON.parse(process.argv[2] ?? '{}') as Told;
const app = new App({
  token: told.botToken,
  signingSecret: told.signingSecret,
  clientOptions: { slackApiUrl: told.apiUrl },
  logLevel: LogLevel.ERROR,
});
app.action(/.*/, async ({ ack }) => ack());
app.command('/ops', async ({ ack }) => ack());
await app.start({ port: told.port, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
process.once('SIGTERM', () => process.exit(0));
createInterface({ input: process.stdin }).once('close', () => process.exit(0));
