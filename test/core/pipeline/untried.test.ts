import { afterEach, describe, expect, it } from 'vitest';
import { action as restart } from '../../../src/commands/restart.ts';
import { action as scale } from '../../../src/commands/scale.ts';
import type { Action } from '../../../src/core/define.ts';
import { AIKO, ALL_THE_WAY, type Bench, formWords, openBench, TARGET } from './bench.ts';

const WEBHOOK = 'old.example.com';
const SENTENCE =
  'The API server could not try this, because the admission webhook old.example.com takes no dry run: it is computed from our own change to what is live, and admission has its say only when it is done.';

let bench: Bench;
afterEach(() => bench.close());

const webhooks = (): Set<string> => bench.cluster.world.store.takingNoDryRun;

async function open(action: Action, approval: readonly string[] = []): Promise<void> {
  bench = await openBench({ action, approval });
  webhooks().add(WEBHOOK);
}

const template = (): Record<string, string> =>
  bench.cluster.world.store.get('deployments', TARGET.namespace, TARGET.name)?.spec.template.metadata.annotations ?? {};

describe('a change that the API server could not try', () => {
  it.each([
    ['restart', restart, {}, 'All 3 pods are replaced'],
    ['scale', scale, { to: 5 }, 'Replicas: 3 → 5, 2 pods more.'],
  ] as const)('%s: is computed, says so, and is done as it was previewed', async (_verb, action, args, effect) => {
    await open(action);
    const { forms } = await bench.ask(AIKO, { args });
    const words = formWords(forms.at(-1)!);
    expect(words).toContain(effect);
    expect(words).toContain(SENTENCE);
    expect(bench.replicas()).toBe(3);
    expect(template()).toEqual({});

    const id = await bench.confirmed(AIKO, { args });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ state: 'done', outcome: { kind: 'healthy' } });
    expect((await bench.audits()).slice(-ALL_THE_WAY.length)).toEqual(ALL_THE_WAY);
    expect(bench.replicas()).toBe(action.name === 'scale' ? 5 : 3);
    expect(template()['hikeshi/run']).toBe(action.name === 'restart' ? id : undefined);
    const planned = await bench.database.db
      .selectFrom('audit')
      .select('after')
      .where('stage', '=', 'planned')
      .where('action_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(planned.after).toMatchObject({ untried: WEBHOOK });
  });

  it.each([
    ['restart', restart, {}],
    ['scale', scale, { to: 5 }],
  ] as const)('%s: changed since by somebody else, it is not made', async (verb, action, args) => {
    await open(action);
    const id = await bench.confirmed(AIKO, { args });
    const { world } = bench.cluster;
    if (verb === 'restart') world.setImage(TARGET.namespace, TARGET.name, 'registry.example/checkout:1.5');
    else world.scale(TARGET.namespace, TARGET.name, 4);
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'changed' } });
    expect(bench.replicas()).toBe(verb === 'scale' ? 4 : 3);
    expect(template()).toEqual({});
  });

  it('changed in the last moment, the change itself tests it', async () => {
    const late: typeof scale = {
      ...scale,
      async execute(plan, ctx) {
        bench.cluster.world.scale(TARGET.namespace, TARGET.name, 4);
        return scale.execute(plan, ctx);
      },
    };
    await open(late);
    const id = await bench.confirmed(AIKO, { args: { to: 5 } });
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'changed' } });
    expect(bench.replicas()).toBe(4);
  });

  it.each([
    ['no longer stands there', () => webhooks().clear(), true],
    ['has come only after the preview', () => webhooks().add(WEBHOOK), false],
  ])('is the same plan when the webhook %s', async (_what, later, before) => {
    await open(scale);
    if (!before) webhooks().clear();
    const id = await bench.confirmed(AIKO, { args: { to: 5 } });
    later();
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'healthy' } });
  });

  it('says so to the second person as well, in both languages', async () => {
    await open(scale, ['scale']);
    const id = await bench.confirmed(AIKO, { args: { to: 5 } });
    expect(await bench.post(id)).toContainEqual(expect.stringContaining(SENTENCE));
    expect((await bench.post(id, 'ja')).join('\n')).toContain(
      'Admission Webhook old.example.com がドライランに対応していないため',
    );
  });
});
