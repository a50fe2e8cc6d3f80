import { describe, expect, it } from 'vitest';
import { type Bench, settle, whole } from '../support/bench.ts';
import {
  clearedOf,
  firingOf,
  gaps,
  give,
  killOne,
  type Replica,
  refusals,
  startReplica,
  stories,
} from '../support/crowd.ts';
import { postsOf, wordsOf } from '../support/judge.ts';
import { type Site, team } from '../support/site.ts';

const STOP_WITHIN_MS = 10_000;

/** At Slack's real limits: nothing else is to be going on. */
export function sharedBudget(given: () => Bench): void {
  describe('any number of each role, at the limits of Slack', () => {
    it('two webs and three workers share one budget; two workers and a web are killed, the others go on', async () => {
      const channels = ['busy', ...names('crowd', 8)];
      const site = await given().site({ ...team(channels), slack: { ...team(channels).slack, limits: 'slack' } });
      const webs = await all(2, () => startReplica(site, { args: ['--roles', 'web'] }));
      const workers = await all(3, () => startReplica(site, { args: ['--roles', 'worker'] }));
      const busy = stories('Busy', 10, ['busy']);
      const wide = stories('Wide', 24, channels.slice(1));
      const living = [...webs];
      await Promise.all([...firingOf(busy), ...firingOf(wide)].map((body) => give(site, body, () => living)));

      await site.slack.until(() => shownOf(site, busy.names) >= 3, 20_000);
      const began = performance.now();
      await killOne(site, workers[0]!);
      living.shift();
      await killOne(site, webs[0]!);
      await killOne(site, workers[1]!);
      const late = stories('Late', 4, channels.slice(1));
      await Promise.all(firingOf(late).map((body) => give(site, body, () => living)));
      const everything = [...busy.names, ...wide.names, ...late.names];
      await site.slack.until(() => shownOf(site, everything) === everything.length, 40_000);
      const recoveryMs = performance.now() - began;
      const fault = '11 2 webs, 3 workers; 3 killed';
      expect(await settle(given(), site, { fault, names: everything, recoveryMs })).toEqual(whole(38));
      expect(refusals(site)).toBe(0);
      expect(fastest(gaps(site, 'busy'))).toBeGreaterThan(4_000);
    });
  });
}

export function replicas(given: () => Bench): void {
  describe('any number of each role', () => {
    it('two that are replaced one after the other in the middle of a storm: each ends in time, all is shown', async () => {
      const channels = names('roll', 6);
      const site = await given().site(team(channels));
      let [one, two] = await all(2, () => startReplica(site));
      let living: readonly Replica[] = [one!, two!];
      const first = stories('First', 20, channels);
      const firstGiven = Promise.all(firingOf(first).map((body) => give(site, body, () => living)));
      const tookMs: number[] = [];
      const replaced = async (old: Replica, other: Replica): Promise<Replica> => {
        const began = performance.now();
        living = [other];
        expect(await old.program.stop('SIGTERM')).toBe(0);
        tookMs.push(performance.now() - began);
        const next = await startReplica(site);
        living = [other, next];
        return next;
      };
      one = await replaced(one!, two!);
      await firstGiven;
      const second = stories('Second', 20, channels);
      const bodies = [...firingOf(second), ...clearedOf(first).slice(0, CLEARED)];
      const secondGiven = Promise.all(bodies.map((body) => give(site, body, () => living)));
      two = await replaced(two!, one);
      await secondGiven;
      const everything = [...first.names, ...second.names];
      const cleared = everything.slice(0, CLEARED);
      const isRight = (name: string): boolean =>
        postsOf(site.slack, name).length > 0 &&
        /Resolved at/.test(wordsOf(site.slack, name)) === cleared.includes(name);
      await site.slack.until(() => everything.every(isRight), 60_000);
      const fault = '12 two replicas rolled in a storm';
      expect(await settle(given(), site, { fault, names: everything })).toEqual(whole(40));
      expect(Math.max(...tookMs)).toBeLessThan(STOP_WITHIN_MS);
    });
  });
}

/** Edits have 35 a minute. */
const CLEARED = 6;

/** The shortest time in which six posts came: a second each, less what one call may be longer on its way than another. */
function fastest(between: readonly number[]): number {
  const spans = between.slice(0, -4).map((_, i) => between.slice(i, i + 5).reduce((sum, ms) => sum + ms, 0));
  return Math.min(...spans);
}

function shownOf(site: Site, wanted: readonly string[]): number {
  return wanted.filter((name) => postsOf(site.slack, name).length > 0).length;
}

async function all<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, make));
}

const names = (word: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${word}${i}`);
