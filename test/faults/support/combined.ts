import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Running } from '../../e2e/programs.ts';
import type { Bench } from './bench.ts';
import { type Replica, startReplica } from './crowd.ts';
import { createDice, type Dice } from './dice.ts';
import type { Fleet } from './fleet.ts';
import { recorded } from './hands.ts';
import { judge, postsOf } from './judge.ts';
import { createOperator, type Operator } from './operator.ts';
import { type Poke, rollPokes } from './pokes.ts';
import { createPresser, type Presser } from './presses.ts';
import type { Site, StartOptions } from './site.ts';
import { onStage } from './stage.ts';
import { untilNone } from './waits.ts';

export interface Combined {
  /** Decides everything; the same one plans the same run. */
  readonly seed: number;
  readonly incidents: number;
  readonly overMs: number;
  readonly pokes: number;
  /** SIGKILL, each followed by a successor. With several replicas the dead one's leases run their 60 s. */
  readonly kills: number;
  readonly replicas: number;
  readonly restMs: number;
}

const CHANNELS = Array.from({ length: 40 }, (_, i) => `any${i}`);
const BURST = 25;
const PRESSES = 12;
/** As many at the most. */
const RESTARTS = 5;
/** One in so many clears: 35 edits leave a minute, so that a run would get long with more. */
const CLEARS = 8;

/** Faults at random moments, one on top of the other, while alerts come steadily and in bursts. */
export async function combined(bench: Bench, run: Combined): Promise<void> {
  const dice = createDice(run.seed);
  const pokes = rollPokes(dice.fork(), run.pokes, run.overMs);
  const kills = Array.from({ length: run.kills }, () => dice.below(run.overMs)).toSorted((a, b) => a - b);
  const copies = 1 + dice.below(2);
  await onStage(bench, { channels: CHANNELS, dice: dice.fork(), copies }, async (site, fleet) => {
    const replicas: Replica[] = [{ program: await site.start(), port: site.port }];
    while (replicas.length < run.replicas) replicas.push(await startReplica(site));
    const presser = createPresser(site, 'mika');
    const operator = createOperator(site, 'hana');
    const began = performance.now();
    const ended = await Promise.allSettled([
      alertsCome(fleet, dice.fork(), run),
      inflict(site, pokes, began),
      pressAround(site, presser, dice.fork(), run),
      restartAround(operator, run),
      killAround(site, replicas, kills, began),
    ]);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    await healAll(site);
    const endedAt = performance.now();
    await fleet.delivered(run.restMs);
    const troubles = async (): Promise<readonly string[]> => [
      ...judge(site.slack, fleet.sent).troubles,
      ...operator.untrue(),
    ];
    await untilNone(troubles, run.restMs, 400).catch(() => undefined);
    const recoveryMs = performance.now() - endedAt;
    await site.atRest();
    const verdict = judge(site.slack, fleet.sent);
    bench.report.add({ fault: nameOf(run), ...verdict, recoveryMs, presses: recorded([presser, operator]) });
    const said = `seed ${run.seed}: ${pokes.map((poke) => `${poke.atMs} ${poke.what} for ${poke.forMs}`).join('; ')}`;
    expect([...verdict.troubles, ...presser.forgotten(), ...operator.untrue()], said).toEqual([]);
    expect(verdict.sent, said).toBe(run.incidents);
  });
}

function nameOf({ seed, pokes, kills, replicas }: Combined): string {
  const of = replicas === 1 ? '' : `, ${replicas} replicas`;
  return `combined, seed ${seed}${of}: ${pokes} faults, ${kills} kills`;
}

/** Half of them steadily, half in bursts; some clear at once, some later. */
async function alertsCome(fleet: Fleet, dice: Dice, { incidents, overMs }: Combined): Promise<void> {
  for (let i = 0; i < incidents; i++) {
    const name = `Incident${i}x`;
    const fired = fleet.fire(name);
    const kind = dice.below(CLEARS * 2);
    if (kind === 0) void fleet.clear(name);
    if (kind === 1)
      void fired
        .then(() => pause(dice.below(4_000)))
        .then(
          () => fleet.clear(name),
          () => undefined,
        );
    if (kind === 2) void fleet.repeat(name);
    const inBurst = i % (2 * BURST) >= BURST;
    if (!inBurst) await pause((2 * overMs) / incidents);
  }
}

async function inflict(site: Site, pokes: readonly Poke[], began: number): Promise<void> {
  await Promise.all(
    pokes.map(async (poke) => {
      await pause(Math.max(0, began + poke.atMs - performance.now()));
      await poke.begin(site);
      await pause(poke.forMs);
      await poke.end(site);
    }),
  );
}

async function pressAround(site: Site, presser: Presser, dice: Dice, { overMs, incidents }: Combined): Promise<void> {
  const pressed = new Set<string>();
  for (let i = 0; i < PRESSES; i++) {
    await pause(overMs / PRESSES);
    const name = `Incident${dice.below(incidents)}x`;
    if (pressed.has(name) || postsOf(site.slack, name).length !== 1) continue;
    pressed.add(name);
    await presser.pressIfOpen(name);
  }
}

async function restartAround(operator: Operator, { overMs }: Combined): Promise<void> {
  const until = performance.now() + overMs;
  for (let i = 0; performance.now() < until; i++) {
    await operator.restart(`restarted${i}x`);
    await pause(overMs / RESTARTS);
  }
}

/** Its successor listens where it did, as behind a Service. */
async function killAround(site: Site, replicas: Replica[], kills: readonly number[], began: number): Promise<void> {
  for (const at of kills) {
    await pause(Math.max(0, began + at - performance.now()));
    const { program, port } = replicas.shift()!;
    if (replicas.length === 0) await site.kill(program);
    else await site.crash(program);
    replicas.push({ program: await supervised(site, { port }), port });
  }
}

/** Started again as long as it does not come up, as whatever runs it in production does. */
async function supervised(site: Site, options: StartOptions, left = 5): Promise<Running> {
  try {
    return await site.start(options);
  } catch (error) {
    if (left <= 1) throw error;
    return supervised(site, options, left - 1);
  }
}

async function healAll({ lines, slack }: Site): Promise<void> {
  slack.faults.clear();
  for (const line of Object.values(lines)) await line.heal();
}
