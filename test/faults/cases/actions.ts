import { describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../../sandbox/slack/index.ts';
import type { Running } from '../../e2e/programs.ts';
import { firing } from '../support/alerts.ts';
import { type Bench, killAt, recover, settle, whole } from '../support/bench.ts';
import { type Asked, isChange } from '../support/cluster.gate.ts';
import { postsOf, threadOf } from '../support/judge.ts';
import { letRequestsDie } from '../support/rows.ts';
import type { Site, SiteOptions } from '../support/site.ts';

const ALERT = 'CheckoutLeaks';
const JOBS = /insert into "?jobs\b/;
const VOTES = /update "?approvals\b/;
const ENDS = /update "?jobs\b[^;]*\bfinished_at\b/;
const isTrial = ({ method, path }: Asked): boolean => method === 'PATCH' && path.includes('dryRun=');
const isLook = ({ method, path }: Asked): boolean => method === 'GET' && path.includes('/deployments/checkout');

/** Until everybody who has to has said yes: the workload is restarted at most once, and the thread says what is true. */
export function asking(given: () => Bench): void {
  describe('while a restart is asked for', () => {
    it('while it is planned: nothing happened, and asked for once more it is restarted once', async () => {
      const { site, program } = await begun(given());
      const held = site.gate.hold('before', isTrial);
      await press(site);
      await killAt(site, program, held);
      await site.start();
      expect(site.cluster.world.store.get('deployments', 'shop', 'checkout')?.metadata.generation).toBe(1);
      site.slack.as('mika').reload();
      await preview(site);
      await confirm(site);
      await told(given(), site, { fault: '7f restart planned', says: /Healthy/, restarts: 1, onceMore: true });
    });

    it('before its confirmation is committed: nothing happened, and confirmed once more it is restarted once', async () => {
      const { site, program } = await previewed(given());
      const held = site.postgres.holdCommit({ touching: JOBS, side: 'before' });
      const pressed = confirm(site);
      await killAt(site, program, held);
      expect(await pressed).toMatchObject({ ok: false });
      await site.start();
      expect(results(site)).toEqual([]);
      expect(await confirm(site)).toMatchObject({ ok: true });
      await told(given(), site, {
        fault: '7g restart not yet confirmed',
        says: /Healthy/,
        restarts: 1,
        onceMore: true,
      });
    });

    it.each(['before', 'after'] as const)(
      "%s a second person's yes is committed: restarted once, healthy",
      async (side) => {
        const { site, program } = await previewed(given(), FOUR_EYES);
        await confirm(site);
        const asked = await site.slack.until(() => approvalPost(site), 20_000);
        await site.atRest();
        const held = site.postgres.holdCommit({ touching: VOTES, side });
        const pressed = approve(site, asked);
        await killAt(site, program, held);
        expect(await pressed).toMatchObject({ ok: false });
        if (side === 'before') {
          await site.start();
          expect(site.cluster.world.store.get('deployments', 'shop', 'checkout')?.metadata.generation).toBe(1);
          expect(await approve(site, asked)).toMatchObject({ ok: true });
        }
        await told(given(), site, {
          fault: `7h ${side} the yes is committed`,
          says: /Healthy/,
          restarts: 1,
          onceMore: side === 'before',
        });
      },
    );
  });
}

/** From then on. */
export function acting(given: () => Bench): void {
  describe('while a restart is carried out', () => {
    it.each(['before', 'after'] as const)('%s its end is committed: restarted once, and told once', async (side) => {
      const { site, program } = await previewed(given());
      const held = site.postgres.holdCommit({ touching: ENDS, side });
      await confirm(site);
      await killAt(site, program, held);
      await told(given(), site, { fault: `7i ${side} its end is committed`, says: /Healthy/, restarts: 1 });
    });

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

/** A second person has to say yes. */
const FOUR_EYES: SiteOptions = { approval: 'restart' };

/** An incident whose button somebody has pressed: the form with the plan is open. */
async function previewed(bench: Bench, options?: SiteOptions): Promise<Previewed> {
  const begin = await begun(bench, options);
  await preview(begin.site);
  await begin.site.atRest();
  return begin;
}

const press = async (site: Site): Promise<void> => {
  expect(await site.slack.as('mika').click(postsOf(site.slack, ALERT)[0]!, 'Restart checkout')).toEqual({ ok: true });
};

async function preview(site: Site): Promise<void> {
  await press(site);
  await site.slack.until(() => site.slack.as('mika').view()?.['submit'], 20_000);
}

const approvalPost = (site: Site) =>
  postsOf(site.slack, ALERT).flatMap((post) =>
    site.slack
      .channel(post.channel)
      .thread(post.ts)
      .filter((one) => visibleText(one).includes('APR-')),
  )[0];

const approve = (site: Site, asked: Message) => site.slack.as('sato').click(asked, 'Approve', { confirm: true });

/** An incident with its button. */
async function begun(bench: Bench, options?: SiteOptions): Promise<Previewed> {
  const site = await bench.site(options);
  const program = await site.start();
  expect(await site.post(firing({ name: ALERT, severity: 'critical' }))).toBe(200);
  await site.slack.until(() => postsOf(site.slack, ALERT).length > 0, 20_000);
  await site.atRest();
  return { site, program };
}

const confirm = (site: Site) => site.slack.as('mika').submit({ reason: 'it leaks' });

interface Told {
  readonly fault: string;
  readonly says: RegExp;
  readonly restarts: number;
  /** Its successor has been started, and somebody has pressed once more. */
  readonly onceMore?: boolean;
}

async function until({ slack }: Site, seen: () => unknown): Promise<number> {
  const began = performance.now();
  await slack.until(seen, 30_000);
  return performance.now() - began;
}

async function told(bench: Bench, site: Site, { fault, says, restarts, onceMore }: Told): Promise<void> {
  const seen = () => says.test(result(site));
  const recoveryMs = onceMore ? await until(site, seen) : await recover(site, seen);
  expect(await settle(bench, site, { fault, names: [ALERT], recoveryMs })).toEqual(whole(1));
  // One message of the action; who asked is called once for each thing there is to tell.
  const calls = results(site).filter((words) => words.startsWith('<@'));
  expect(results(site)).toHaveLength(1 + calls.length);
  expect(new Set(calls).size).toBe(calls.length);
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
