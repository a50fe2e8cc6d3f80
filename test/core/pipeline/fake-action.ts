import { z } from 'zod';
import { type Action, defineAction } from '../../../src/core/define.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';

/** A small world that an action changes: enough to see how often, and to be away or slow. */
export interface FakeWorld {
  /** Runs, in the order in which they reached the world. */
  readonly reached: string[];
  /** Calls of execute, whether they reached the world or not. */
  readonly called: string[];
  version: number;
  ready: boolean;
  away: boolean;
  probe?: 'unknown';
  /** What the world does with a call: the answer can be lost. */
  fate: 'fine' | 'lost-answer' | 'lost-request';
}

export function fakeWorld(): FakeWorld {
  return { reached: [], called: [], version: 1, ready: true, away: false, fate: 'fine' };
}

export function fakeAction(world: FakeWorld): Action {
  const present = (): void => {
    if (world.away) throw new ClusterError('away', 'main', 'no answer');
  };
  return defineAction({
    name: 'restart',
    positionals: [],
    flags: [],
    args: z.object({}),
    summary: () => 'a trial',
    examples: ['restart'],
    role: 'operator',
    risk: 'low',
    replacesPods: 'all',
    needs: ['environments'],
    target: () => ({}),
    title: (_m, target) => `Try ${target.name}`,
    async plan(target) {
      present();
      return {
        target,
        facts: { labels: {}, pods: 1 },
        touches: { version: world.version },
        effect: {},
        warnings: [],
      } satisfies Plan;
    },
    preview: () => [],
    async execute(_plan, { run }) {
      world.called.push(run);
      present();
      if (world.fate === 'lost-request') throw new ClusterError('away', 'main', 'reset');
      world.reached.push(run);
      if (world.fate === 'lost-answer') throw new ClusterError('away', 'main', 'timed out');
      return { version: world.version };
    },
    async probe(_plan, { run }) {
      present();
      return world.probe ?? (world.reached.includes(run) ? 'done' : 'not-done');
    },
    async watch() {
      present();
      return { state: world.ready ? 'healthy' : 'progressing', done: world.ready ? 1 : 0, of: 1 };
    },
    watchMs: () => 60_000,
  });
}
