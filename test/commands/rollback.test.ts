import { describe, expect, it } from 'vitest';
import { action } from '../../src/commands/rollback.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Target, WorkloadKind } from '../../src/domain/workload.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { argsOf } from '../support/asked.ts';
import { previewOf, targetOf, useShop } from '../support/shop.ts';

const shop = useShop();
const signal = new AbortController().signal;
const AT = new Date('2026-03-02T03:00:00Z');
const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const OLD = 'registry.k8s.io/pause:3.10';
const NEW = 'registry.k8s.io/pause:3.9';

const planOf = (target: Target, to?: number): Promise<Plan> =>
  action.plan(target, to === undefined ? {} : { to }, { cluster: shop.cluster, signal });
const execute = (plan: Plan, run: string): Promise<Plan['touches']> =>
  action.execute(plan, { cluster: shop.cluster, signal, run, by: 'slack:U1', reason: 'worse', at: AT });
const watched = (plan: Plan) => action.watch(plan, { cluster: shop.cluster, signal, run: 'r' });
const probed = (plan: Plan, run: string) => action.probe(plan, { cluster: shop.cluster, signal, run });

const words = (plan: Plan, language: Language = 'en'): string => previewOf(action, plan, language);

/** With two revisions, the later one with another image. */
function revised(name: string, kind: WorkloadKind = 'Deployment', more: object = {}): Target {
  shop.world.create({ namespace: 'shop', name, kind, replicas: 3, ...more });
  shop.world.revise('shop', name, { image: NEW, env: { LEVEL: 'debug' }, changeCause: 'release 2' }, kind);
  shop.world.tick(60);
  return targetOf(name, kind);
}

describe('rollback', () => {
  it('reads the history once for one plan, and keeps none of it', async () => {
    const target = revised('read-once');
    let read = 0;
    const cluster: Cluster = {
      ...shop.cluster,
      history: (...asked) => {
        read += 1;
        return shop.cluster.history(...asked);
      },
    };
    const wanted = await action.recall!(target, { from: 2 }, { cluster, signal, made: async () => [] });
    const plan = await action.plan(target, wanted, { cluster, signal });
    expect(read).toBe(1);
    expect(plan.args).toEqual({ from: 2, to: 1 });
    expect(await action.plan(target, plan.args as typeof wanted, { cluster, signal })).toEqual(plan);
    expect(read).toBe(2);
  });

  it.each(KINDS)('plans, rolls a %s back, watches it until it is healthy, and takes that back', async (kind) => {
    const target = revised(`whole-${kind.toLowerCase()}`, kind);
    const plan = await planOf(target);
    expect(plan).toMatchObject({ target, effect: { from: 2, to: 1, podsReplaced: 3 }, facts: { pods: 3 } });
    expect(Object.keys(plan.touches).sort()).toEqual(['revisionHash', 'templateHash', 'uid']);
    expect(await planOf(target)).toEqual(plan);
    expect(words(plan)).toContain('Revision 2 → 1, of ');
    expect(words(plan)).toContain('removes');
    expect(words(plan)).not.toContain('debug');

    expect(await probed(plan, 'run-1')).toBe('not-done');
    const touched = await execute(plan, 'run-1');
    expect(await probed(plan, 'run-1')).toBe('done');
    expect((await watched(plan)).state).toBe('progressing');
    shop.world.tick(60);
    expect(await watched(plan)).toMatchObject({ state: 'healthy', done: 3, of: 3 });
    expect(await shop.cluster.workload(target)).toMatchObject({ images: [OLD], revision: 3 });

    const undo = action.undo!(plan);
    expect(undo.args).toEqual({ to: 2 });
    const back = await action.plan(target, undo.args, { cluster: shop.cluster, signal });
    expect(back.touches).toEqual(undo.left);
    expect(touched['templateHash']).toBe(undo.left['templateHash']);
    expect(undo.back(sentences('en'))).toBe('back to revision 2');
    await execute(back, 'run-2');
    shop.world.tick(60);
    expect(await shop.cluster.workload(target)).toMatchObject({ images: [NEW], revision: 4 });
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)(
    'takes that back also where the revision that a %s keeps is not what is live to the letter',
    async (kind) => {
      const target = revised(`letters-${kind.toLowerCase()}`, kind);
      const { uid } = (await shop.cluster.workload(target))!;
      const kept = shop.world.store.owned('controllerrevisions', uid).find(({ revision }) => revision === 2)!;
      const data = structuredClone(kept.data);
      Reflect.deleteProperty(data.spec.template.spec, 'terminationGracePeriodSeconds');
      shop.world.store.put('controllerrevisions', { ...kept, data });
      const plan = await planOf(target);
      await execute(plan, 'r');
      shop.world.tick(60);
      const undo = action.undo!(plan);
      const back = await action.plan(target, undo.args, { cluster: shop.cluster, signal });
      expect(back.touches).toEqual(undo.left);
    },
  );

  it('goes back to a chosen one', async () => {
    const target = revised('chosen');
    shop.world.revise('shop', 'chosen', { image: 'registry.k8s.io/pause:3.8' });
    shop.world.tick(60);
    expect(await planOf(target)).toMatchObject({ effect: { from: 3, to: 2, cause: 'release 2' } });
    const plan = await planOf(target, 1);
    expect(plan).toMatchObject({ effect: { from: 3, to: 1 } });
    await execute(plan, 'r');
    expect(await shop.cluster.workload(target)).toMatchObject({ images: [OLD] });
  });

  it('passes over revisions of which what runs is but a restart', async () => {
    const target = revised('restarted');
    const { uid, templateHash } = (await shop.cluster.workload(target))!;
    const mark = { run: 'r', by: 'b', reason: '', at: AT };
    await shop.cluster.restart(target, { expect: { uid, templateHash }, mark, dryRun: false });
    shop.world.tick(60);
    expect(await planOf(target)).toMatchObject({ effect: { from: 3, to: 1 } });
    expect(words(await planOf(target, 2))).toContain('Nothing but annotations differs');
  });

  it('refuses what makes no sense, and says what there is', async () => {
    await expect(planOf(targetOf('nothing'))).rejects.toMatchObject({ code: 'no-such-workload' });
    shop.world.create({ namespace: 'shop', name: 'first' });
    await expect(planOf(targetOf('first'))).rejects.toMatchObject({ code: 'no-earlier-revision' });
    await expect(planOf(targetOf('first'), 7)).rejects.toMatchObject({ code: 'no-earlier-revision' });
    await expect(planOf(targetOf('first'), 1)).rejects.toMatchObject({ code: 'same-revision' });
    const target = revised('second');
    await expect(planOf(target, 7)).rejects.toMatchObject({ code: 'no-such-revision', params: { revisions: ['1'] } });
    await expect(planOf(target, 2)).rejects.toMatchObject({ code: 'same-revision' });
    shop.world.revise('shop', 'second', { image: 'registry.k8s.io/pause:3.8' });
    await expect(planOf(target, 1)).rejects.toMatchObject({ code: 'revision-not-yet' });
    shop.world.pause('shop', 'second');
    await expect(planOf(target, 1)).rejects.toMatchObject({ kind: 'paused' });
  });

  it('does not roll back what has changed since the plan, and leaves no trace of one', async () => {
    const target = revised('moved');
    const before = await shop.cluster.workload(target);
    const plan = await planOf(target);
    expect(await shop.cluster.workload(target)).toEqual(before);
    shop.world.setImage('shop', 'moved', 'registry.k8s.io/pause:3.8');
    await expect(execute(plan, 'r')).rejects.toMatchObject({ kind: 'changed' });
    expect(await probed(plan, 'r')).toBe('not-done');
  });

  it('says that a sync has put the later template back, however healthy that is', async () => {
    const target = revised('synced');
    const plan = await planOf(target);
    await execute(plan, 'r');
    shop.world.revise('shop', 'synced', { image: NEW, env: { LEVEL: 'debug' } });
    shop.world.tick(60);
    expect((await watched(plan)).state).toBe('overruled');
    expect((await watched({ ...plan, untried: 'policy.example.com' })).state).toBe('healthy');
    shop.world.delete('shop', 'synced');
    expect((await watched(plan)).state).toBe('gone');
  });

  it('frees a StatefulSet that waits for a pod which never becomes ready, and says so before', async () => {
    shop.world.create({ namespace: 'shop', name: 'stuck', kind: 'StatefulSet', replicas: 2 });
    shop.world.breakImage('shop', 'stuck', 'StatefulSet');
    shop.world.tick(30);
    const target = targetOf('stuck', 'StatefulSet');
    const plan = await planOf(target);
    expect(words(plan)).toContain(
      'stuck-1 never became ready, and a StatefulSet waits for such a pod for ever: it is deleted',
    );
    await execute(plan, 'r');
    shop.world.tick(60);
    expect((await watched(plan)).state).toBe('healthy');
  });

  it('deletes no stuck pod that the preview did not name', async () => {
    shop.world.create({ namespace: 'shop', name: 'worse', kind: 'StatefulSet', replicas: 3 });
    shop.world.revise('shop', 'worse', { image: NEW }, 'StatefulSet');
    shop.world.tick(120);
    const target = targetOf('worse', 'StatefulSet');
    const pod = (name: string) => shop.world.store.get('pods', 'shop', name)!;
    const unready = (name: string): void =>
      shop.world.store.put('pods', { ...pod(name), status: { ...pod(name).status, conditions: [] } });
    unready('worse-1');
    const plan = await planOf(target);
    expect(plan.effect).toMatchObject({ stuck: 'worse-1' });
    unready('worse-0');
    unready('worse-2');
    await execute(plan, 'r');
    const ending = ['worse-0', 'worse-1', 'worse-2'].filter((name) => pod(name).metadata.deletionTimestamp);
    expect(ending).toEqual(['worse-1']);
  });

  it('has made the change when its stuck pods could not be deleted, and says so by what it finds', async () => {
    shop.world.create({ namespace: 'shop', name: 'kept', kind: 'StatefulSet', replicas: 1 });
    shop.world.breakImage('shop', 'kept', 'StatefulSet');
    shop.world.tick(30);
    const target = targetOf('kept', 'StatefulSet');
    const plan = await planOf(target);
    shop.world.forbid('delete', 'pods');
    await expect(planOf(target)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(execute(plan, 'run-kept')).rejects.toMatchObject({ kind: 'away' });
    shop.world.forbid('delete', 'pods', false);
    expect(await probed(plan, 'run-kept')).toBe('done');
    shop.world.tick(30);
    const seen = await watched(plan);
    expect(seen).toMatchObject({ state: 'progressing', rollout: { problems: [{ pod: 'kept-0' }] } });
  });

  it('says what replaces no pod, what was only a restart, and who will take it back, in both languages', async () => {
    const annotations = { 'meta.helm.sh/release-name': 'shop' };
    const byHand = revised('byhand', 'StatefulSet', { updateStrategy: 'OnDelete', annotations });
    const plan = await planOf(byHand);
    expect(words(plan)).toContain('no pod is replaced');
    expect(words(plan)).toContain('Helm release shop writes it');
    expect(words(plan, 'ja')).toContain('Helm リリース shop が管理');
    expect(await watched({ ...plan, untried: 'x' })).toMatchObject({ state: 'healthy', of: 0 });

    shop.world.create({ namespace: 'shop', name: 'again', replicas: 0 });
    const { uid, templateHash } = (await shop.cluster.workload(targetOf('again')))!;
    const mark = { run: 'r', by: 'b', reason: '', at: AT };
    await shop.cluster.restart(targetOf('again'), { expect: { uid, templateHash }, mark, dryRun: false });
    shop.world.tick(5);
    const restarted = await planOf(targetOf('again'));
    expect(words(restarted)).toContain('Nothing but annotations differs');
    expect(words(restarted)).toContain('scaled to 0');
    expect(words(restarted, 'ja')).toContain('違いは注釈だけ');
    for (const language of LANGUAGES) {
      expect(action.title(sentences(language), plan.target, {})).toContain('byhand');
      expect(action.title(sentences(language), plan.target, { to: 3 })).toContain('3');
    }
  });

  it.each([
    ['shop/checkout', { target: 'shop/checkout' }],
    ['checkout -n shop --to 3', { target: 'checkout', namespace: 'shop', to: 3 }],
    ['--to=12', { to: 12 }],
    ['shop/checkout --from 2', { target: 'shop/checkout', from: 2 }],
    ['', {}],
  ])('rollback %s', (typed, expected) => {
    expect(argsOf(action, typed)).toEqual(expected);
  });

  it.each(['0', '-1', 'last', '1.5', '9999999999'])('rollback --to=%s is no revision', (typed) => {
    expect(() => argsOf(action, `checkout --to=${typed}`)).toThrow(expect.objectContaining({ code: 'not-a-revision' }));
  });
});
