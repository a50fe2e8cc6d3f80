import { expect } from 'vitest';
import { cleared, firing } from '../support/alerts.ts';
import { killOne, type Replica, slackTo } from '../support/crowd.ts';
import { postsOf, threadOf, wordsOf } from '../support/judge.ts';
import type { Site } from '../support/site.ts';

/** What a team does with an incident, each step at another process: what one has begun, the other goes on with. */

/**
 * An alert that `first` takes is acknowledged at `second`, a restart is previewed at `first` and confirmed at `second`, and the
 * alert clears at `first`. Answers when all of it is to be seen.
 */
export async function throughBoth(site: Site, name: string, first: Replica, second: Replica): Promise<void> {
  const { slack } = site;
  const at = new Date();
  const alert = { name, severity: 'critical' } as const;
  const sets = (): number => site.cluster.world.store.list('replicasets', 'shop').length;
  const setsBefore = sets();
  expect(await site.post(firing(alert, at), first.port)).toBe(200);
  await slack.until(() => postsOf(slack, name).length > 0, 20_000);
  const mika = slack.as('mika');
  const [post] = postsOf(slack, name);

  slackTo(site, second);
  expect(await mika.click(post!, 'Acknowledge')).toMatchObject({ ok: true });
  await slack.until(() => wordsOf(slack, name).includes(`<@${mika.id}> has it`), 20_000);

  slackTo(site, first);
  expect(await mika.click(post!, 'Restart checkout')).toMatchObject({ ok: true });
  await slack.until(() => mika.view()?.['submit'], 20_000);
  slackTo(site, second);
  await mika.submit({ reason: 'it leaks' });
  const isHealthy = (): boolean => postsOf(slack, name).some((p) => threadOf(slack, p).some((t) => /Healthy/.test(t)));
  await slack.until(isHealthy, 30_000);
  expect(sets() - setsBefore).toBe(1);

  expect(await mika.command('alerts', '/ops jobs')).toMatchObject({ ok: true });
  expect(await site.post(cleared(alert, at), first.port)).toBe(200);
  await slack.until(() => /Resolved at/.test(wordsOf(slack, name)), 20_000);
}

/** Killed with a post that Slack has taken and nobody has written down: the other one finds it, and takes `ThenAlone` as well. */
export async function killedSending(site: Site, name: string, victim: Replica, other: Replica): Promise<void> {
  const { slack } = site;
  const held = slack.hold({ method: 'chat.postMessage', channel: slack.channel('alerts').id, when: 'after' });
  expect(await site.post(firing({ name }), victim.port)).toBe(200);
  await held.arrived;
  await killOne(site, victim);
  held.release();
  await site.atRest();
  expect(await site.post(firing({ name: 'ThenAlone' }), other.port)).toBe(200);
  await slack.until(() => postsOf(slack, 'ThenAlone').length > 0, 20_000);
}
