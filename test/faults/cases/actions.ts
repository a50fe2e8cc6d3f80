import { describe, expect, it } from 'vitest';
import type { Running } from '../../e2e/programs.ts';
import { firing } from '../support/alerts.ts';
import { type Bench, killAt, recover, settle, whole } from '../support/bench.ts';
import { type Asked, isChange } from '../support/cluster.gate.ts';
import { postsOf, threadOf } from '../support/judge.ts';
import { letRequestsDie } from '../support/rows.ts';
import type { Site, SiteOptions } from '../support/site.ts';

const ALERT = 'CheckoutLeaks';
const JOBS = /insert into "?jobs\b/;
const isLook = ({ method, path }: Asked): boolean => method === 'GET' && path.includes('/deployments/checkout');

/** The workload is restarted at most once, and the thread says what is true. */
export function actions(given: () => Bench): void {
  describe('while a restart is carried out', () => {
    it('after it is confirmed, before a worker claims it: restarted once, healthy', async () => {
      const { site, program } = await previewed(given());
      const held = site.postgres.holdCommit({ touching: JOBS, side: 'after' });
      const pressed = confirm(site);
      await killAt(site, program, held);
      expect(await pressed).toMatchObject({ ok: false });
      await told(given(), site, { fault: '7a restart confirmed, not claimed', says: /Healthy/, restarts: 1 });
    });

    it('before the cluster hears of it: not restarted, and told so', async () => {
      const { site, program } = await previewed(given());
      const held = site.gate.hold('before', isChange);
      await confirm(site);
      await killAt(site, program, held);
      await letRequestsDie(site.database);
      await told(given(), site, { fault: '7b restart begun, not made', says: /It did not happen/, restarts: 0 });
    });

    it('after the cluster did it, before its answer: restarted once, healthy', async () => {
      const { site, program } = await previewed(given());
      const held = site.gate.hold('after', isChange);
      await confirm(site);
      await killAt(site, program, held);
      await told(given(), site, { fault: '7c restart made, answer lost', says: /Healthy/, restarts: 1 });
    });

    it('while it is watched: restarted once, healthy', async () => {
      // The rollout stands still until the first watcher is dead.
      const { site, program } = await previewed(given(), { stepMs: 0 });
      await confirm(site);
      await site.slack.until(() => /watching since/.test(result(site)), 20_000);
      await killAt(site, program, site.gate.hold('before', isLook));
      site.cluster.world.settle();
      await told(given(), site, { fault: '7d restart watched', says: /Healthy/, restarts: 1 });
    });

    it('after the cluster did it, and nobody may look any more: restarted once, told as unknown', async () => {
      const { site, program } = await previewed(given());
      const held = site.gate.hold('after', isChange);
      await confirm(site);
      await killAt(site, program, held);
      site.cluster.world.forbid('get', 'deployments');
      await told(given(), site, { fault: '7e restart made, not to be seen', says: /Unknown/, restarts: 1 });
    });
  });
}

interface Previewed {
  readonly site: Site;
  readonly program: Running;
}

/** An incident whose button somebody has pressed: the form with the plan is open. */
async function previewed(bench: Bench, options?: SiteOptions): Promise<Previewed> {
  const site = await bench.site(options);
  const program = await site.start();
  expect(await site.post(firing({ name: ALERT, severity: 'critical' }))).toBe(200);
  await site.slack.until(() => postsOf(site.slack, ALERT).length > 0, 20_000);
  const mika = site.slack.as('mika');
  expect(await mika.click(postsOf(site.slack, ALERT)[0]!, 'Restart checkout')).toEqual({ ok: true });
  await site.slack.until(() => mika.view()?.['submit'], 20_000);
  await site.atRest();
  return { site, program };
}

const confirm = (site: Site) => site.slack.as('mika').submit({ reason: 'it leaks' });

interface Told {
  readonly fault: string;
  readonly says: RegExp;
  readonly restarts: number;
}

async function told(bench: Bench, site: Site, { fault, says, restarts }: Told): Promise<void> {
  const recoveryMs = await recover(site, () => says.test(result(site)));
  expect(await settle(bench, site, { fault, names: [ALERT], recoveryMs })).toEqual(whole(1));
  expect(results(site)).toHaveLength(1);
  site.cluster.world.settle();
  const { store } = site.cluster.world;
  // Each change of the template is a generation of the workload, and makes a ReplicaSet.
  expect(store.get('deployments', 'shop', 'checkout')?.metadata.generation).toBe(1 + restarts);
  expect(store.list('replicasets', 'shop')).toHaveLength(1 + restarts);
}

/** What the thread says about the restart. */
function results(site: Site): readonly string[] {
  return postsOf(site.slack, ALERT).flatMap((post) =>
    threadOf(site.slack, post).filter((words) => words.includes('JOB-')),
  );
}

const result = (site: Site): string => results(site).join('\n---\n');
