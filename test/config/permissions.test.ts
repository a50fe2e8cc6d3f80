import { describe, expect, it } from 'vitest';
import { loaded, problems } from './support.ts';

const TEAM = `slack: { channel: alerts }
environments: { production: { clusters: [main, dr], actionsIn: ['#Ops', C0PROD001] }, staging: { clusters: [main] } }
`;
const permit = (entry: string): string => `${TEAM}permissions:\n  - ${entry}\n`;
const actions = ['restart', 'scale'];

describe('permissions', () => {
  it('are none unless named', () => expect(loaded(TEAM).roles.permissions).toEqual([]));

  it('say who may what where', () => {
    const { permissions } = loaded(
      permit("{ who: [U0HANA, S0DEV, '@ken'], verbs: [restart], on: ['*/shop/*'] }"),
    ).roles;
    expect(permissions).toMatchObject([
      {
        who: [
          { kind: 'user', id: 'U0HANA' },
          { kind: 'group', id: 'S0DEV' },
          { kind: 'name', name: 'ken' },
        ],
        verbs: ['restart'],
        on: [{ environment: '*', cluster: '*', namespace: 'shop', name: '*' }],
      },
    ]);
  });

  it('are for all actions when none is named', () =>
    expect(loaded(permit("{ who: ['@ken'], on: ['staging/*'] }")).roles.permissions[0]!.verbs).toBe('all'));

  it.each([
    [
      "{ who: ['@ken'], verbs: [restrat], on: ['staging/*'] }",
      '4:30 permissions[0].verbs[0]',
      'there is no action "restrat"; did you mean "restart"?',
    ],
    [
      "{ who: ['@ken'], on: ['stagin/*'] }",
      '4:27 permissions[0].on[0]',
      'there is no environment "stagin"; did you mean "staging"?',
    ],
    [
      "{ who: ['@ken'], on: ['production/mein/shop/*'] }",
      '4:27 permissions[0].on[0]',
      'environment "production" has no cluster "mein"; did you mean "main"?',
    ],
    ["{ who: ['@ken'], on: [staging] }", '4:27 permissions[0].on[0]', 'is no target; write'],
    ["{ who: ['@here'], on: ['staging/*'] }", '4:13 permissions[0].who[0]', 'is no person or user group'],
    ["{ who: [], on: ['staging/*'] }", '4:12 permissions[0].who', ''],
    ["{ who: ['@ken'] }", '4:5 permissions[0].on', ''],
  ])('%s is told at its place', (entry, place, message) => {
    const told = problems(permit(entry), { actions });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(place);
    expect(told[0]).toContain(message);
  });
});

it('channels for actions are names or ids', () => {
  expect(loaded(TEAM).environments['production']!.actionsIn).toEqual(['ops', 'C0PROD001']);
  expect(loaded(TEAM).environments['staging']).not.toHaveProperty('actionsIn');
  expect(problems(TEAM.replace("['#Ops', C0PROD001]", '[]'))).toHaveLength(1);
});

it('a second person is asked for from a risk on, or for actions that there are', () => {
  const asked = (rule: string): string => TEAM.replace('staging: {', `staging: { approval: [${rule}],`);
  expect(loaded(asked('medium, scale'), { actions }).environments['staging']!.approval).toEqual(['medium', 'scale']);
  const told = problems(asked('low, scael'), { actions });
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('environments.staging.approval[1]');
  expect(told[0]).toContain('there is no action "scael"; did you mean "scale"?');
});

it('a runbook suggests actions that there are, and that a button can tell all they need', () => {
  const suggesting = (verb: string): string => `${TEAM}runbooks: { r: { actions: [restart, ${verb}] } }\n`;
  const given = { actions, targetOnly: ['restart'] };
  expect(loaded(suggesting('restart'), given).runbooks['r']!.actions).toEqual(['restart']);
  expect(problems(suggesting('rstart'), given)).toEqual([
    expect.stringMatching(/ runbooks\.r\.actions\[1\]: there is no action "rstart"; did you mean "restart"\?$/),
  ]);
  expect(problems(suggesting('scale'), given)).toEqual([
    expect.stringMatching(
      / runbooks\.r\.actions\[1\]: "scale" has to be told more than its target, which no button can; remove it, .*buttons can carry restart$/,
    ),
  ]);
});
