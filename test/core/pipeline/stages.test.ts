import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/core/define.ts';
import { allow, decide, refuse } from '../../../src/core/pipeline/decide.ts';
import { canonical, digestOf } from '../../../src/core/pipeline/digest.ts';
import { BEFORE_EXECUTE, WHEN_CONFIRMED } from '../../../src/core/pipeline/stages.ts';
import { bar } from '../../../src/core/pipeline/told.ts';
import { troubleOf } from '../../../src/core/pipeline/trouble.ts';
import type { Rights } from '../../../src/core/rights/types.ts';
import { UserError } from '../../../src/domain/errors.ts';
import { DEFAULT_GUARDRAILS } from '../../../src/domain/guardrails.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { parseTargetGlob } from '../../../src/domain/target-glob.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { TARGET } from './bench.ts';

const NOW = new Date('2026-03-02T03:00:00Z');
const AIKO: Principal = { kind: 'slack', id: 'U1', team: 'T1' };
const BEN: Principal = { kind: 'slack', id: 'U2', team: 'T1' };
const good = {
  now: NOW,
  expiresAt: new Date(NOW.getTime() + 1),
  plannedBy: AIKO,
  confirmedBy: AIKO,
  rights: { role: 'operator', grants: [] },
  wanted: { kind: 'action', name: 'restart', role: 'operator' },
  target: TARGET,
  principal: AIKO,
  askedIn: 'C1',
  actionsIn: undefined,
  holder: undefined,
  verb: 'restart',
  guardrails: DEFAULT_GUARDRAILS,
  planned: { labels: {}, pods: 3 },
  lastActed: undefined,
  isUndo: false,
  lift: undefined,
  recent: [],
  incidentOpen: false,
  changedBy: undefined,
  environment: 'production',
  reason: 'because',
  reasonRequired: true,
  approvalNeed: { rule: [] as readonly string[], verb: 'restart', risk: 'low' as const },
  approved: false,
} as const;

function may(role: Role, ...on: string[]): Rights {
  const as = { kind: 'user', id: 'U1' } as const;
  const grants = on.map((text, index) => ({ index, as, verbs: ['restart'], on: [parseTargetGlob(text)!] }));
  return { role, grants };
}

const GUARDS = [
  'protected-namespace',
  'protected-label',
  'replica-bounds',
  'incident-required',
  'freeze',
  'blast-radius',
  'cool-down',
];

describe('the rules', () => {
  it('stop at the first that refuses', () => {
    const no = refuse({ rule: 'lock-held', target: 'x' });
    expect(decide([() => allow('a'), () => no, () => allow('b')], {})).toEqual(no);
    expect(decide([() => allow('a'), () => allow('b')], {})).toEqual({ ok: true, rules: ['a', 'b'] });
  });

  it('name what allowed a confirm', () => {
    expect(decide(WHEN_CONFIRMED, good)).toEqual({
      ok: true,
      rules: [
        'plan-fresh',
        'own-plan',
        'role',
        'any-channel',
        'one-action-per-target',
        ...GUARDS,
        'as-planned',
        'reason-given',
      ],
    });
    expect(decide(WHEN_CONFIRMED, { ...good, reason: undefined, reasonRequired: false })).toMatchObject({
      rules: expect.arrayContaining(['reason-optional']),
    });
  });

  it.each([
    [{ expiresAt: NOW }, 'plan-expired'],
    [{ confirmedBy: BEN }, 'own-plan'],
    [{ rights: may('viewer') }, 'role'],
    [{ rights: may('none') }, 'role'],
    [{ rights: may('viewer', 'staging/*') }, 'permission'],
    [{ actionsIn: { names: ['#ops'], ids: ['C2'] } }, 'action-channel'],
    [{ actionsIn: { names: ['#ops'], ids: [] }, askedIn: undefined }, 'action-channel'],
    [{ holder: { job: 7, by: BEN } }, 'one-action-per-target'],
    [{ changedBy: { verb: 'scale', by: BEN, job: 7 } }, 'unchanged'],
    [{ reason: undefined }, 'reason-required'],
  ])('refuse a confirm: %o by %s', (change, rule) => {
    expect(decide(WHEN_CONFIRMED, { ...good, ...change })).toMatchObject({ ok: false, refusal: { rule } });
  });

  it.each([
    [{}, undefined],
    [{ lockIsOurs: false }, 'lock-held'],
    [{ rights: may('viewer') }, 'role'],
    [{ rights: may('viewer', 'production/shop/*') }, undefined],
    [{ digestIs: 'b' }, 'unchanged'],
    [{ approvalNeed: { ...good.approvalNeed, rule: ['restart'] } }, 'approval-required'],
    [{ approvalNeed: { ...good.approvalNeed, rule: ['low'] } }, 'approval-required'],
    [{ approvalNeed: { ...good.approvalNeed, rule: ['high', 'scale'] } }, undefined],
    [{ approvalNeed: { ...good.approvalNeed, rule: ['restart'] }, approved: true }, undefined],
    [{ digestWas: null }, 'unchanged'],
  ])('before execute: %o gives %s', (change, rule) => {
    const facts = { ...good, lockIsOurs: true, digestWas: 'a', digestIs: 'a', ...change };
    const verdict = decide(BEFORE_EXECUTE, facts);
    expect(verdict.ok ? undefined : verdict.refusal.rule).toBe(rule);
  });
});

describe('the digest', () => {
  const touches = { uid: 'u', templateHash: 'h' };

  it('is the same for the same meaning', () => {
    const one = digestOf('restart', { a: 1, b: undefined }, { target: TARGET, touches });
    const two = digestOf('restart', { a: 1 }, { target: { ...TARGET }, touches: { templateHash: 'h', uid: 'u' } });
    expect(one).toBe(two);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['verb', digestOf('scale', {}, { target: TARGET, touches })],
    ['args', digestOf('restart', { replicas: 2 }, { target: TARGET, touches })],
    ['target', digestOf('restart', {}, { target: { ...TARGET, cluster: 'dr' }, touches })],
    ['touches', digestOf('restart', {}, { target: TARGET, touches: { ...touches, uid: 'v' } })],
  ])('differs with another %s', (_what, digest) => {
    expect(digest).not.toBe(digestOf('restart', {}, { target: TARGET, touches }));
  });

  it('survives a way through jsonb, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(JSON.parse(JSON.stringify(value)))).toBe(canonical(value));
      }),
    );
  });
});

describe('trouble', () => {
  const log = pino({ level: 'silent' });

  it.each([
    [new ClusterError('away', 'main', 'x'), { kind: 'away', system: 'main' }],
    [new ClusterError('changed', 'main', 'x'), { kind: 'refused', outcome: { kind: 'changed' } }],
    [new ClusterError('forbidden', 'main', 'x'), { kind: 'refused', outcome: { kind: 'rejected', code: 'forbidden' } }],
    [new UserError('which-target', {}), { kind: 'refused', outcome: { kind: 'impossible', code: 'which-target' } }],
    [new TypeError('a slip'), { kind: 'fault' }],
  ])('%s', (error, expected) => {
    expect(troubleOf({ log }, error)).toMatchObject(expected);
  });
});

it('a bar is full when all is done, and only then', () => {
  expect(bar(0, 3)).toBe('▱▱▱▱▱▱▱▱▱▱');
  expect(bar(99, 100)).toBe('▰▰▰▰▰▰▰▰▰▱');
  expect(bar(3, 3)).toBe('▰▰▰▰▰▰▰▰▰▰');
  expect(bar(0, 0)).toBe('▰▰▰▰▰▰▰▰▰▰');
});
