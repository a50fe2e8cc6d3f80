import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../e2e/programs.ts';
import { lastingPort } from '../../support/ports.ts';
import { type AlertName, cleared, firing } from './alerts.ts';
import type { Site, StartOptions } from './site.ts';
import { soon } from './waits.ts';

/** One of several programs, and where it listens. */
export interface Replica {
  readonly program: Running;
  readonly port: number;
}

export async function startReplica(site: Site, options: Omit<StartOptions, 'port'> = {}): Promise<Replica> {
  const port = await lastingPort();
  return { port, program: await site.start({ ...options, port }) };
}

/** What a living one has in hand is done sooner than this. */
const LIVING_MS = 1_500;

/**
 * SIGKILL of one while others live on. Only what it held itself runs out: whatever is in the hands of the others changes hands
 * meanwhile, or is done.
 */
export async function killOne({ database }: Site, { program }: Replica): Promise<void> {
  const held = `select array_agg(attempt_id) as attempts from outbox where state = 'sending'`;
  program.child.kill('SIGKILL');
  await soon(program.ended, 'the killed program is gone');
  const { rows } = await database.admin.query<{ attempts: string[] | null }>(held);
  await pause(LIVING_MS);
  await database.admin.query(
    `update outbox set lease_until = clock_timestamp() - interval '1 s' where state = 'sending' and attempt_id = any($1)`,
    [rows[0]?.attempts ?? []],
  );
  await database.admin.query(
    `update jobs set lease_until = clock_timestamp() - interval '1 s' where lease_until is not null`,
  );
}

/** Delivers what Slack has to say to this one from now on. */
export function slackTo({ slack }: Site, { port }: Replica): void {
  slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
}

const AGAIN_MS = 100;
const TAKEN_WITHIN_MS = 30_000;

/** Gives a body to one of these until one of them takes it, as a load balancer in front of them does. */
export async function give(site: Site, body: string, to: () => readonly Replica[]): Promise<void> {
  const until = performance.now() + TAKEN_WITHIN_MS;
  for (let turn = 0; ; turn++) {
    const all = to();
    if ((await site.post(body, all[turn % all.length]?.port)) === 200) return;
    if (performance.now() > until)
      throw new Error(`nobody took it within ${TAKEN_WITHIN_MS} ms: ${body.slice(0, 200)}`);
    await pause(AGAIN_MS);
  }
}

export interface Stories {
  readonly alerts: readonly AlertName[];
  readonly at: Date;
  readonly names: readonly string[];
}

/** So many alerts, spread over these channels. */
export function stories(word: string, count: number, channels: readonly string[], at = new Date()): Stories {
  const alerts = Array.from({ length: count }, (_, i) => {
    const channel = channels[i % channels.length];
    return { name: `${word}${i}x`, ...(channel !== undefined && { channel }) };
  });
  return { alerts, at, names: alerts.map((alert) => alert.name) };
}

export const firingOf = ({ alerts, at }: Stories): readonly string[] => alerts.map((alert) => firing(alert, at));
export const clearedOf = ({ alerts, at }: Stories): readonly string[] => alerts.map((alert) => cleared(alert, at));

/** How far apart the posts into a channel were, in ms, in the order in which Slack got them. */
export function gaps({ slack }: Site, channel: string): readonly number[] {
  const { id } = slack.channel(channel);
  const at = slack
    .calls('chat.postMessage')
    .filter((call) => call.args['channel'] === id)
    .map((call) => call.at);
  return at.slice(1).map((ms, i) => ms - at[i]!);
}

/** Messages and edits that Slack answered with 429; private answers to presses, which follow nobody's pace, are not counted. */
export function refusals({ slack }: Site): number {
  return slack.calls().filter((call) => call.method.startsWith('chat.') && call.status === 429).length;
}
