import { describe, expect, it } from 'vitest';
import { rulesInWords } from '../../src/app/rules-in-words.ts';
import { DEFAULT_GUARDRAILS } from '../../src/domain/guardrails.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import { loaded, problems } from './support.ts';

const TEAM = (all: string, own = '{}'): string => `slack: { channel: alerts }
environments: { production: { clusters: [main], guardrails: ${own} }, staging: { clusters: [main] } }
guardrails: ${all}
`;
const actions = ['restart', 'scale'];
const guardrails = (all: string, own?: string) => loaded(TEAM(all, own), { actions }).environments;

describe('guardrails', () => {
  it('have a default for everything', () => {
    expect(guardrails('{}')['production']!.guardrails).toEqual(DEFAULT_GUARDRAILS);
    expect(loaded('slack: { channel: alerts }\nenvironments: { x: }').environments['x']!.guardrails).toEqual(
      DEFAULT_GUARDRAILS,
    );
  });

  it('are for all environments, and each key of one counts there instead', () => {
    const all = guardrails(
      '{ coolDown: 5m, replicas: { max: 20 }, blastRadius: { actions: 5 }, protectedLabel: keep }',
      '{ coolDown: 1h, blastRadius: { percent: 30, within: 1h }, protectedNamespaces: [] }',
    );
    expect(all['staging']!.guardrails).toMatchObject({
      coolDownMs: 300_000,
      replicas: { min: 0, max: 20 },
      blastRadius: { actions: 5, withinMs: 600_000 },
      protectedLabel: 'keep',
    });
    expect(all['production']!.guardrails).toEqual({
      ...DEFAULT_GUARDRAILS,
      coolDownMs: 3_600_000,
      replicas: { min: 0, max: 20 },
      blastRadius: { percent: 30, withinMs: 3_600_000 },
      protectedLabel: 'keep',
      protectedNamespaces: [],
    });
    expect(guardrails('{ blastRadius: { actions: 5 } }', '{ blastRadius: {} }')['production']!.guardrails).toEqual(
      DEFAULT_GUARDRAILS,
    );
  });

  it('take times as people write them', () => {
    const { freezes } = guardrails(`{ zone: Asia/Tokyo, freezes: [
      { name: year, from: 2026-12-28 18:00, to: 2027-01-04 },
      { name: weekend, from: fri 18:00, to: Monday 08:30, zone: Europe/Berlin },
      { name: night, from: '22:00', to: '6:00' },
      { name: holidays, dates: [2026-11-23, 2028-02-29] },
    ] }`)['staging']!.guardrails;
    expect(freezes).toEqual([
      {
        name: 'year',
        zone: 'Asia/Tokyo',
        spans: [{ every: 'never', from: '2026-12-28T18:00', to: '2027-01-04T00:00' }],
      },
      { name: 'weekend', zone: 'Europe/Berlin', spans: [{ every: 'week', from: 6_840, to: 510 }] },
      { name: 'night', zone: 'Asia/Tokyo', spans: [{ every: 'day', from: 1_320, to: 360 }] },
      {
        name: 'holidays',
        zone: 'Asia/Tokyo',
        spans: [
          { every: 'never', from: '2026-11-23T00:00', to: '2026-11-24T00:00' },
          { every: 'never', from: '2028-02-29T00:00', to: '2028-03-01T00:00' },
        ],
      },
    ]);
  });

  it.each([
    ["{ freezes: [{ name: x, from: fri 18:00, to: '08:00' }] }", 'to', 'is no such time'],
    ['{ freezes: [{ name: x, from: fry 18:00, to: mon 08:00 }] }', 'from', 'is no such time'],
    ["{ freezes: [{ name: x, from: '25:00', to: '08:00' }] }", 'from', 'is no such time'],
    ['{ freezes: [{ name: x, from: 2026-02-30, to: 2026-03-01 }] }', 'from', 'is no such time'],
    ['{ freezes: [{ name: x, from: 2026-03-02, to: 2026-03-01 }] }', 'to', 'is not after from'],
    ["{ freezes: [{ name: x, from: '08:00', to: '08:00' }] }", 'to', 'is not after from'],
    ["{ freezes: [{ name: x, from: '08:00' }] }", 'freezes[0]', 'has no to'],
    ['{ freezes: [{ name: x }] }', 'freezes[0]', 'has no time'],
    ['{ freezes: [{ name: x, dates: [2027-02-29] }] }', 'dates[0]', 'is no date'],
    ['{ zone: Asia/Tokio }', 'zone', 'there is no time zone "Asia/Tokio"'],
    ['{ exceptions: [kube-system/deployment/x] }', 'exceptions[0]', 'is no verb and target'],
    ["{ exceptions: ['restart kube-system/deployment/x*'] }", 'exceptions[0]', 'is no verb and target'],
    ["{ exceptions: ['restrat kube-system/deployment/x'] }", 'exceptions[0]', 'did you mean "restart"'],
    ['{ replicas: { min: 5, max: 2 } }', 'replicas', 'its min 5 is above its max 2'],
    ['{ coolDown: soon }', 'coolDown', ''],
    ['{ blastRadius: { percent: 101 } }', 'percent', ''],
    ['{ coolDowns: 5m }', 'coolDowns', 'did you mean "coolDown"'],
  ])('%s is told once, at its place', (all, place, message) => {
    const told = problems(TEAM(all), { actions });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(place);
    expect(told[0]).toContain(message);
    expect(problems(`slack: { channel: alerts }\nguardrails: ${all}\n`, { actions })).toHaveLength(1);
    const own = problems(TEAM('{}', all), { actions });
    expect(own).toHaveLength(1);
    expect(own[0]).toContain('environments.production.guardrails');
  });

  it.each(LANGUAGES)('are told in words: %s', (language) => {
    const { rules } = sentences(language);
    const text = `${TEAM(
      `{ zone: Asia/Tokyo, coolDown: 5m, blastRadius: { actions: 1, percent: 30 }, incidentRequired: true, breakGlass: operator,
      exceptions: [restart kube-system/deployment/cluster-autoscaler],
      freezes: [{ name: weekend, from: fri 18:00, to: mon 08:00 }, { name: new year, dates: [2027-01-01] }] }`,
    ).replace('clusters: [main], g', "clusters: [main], actionsIn: ['#ops'], approval: [scale], g")}
roles: { operator: ['@sre', U0KEN], admin: ['@sre', '@hana'] }
permissions: [{ who: ['@dev'], verbs: [restart], on: ['staging/*'] }, { who: [S0SHOP], on: ['*/shop/*'] }]
`;
    expect(rulesInWords(loaded(text, { actions }), rules)).toMatchSnapshot();
    expect(rulesInWords(loaded('slack: { channel: alerts }\nenvironments: { x: }'), rules)).toMatchSnapshot();
  });
});
