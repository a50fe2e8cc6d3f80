import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { BOT_USER_ID, PEOPLE, startSlack } from '../sandbox/slack/index.ts';
import { DEFAULT_CHANNELS } from '../sandbox/slack/seed.ts';
import { clockFrom } from './lib/clock.ts';
import { lanes } from './parts/bodies.ts';

/**
 * The sandbox's Slack in a process of its own, without rate limits and on the run's clock; and an address that takes whatever
 * is posted to it, for answers to presses that the bench invents. Ends with standard input.
 */
const LANES = lanes(40).map((name, i) => ({
  id: `C0LANE${String(i).padStart(4, '0')}`,
  name,
  members: [BOT_USER_ID, PEOPLE.hana],
}));
const now = clockFrom(Number(process.argv[2]));
const slack = await startSlack({ now, limits: 'off', channels: [...DEFAULT_CHANNELS, ...LANES] });
const sink = createServer((request, response) => {
  request.resume().once('end', () => response.end('ok'));
});
await new Promise<void>((resolve) => {
  sink.listen(0, '127.0.0.1', resolve);
});
const { url, apiUrl, botToken, signingSecret } = slack;
const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;
process.stdout.write(`${JSON.stringify({ url, apiUrl, botToken, signingSecret, sinkUrl })}\n`);
process.once('SIGTERM', () => process.exit(0));
createInterface({ input: process.stdin }).once('close', () => process.exit(0));
