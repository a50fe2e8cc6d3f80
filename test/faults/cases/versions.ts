import { describe, expect, it } from 'vitest';
import { type Message, visibleText } from '../../../sandbox/slack/index.ts';
import { firing } from '../support/alerts.ts';
import { type Bench, settle, whole } from '../support/bench.ts';
import { firingOf, give, killOne, slackTo, startReplica, stories } from '../support/crowd.ts';
import { postsOf } from '../support/judge.ts';
import { createOperator } from '../support/operator.ts';
import { firstMigrationDiffers, PREVIOUS } from '../support/previous.ts';
import { letTermsComeDue } from '../support/rows.ts';
import { type Site, team } from '../support/site.ts';
import { throughBoth } from './together.ts';

/** An upgrade: the schema is ours already, and the version before still works on it, beside ours or alone. */
export function versions(given: () => Bench, bundle: string | undefined): void {
  if (!bundle) {
    console.warn(
      `NOT RUN: the version before beside ours; this clone has no commit ${PREVIOUS} (git fetch --unshallow)`,
    );
    return;
  }
  describe(`the version before (${PREVIOUS.slice(0, 7)}) on our schema`, () => {
    it('works beside ours, is killed and started again, and goes on alone with what ours has left', async () => {
      if (await firstMigrationDiffers(bundle))
        console.warn(
          `the first migration was edited in place since ${PREVIOUS}: if it took something away, note a newer commit`,
        );
      const channels = ['one', 'two', 'three', 'four'];
      const site = await given().site(team(channels));
      const before = await startReplica(site, { bundle });
      const ours = await startReplica(site);
      await throughBoth(site, 'OldTakes', before, ours);
      await throughBoth(site, 'NewTakes', ours, before);

      const storm = stories('Upgrade', 16, channels);
      const given1 = Promise.all(
        firingOf(storm).map((body, i) => give(site, body, () => [i % 2 ? before : ours, ours])),
      );
      await killOne(site, before);
      await given1;
      const again = await startReplica(site, { bundle });
      await throughBoth(site, 'AgainTakes', again, ours);

      // The way back: what ours was sending is taken over by the version before.
      const held = site.slack.hold({ method: 'chat.postMessage', channel: 'C0ALERTS01', when: 'after' });
      await again.program.stop('SIGTERM');
      expect(await site.post(firing({ name: 'LeftBehind' }), ours.port)).toBe(200);
      await held.arrived;
      await killOne(site, ours);
      held.release();
      const alone = await startReplica(site, { bundle });
      await site.atRest();
      expect(await site.post(firing({ name: 'Alone' }), alone.port)).toBe(200);
      await site.slack.until(() => postsOf(site.slack, 'Alone').length > 0, 20_000);
      const all = ['OldTakes', 'NewTakes', 'AgainTakes', 'LeftBehind', 'Alone', ...storm.names];
      const fault = '13 the version before, beside and alone';
      expect(await settle(given(), site, { fault, names: all })).toEqual(whole(all.length));
    });

    it('knows no --for: leaves such a change to ours, made or not, and ours ends it when it is there again', async () => {
      const site = await given().site();
      const before = await startReplica(site, { bundle });
      const web = await startReplica(site, { args: ['--roles', 'web'] });
      slackTo(site, web);
      await scaleFor(site);
      // The only worker is the one before: it does what it knows, and passes this one over.
      const hana = createOperator(site, 'hana');
      await hana.restart('besides');
      await site.slack.until(() => said(site, /besides.*JOB-2.*Healthy/s), 30_000);
      expect(await jobOf(site)).toEqual({ attempt: 0, executed: false, finished_at: null });
      expect(await postOf(site)).toEqual([{ state: 'pending', claimed: 0, error: null }]);
      expect(replicas(site)).toBe(2);

      const worker = await startReplica(site, { args: ['--roles', 'worker'] });
      const post = await site.slack.until(() => said(site, /checkout to 4.*By itself back to 2/s), 30_000);
      await site.slack.until(() => said(site, /checkout to 4.*Healthy/s), 30_000);
      await site.atRest();
      expect(replicas(site)).toBe(4);

      // Alone when the time is up, it neither ends the change nor takes its buttons for something else.
      await killOne(site, worker);
      await killOne(site, web);
      await letTermsComeDue(site.database);
      slackTo(site, before);
      const mika = site.slack.as('mika');
      for (const [button, answer] of [
        ['Undo', 'being upgraded'],
        ['Keep it', 'not known to this version'],
      ] as const) {
        expect(await mika.click(post, button)).toMatchObject({ ok: true });
        await site.slack.until(() =>
          site.slack.user('mika').ephemerals.some((one) => visibleText(one).includes(answer)),
        );
      }
      expect(await site.post(firing({ name: 'Meanwhile' }), before.port)).toBe(200);
      await site.slack.until(() => postsOf(site.slack, 'Meanwhile').length > 0, 20_000);
      expect(await termsOf(site)).toEqual([{ state: 'running', due: true, undo: null }]);
      expect(replicas(site)).toBe(4);

      await startReplica(site);
      await site.slack.until(() => said(site, /checkout to 4.*Taken back by JOB-3/s), 30_000);
      expect(replicas(site)).toBe(2);
      expect(await termsOf(site)).toEqual([{ state: 'ended', due: null, undo: expect.any(String) }]);
      const fault = '13 the version before and a change for a while';
      expect(await settle(given(), site, { fault, names: ['Meanwhile'] })).toEqual(whole(1));
    });
  });
}

async function scaleFor({ slack }: Site): Promise<void> {
  const mika = slack.as('mika');
  expect(await mika.command('alerts', '/ops scale shop/checkout 4 --for 1h --auto')).toMatchObject({ ok: true });
  await slack.until(() => mika.view()?.['submit'], 20_000);
  expect(await mika.submit({ reason: 'the sale' })).toMatchObject({ ok: true });
}

/** The newest post in the alerts' channel that says so. */
const said = ({ slack }: Site, words: RegExp): Message | undefined =>
  slack.channel('alerts').messages.findLast((one) => words.test(visibleText(one)));

const replicas = ({ cluster }: Site): number | undefined =>
  cluster.world.store.get('deployments', 'shop', 'checkout')?.spec.replicas;

async function jobOf({ database }: Site): Promise<object | undefined> {
  const { rows } = await database.admin.query<object>(
    'select attempt, executed, finished_at from jobs where number = 1',
  );
  return rows[0];
}

async function postOf({ database }: Site): Promise<readonly object[]> {
  const { rows } = await database.admin.query<object>(`
    select o.state, o.claimed, o.error from outbox o join jobs j on o.subject = 'action:' || j.action_id where j.number = 1`);
  return rows;
}

async function termsOf({ database }: Site): Promise<readonly object[]> {
  const { rows } = await database.admin.query<{ state: string; due: boolean | null; undo: string | null }>(
    'select state, due_at <= clock_timestamp() as due, undo_id as undo from terms',
  );
  return rows;
}
