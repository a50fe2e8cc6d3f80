import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../src/core/define.ts';
import { decide, type Facts, type GroupFacts, type PersonFacts } from '../../../src/core/rights/decide.ts';
import { besides, mayI, whoMay } from '../../../src/core/rights/may.ts';
import type { RoleMember, RolesConfig } from '../../../src/core/rights/types.ts';
import { parseTargetGlob } from '../../../src/domain/target-glob.ts';

const TEAM = 'T1';
const hana = person('U1', 'hana');
const nobody: RolesConfig = { viewer: [], operator: [], admin: [], approver: [], default: 'viewer', permissions: [] };
const named = (name: string): RoleMember => ({ kind: 'name', name });
const facts = (some: Partial<Facts> = {}): Facts => ({ team: TEAM, people: [], groups: [], ...some });

function person(id: string, name: string, more: Partial<PersonFacts> = {}): PersonFacts {
  return { id, name, team: TEAM, isBot: false, isGuest: false, deactivated: false, ...more };
}

describe('decide', () => {
  it('makes full members viewers, unless config says none', () => {
    expect(decide(hana, nobody, facts())).toMatchObject({ role: 'viewer', why: { rule: 'full-member' } });
    expect(decide(hana, { ...nobody, default: 'none' }, facts())).toMatchObject({
      role: 'none',
      why: { rule: 'not-named' },
    });
  });

  it.each([
    ['a guest', { isGuest: true }, 'guest'],
    ['somebody deactivated', { deactivated: true }, 'deactivated'],
    ['a bot', { isBot: true }, 'bot'],
    ['somebody of another team', { team: 'T2' }, 'foreign-team'],
  ])('gives %s nothing, named or not', (_, more, rule) => {
    const roles = { ...nobody, admin: [{ kind: 'user', id: 'U1' } as const], approver: [named('hana')] };
    expect(decide({ ...hana, ...more }, roles, facts())).toMatchObject({
      role: 'none',
      approver: false,
      why: { rule },
    });
  });

  it('knows people by id, by @name in any case, and as members of groups', () => {
    const sre: GroupFacts = { id: 'S1', handle: 'sre', members: ['U1', 'U9'] };
    const by = (member: RoleMember) => decide(hana, { ...nobody, operator: [member] }, facts({ groups: [sre] }));
    expect(by({ kind: 'user', id: 'U1' })).toMatchObject({ role: 'operator', why: { rule: 'named' } });
    expect(by(named('Hana'))).toMatchObject({ role: 'operator' });
    expect(by(named('@hana'))).toMatchObject({ role: 'operator' });
    expect(by({ kind: 'group', id: 'S1' })).toMatchObject({ why: { rule: 'group-member', group: 'sre' } });
    expect(by(named('SRE'))).toMatchObject({ role: 'operator', why: { rule: 'group-member', role: 'operator' } });
    expect(by(named('hanako'))).toMatchObject({ role: 'viewer' });
  });

  it('takes the highest that names somebody', () => {
    const roles = { ...nobody, viewer: [named('hana')], admin: [named('hana')], operator: [named('hana')] };
    expect(decide(hana, roles, facts()).role).toBe('admin');
  });

  it('takes a name that two bear for nobody', () => {
    const roles = { ...nobody, admin: [named('hana')] };
    expect(decide(hana, roles, facts({ people: [person('U2', 'Hana')] })).role).toBe('viewer');
    const group: GroupFacts = { id: 'S1', handle: 'hana', members: ['U1'] };
    expect(decide(hana, roles, facts({ groups: [group] })).role).toBe('viewer');
    expect(decide(hana, roles, facts({ people: [person('U2', 'hana', { team: 'T2' })] })).role).toBe('admin');
    expect(decide(hana, roles, facts({ people: [person('U2', 'hana', { deactivated: true })] })).role).toBe('admin');
  });

  it('lets those read who are named by a permission only', () => {
    const permissions = [{ who: [named('hana')], verbs: 'all' as const, on: [] }];
    const roles = { ...nobody, permissions, default: 'none' as const };
    expect(decide(hana, roles, facts())).toMatchObject({ role: 'viewer', why: { rule: 'permission', index: 0 } });
    expect(decide(person('U2', 'ken'), roles, facts())).toMatchObject({ role: 'none', grants: [] });
  });

  it('lets approvers read', () => {
    const roles = { ...nobody, approver: [named('hana')], default: 'none' as const };
    expect(decide(hana, roles, facts())).toMatchObject({ role: 'viewer', approver: true });
  });

  it('never gives more than config names, whoever else there is', () => {
    const ids: fc.Arbitrary<string> = fc.constantFrom('U1', 'U2', 'U3');
    const names = fc.constantFrom('hana', 'ken', 'sre', 'ops');
    const member: fc.Arbitrary<RoleMember> = fc.oneof(
      ids.map((id): RoleMember => ({ kind: 'user', id })),
      fc.constantFrom('S1', 'S2').map((id): RoleMember => ({ kind: 'group', id })),
      names.map(named),
    );
    const members = fc.array(member, { maxLength: 3 });
    const roles: fc.Arbitrary<RolesConfig> = fc.record({
      viewer: members,
      operator: members,
      admin: members,
      approver: members,
      default: fc.constantFrom('viewer' as const, 'none' as const),
      permissions: fc.array(
        fc.record({
          who: members,
          verbs: fc.constantFrom('all' as const, ['restart'], ['scale']),
          on: fc.constant([parseTargetGlob('staging/*')!]),
        }),
        { maxLength: 2 },
      ),
    });
    const somebody = fc
      .record({
        id: ids,
        name: names,
        team: fc.constantFrom(TEAM, 'T2'),
        isBot: rare(),
        isGuest: rare(),
        deactivated: rare(),
      })
      .map((p): PersonFacts => p);
    const groups = fc.array(fc.record({ id: fc.constantFrom('S1', 'S2'), handle: names, members: fc.array(ids) }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(somebody, roles, fc.array(somebody), groups, (asker, config, people, all) => {
        const standing = decide(asker, config, { team: TEAM, people, groups: all });
        const means = (m: RoleMember): boolean =>
          m.kind === 'user'
            ? m.id === asker.id
            : m.kind === 'group'
              ? all.some((g) => g.id === m.id && g.members.includes(asker.id))
              : m.name === asker.name || all.some((g) => g.handle === m.name && g.members.includes(asker.id));
        for (const role of ['operator', 'admin'] as const) {
          if (mayI(standing.role, role)) {
            const higher = ROLES.filter((r) => r !== 'none' && mayI(r, role)) as ('operator' | 'admin')[];
            expect(higher.some((r) => config[r].some(means))).toBe(true);
          }
        }
        for (const { index } of standing.grants) expect(config.permissions[index]!.who.some(means)).toBe(true);
        if (standing.approver) expect(config.approver.some(means)).toBe(true);
        if (asker.team !== TEAM || asker.isBot || asker.isGuest || asker.deactivated)
          expect(standing).toMatchObject({ role: 'none', grants: [], approver: false });
      }),
      { numRuns: 500 },
    );
  });
});

function rare(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
}

describe('who may', () => {
  const roles: RolesConfig = {
    ...nobody,
    operator: [named('sre'), { kind: 'user', id: 'U7' }],
    admin: [named('sre'), { kind: 'group', id: 'S1' }],
    approver: [named('lead')],
  };

  it('is everybody named for the role or a higher one, once', () => {
    expect(whoMay(roles, 'operator')).toEqual([
      '@sre',
      { mention: { kind: 'person', id: 'U7' } },
      { mention: { kind: 'group', id: 'S1' } },
    ]);
    expect(whoMay(roles, 'approver')).toEqual(['@lead']);
  });

  it('is somebody besides oneself where that is what is asked for', () => {
    const asker = { kind: 'slack', id: 'U7', team: 'T1', name: 'Lead' } as const;
    expect(
      besides(
        ['@lead', '@sre', { mention: { kind: 'person', id: 'U7' } }, { mention: { kind: 'group', id: 'S1' } }],
        asker,
      ),
    ).toEqual(['@sre', { mention: { kind: 'group', id: 'S1' } }]);
    expect(besides(['@lead'], { kind: 'schedule', id: 'lead' })).toEqual(['@lead']);
  });

  it('goes up the ladder', () => {
    expect(mayI('admin', 'viewer')).toBe(true);
    expect(mayI('viewer', 'viewer')).toBe(true);
    expect(mayI('viewer', 'operator')).toBe(false);
    expect(mayI('none', 'viewer')).toBe(false);
  });
});
