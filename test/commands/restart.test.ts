import { describe, expect, it } from 'vitest';
import { action } from '../../src/commands/restart.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Target, WorkloadKind } from '../../src/domain/workload.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import { type CallOptions, ClusterError } from '../../src/ports/cluster.ts';
import { argsOf } from '../support/asked.ts';
import { previewOf, targetOf, useShop } from '../support/shop.ts';

const shop = useShop();
const signal = new AbortController().signal;
const AT = new Date('2026-03-02T03:00:00Z');
const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

const planOf = (target: Target): Promise<Plan> => action.plan(target, {}, { cluster: shop.cluster, signal });
const execute = (plan: Plan, run: string): Promise<Plan['touches']> =>
  action.execute(plan, { cluster: shop.cluster, signal, run, by: 'slack:U1', reason: 'leak', at: AT });

const words = (plan: Plan, language: Language = 'en'): string => previewOf(action, plan, language);

describe('restart', () => {
  it.each(KINDS)('plans, restarts and watches a %s until it is healthy', async (kind) => {
    const name = `whole-${kind.toLowerCase()}`;
    shop.world.create({ namespace: 'shop', name, kind, replicas: 3 });
    const target = targetOf(name, kind);
    const plan = await planOf(target);
    expect(plan).toMatchObject({ target, effect: { pods: 3, podsReplaced: 3, images: 'registry.k8s.io/pause:3.10' } });
    expect(Object.keys(plan.touches).sort()).toEqual(['templateHash', 'uid']);
    expect(await planOf(target)).toEqual(plan);

    expect(await action.probe(plan, { cluster: shop.cluster, signal, run: 'run-1' })).toBe('not-done');
    const touched = await execute(plan, 'run-1');
    expect(touched).toEqual((await planOf(target)).touches);
    expect(touched['templateHash']).not.toBe(plan.touches['templateHash']);
    expect(await action.probe(plan, { cluster: shop.cluster, signal, run: 'run-1' })).toBe('done');
    expect((await action.watch(plan, { cluster: shop.cluster, signal, run: 'run-1' })).state).toBe('progressing');
    shop.world.tick(60);
    expect(await action.watch(plan, { cluster: shop.cluster, signal, run: 'run-1' })).toMatchObject({
      state: 'healthy',
      done: 3,
      of: 3,
    });
  });

  it('of what is scaled to zero says so, with the way up', async () => {
    shop.world.create({ namespace: 'shop', name: 'mailer', replicas: 0 });
    const plan = await planOf(targetOf('mailer'));
    expect(words(plan)).toContain('scaled to 0');
    expect(action.instead?.(sentences('en'), plan)).toEqual({ verb: 'scale', label: 'Scale to 1…', number: '1' });
  });

  it('does not restart what has changed since the plan', async () => {
    shop.world.create({ namespace: 'shop', name: 'moved' });
    const plan = await planOf(targetOf('moved'));
    shop.world.setImage('shop', 'moved', 'registry.k8s.io/pause:3.9');
    await expect(execute(plan, 'run-2')).rejects.toMatchObject({ kind: 'changed' });
    expect((await planOf(targetOf('moved'))).touches).not.toEqual(plan.touches);
  });

  it('leaves no trace of a plan', async () => {
    shop.world.create({ namespace: 'shop', name: 'untouched' });
    const before = await shop.cluster.workload(targetOf('untouched'));
    await planOf(targetOf('untouched'));
    expect(await shop.cluster.workload(targetOf('untouched'))).toEqual(before);
  });

  it('says what is not there, and what is paused', async () => {
    await expect(planOf(targetOf('nothing'))).rejects.toMatchObject({ code: 'no-such-workload' });
    shop.world.create({ namespace: 'shop', name: 'paused', paused: true, settled: false });
    await expect(planOf(targetOf('paused'))).rejects.toMatchObject({ kind: 'paused' });
  });

  it('says that OnDelete replaces no pod, and has nothing to wait for', async () => {
    shop.world.create({
      namespace: 'shop',
      name: 'byhand',
      kind: 'StatefulSet',
      replicas: 2,
      updateStrategy: 'OnDelete',
    });
    const plan = await planOf(targetOf('byhand', 'StatefulSet'));
    expect(words(plan)).toContain('no pod is replaced');
    expect(words(plan)).toContain('kubectl -n shop delete pod');
    await execute(plan, 'run-3');
    expect(await action.watch(plan, { cluster: shop.cluster, signal, run: 'run-3' })).toMatchObject({
      state: 'healthy',
      of: 0,
    });
  });

  it.each([
    ['StatefulSet', 1, true],
    ['StatefulSet', 2, false],
    ['Deployment', 1, false],
  ] as const)('warns where a %s with %d pods is down meanwhile: %s', async (kind, replicas, down) => {
    const name = `down-${kind.toLowerCase()}-${replicas}`;
    shop.world.create({ namespace: 'shop', name, kind, replicas });
    const plan = await planOf(targetOf(name, kind));
    expect(plan.effect['down']).toBe(down);
    expect(JSON.stringify(action.preview(sentences('en'), plan)).includes('It is down meanwhile')).toBe(down);
  });

  it('says of a rollout that is stuck that a restart does not mend it, and what does', async () => {
    shop.world.create({ namespace: 'shop', name: 'stuck', replicas: 2 });
    shop.world.breakImage('shop', 'stuck');
    shop.world.tick(120);
    const plan = await planOf(targetOf('stuck'));
    const said = words(plan);
    expect(said).toMatch(
      /A rollout is stuck: to \S+, whose pods do not become ready \((ErrImagePull|ImagePullBackOff)\)/,
    );
    expect(said).toContain('What answers is 2 pods of before.');
    expect(said).toContain('/ops rollback shop/deployment/stuck goes back');
    expect(said).not.toContain('All 2 pods are replaced');
    expect(words(plan, 'ja')).toContain('/ops rollback shop/deployment/stuck');
    shop.world.create({ namespace: 'shop', name: 'flowing', replicas: 2 });
    expect(words(await planOf(targetOf('flowing')))).not.toContain('stuck');
  });

  it.each(KINDS)(
    'sees a rollout of a %s that is stuck from its first pods on, while all of before are ready',
    async (kind) => {
      for (const trouble of ['image', 'crash'] as const) {
        const name = `early-${trouble}-${kind.toLowerCase()}`;
        const target = targetOf(name, kind);
        shop.world.create({ namespace: 'shop', name, kind, replicas: 2 });
        const { ready } = await shop.cluster.rollout(target);
        if (trouble === 'image') shop.world.breakImage('shop', name, kind);
        else {
          shop.world.setImage('shop', name, 'registry.k8s.io/pause:3.9', kind);
          shop.world.crash('shop', name, { exitCode: 1, until: 'rollback' }, kind);
        }
        shop.world.tick(15);
        const now = await shop.cluster.rollout(target);
        expect(now).toMatchObject({ state: 'progressing', fresh: 0 });
        expect(now.ready).toBeGreaterThanOrEqual(ready - 1);
        const said = words(await planOf(target));
        expect(said).toMatch(/A rollout is stuck: .*(ErrImagePull|ImagePullBackOff|CrashLoopBackOff|Error)/);
        expect(said).toContain(`What answers is ${now.ready === 1 ? '1 pod' : `${now.ready} pods`} of before.`);
      }
    },
  );

  it('says how many are ready now', async () => {
    shop.world.create({ namespace: 'shop', name: 'counted', replicas: 3 });
    expect(words(await planOf(targetOf('counted')))).toContain('"label":"Ready now","value":["3 of 3"]');
  });

  it('is planned also where what is only told beside cannot be read', async () => {
    shop.world.create({ namespace: 'shop', name: 'unseen', replicas: 2 });
    const none = () => Promise.reject(new Error('not served here'));
    const cluster = { ...shop.cluster, rollout: none, budgets: none };
    const plan = await action.plan(targetOf('unseen'), {}, { cluster, signal });
    expect(words(plan)).toContain('All 2 pods are replaced');
    expect(words(plan)).not.toContain('Ready now');
    expect(words(plan)).toContain('Could not be read just now, so nothing is said of it: rollout, budgets.');
    const refused = () => Promise.reject(new ClusterError('forbidden', 'main', 'no'));
    const barred = await action.plan(
      targetOf('unseen'),
      {},
      { cluster: { ...shop.cluster, budgets: refused }, signal },
    );
    expect(words(barred)).toContain('Not looked at, for lack of rights: budgets.');
  });

  it('is planned without waiting for what is only told beside, and gives that up', async () => {
    shop.world.create({ namespace: 'shop', name: 'slowly', replicas: 2 });
    const given: (AbortSignal | undefined)[] = [];
    const never = (_: unknown, { signal: within }: CallOptions = {}) => {
      given.push(within);
      return new Promise<never>(() => undefined);
    };
    const cluster = { ...shop.cluster, rollout: never, budgets: never };
    const plan = await action.plan(targetOf('slowly'), {}, { cluster, signal: AbortSignal.timeout(6_000) });
    expect(words(plan)).toContain('so nothing is said of it: rollout, budgets.');
    expect(words(plan, 'ja')).toContain('rollout, budgets');
    expect(given.map((within) => within?.aborted)).toEqual([true, true]);
  });

  it('starts the new pod first only where that can be', async () => {
    shop.world.create({ namespace: 'shop', name: 'alone', replicas: 1 });
    shop.world.create({ namespace: 'shop', name: 'alone-set', kind: 'StatefulSet', replicas: 1 });
    expect(words(await planOf(targetOf('alone')))).toContain('which its strategy may start first');
    const set = words(await planOf(targetOf('alone-set', 'StatefulSet')));
    expect(set).toMatch(/of the same template\.\n.*It is down meanwhile/);
  });

  it('names the disruption budget that it goes below', async () => {
    for (const [name, kind] of [
      ['kept', 'StatefulSet'],
      ['kept-rolling', 'Deployment'],
    ] as const) {
      shop.world.create({ namespace: 'shop', name, kind, replicas: 2 });
      shop.world.putBeside('poddisruptionbudgets', 'shop', name, {
        spec: { minAvailable: 2, selector: { matchLabels: { app: name } } },
        status: { desiredHealthy: 2 },
      });
    }
    const budget = 'The disruption budget kept wants 2 healthy. A restart does not ask it.';
    expect(words(await planOf(targetOf('kept', 'StatefulSet')))).toContain(budget);
    expect(words(await planOf(targetOf('kept-rolling')))).not.toContain('budget');
  });

  it('warns of a workload without pods', async () => {
    shop.world.create({ namespace: 'shop', name: 'asleep', replicas: 0 });
    expect(words(await planOf(targetOf('asleep')))).toContain('scaled to 0');
  });

  it('previews in both languages', async () => {
    shop.world.create({ namespace: 'shop', name: 'two', replicas: 2 });
    const plan = await planOf(targetOf('two'));
    expect(words(plan)).toContain('All 2 pods are replaced');
    expect(words(plan, 'ja')).toContain('2 個の Pod');
    for (const language of LANGUAGES) expect(action.title(sentences(language), plan.target, {})).toContain('two');
  });

  it('watches a minute longer than the workload itself waits', async () => {
    shop.world.create({ namespace: 'shop', name: 'quick', progressDeadlineSeconds: 30 });
    expect(action.watchMs(await planOf(targetOf('quick')))).toBe(90_000);
  });

  it.each([
    ['shop/checkout', { text: 'shop/checkout' }],
    ['checkout -n shop', { text: 'checkout', namespace: 'shop' }],
    ['', {}],
  ])('restart %s points at a target', (typed, expected) => {
    expect(action.target(argsOf(action, typed))).toEqual(expected);
  });
});
