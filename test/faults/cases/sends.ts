import { describe, expect, it } from 'vitest';
import { lastingPort } from '../../support/ports.ts';
import { cleared, firing } from '../support/alerts.ts';
import { type Bench, killAt, recover, recoverToRest, settle, whole } from '../support/bench.ts';
import { postsOf, threadOf, toldTo, wordsOf } from '../support/judge.ts';
import { letLeasesRunOut, letStepsComeDue } from '../support/rows.ts';
import { soon } from '../support/waits.ts';

const ALERTS = 'C0ALERTS01';
const OUTBOX_CLAIM = /update outbox o set state = 'sending'/;

export function sends(given: () => Bench): void {
  describe('while a message is being sent', () => {
    it('when it is to be claimed: shown once', async () => {
      const site = await given().site();
      const program = await site.start();
      const held = site.postgres.holdCommit({ touching: OUTBOX_CLAIM, side: 'before' });
      expect(await site.post(firing({ name: 'Unclaimed' }))).toBe(200);
      await killAt(site, program, held);
      const recoveryMs = await recover(site, () => postsOf(site.slack, 'Unclaimed').length > 0);
      const fault = '3a stored, before its claim';
      expect(await settle(given(), site, { fault, names: ['Unclaimed'], recoveryMs })).toEqual(whole(1));
    });

    it('before Slack takes it: shown once', async () => {
      const site = await given().site();
      const program = await site.start();
      const held = site.slack.hold({ method: 'chat.postMessage', channel: ALERTS, when: 'before' });
      expect(await site.post(firing({ name: 'Unsent' }))).toBe(200);
      await killAt(site, program, held.arrived);
      const recoveryMs = await recover(site, () => postsOf(site.slack, 'Unsent').length > 0);
      const fault = '3b claimed, before Slack takes it';
      expect(await settle(given(), site, { fault, names: ['Unsent'], recoveryMs })).toEqual(whole(1));
    });

    it('after Slack took a post, before that is written down: found, and later changes edit it', async () => {
      const site = await given().site();
      const program = await site.start();
      const at = new Date();
      const held = site.slack.hold({ method: 'chat.postMessage', channel: ALERTS, when: 'after' });
      expect(await site.post(firing({ name: 'Taken' }, at))).toBe(200);
      await killAt(site, program, held.arrived);
      const [first] = postsOf(site.slack, 'Taken');
      const recoveryMs = await recoverToRest(site);
      expect(await site.post(cleared({ name: 'Taken' }, at))).toBe(200);
      await site.slack.until(() => /Resolved/.test(wordsOf(site.slack, 'Taken')), 20_000);
      const fault = '4  post taken, not written down';
      expect(await settle(given(), site, { fault, names: ['Taken'], recoveryMs })).toEqual(whole(1));
      expect(postsOf(site.slack, 'Taken').map((post) => post.ts)).toEqual([first?.ts]);
    });

    it('by a program that stood still for longer than its lease: its late copy is deleted', async () => {
      const site = await given().site();
      const program = await site.start();
      const held = site.slack.hold({ method: 'chat.postMessage', channel: ALERTS, when: 'before' });
      expect(await site.post(firing({ name: 'Frozen' }))).toBe(200);
      await soon(held.arrived, 'the post under way');
      program.child.kill('SIGSTOP');
      await letLeasesRunOut(site.database);
      const began = performance.now();
      await site.start({ port: await lastingPort() });
      await site.slack.until(() => postsOf(site.slack, 'Frozen').length > 0, 30_000);
      const recoveryMs = performance.now() - began;
      held.release();
      await site.slack.until(() => postsOf(site.slack, 'Frozen').length > 1, 20_000);
      program.child.kill('SIGCONT');
      await site.slack.until(() => postsOf(site.slack, 'Frozen').length === 1, 20_000);
      const fault = '4b sender frozen past its lease (documented)';
      const counted = await settle(given(), site, { fault, names: ['Frozen'], recoveryMs });
      expect(counted).toEqual({ ...whole(1), doubled: 1 });
    });

    it('after Slack took an edit, before that is written down: the post shows the present', async () => {
      const site = await given().site();
      const program = await site.start();
      const at = new Date();
      expect(await site.post(firing({ name: 'Edited' }, at))).toBe(200);
      await site.slack.until(() => postsOf(site.slack, 'Edited').length > 0, 20_000);
      await site.atRest();
      const held = site.slack.hold({ method: 'chat.update', when: 'after' });
      expect(await site.post(cleared({ name: 'Edited' }, at))).toBe(200);
      await killAt(site, program, held.arrived);
      const edits = site.slack.calls('chat.update').length;
      const recoveryMs = await recover(site, () => site.slack.calls('chat.update').length > edits);
      const fault = '5a edit taken, not written down';
      expect(await settle(given(), site, { fault, names: ['Edited'], recoveryMs })).toEqual(whole(1));
      expect(wordsOf(site.slack, 'Edited')).toMatch(/Resolved/);
    });

    it('after Slack took a ping in a thread, before that is written down: the person is told once', async () => {
      const site = await given().site();
      const program = await site.start();
      expect(await site.post(firing({ name: 'Pinged', severity: 'critical' }))).toBe(200);
      await site.slack.until(() => postsOf(site.slack, 'Pinged').length > 0, 20_000);
      await site.atRest();
      const held = site.slack.hold({ method: 'chat.postMessage', channel: ALERTS, when: 'after' });
      await letStepsComeDue(site.database);
      await killAt(site, program, held.arrived);
      const recoveryMs = await recoverToRest(site);
      const fault = '5b ping taken, not written down';
      expect(await settle(given(), site, { fault, names: ['Pinged'], recoveryMs })).toEqual(whole(1));
      const [post] = postsOf(site.slack, 'Pinged');
      expect(threadOf(site.slack, post!).filter((line) => line.includes('needs you'))).toHaveLength(1);
      for (const person of ['taro', 'hana']) expect(toldTo(site.slack, person)).toEqual({ channel: 1, direct: 1 });
    });
  });
}
