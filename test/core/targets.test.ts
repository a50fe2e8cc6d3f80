import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTarget, type TargetQuestion, type TargetScope } from '../../src/core/targets.ts';
import { type Target, targetKey } from '../../src/domain/workload.ts';
import { type SimulatedEnvironments, simulatedEnvironments } from '../support/simulated.ts';

let simulated: SimulatedEnvironments;
beforeAll(async () => {
  simulated = await simulatedEnvironments({ production: ['main', 'dr'], staging: ['main'] });
  const { worlds } = simulated;
  const main = worlds.get('production/main')!;
  main.create({ namespace: 'shop', name: 'checkout' });
  main.create({ namespace: 'shop', name: 'payments' });
  main.create({ namespace: 'web', name: 'payments' });
  main.create({ namespace: 'shop', name: 'db', kind: 'StatefulSet' });
  worlds.get('production/dr')!.create({ namespace: 'shop', name: 'mirror' });
  worlds.get('staging/main')!.create({ namespace: 'shop', name: 'checkout' });
});
afterAll(() => simulated.close());

const find = async (question: TargetQuestion, scope: Partial<TargetScope> = {}): Promise<string> =>
  targetKey(
    await findTarget(question, {
      environments: simulated.environments,
      environment: 'production',
      signal: AbortSignal.timeout(10_000),
      ...scope,
    }),
  );
const checkout: Target = {
  environment: 'staging',
  cluster: 'main',
  namespace: 'shop',
  kind: 'Deployment',
  name: 'checkout',
};

describe('findTarget', () => {
  it.each([
    [{ text: 'checkout' }, 'production/main/shop/deployment/checkout'],
    [{ text: 'deploy/checkout', namespace: 'shop' }, 'production/main/shop/deployment/checkout'],
    [{ text: 'mirror' }, 'production/dr/shop/deployment/mirror'],
    [{ text: 'web/payments' }, 'production/main/web/deployment/payments'],
    [{ text: 'db-0' }, 'production/main/shop/statefulset/db'],
    [{ text: 'staging/checkout' }, 'staging/main/shop/deployment/checkout'],
    [{ text: 'checkout', environment: 'staging' }, 'staging/main/shop/deployment/checkout'],
    [{ text: 'production/dr/shop/deployment/mirror' }, 'production/dr/shop/deployment/mirror'],
    [{ text: 'main/shop/checkout' }, 'production/main/shop/deployment/checkout'],
  ])('%j is %s', async (question, key) => {
    expect(await find(question)).toBe(key);
  });

  it('of a namespace says that it is one, with what runs there', async () => {
    const near = ['shop/checkout', 'shop/db', 'shop/mirror', 'shop/payments'];
    const params = { text: 'shop', where: 'production/main, production/dr', near, more: 0 };
    await expect(find({ text: 'shop' })).rejects.toMatchObject({ code: 'namespace-named', params });
    await expect(find({ text: 'shop', namespace: 'shop' })).rejects.toMatchObject({ code: 'no-such-workload' });
  });

  it('of a node or a kind says that it is one', async () => {
    const params = { node: 'node-1', where: 'production/main' };
    await expect(find({ text: 'node-1' })).rejects.toMatchObject({ code: 'node-named', params });
    await expect(find({ text: 'node-9' })).rejects.toMatchObject({ code: 'no-such-workload' });
    await expect(find({ text: 'pods' })).rejects.toMatchObject({ code: 'which-of-kind', params: { kind: 'pods' } });
    await expect(find({ text: 'ingress' })).rejects.toMatchObject({ code: 'no-such-workload' });
  });

  it('takes the incident for a default, unless a flag points elsewhere', async () => {
    expect(await find({}, { incidentTarget: checkout })).toBe(targetKey(checkout));
    expect(await find({ environment: 'staging' }, { incidentTarget: checkout })).toBe(targetKey(checkout));
    await expect(find({ namespace: 'web' }, { incidentTarget: checkout })).rejects.toMatchObject({
      code: 'which-target',
    });
    await expect(find({})).rejects.toMatchObject({ code: 'which-target' });
    expect(await find({ text: 'checkout' }, { incidentTarget: checkout, environment: undefined })).toBe(
      targetKey(checkout),
    );
  });

  it('lists what it could be, as it can be typed', async () => {
    await expect(find({ text: 'payments' })).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: {
        candidates: ['production/main/shop/deployment/payments', 'production/main/web/deployment/payments'],
        more: 0,
      },
    });
  });

  it('takes part of a name for what only reads, and for the rest only says what may be meant', async () => {
    expect(await find({ text: 'check' }, { byPart: true })).toBe('production/main/shop/deployment/checkout');
    await expect(find({ text: 'check' })).rejects.toMatchObject({
      code: 'no-such-workload',
      params: { near: ['shop/checkout'] },
    });
    await expect(find({ text: 'm' }, { byPart: true })).rejects.toMatchObject({
      code: 'ambiguous-target',
      params: {
        candidates: [
          'production/dr/shop/deployment/mirror',
          'production/main/shop/deployment/payments',
          'production/main/web/deployment/payments',
        ],
      },
    });
    await expect(find({ text: 'sts/check' }, { byPart: true })).rejects.toMatchObject({ code: 'no-such-workload' });
  });

  it.each([
    [{ text: 'chekcout' }, 'no-such-workload', { near: ['shop/checkout'], where: 'production/main, production/dr' }],
    [{ text: 'web/checkout' }, 'no-such-workload', { near: ['shop/checkout'] }],
    [{ text: 'xyz' }, 'no-such-workload', { near: [] }],
    [{ text: 'shopp/checkout' }, 'no-such-namespace', { namespace: 'shopp', near: ['shop'] }],
    [{ text: 'checkout', environment: 'prodution' }, 'no-such-environment', { near: ['production'] }],
    [{ text: 'checkout', cluster: 'nowhere' }, 'no-such-cluster', { clusters: ['main', 'dr'] }],
    [{ text: 'shop/checkout', namespace: 'web' }, 'no-such-workload', {}],
    [{ text: 'not a name' }, 'bad-target', {}],
    [{ text: 'svc/checkout' }, 'wrong-kind', { kind: 'svc' }],
    [{ text: 'svc/checkout', namespace: 'shop' }, 'wrong-kind', { kind: 'svc', where: 'production/shop' }],
    [{ text: 'shop/svc/checkout' }, 'wrong-kind', { kind: 'svc', where: 'production' }],
  ])('explains %j: %s', async (question, code, params) => {
    await expect(find(question)).rejects.toMatchObject({ code, params });
  });

  it('asks which environment when there are several and none is said', async () => {
    await expect(find({ text: 'checkout' }, { environment: undefined })).rejects.toMatchObject({
      code: 'which-environment',
      params: { environments: ['production', 'staging'] },
    });
    const { environments } = simulated;
    const only = new Map([['staging', environments.get('staging')!]]);
    expect(await find({ text: 'checkout' }, { environments: only, environment: undefined })).toBe(targetKey(checkout));
    await expect(find({ text: 'checkout' }, { environments: new Map(), environment: undefined })).rejects.toMatchObject(
      {
        code: 'no-environments',
      },
    );
  });

  it('does not guess while a cluster that might hold another is away', async () => {
    const { faults } = simulated.worlds.get('production/dr')!;
    faults.away = '503';
    try {
      await expect(find({ text: 'checkout' })).rejects.toMatchObject({
        name: 'ClusterError',
        kind: 'away',
        cluster: 'dr',
      });
      expect(await find({ text: 'checkout', cluster: 'main' })).toBe('production/main/shop/deployment/checkout');
    } finally {
      faults.away = false;
    }
  });
});
