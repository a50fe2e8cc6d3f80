import { join } from 'node:path';
import { endpoint } from '../lib/http.ts';
import { answeredWell, latencies, openLoop, type Shot } from '../lib/load.ts';
import { perCent, type Row, spreadWords } from '../lib/result.ts';
import { ROOT, type Run } from '../lib/run.ts';
import { spreadOf } from '../lib/stats.ts';
import { webhookBody } from '../parts/bodies.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import type { Hikeshi } from '../parts/hikeshi.ts';
import { type Pressable, type Presser, pressables, presser } from '../parts/presses.ts';
import { restorePace } from './commit.ts';
import { OURS } from './notify.ts';

/** Clicks and commands in turn, half of the rate each. */
const RATE = 20;
const WARM_UP_S = 3;
const TURNS = 2;
const TURN_S = 5;
const STORM_S = 10;
const STORM_RATE = 100;
const COMMAND = 'jobs';

export interface AckParts {
  readonly run: Run;
  readonly slack: FakeSlack;
  /** Has posted the alerts of `measureNotify`, whose buttons are pressed here. */
  readonly hikeshi: Hikeshi;
}

/** How soon a press or command is acknowledged: ours, after its commit, beside a Bolt app that keeps nothing. */
export async function measureAcks({ run, slack, hikeshi }: AckParts): Promise<readonly Row[]> {
  const posts = await pressables(slack, OURS);
  if (posts.length === 0) throw new Error('no incident was posted, so there is nothing to press');
  const [ourDoor, boltDoor] = [endpoint(hikeshi.url), endpoint(await startBolt(run, slack))];
  const [ours, bolt] = [presser(slack, ourDoor), presser(slack, boltDoor)];
  const shoot = (who: Presser, button: string, from: number, seconds: number): Promise<readonly Shot[]> =>
    openLoop({ rate: RATE, seconds, from, send: (n) => press(who, button, posts, n), now: run.now });
  const cold = await shoot(ours, 'ack', 0, WARM_UP_S);
  await shoot(bolt, 'ack', 0, WARM_UP_S);
  const warm: Shot[] = [];
  const peer: Shot[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const from = RATE * (WARM_UP_S + turn * TURN_S);
    warm.push(...(await shoot(ours, 'ack', from, TURN_S)));
    peer.push(...(await shoot(bolt, 'ack', from, TURN_S)));
  }
  await restorePace(await hikeshi.databaseUrl('admin'));
  const send = (n: number): Promise<number> => hikeshi.webhook(webhookBody('Storm', n));
  const storm = openLoop({ rate: STORM_RATE, seconds: STORM_S, from: 0, send, now: run.now });
  const stormy = await shoot(ours, 'unack', 0, STORM_S);
  await storm;
  await Promise.all([ourDoor.close(), boltDoor.close()]);
  return [
    row('Click acknowledged, 10/s', { warm, cold, peer, parity: 0 }),
    row('Command acknowledged, 10/s', { warm, cold, peer, parity: 1 }),
    row(`Click acknowledged while ${STORM_RATE} new groups/s come`, { warm: stormy, parity: 0 }),
    row(`Command acknowledged while ${STORM_RATE} new groups/s come`, { warm: stormy, parity: 1 }),
  ];
}

function press(who: Presser, button: string, posts: readonly Pressable[], n: number): Promise<number> {
  return n % 2 === 1 ? who.command(COMMAND) : who.click(button, posts[(n / 2) % posts.length]!);
}

interface Taken {
  readonly warm: readonly Shot[];
  readonly cold?: readonly Shot[];
  readonly peer?: readonly Shot[];
  /** Even numbers are clicks. */
  readonly parity: 0 | 1;
}

function row(what: string, { warm, cold, peer, parity }: Taken): Row {
  const of = (shots: readonly Shot[]): readonly Shot[] => shots.filter((shot) => shot.n % 2 === parity);
  const words = (shots: readonly Shot[]): string => spreadWords(spreadOf(latencies(of(shots))));
  const well = answeredWell(of(warm));
  return {
    what,
    target: 'p99 < 100 ms',
    ours: `${words(warm)}, ${perCent(well)}`,
    ...(cold && { cold: words(cold) }),
    ...(peer && { peer: `bare Bolt, keeps nothing: ${words(peer)}` }),
    met: well === 100 && spreadOf(latencies(of(warm))).p99 < 100,
  };
}

async function startBolt(run: Run, slack: FakeSlack): Promise<string> {
  const port = await run.port();
  const { apiUrl, botToken, signingSecret } = slack;
  const told = JSON.stringify({ port, apiUrl, botToken, signingSecret });
  const child = run.children.start(
    process.execPath,
    ['--import', 'tsx', join('bench', 'bare-bolt.ts'), told],
    {},
    ROOT,
  );
  await child.firstJson(20_000);
  return `http://127.0.0.1:${port}`;
}
