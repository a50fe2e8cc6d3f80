import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/pipeline/decide.ts';
import { type GuardFacts, guardrails } from '../../../src/core/pipeline/stages/guardrails.ts';
import { wordRefusal } from '../../../src/core/pipeline/words.ts';
import { plainText } from '../../../src/core/wording.ts';
import { DEFAULT_GUARDRAILS, GUARD_RULES, type Guardrails } from '../../../src/domain/guardrails.ts';
import type { GuardRefusal } from '../../../src/domain/plan.ts';
import { LANGUAGES, sentences } from '../../../src/messages/catalog.ts';
import { TARGET } from './bench.ts';

const NOW = new Date('2026-03-02T03:00:00Z');
const MINUTE = 60_000;

const facts = (rules: Partial<Guardrails>, more: Partial<GuardFacts> = {}): GuardFacts => ({
  now: NOW,
  verb: 'restart',
  target: TARGET,
  guardrails: { ...DEFAULT_GUARDRAILS, ...rules },
  holder: undefined,
  planned: { labels: {}, pods: 3, environmentPods: 20 },
  lastActed: undefined,
  isUndo: false,
  lift: undefined,
  recent: [],
  incidentOpen: false,
  ...more,
});
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE);
const recent = (...minutes: number[]) => minutes.map((m) => ({ at: ago(m), pods: 2 }));

describe('each guardrail', () => {
  const inSystem = { target: { ...TARGET, namespace: 'kube-system', name: 'cluster-autoscaler' } };
  const exceptions = [
    { verb: 'restart', target: { namespace: 'kube-system', kind: 'Deployment' as const, name: 'cluster-autoscaler' } },
  ];
  const elsewhere = [{ ...exceptions[0]!, target: { ...exceptions[0]!.target, environment: 'staging' } }];
  const planned = (labels: Record<string, string>, desiredReplicas?: number) => ({
    planned: { labels, pods: 1, ...(desiredReplicas !== undefined && { desiredReplicas }) },
  });
  const within = { withinMs: 10 * MINUTE };
  const always = { name: 'x', zone: 'UTC', spans: [{ every: 'day' as const, from: 0, to: 6 * 60 }] };

  it.each<[string, Partial<Guardrails>, Partial<GuardFacts>, Partial<GuardRefusal> | undefined]>([
    ['nothing', {}, {}, undefined],
    ['a protected namespace', {}, inSystem, { rule: 'protected-namespace' }],
    ['one with this exception', { exceptions }, inSystem, undefined],
    ['an exception for another verb', { exceptions }, { ...inSystem, verb: 'scale' }, { rule: 'protected-namespace' }],
    ['an exception elsewhere', { exceptions: elsewhere }, inSystem, { rule: 'protected-namespace' }],
    ['namespaces of its own', { protectedNamespaces: ['shop'] }, {}, { rule: 'protected-namespace' }],
    ['a protected label', {}, planned({ 'hikeshi/protected': '' }), { rule: 'protected-label' }],
    ['a label that says false', {}, planned({ 'hikeshi/protected': 'false' }), undefined],
    ['another label', { protectedLabel: 'x' }, planned({ 'hikeshi/protected': 'true' }), undefined],
    ['too many replicas', {}, planned({}, 101), { rule: 'replica-bounds' }],
    ['too few replicas', { replicas: { min: 2, max: 5 } }, planned({}, 1), { rule: 'replica-bounds' }],
    ['just enough replicas', { replicas: { min: 2, max: 5 } }, planned({}, 5), undefined],
    [
      'a cool-down',
      { coolDownMs: 5 * MINUTE },
      { lastActed: ago(4) },
      { rule: 'cool-down', until: '2026-03-02T03:01:00.000Z' },
    ],
    ['a cool-down that is over', { coolDownMs: 5 * MINUTE }, { lastActed: ago(5) }, undefined],
    ['an undo in a cool-down', { coolDownMs: 5 * MINUTE }, { lastActed: ago(0), isUndo: true }, undefined],
    ['a freeze', { freezes: [always] }, {}, { rule: 'freeze', until: '2026-03-02T06:00:00.000Z' }],
    ['no incident', { incidentRequired: true }, {}, { rule: 'incident-required' }],
    ['an incident', { incidentRequired: true }, { incidentOpen: true }, undefined],
    ['actions left', { blastRadius: { actions: 3, ...within } }, { recent: recent(9, 2) }, undefined],
    [
      'no actions left',
      { blastRadius: { actions: 2, ...within } },
      { recent: recent(9, 2) },
      { rule: 'blast-radius', of: 'actions', count: 3, most: 2, until: '2026-03-02T03:01:00.000Z' },
    ],
    [
      'a limit that was higher',
      { blastRadius: { actions: 1, ...within } },
      { recent: recent(9, 2) },
      { rule: 'blast-radius', until: '2026-03-02T03:08:00.000Z' },
    ],
    ['pods left', { blastRadius: { percent: 35, ...within } }, { recent: recent(9, 2) }, undefined],
    [
      'no pods left',
      { blastRadius: { percent: 34, ...within } },
      { recent: recent(9, 2) },
      { rule: 'blast-radius', of: 'pods', count: 7, most: 6, until: '2026-03-02T03:01:00.000Z' },
    ],
    ['too much alone', { blastRadius: { percent: 10, ...within } }, {}, { rule: 'blast-radius', count: 3, most: 2 }],
    ['pods not known yet', { blastRadius: { percent: 1, ...within } }, { planned: undefined }, undefined],
  ])('%s', (_, rules, more, refusal) => {
    const verdict = decide(guardrails, facts(rules, more));
    if (refusal) expect(verdict).toMatchObject({ ok: false, refusal });
    else expect(verdict.ok).toBe(true);
  });
});

describe('the words', () => {
  const common = {
    lift: 'admin' as const,
    target: 'production/main/shop/deployment/checkout',
    environment: 'production',
  };
  const until = '2026-03-02T06:00:00.000Z';
  const all: readonly GuardRefusal[] = [
    { ...common, rule: 'protected-namespace', namespace: 'kube-system' },
    { ...common, rule: 'protected-label', label: 'hikeshi/protected' },
    { ...common, rule: 'replica-bounds', replicas: 120, min: 0, max: 100 },
    { ...common, rule: 'cool-down', until },
    { ...common, rule: 'freeze', name: 'year end', until },
    { ...common, rule: 'freeze', name: 'for good' },
    { ...common, rule: 'blast-radius', of: 'actions', count: 6, most: 5, withinMs: 600_000, until },
    { ...common, rule: 'blast-radius', of: 'pods', count: 30, most: 20, withinMs: 600_000 },
    { ...common, rule: 'incident-required' },
  ];

  it.each(LANGUAGES)('say which rule and when it ends, in %s', (language) => {
    const about = { verb: 'restart', whoMay: () => ['@hana'] };
    expect(all.map((one) => plainText(wordRefusal(sentences(language), one, about)))).toMatchSnapshot();
    expect(new Set(all.map((one) => one.rule))).toEqual(new Set(GUARD_RULES));
  });
});
