import { describe, expect, it } from 'vitest';
import { covers, parseTargetGlob } from '../../src/domain/target-glob.ts';
import { type ActionTarget, targetKey } from '../../src/domain/workload.ts';

const ORDERS: ActionTarget = { environment: 'production', kind: 'Database', name: 'orders' };
/** A workload that is called alike, where only the words might be mistaken for each other. */
const NAMESAKE: ActionTarget = {
  environment: 'production',
  cluster: 'main',
  namespace: 'database',
  kind: 'Deployment',
  name: 'orders',
};

describe('covers', () => {
  it.each([
    ['production/*', true, true],
    ['*/*', true, true],
    ['production/*/database/orders', true, false],
    ['production/*/database/ord*', true, false],
    ['production/*/Database/*', true, false],
    ['production/*/database/users', false, false],
    ['staging/*/database/orders', false, false],
    ['production/database/orders', false, true],
    ['production/*/*', false, true],
    ['production/*/orders', false, true],
    ['production/main/*/*/orders', false, true],
    ['production/database/deployment/orders', false, true],
  ])('%s: the database %s, the workload %s', (text, database, workload) => {
    const glob = parseTargetGlob(text)!;
    expect([covers(glob, ORDERS), covers(glob, NAMESAKE)]).toEqual([database, workload]);
  });

  it('their keys are different ones', () => {
    expect(targetKey(ORDERS)).toBe('production/database/orders');
    expect(targetKey(NAMESAKE)).toBe('production/main/database/deployment/orders');
  });
});
