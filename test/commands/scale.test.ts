import { describe, expect, it } from 'vitest';
import { action } from '../../src/commands/scale.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Target } from '../../src/domain/workload.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { argsOf } from '../support/asked.ts';
import { previewOf, targetOf, useShop } from '../support/shop.ts';

const shop = useShop();
const signal = new AbortController().signal;
const AT = new Date('2026-03-02T03:00:00Z');

const planOf = (target: Target, to: number): Promise<Plan> =>
  action.plan(target, { to }, { cluster: shop.cluster, signal });

const words = (plan: Plan, language: Language = 'en'): string => previewOf(action, plan, language);

describe('scale', () => {
  it.each(['Deployment', 'StatefulSet'] as const)('plans, scales and watches a %s', async (kind) => {
    const name = `sized-${kind.toLowerCase()}`;
    shop.world.create({ namespace: 'shop', name, kind, replicas: 2 });
    const target = targetOf(name, kind);
    const plan = await planOf(target, 4);
    expect(plan).toMatchObject({ touches: { replicas: 2 }, effect: { from: 2, to: 4 }, reasonRequired: false });
    expect(words(plan)).toBe('Replicas: 2 → 4, 2 pods more.');
    expect(await planOf(target, 4)).toEqual(plan);
    expect(await action.probe(plan, { cluster: shop.cluster, signal, run: 'r' })).toBe('not-done');
    await action.execute(plan, { cluster: shop.cluster, signal, run: 'r', by: 'slack:U1', reason: 'load', at: AT });
    expect(await action.probe(plan, { cluster: shop.cluster, signal, run: 'r' })).toBe('done');
    expect(await action.watch(plan, { cluster: shop.cluster, signal, run: 'r' })).toMatchObject({
      state: 'progressing',
      of: 4,
    });
    shop.world.tick(60);
    expect(await action.watch(plan, { cluster: shop.cluster, signal, run: 'r' })).toMatchObject({
      state: 'healthy',
      done: 4,
      of: 4,
    });
    expect(action.undo!(plan)).toMatchObject({ args: { to: 2 }, left: { uid: plan.touches['uid'], replicas: 4 } });
  });

  it('does not scale what has another number by now', async () => {
    shop.world.create({ namespace: 'shop', name: 'moved', replicas: 2 });
    const plan = await planOf(targetOf('moved'), 3);
    shop.world.scale('shop', 'moved', 6);
    const run = action.execute(plan, { cluster: shop.cluster, signal, run: 'r', by: 'b', reason: '', at: AT });
    await expect(run).rejects.toMatchObject({ kind: 'changed' });
    expect(await action.probe(plan, { cluster: shop.cluster, signal, run: 'r' })).toBe('unknown');
  });

  it.each([
    ['en', '{"label":"Ready now","value":["0 of 3"," (",{"code":"CrashLoopBackOff"},")"]}'],
    ['ja', '{"label":"現在の準備完了","value":["3 個中 0 個"," (",{"code":"CrashLoopBackOff"},")"]}'],
  ] as const)('says how many are ready where its pods crash: %s', async (language, said) => {
    const name = `crashing-${language}`;
    shop.world.create({ namespace: 'shop', name, replicas: 3 });
    shop.world.tick(20);
    shop.world.crash('shop', name, { until: 'mended' });
    shop.world.tick(60);
    expect(words(await planOf(targetOf(name), 5), language)).toContain(said);
  });

  it('says that more pods do not mend a rollout that is stuck', async () => {
    shop.world.create({ namespace: 'shop', name: 'stuck', replicas: 2 });
    shop.world.breakImage('shop', 'stuck');
    shop.world.tick(120);
    const plan = await planOf(targetOf('stuck'), 4);
    expect(words(plan)).toContain('A rollout is stuck');
    expect(JSON.stringify(action.warnings!(sentences('en'), plan))).toContain('/ops rollback shop/deployment/stuck');
  });

  it('refuses what makes no sense', async () => {
    shop.world.create({ namespace: 'shop', name: 'agent', kind: 'DaemonSet' });
    await expect(planOf(targetOf('agent', 'DaemonSet'), 2)).rejects.toMatchObject({ code: 'no-scale' });
    shop.world.create({ namespace: 'shop', name: 'same', replicas: 2 });
    await expect(planOf(targetOf('same'), 2)).rejects.toMatchObject({ code: 'same-replicas' });
    await expect(planOf(targetOf('nothing'), 2)).rejects.toMatchObject({ code: 'no-such-workload' });
    shop.world.create({ namespace: 'shop', name: 'sick', replicas: 2 });
    shop.world.crash('shop', 'sick', { until: 'mended' });
    shop.world.tick(30);
    const sick = { code: 'same-replicas', params: { name: 'sick', replicas: 2, ready: 0 } };
    await expect(planOf(targetOf('sick'), 2)).rejects.toMatchObject(sick);
  });

  it('goes back to what it was before it was scaled to zero, and only then', async () => {
    shop.world.create({ namespace: 'shop', name: 'slept', replicas: 0 });
    shop.world.create({ namespace: 'shop', name: 'awake', replicas: 3 });
    const target = targetOf('slept');
    const asked: unknown[] = [];
    const plan: Plan = { ...(await planOf(targetOf('awake'), 0)), touches: { uid: 'u', replicas: 4 } };
    const recall = (args: Parameters<NonNullable<typeof action.recall>>[1], last: Plan | undefined, of = target) =>
      action.recall!(of, args, {
        cluster: shop.cluster,
        signal,
        made: async (...like) => {
          asked.push(like);
          return last ? [{ plan: last, by: 'aiko', at: new Date(0), job: 3, outcome: 'healthy' as const }] : [];
        },
      });
    expect(await recall({ to: 3 }, undefined)).toEqual({ to: 3 });
    expect(await recall({ target: 'slept', to: 'back' }, plan)).toEqual({ target: 'slept', to: 4 });
    const { uid } = (await shop.cluster.workload(target))!;
    expect(asked).toEqual([[target, 'scale', { touches: { uid }, effect: { to: 0 } }]]);
    await expect(recall({ to: 'back' }, undefined)).rejects.toMatchObject({ code: 'nothing-to-go-back-to' });
    await expect(recall({ to: 'back' }, plan, targetOf('awake'))).rejects.toMatchObject({ code: 'runs-already' });
    await expect(recall({ to: 'back' }, plan, targetOf('nothing'))).rejects.toMatchObject({ code: 'no-such-workload' });
    expect(argsOf(action, 'back')).toEqual({ to: 'back' });
    expect(argsOf(action, 'shop/slept --replicas back')).toEqual({ target: 'shop/slept', to: 'back' });
  });

  it('asks for a reason to stop everything', async () => {
    shop.world.create({ namespace: 'shop', name: 'stopping', replicas: 2 });
    const plan = await planOf(targetOf('stopping'), 0);
    expect(plan.reasonRequired).toBe(true);
    expect(words(plan)).toContain('Nothing will be left running');
    expect(words(plan, 'ja')).toContain('動いている Pod がなくなります');
  });

  it('warns of everything that would fight or stop it, in both languages', async () => {
    const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/fought' };
    shop.world.create({ namespace: 'shop', name: 'fought', replicas: 3, annotations });
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'fought' };
    const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 6 };
    shop.world.putBeside('horizontalpodautoscalers', 'shop', 'fought', { spec, status: {} });
    const selector = { matchLabels: { app: 'fought' } };
    shop.world.putBeside('poddisruptionbudgets', 'shop', 'fought', {
      spec: { selector },
      status: { desiredHealthy: 2 },
    });
    const hard = { pods: '4', 'limits.cpu': '1' };
    shop.world.putBeside('resourcequotas', 'shop', 'team', { spec: { hard }, status: { hard, used: { pods: '3' } } });
    const up = words(await planOf(targetOf('fought'), 9));
    expect(up).toContain('The autoscaler fought (2 to 6) sets its replicas');
    expect(up).toContain('Argo CD shop writes it');
    expect(up).toContain('The quota team has room for 1 pod more (pods)');
    expect(up).not.toContain('disruption budget');
    const down = await planOf(targetOf('fought'), 1);
    expect(words(down)).toContain('The disruption budget fought wants 2 healthy');
    expect(words(down)).not.toContain('quota');
    expect(words(down, 'ja')).toContain('正常な Pod を 2 個');
    expect(words(await planOf(targetOf('fought'), 0))).toContain('the autoscaler fought stops working');
    for (const language of LANGUAGES) {
      expect(action.title(sentences(language), down.target, { to: 1 })).toContain('fought');
    }
  });

  it('says what it could not look at', async () => {
    shop.world.create({ namespace: 'shop', name: 'unseen', replicas: 1 });
    shop.world.faults.forbidden.add('list poddisruptionbudgets');
    expect(words(await planOf(targetOf('unseen'), 2))).toContain('Not looked at, for lack of rights: budgets');
    shop.world.faults.forbidden.clear();
  });

  it.each([
    ['shop/checkout 5', { target: 'shop/checkout', to: 5 }],
    ['deploy/checkout --replicas=3 -n shop', { target: 'deploy/checkout', namespace: 'shop', to: 3 }],
    ['0', { to: 0 }],
    ['--replicas 2', { to: 2 }],
    ['cart 4 --replicas=4', { target: 'cart', to: 4 }],
  ])('scale %s', (typed, expected) => {
    expect(argsOf(action, typed)).toEqual(expected);
  });

  it.each([
    ['', 'which-replicas'],
    ['checkout', 'which-replicas'],
    ['checkout many', 'not-replicas'],
    ['checkout 1.5', 'not-replicas'],
    ['checkout 10001', 'not-replicas'],
    ['checkout --replicas=-1', 'not-replicas'],
    ['cart checkout --replicas 5', 'too-many-arguments'],
    ['checkout 4 --replicas=6', 'two-numbers'],
    ['4 --replicas=6', 'two-numbers'],
  ])('scale %s is answered with %s', (typed, code) => {
    expect(() => argsOf(action, typed)).toThrow(expect.objectContaining({ code }));
  });

  it('gives what was typed back in the example', () => {
    const notReplicas = (text: string, words: string): unknown =>
      expect.objectContaining({ params: { text, most: 10_000, words } });
    expect(() => argsOf(action, 'shop/cart five')).toThrow(notReplicas('five', '/ops scale shop/cart 5'));
    expect(() => argsOf(action, '3 shop/cart')).toThrow(notReplicas('shop/cart', '/ops scale shop/cart 3'));
    expect(() => argsOf(action, 'shop/cart=3')).toThrow(notReplicas('shop/cart=3', '/ops scale shop/cart 3'));
    expect(() => argsOf(action, '')).toThrow(expect.objectContaining({ params: { target: 'NAME' } }));
    expect(() => argsOf(action, 'shop/cart')).toThrow(expect.objectContaining({ params: { target: 'shop/cart' } }));
  });
});
