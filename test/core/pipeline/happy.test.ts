import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AIKO, ALL_THE_WAY, type Bench, CHANNEL, formWords, openBench } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

describe('an action from words to its end', () => {
  it('says how long it has taken, and usually takes once it was healthy', async () => {
    const watched = async (): Promise<string> => {
      const id = await bench.confirmed(AIKO);
      await bench.work();
      bench.cluster.world.tick(1);
      bench.advance(2_000);
      await bench.work();
      const [, , line = ''] = await bench.post(id);
      await bench.toEnd(id);
      expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy' } });
      bench.advance(60_000);
      return line;
    };
    expect(await watched()).toMatch(/watching since .* \(2 s\)$/);
    expect(await watched()).toMatch(/watching since .* \(2 s of about \d+ s\)$/);
  });

  it('shows how much time has gone while nothing else happens', async () => {
    const id = await bench.confirmed(AIKO);
    const shows: (string | undefined)[] = [];
    for (let i = 0; i < 16; i += 1) {
      await bench.work();
      bench.advance(3_000);
      shows.push((await bench.job(id)).progress.shownAt);
    }
    const times = [...new Set(shows)].map((at) => Date.parse(at ?? ''));
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times.length).toBeLessThanOrEqual(6);
    expect((await bench.post(id))[2]).toMatch(/watching since .* \(4\d s\)$/);
    await bench.toEnd(id);
  });

  it('opens a form at once, previews, and changes nothing by that', async () => {
    const { forms } = await bench.ask(AIKO);
    expect(forms.map((f) => f.id)).toEqual(['action-loading', 'action-confirm']);
    const words = formWords(forms[1]!);
    expect(words).toContain('Restart Deployment checkout');
    expect(words).toContain('production/main/shop/deployment/checkout');
    expect(words).toContain('All 3 pods are replaced');
    expect(words).toContain('registry.example/checkout:1.4');
    expect(words).toContain('<Reason>');
    expect(await bench.audits()).toEqual(['asked', 'planned']);
    const [template] = bench.cluster.world.store.list('deployments').map((d) => d.spec.template.metadata?.annotations);
    expect(template).toBeUndefined();
  });

  it('confirms, executes, watches and tells', async () => {
    const id = await bench.confirmed(AIKO, { reason: 'leaks <!channel>' });
    const job = await bench.job(id);
    expect(bench.woken).toEqual([String(job.id)]);
    expect(job).toMatchObject({ state: 'queued', kind: 'action', executed: false });
    expect(await bench.post(id)).toEqual([
      ':hourglass_flowing_sand: Restart Deployment checkout · production/main/shop/deployment/checkout',
      `@aiko at 2026-03-02T03:00:00.000Z · JOB-1 · “leaks <!channel>”`,
      'Starting…, asked for at 2026-03-02T03:00:00.000Z.',
      '[Cancel]',
    ]);

    await bench.work();
    expect(await bench.job(id)).toMatchObject({ state: 'watching', executed: true, lease_owner: null });
    const [annotations] = bench.cluster.world.store
      .list('deployments')
      .map((d) => d.spec.template.metadata?.annotations);
    expect(annotations).toMatchObject({
      'hikeshi/run': id,
      'hikeshi/by': 'slack:U0AIKO (aiko)',
      'hikeshi/reason': 'leaks <!channel>',
    });

    bench.cluster.world.tick(1);
    bench.advance(2_000);
    await bench.work();
    expect((await bench.post(id)).slice(2)).toEqual([
      expect.stringMatching(/^▰*▱+ \d of 3 pods new and ready, watching since/),
      expect.any(String),
    ]);

    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done', outcome: { kind: 'healthy', done: 3, of: 3 } });
    expect(await bench.job(id)).toMatchObject({ state: 'done', due_at: null, lease_owner: null });
    expect((await bench.post(id))[2]).toMatch(/^Healthy: all 3 pods are new and ready, after \d+ s\.$/);
    expect((await bench.post(id, 'ja'))[2]).toMatch(/^正常: 3 個/);
    expect(await bench.audits()).toEqual(['asked', ...ALL_THE_WAY]);
    const steps = await bench.database.db.selectFrom('audit').selectAll().orderBy('id').execute();
    const { before: wanted } = steps.find((step) => step.stage === 'executing')!;
    const { after: made } = steps.find((step) => step.stage === 'executed')!;
    expect(made).toMatchObject({ uid: wanted!['uid'], pods: 3, templateHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(made!['templateHash']).not.toBe(wanted!['templateHash']);
    expect(await bench.database.db.selectFrom('target_locks').selectAll().execute()).toEqual([]);
    const posts = await bench.database.db.selectFrom('posts').select(['subject', 'channel']).execute();
    expect(posts).toEqual([{ subject: `action:${id}`, channel: CHANNEL }]);
  });

  it('goes by a Continue button where no form can be opened', async () => {
    const asked = await bench.ask(AIKO, { via: 'mention' });
    expect(asked.forms).toEqual([]);
    const buttons = asked.messages[0]!.blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
    expect(buttons.map((b) => b.id)).toEqual(['action-continue']);
    const pressed = await bench.click(AIKO, 'action-continue', buttons[0]!.carries);
    expect(pressed.forms.map((f) => f.id)).toEqual(['action-loading', 'action-confirm']);
    const { answer } = await bench.submit(AIKO, 'action-confirm', pressed.forms[1]!.carries, { reason: 'r' });
    expect(answer.ack).toBeUndefined();
    const again = await bench.click(AIKO, 'action-continue', buttons[0]!.carries);
    expect(again.forms).toEqual([]);
    expect(JSON.stringify(again.messages)).toContain('JOB-1');
  });
});
