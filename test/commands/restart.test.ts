import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../sandbox/cluster/world.ts';
import { action } from '../../src/commands/restart.ts';
import { parseWords, readArgs } from '../../src/core/ask/parse.ts';
import { tokenize } from '../../src/core/ask/tokenize.ts';
import type { Plan } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Target, WorkloadKind } from '../../src/domain/workload.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

let simulated: SimulatedEnvironments;
let world: World;
let cluster: Cluster;
beforeAll(async () => {
  simulated = await simulatedEnvironments({ production: ['main'] });
  world = simulated.worlds.get('production/main')!;
  cluster = simulated.environments.get('production')!.clusters.get('main')!;
});
afterAll(() => simulated.close());

const signal = new AbortController().signal;
const AT = new Date('2026-03-02T03:00:00Z');
const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

const targetOf = (name: string, kind: WorkloadKind = 'Deployment'): Target => ({
  environment: 'production',
  cluster: 'main',
  namespace: 'shop',
  kind,
  name,
});
const planOf = (target: Target): Promise<Plan> => action.plan(target, {}, { cluster, signal });
const execute = (plan: Plan, run: string): Promise<Plan['touches']> =>
  action.execute(plan, { cluster, signal, run, by: 'slack:U1', reason: 'leak', at: AT });

function words(plan: Plan, language: 'en' | 'ja' = 'en'): string {
  const blocks = action.preview(sentences(language), plan);
  return blocks.map((b) => (b.kind === 'text' ? plainText(b.text) : JSON.stringify(b))).join('\n');
}

describe('restart', () => {
  it.each(KINDS)('plans, restarts and watches a %s until it is healthy', async (kind) => {
    const name = `whole-${kind.toLowerCase()}`;
    world.create({ namespace: 'shop', name, kind, replicas: 3 });
    const target = targetOf(name, kind);
    const plan = await planOf(target);
    expect(plan).toMatchObject({ target, effect: { pods: 3, podsReplaced: 3, images: 'registry.k8s.io/pause:3.10' } });
    expect(Object.keys(plan.touches).sort()).toEqual(['templateHash', 'uid']);
    expect(await planOf(target)).toEqual(plan);

    expect(await action.probe(plan, { cluster, signal, run: 'run-1' })).toBe('not-done');
    const touched = await execute(plan, 'run-1');
    expect(touched).toEqual((await planOf(target)).touches);
    expect(touched['templateHash']).not.toBe(plan.touches['templateHash']);
    expect(await action.probe(plan, { cluster, signal, run: 'run-1' })).toBe('done');
    expect((await action.watch(plan, { cluster, signal, run: 'run-1' })).state).toBe('progressing');
    world.tick(60);
    expect(await action.watch(plan, { cluster, signal, run: 'run-1' })).toMatchObject({
      state: 'healthy',
      done: 3,
      of: 3,
    });
  });

  it('does not restart what has changed since the plan', async () => {
    world.create({ namespace: 'shop', name: 'moved' });
    const plan = await planOf(targetOf('moved'));
    world.setImage('shop', 'moved', 'registry.k8s.io/pause:3.9');
    await expect(execute(plan, 'run-2')).rejects.toMatchObject({ kind: 'changed' });
    expect((await planOf(targetOf('moved'))).touches).not.toEqual(plan.touches);
  });

  it('leaves no trace of a plan', async () => {
    world.create({ namespace: 'shop', name: 'untouched' });
    const before = await cluster.workload(targetOf('untouched'));
    await planOf(targetOf('untouched'));
    expect(await cluster.workload(targetOf('untouched'))).toEqual(before);
  });

  it('says what is not there, and what is paused', async () => {
    await expect(planOf(targetOf('nothing'))).rejects.toMatchObject({ code: 'no-such-workload' });
    world.create({ namespace: 'shop', name: 'paused', paused: true, settled: false });
    await expect(planOf(targetOf('paused'))).rejects.toMatchObject({ kind: 'paused' });
  });

  it('says that OnDelete replaces no pod, and has nothing to wait for', async () => {
    world.create({ namespace: 'shop', name: 'byhand', kind: 'StatefulSet', replicas: 2, updateStrategy: 'OnDelete' });
    const plan = await planOf(targetOf('byhand', 'StatefulSet'));
    expect(words(plan)).toContain('no pod is replaced');
    expect(words(plan)).toContain('kubectl -n shop delete pod');
    await execute(plan, 'run-3');
    expect(await action.watch(plan, { cluster, signal, run: 'run-3' })).toMatchObject({ state: 'healthy', of: 0 });
  });

  it('warns of a workload without pods', async () => {
    world.create({ namespace: 'shop', name: 'asleep', replicas: 0 });
    expect(words(await planOf(targetOf('asleep')))).toContain('scaled to 0');
  });

  it('previews in both languages', async () => {
    world.create({ namespace: 'shop', name: 'two', replicas: 2 });
    const plan = await planOf(targetOf('two'));
    expect(words(plan)).toContain('All 2 pods are replaced');
    expect(words(plan, 'ja')).toContain('2 個の Pod');
    for (const language of LANGUAGES) expect(action.title(sentences(language), plan.target, {})).toContain('two');
  });

  it('watches a minute longer than the workload itself waits', async () => {
    world.create({ namespace: 'shop', name: 'quick', progressDeadlineSeconds: 30 });
    expect(action.watchMs(await planOf(targetOf('quick')))).toBe(90_000);
  });

  it.each([
    ['restart shop/checkout', { text: 'shop/checkout' }],
    ['restart checkout -n shop', { text: 'checkout', namespace: 'shop' }],
    ['restart', {}],
  ])('%s points at a target', (typed, expected) => {
    const [, ...rest] = tokenize(typed);
    const args = readArgs(action, parseWords(action, rest).given, 'en');
    expect(action.target(args)).toEqual(expected);
  });
});
