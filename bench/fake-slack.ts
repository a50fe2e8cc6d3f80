import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { startSlack } from '../sandbox/slack/index.ts';
import { clockFrom } from './lib/clock.ts';

/**
 * The sandbox's Slack in a process of its own, without rate limits and on the run's clock; and an address that takes whatever
 * is posted to it, for answers to presses that the bench invents. Ends with standard input.
 */
const now = clockFrom(Number(process.argv[2]));
const slack = await startSlack({ now, limits: 'off' });
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
