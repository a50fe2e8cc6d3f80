import { describe, expect, it } from 'vitest';
import { lastingPort } from '../../support/ports.ts';
import { firing } from '../support/alerts.ts';
import { type Bench, recover, settle, whole } from '../support/bench.ts';
import { postsOf, threadOf } from '../support/judge.ts';
import { letLeasesRunOut } from '../support/rows.ts';
import { type Site, team } from '../support/site.ts';
import { soon } from '../support/waits.ts';

const STOP_WITHIN_MS = 10_000;

export function processes(given: () => Bench): void {
  describe('while processes come and go', () => {
    it('SIGTERM in the middle of ten sends and a running job: ends in time, a successor finishes', async () => {
      const channels = names('send', 10);
      const site = await given().site({ ...team(channels), stepMs: 0 });
      const program = await site.start();
      await restarting(site);

      const alerts = channels.map((channel, i) => ({ name: `Leaving${letter(i)}`, channel }));
      const held = channels.map((name) => {
        const channel = site.slack.channel(name).id;
        return site.slack.hold({ method: 'chat.postMessage', channel, when: 'after' });
      });
      for (const alert of alerts) expect(await site.post(firing(alert))).toBe(200);
      await soon(Promise.all(held.map((one) => one.arrived)), 'ten sends under way');
      const asked = performance.now();
      const ended = program.stop('SIGTERM');
      // One of them never hears from Slack: it is left for the successor to look up.
      for (const one of held.slice(1)) one.release();
      expect(await soon(ended, 'the program ends')).toBe(0);
      const tookMs = performance.now() - asked;

      await letLeasesRunOut(site.database);
      site.cluster.world.settle();
      const recoveryMs = await recover(site, () => restartIs(site, /Healthy/));
      const all = [...alerts.map((alert) => alert.name), 'Restarting'];
      expect(await settle(given(), site, { fault: '8  SIGTERM in ten sends', names: all, recoveryMs })).toEqual(
        whole(11),
      );
      expect(site.cluster.world.store.list('replicasets', 'shop')).toHaveLength(2);
      expect(tookMs).toBeLessThan(STOP_WITHIN_MS);
    });

    it('one for the web and one for the work: 50 incidents, each shown once', async () => {
      const channels = names('split', 5);
      const site = await given().site(team(channels));
      await site.start({ args: ['--roles', 'worker'], port: await lastingPort() });
      await site.start({ args: ['--roles', 'web'] });
      await storm(given(), site, { fault: '9a web and worker apart', channels, ports: [site.port] });
    });

    it('two that do everything: 50 incidents, each shown once', async () => {
      const channels = names('pair', 5);
      const site = await given().site(team(channels));
      const other = await lastingPort();
      await Promise.all([site.start(), site.start({ port: other })]);
      await storm(given(), site, { fault: '9b two replicas', channels, ports: [site.port, other] });
    });
  });
}

/** A restart that is being watched, and does not move on. */
async function restarting(site: Site): Promise<void> {
  expect(await site.post(firing({ name: 'Restarting', severity: 'critical' }))).toBe(200);
  await site.slack.until(() => postsOf(site.slack, 'Restarting').length > 0, 20_000);
  const mika = site.slack.as('mika');
  await mika.click(postsOf(site.slack, 'Restarting')[0]!, 'Restart checkout');
  await site.slack.until(() => mika.view()?.['submit'], 20_000);
  await mika.submit({ reason: 'it leaks' });
  await site.slack.until(() => restartIs(site, /watching since/), 20_000);
}

function restartIs(site: Site, words: RegExp): boolean {
  return postsOf(site.slack, 'Restarting').some((post) => threadOf(site.slack, post).some((said) => words.test(said)));
}

interface Storm {
  readonly fault: string;
  readonly channels: readonly string[];
  /** Who gets the webhooks: an Alertmanager pair sends to each what it has. */
  readonly ports: readonly number[];
}

const INCIDENTS = 50;

async function storm(bench: Bench, site: Site, { fault, channels, ports }: Storm): Promise<void> {
  const alerts = names('Storm', INCIDENTS).map((name, i) => ({
    name: `${name}x`,
    channel: channels[i % channels.length]!,
  }));
  const began = performance.now();
  const answers = await Promise.all(
    alerts.flatMap((alert) => {
      const body = firing(alert);
      return ports.map((port) => site.post(body, port));
    }),
  );
  expect(new Set(answers)).toEqual(new Set([200]));
  const all = alerts.map((alert) => alert.name);
  await site.slack.until(() => all.every((name) => postsOf(site.slack, name).length > 0), 45_000);
  const recoveryMs = performance.now() - began;
  expect(await settle(bench, site, { fault, names: all, recoveryMs })).toEqual(whole(INCIDENTS));
}

const names = (word: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${word}${i}`);

const letter = (i: number): string => String.fromCharCode(65 + i);
