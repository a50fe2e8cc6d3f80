import { describe, expect, it } from 'vitest';
import { visibleText } from '../../../sandbox/slack/index.ts';
import { type Bench, killAt, settle, whole } from '../support/bench.ts';
import { isChange } from '../support/cluster.gate.ts';
import { letRequestsDie } from '../support/rows.ts';
import type { Site } from '../support/site.ts';
import { soon } from '../support/waits.ts';

const LATE_MS = 5 * 60_000;
const RUNS = /insert into "?timetable_runs\b/;
const JOBS = /insert into "?jobs\b/;

/** What is to be done at a time is done once, whoever begins it, and told once. */
export function timetable(given: () => Bench): void {
  describe('while a time of the timetable is begun', () => {
    it.each([
      ['7p when the time is a row', RUNS, 'after'],
      ['7q before its action is confirmed', JOBS, 'before'],
      ['7q when its action is confirmed', JOBS, 'after'],
    ] as const)('%s: scaled once', async (fault, touching, side) => {
      const site = await due(given());
      const held = site.postgres.holdCommit({ touching, side });
      await killAt(site, await site.start(), held);
      await site.start();
      await told(given(), site, fault);
    });

    it('by two at once, which die before the cluster hears of it: scaled once at most', async () => {
      const site = await due(given());
      const held = site.gate.hold('before', isChange);
      const [one, two] = await Promise.all([site.start(), site.start({ port: 0 })]);
      await soon(held, 'somebody scales');
      await site.kill(one);
      await site.kill(two);
      await letRequestsDie(site.database);
      await site.start();
      await site.slack.until(() => /It did not happen|Done, with/.test(all(site)), 60_000);
      expect(await settle(given(), site, { fault: '7r two begin it', names: [] })).toEqual(whole(0));
      expect(posts(site)).toHaveLength(1);
      expect(generation(site)).toBeLessThanOrEqual(2);
    });
  });
}

/** Its time came some minutes ago, and nobody was there. */
async function due(bench: Bench): Promise<Site> {
  const at = new Date(Date.now() - LATE_MS);
  at.setUTCSeconds(0, 0);
  const times = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
  const entry = `{at: '${times}', do: [scale shop/checkout 0], reason: it sleeps}`;
  const site = await bench.site({ config: `timetable: {night: ${entry}}\n` });
  await site.database.admin.query(
    'insert into schedule_runs (name, due_at, last_run_at, last_outcome) values ($1, $2, $3, $4)',
    ['timetable:night', at, new Date(at.getTime() - 60_000), `${times} UTC`],
  );
  return site;
}

const posts = (site: Site) =>
  site.slack
    .channel('alerts')
    .posts()
    .filter((post) => visibleText(post).includes('night'));
const all = (site: Site): string =>
  site.slack
    .channel('alerts')
    .messages.map((one) => visibleText(one))
    .join('\n');
const generation = (site: Site) =>
  site.cluster.world.store.get('deployments', 'shop', 'checkout')?.metadata.generation ?? 0;

async function told(bench: Bench, site: Site, fault: string): Promise<void> {
  await site.slack.until(() => posts(site).some((post) => /to 0: Done/.test(visibleText(post))), 60_000);
  expect(await settle(bench, site, { fault, names: [] })).toEqual(whole(0));
  expect(posts(site)).toHaveLength(1);
  expect(site.slack.channel('alerts').thread(posts(site)[0]!.ts)).toHaveLength(1);
  expect(generation(site)).toBe(2);
}
