import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../src/core/define.ts';
import { mayI, mayRun, type Wanted } from '../../../src/core/rights/may.ts';
import type { Grant, Rights } from '../../../src/core/rights/types.ts';
import { covers, matches, parseTargetGlob } from '../../../src/domain/target-glob.ts';
import { type Target, WORKLOAD_KINDS } from '../../../src/domain/workload.ts';

const part = fc.constantFrom('shop', 'shop-eu', 'data', 'x');
const target: fc.Arbitrary<Target> = fc.record({
  environment: fc.constantFrom('production', 'staging'),
  cluster: fc.constantFrom('main', 'dr'),
  namespace: part,
  kind: fc.constantFrom(...WORKLOAD_KINDS),
  name: part,
});
const globPart = fc.oneof(part, fc.constantFrom('*', 'shop*', '*-eu', 's*p', 'dat*'));
const text = fc
  .record({
    environment: fc.constantFrom('production', 'staging', '*', 'prod*'),
    cluster: fc.option(fc.constantFrom('main', 'dr', '*')),
    namespace: globPart,
    kind: fc.option(fc.constantFrom('deployment', 'sts', 'daemonset')),
    name: globPart,
  })
  .map((g) => [g.environment, g.cluster, g.namespace, g.kind, g.name].filter((p) => p !== null).join('/'));

/** The meaning once more, in another way: every way to read the text, as an anchored expression on the target's key. */
function meant(glob: string, t: Target): boolean {
  const kinds = { deployment: 'deployment', sts: 'statefulset', daemonset: 'daemonset' } as const;
  const [environment, ...rest] = glob.split('/');
  if (rest.length === 1) return like(environment!, t.environment);
  const name = rest.pop()!;
  const last = rest.at(-1)!;
  const kind = rest.length > 1 && Object.hasOwn(kinds, last) ? kinds[rest.pop() as keyof typeof kinds] : '*';
  const namespace = rest.pop()!;
  const cluster = rest.pop() ?? '*';
  const key = [t.environment, t.cluster, t.namespace, t.kind.toLowerCase(), t.name];
  return [environment!, cluster, namespace, kind, name].every((one, i) => like(one, key[i]!));
}

function like(glob: string, value: string): boolean {
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(value);
}

const grant: fc.Arbitrary<Grant> = fc.record({
  index: fc.nat(5),
  as: fc.constant({ kind: 'user', id: 'U1' } as const),
  verbs: fc.oneof(fc.constant('all' as const), fc.subarray(['restart', 'scale', 'rollback'])),
  on: fc.array(
    text.map((t) => parseTargetGlob(t)!),
    { maxLength: 3 },
  ),
});
const rights: fc.Arbitrary<Rights> = fc.record({
  role: fc.constantFrom(...ROLES),
  grants: fc.array(grant, { maxLength: 3 }),
});
const wanted: fc.Arbitrary<Wanted> = fc.record({
  kind: fc.constantFrom('action' as const, 'query' as const),
  name: fc.constantFrom('restart', 'scale', 'rollback', 'wipe'),
  role: fc.constantFrom('viewer' as const, 'operator' as const, 'admin' as const),
});

describe('a set of targets', () => {
  it('holds what its text says, and nothing else', () => {
    fc.assert(
      fc.property(text, target, (t, one) => {
        expect(covers(parseTargetGlob(t)!, one)).toBe(meant(t, one));
      }),
      { numRuns: 2_000 },
    );
  });

  it('matches parts as the usual star does', () => {
    const chars = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 });
    fc.assert(
      fc.property(chars, plain, (glob, value) => {
        expect(matches(glob, value)).toBe(like(glob, value));
      }),
    );
  });

  it.each(['', 'staging', '/', 'staging/', '/shop/x', 'a/b/c/d/e/f', 'staging/shop/ x', 'a b/*', 'staging/!shop/*'])(
    'is not %j',
    (t) => expect(parseTargetGlob(t)).toBeUndefined(),
  );
});

describe('rights', () => {
  it('are a role, or an entry with this verb and this target: nothing else gives anything', () => {
    fc.assert(
      fc.property(rights, wanted, target, (has, wants, on) => {
        const byRole = mayI(has.role, wants.role);
        const byGrant =
          wants.kind === 'action' &&
          wants.role !== 'admin' &&
          has.grants.some(
            (g) => (g.verbs === 'all' || g.verbs.includes(wants.name)) && g.on.some((one) => meant(one.text, on)),
          );
        const allowed = mayRun(has, wants, on);
        expect(allowed !== undefined).toBe(byRole || byGrant);
        if (allowed?.by === 'permission') expect(allowed.grant.on.some((one) => covers(one, on))).toBe(true);
        // Whoever may on one target is not stopped before the target is known.
        if (allowed) expect(mayRun(has, wants)).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('only grow with another entry', () => {
    fc.assert(
      fc.property(rights, grant, wanted, target, (has, more, wants, on) => {
        if (mayRun(has, wants, on)) expect(mayRun({ ...has, grants: [more, ...has.grants] }, wants, on)).toBeDefined();
      }),
    );
  });
});
