import { describe, expect, it } from 'vitest';
import { action } from '../../src/commands/delete.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { PodRow, Target, WorkloadKind } from '../../src/domain/workload.ts';
import { LANGUAGES, type Language } from '../../src/messages/catalog.ts';
import { argsOf } from '../support/asked.ts';
import { previewOf, targetOf, useShop } from '../support/shop.ts';

const shop = useShop();
const signal = new AbortController().signal;
const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

const planOf = (target: Target, words: string): Promise<Plan> =>
  action.plan(target, argsOf(action, words), { cluster: shop.cluster, signal });
const execute = (plan: Plan): Promise<Plan['touches']> =>
  action.execute(plan, { cluster: shop.cluster, signal, run: 'r', by: 'slack:U1', reason: 'hangs', at: new Date(0) });
const watched = (plan: Plan) => action.watch(plan, { cluster: shop.cluster, signal, run: 'r' });
const probed = (plan: Plan) => action.probe(plan, { cluster: shop.cluster, signal, run: 'r' });
const words = (plan: Plan, language: Language = 'en'): string => previewOf(action, plan, language);

function running(name: string, kind: WorkloadKind = 'Deployment', replicas = 3): Target {
  shop.world.create({ namespace: 'shop', name, kind, replicas });
  shop.world.tick(60);
  return targetOf(name, kind);
}

const podsOf = async (target: Target): Promise<readonly PodRow[]> =>
  (await shop.cluster.podsOf(target))!.filter(({ status }) => status !== 'Terminating');
const namesOf = async (target: Target): Promise<readonly string[]> => (await podsOf(target)).map(({ name }) => name);

describe('delete', () => {
  it.each(KINDS)('plans, deletes a pod of a %s and watches until another is ready in its place', async (kind) => {
    const target = running(`whole-${kind.toLowerCase()}`, kind);
    const [pod, ...others] = (await podsOf(target)) as [PodRow, ...PodRow[]];
    const plan = await planOf(target, `shop/${pod.name}`);
    const { uid } = (await shop.cluster.workload(target))!;
    expect(plan).toMatchObject({ target, facts: { pods: 1 }, touches: { uid, pods: pod.uid } });
    expect(await planOf(target, `pod ${pod.name} -n shop`)).toEqual(plan);
    expect(words(plan)).toContain(pod.name);
    expect(words(plan)).toContain(`Ready meanwhile: ${others.length} of ${others.length + 1}.`);

    expect(await probed(plan)).toBe('not-done');
    expect(await execute(plan)).toEqual(plan.touches);
    expect(await probed(plan)).toBe('done');
    expect((await watched(plan)).state).toBe('progressing');
    shop.world.tick(120);
    const of = others.length + 1;
    expect(await watched(plan)).toMatchObject({ state: 'healthy', done: of, of });
    const uids = (await podsOf(target)).map((now) => now.uid);
    expect(uids).not.toContain(pod.uid);
    for (const other of others) expect(uids).toContain(other.uid);
  });

  it('takes the beginning of a name, and offers each that it fits', async () => {
    const target = running('begun');
    const names = await namesOf(target);
    const [name = ''] = names;
    expect((await planOf(target, name.slice(0, -2))).effect['names']).toBe(name);
    await expect(planOf(target, name.slice(0, name.lastIndexOf('-') + 1))).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: { candidates: names.map((pod) => `production/main/shop/pod/${pod}`) },
    });
  });

  it('deletes those with some labels, of this workload only', async () => {
    const target = running('labelled');
    const plan = await planOf(target, 'shop/labelled -l app=labelled');
    expect(plan.facts.pods).toBe(3);
    expect(words(plan)).toContain('It is down meanwhile');
    await execute(plan);
    shop.world.tick(120);
    expect((await watched(plan)).state).toBe('healthy');
    await expect(planOf(target, 'shop/labelled -l app=begun')).rejects.toMatchObject({ code: 'no-pods-with-labels' });
  });

  it('refuses what it cannot mean, and what would be too much', async () => {
    const target = running('refused');
    await expect(planOf(target, 'shop/refused')).rejects.toMatchObject({ code: 'which-pods' });
    await expect(planOf(target, 'refused-nope-x2x4z')).rejects.toMatchObject({ code: 'no-such-pod' });
    const going = running('going');
    const [leaving = ''] = await namesOf(going);
    await execute(await planOf(going, leaving));
    await expect(planOf(going, leaving)).rejects.toMatchObject({
      code: expect.stringMatching(/^(pod-going|no-such-pod)$/),
    });
    await expect(planOf(targetOf('nothing'), 'nothing-0')).rejects.toMatchObject({ code: 'no-such-workload' });
    expect(() => argsOf(action, 'a b')).toThrow(/one-pod-at-a-time/);
    for (const typed of ['', 'pod']) expect(argsOf(action, typed)).toEqual({});
    for (const [typed, kind, words] of [
      ['deploy checkout', 'deploy', '/ops pods deploy/checkout'],
      ['sts/db', 'sts', '/ops pods sts/db'],
      ['ns shop', 'ns', '/ops pods -n shop'],
      ['svc/cart', 'svc', '/ops pods'],
    ] as const)
      expect(() => argsOf(action, typed)).toThrow(
        expect.objectContaining({ code: 'only-pods', params: { kind, words } }),
      );
    expect(argsOf(action, 'deploy/cart -l track=canary')).toMatchObject({ target: 'deploy/cart' });
    const many = running('many', 'Deployment', 21);
    await expect(planOf(many, 'many -l app=many')).rejects.toMatchObject({
      code: 'too-many-pods',
      params: { pods: 21 },
    });
  });

  it('takes a namespace that is called like a kind for one where a pod is named', async () => {
    for (const namespace of ['ingress', 'sts']) {
      shop.world.createNamespace(namespace);
      shop.world.create({ namespace, name: 'nginx', replicas: 2 });
      shop.world.tick(60);
      const target = { ...targetOf('nginx'), namespace };
      const [pod = ''] = await namesOf(target);
      const typed = `${namespace}/${pod}`;
      const args = argsOf(action, typed);
      expect(action.target(args)).toEqual({ text: typed });
      action.assertPossible?.(target, args);
      expect((await planOf(target, typed)).effect['names']).toBe(pod);
      expect(() => action.assertPossible?.(targetOf('nginx'), args)).toThrow(
        expect.objectContaining({ code: 'only-pods', params: expect.objectContaining({ kind: namespace }) }),
      );
    }
    expect(() => argsOf(action, 'ingress/nginx')).toThrow(/only-pods/);
  });

  it('of a workload alone says which pods it has, those that are not well first', async () => {
    const target = running('several');
    shop.world.breakImage('shop', 'several');
    shop.world.tick(60);
    const pods = await podsOf(target);
    const sick = pods.find(({ readyContainers }) => readyContainers === 0)!;
    const named = [sick, ...pods.filter(({ uid }) => uid !== sick.uid)].map(({ name }) => name);
    expect(named).toHaveLength(4);
    const asked = planOf(target, '');
    await expect(asked).rejects.toMatchObject({
      code: 'which-pods',
      params: {
        text: '',
        candidates: named.map((pod) => `production/main/shop/pod/${pod}`),
        pods: named,
        statuses: ['ImagePullBackOff', 'Running', 'Running', 'Running'],
        more: 0,
      },
    });
    await expect(planOf(target, 'shop/several')).rejects.toMatchObject({ params: { text: 'shop/several' } });
  });

  it('touches another thing once the pod is another, and leaves that one alone', async () => {
    const target = running('again', 'StatefulSet');
    const plan = await planOf(target, 'again-0');
    await execute(plan);
    shop.world.tick(120);
    const [next] = await podsOf(target);
    await execute(plan);
    expect((await podsOf(target))[0]).toMatchObject({ name: 'again-0', uid: next!.uid });
    expect((await planOf(target, 'again-0')).touches).not.toEqual(plan.touches);
  });

  it('does not know whether it is done when some are gone', async () => {
    const target = running('half');
    const plan = await planOf(target, 'half -l app=half');
    const [{ name, uid }] = (await podsOf(target)) as [PodRow];
    await shop.cluster.deletePods(target, { pods: [{ name, uid }], dryRun: false });
    expect(await probed(plan)).toBe('unknown');
  });

  it('warns of a disruption budget that it goes below', async () => {
    const target = running('budgeted');
    shop.world.putBeside('poddisruptionbudgets', 'shop', 'keep', {
      spec: { minAvailable: 3, selector: { matchLabels: { app: 'budgeted' } } },
      status: { desiredHealthy: 3 },
    });
    const [name = ''] = await namesOf(target);
    const plan = await planOf(target, name);
    for (const language of LANGUAGES) expect(words(plan, language)).toMatch(/keep.*3/);
  });
});
