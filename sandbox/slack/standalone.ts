import { createInterface } from 'node:readline';
import { type SlackOptions, startSlack } from './index.ts';

/**
 * The workspace as a process of its own: options as JSON in the first argument, one line of JSON with its addresses on
 * standard output, alive until SIGTERM or the end of standard input.
 */
const slack = await startSlack(JSON.parse(process.argv[2] ?? '{}') as SlackOptions);
const { url, apiUrl, botToken, appToken, adminToken, signingSecret } = slack;
process.stdout.write(`${JSON.stringify({ url, apiUrl, botToken, appToken, adminToken, signingSecret })}\n`);

async function end(): Promise<void> {
  await slack.close();
  process.exit(0);
}

process.once('SIGTERM', () => void end());
createInterface({ input: process.stdin }).once('close', () => void end());
