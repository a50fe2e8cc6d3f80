import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BREAKAGES } from '../../sandbox/demo/breakages.ts';
import { controlsOf } from '../../sandbox/demo/controls.ts';
import { type Demo, startDemo } from '../../sandbox/demo/start.ts';
import type { Message } from '../../sandbox/slack/index.ts';

const WITHIN_MS = 30_000;
const SECONDS = 1_000;

/** The demo with all its parts, broken in each way and mended by Hikeshi, without a browser. */
describe('what can be broken', { timeout: 120_000 }, () => {
  let demo: Demo;
  // What is kept begins anew as well; that nothing else is left behind, the page's tests see.
  const keep = mkdtempSync(join(tmpdir(), 'hikeshi-demo-kept-'));
  beforeAll(async () => {
    chmodSync(keep, 0o711);
    demo = await startDemo({ lang: 'en', stepMs: 50, keep });
  });
  afterAll(async () => {
    await demo.stop();
    rmSync(keep, { recursive: true, force: true });
  });

  const controls = () => controlsOf(demo);
  const content = (message: Message): string => JSON.stringify([message.text, message.blocks]);
  const postOf = (...words: readonly string[]): Message | undefined =>
    demo.slack
      .channel('alerts')
      .posts()
      .findLast((one) => words.every((word) => content(one).includes(word)));
  const until = <T>(look: () => T) => demo.slack.until(look, WITHIN_MS);

  /** Breaks it, and waits for its post. */
  async function broken(id: string, ...words: readonly string[]): Promise<Message> {
    expect(await controls().perform('break', { id })).toBeUndefined();
    return until(() => postOf(...words));
  }

  /** What Diagnose says in the post's thread, asked by whom it may concern. */
  async function finding(post: Message, words: string): Promise<Message> {
    const found = (): Message | undefined =>
      demo.slack
        .channel('alerts')
        .thread(post.ts)
        .find((one) => content(one).includes(words));
    await demo.slack.as('taro').click(post, 'diagnose');
    return until(found);
  }

  /** Confirms the preview that opens, with a reason. */
  async function confirms(name: string): Promise<void> {
    const modal = await until(() => {
      const view = demo.slack.as(name).view();
      return view?.['submit'] ? view : undefined;
    });
    const blocks = modal['blocks'] as readonly Readonly<Record<string, unknown>>[];
    const input = String(blocks.find((block) => isText(block['element']))?.['block_id']);
    expect(await demo.slack.as(name).submit({ [input]: 'broken' })).toMatchObject({ ok: true });
  }

  const isText = (element: unknown): boolean => JSON.stringify(element ?? '').includes('"plain_text_input"');

  async function approves(text: string): Promise<void> {
    const asked = await until(() => {
      const all = demo.slack.channel('alerts').messages.concat(demo.slack.channel('ops').messages);
      return all.findLast((one) => content(one).includes('"Approve"') && content(one).includes(text));
    });
    expect(await demo.slack.as('kenji').click(asked, 'Approve', { confirm: true })).toMatchObject({ ok: true });
  }

  /** The panel and the post both say that it is over. */
  async function over(id: string, post: Message): Promise<void> {
    await until(() => content(demo.slack.channel('alerts').message(post.ts) ?? post).includes('white_check_mark'));
    const { breakages } = controls().state() as { breakages: readonly { id: string; broken: boolean }[] };
    expect(breakages.find((one) => one.id === id)).toMatchObject({ broken: false });
  }

  it.each([
    ['wrong-tag', ['KubeContainerWaiting'], 'The registry has no image', 'Roll back cart'],
    ['crash-loop', ['KubePodCrashLooping'], 'ends by itself', 'Restart indexer'],
    ['out-of-memory', ['PodCrashLooping', 'checkout'], 'was killed for its memory', 'Restart checkout'],
    ['bad-release', ['KubeDeploymentReplicasMismatch', 'prices'], 'ends by itself', 'Roll back prices'],
    ['probe', ['KubePodNotReady'], 'readiness probe fails', 'Restart suggest'],
  ])('%s: Hikeshi names it, and its own button mends it', async (id, alert, words, button) => {
    const post = await broken(id, ...alert);
    await finding(post, words);
    expect(await demo.slack.as('taro').click(post, button)).toMatchObject({ ok: true });
    await confirms('taro');
    await over(id, post);
  });

  it('too-few: the finding offers to scale it up, and a second person approves', async () => {
    const post = await broken('too-few', 'TooFewReplicas');
    const said = await finding(post, 'scaled to zero');
    expect(await demo.slack.as('mika').click(said, 'Scale to 1…')).toMatchObject({ ok: true });
    await confirms('mika');
    await approves('mailer');
    await over('too-few', post);
  });

  it('quota: room is made by scaling another one down', async () => {
    const post = await broken('quota', 'KubeDeploymentReplicasMismatch', 'renderer');
    await finding(post, 'quota');
    await demo.slack.as('mika').command('ops', '/ops scale reports/archiver 2');
    await confirms('mika');
    await approves('archiver');
    await over('quota', post);
  });

  it('sessions: real ones of a real PostgreSQL are seen and ended', async () => {
    const pressedTwice = controls().perform('break', { id: 'sessions' });
    const post = await broken('sessions', 'PostgresIdleInTransaction');
    expect(await pressedTwice).toBeUndefined();
    const db = expect.objectContaining({ namespace: 'payments', name: 'db', firing: true });
    expect(controls().state(), 'its server is shown in red').toMatchObject({ workloads: expect.arrayContaining([db]) });
    const { slack } = demo;
    const before = slack.user('taro').ephemerals.length;
    await slack.as('taro').command('ops', '/ops pg idle orders');
    const shown = await until(() => slack.user('taro').ephemerals[before]);
    expect(JSON.stringify(shown)).toMatch(/12 sessions/);
    await slack.as('taro').command('ops', '/ops pg-terminate --idle 0s orders');
    await confirms('taro');
    await over('sessions', post);
    expect(demo.orders.watch.alerts()).toEqual([]);
  });

  it('storm: forty incidents, over together', async () => {
    await controls().perform('break', { id: 'storm' });
    const { app } = demo;
    const open = async (): Promise<number> => {
      const rows = await app.database.db
        .selectFrom('incidents')
        .select('state')
        .where('state', '<>', 'resolved')
        .execute();
      return rows.length;
    };
    await vi.waitFor(async () => expect(await open()).toBe(40), WITHIN_MS);
    await until(() => postOf('rack b12'));
    await controls().perform('mend', { id: 'storm' });
    await vi.waitFor(async () => expect(await open()).toBe(0), WITHIN_MS);
  });

  it('is silenced from its own menu, told again when the silence ends, and mended after that', async () => {
    const post = await broken('out-of-memory', 'PodCrashLooping', 'checkout', '"ack"', 'Silence…');
    const { slack } = demo;
    const view = (): string => JSON.stringify(slack.as('mika').view() ?? {});
    await slack.as('mika').click(post, 'Silence…');
    await until(() => view().includes('Matchers'));
    await slack.as('mika').submit({ Comment: 'a release is on its way' });
    await until(() => view().includes('Mutes the alert'));
    await slack.as('mika').submit();
    await until(() => /is silent about .*alertname=/.test(view()));
    const shown = (): string => content(slack.channel('alerts').message(post.ts) ?? post);
    await until(() => shown().includes('Silenced until'));
    await demo.advance(2 * 3_600 * SECONDS + SECONDS);
    await until(() => !shown().includes('Silenced until'));
    expect(await slack.as('taro').click(post, 'Restart checkout')).toMatchObject({ ok: true });
    await confirms('taro');
    await over('out-of-memory', post);
    // Later than what would open the same incident again.
    await demo.advance(16 * 60 * SECONDS);
  });

  it('begins anew while a storm and a job are under way, twice in a row', async () => {
    await controls().perform('break', { id: 'storm' });
    await controls().perform('break', { id: 'sessions' });
    const post = await broken('out-of-memory', 'PodCrashLooping', 'checkout', '"ack"');
    await demo.slack.as('taro').click(post, 'Restart checkout');
    await confirms('taro');
    await demo.advance(90 * SECONDS);
    const { startedAt } = demo;
    let changes = 0;
    const stop = demo.listen(() => {
      changes += 1;
    });
    for (let i = 0; i < 2; i++) {
      const asked = performance.now();
      await Promise.all([controls().perform('renew', {}), controls().perform('renew', {})]);
      expect(performance.now() - asked).toBeLessThan(WITHIN_MS);
    }
    stop();
    expect(changes).toBeGreaterThan(1);
    expect(demo.startedAt).toBeGreaterThan(startedAt);
    expect(readdirSync(keep).sort()).toEqual([
      'data',
      'data.kubeconfig',
      'hikeshi-demo.txt',
      'hikeshi.log',
      'hikeshi.yaml',
    ]);
    expect(controls().state()).toMatchObject({ firing: 0, movedMinutes: 0 });
    expect(BREAKAGES.filter((one) => one.isBroken(demo))).toEqual([]);
    expect(demo.slack.channel('alerts').messages).toEqual([]);
    expect(await demo.app.database.db.selectFrom('incidents').select('id').execute()).toEqual([]);
    await broken('probe', 'KubePodNotReady');
  });

  it('refuses what there is not in a sentence', async () => {
    expect(await controls().perform('break', { id: 'everything' })).toMatch(
      /^there is no breakage "everything" \(but: wrong-tag, /,
    );
    expect(await controls().perform('dance', {})).toMatch(/^there is no "dance"/);
    expect(await controls().perform('advance', { minutes: 0 })).toMatch(/from 1 to 1440/);
  });
});
