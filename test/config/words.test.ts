import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { load, problems } from './support.ts';

describe('a key of another place', () => {
  it.each([
    ['language: ja', 'language', 'it is slack.language'],
    ['channel: alerts', 'channel', 'it is slack.channel or audit.channel'],
    ['channels: {allowed: [a]}\nchannel: {allowed: [a]}', 'channel', 'did you mean "channels"?'],
    ['oncall: here', 'oncall', 'it is slack.oncall'],
    ['policy: urgent', 'policy', 'it is routes[].policy'],
    ['clusters: [main]', 'clusters', 'it is environments.NAME.clusters'],
    ['rotues: []', 'rotues', 'did you mean "routes"?'],
  ])('%s: %s, %s', (text, key, remedy) => {
    const [problem] = problems(`slack: { channel: alerts }\n${text}\n`);
    expect(problem).toMatch(new RegExp(`^hikeshi\\.yaml:\\d:1 ${key}: unknown key; `));
    expect(problem).toContain(`; ${remedy}`);
  });

  it('that is in no place gets a list of those that there are', () => {
    expect(problems('slack: { channel: alerts }\nwhatever: 1\n')[0]).toContain(
      'unknown key; the keys here are slack, ',
    );
  });
});

describe('the language that a file says', () => {
  it.each([
    ['slack: { channel: a, language: ja }', 'ja'],
    ['slack: { channel: a, language: ja }\nroutes: 1', 'ja'],
    ['slack: { language: ja }', 'ja'],
    ["slack:\n  language: 'ja'\n  - x", 'ja'],
    ['slack: { channel: a, language: fr }', undefined],
    ['slack: { channel: a }', undefined],
    ['', undefined],
  ])('%j: %s', (text, language) => expect(load(text).language).toBe(language));
});

describe('in Japanese', () => {
  const text = [
    'slack: { channel: a, zone: Mars, oncall: nobody here }',
    'routes: [{ match: severity, policy: none, continue: perhaps }]',
    'sources: { a: { auth: none }, b: { token: B_TOKEN } }',
    'environments: { staging: { clusters: [m, m], approval: [fly], databases: { d: { url: D_URL } } } }',
    'guardrails: { freezes: [{ name: x }, { name: y, from: fri 99 }], replicas: { min: 3, max: 1 } }',
    'policies: { p: [{ after: soon, page: [] }], q: [{ page: [here] }] }',
    'timetable: { t: { at: "* * * * *", do: fly, reason: x } }',
    'maxBody: 1',
    'severities: { high: [bad], low: [bad] }',
    'heartbeat: { url: BEAT, every: 1s }',
    'lanes: 1',
  ].join('\n');

  it('every sentence is, at the same places', () => {
    const found = load(text, { env: {} }).problems ?? [];
    const [english, japanese] = (['en', 'ja'] as const).map((language) => formatProblems(found, language));
    expect(found.length).toBeGreaterThan(20);
    const place = (line: string): string => line.split(': ', 1)[0]!;
    expect(japanese!.map(place)).toEqual(english!.map((line) => place(line).replace(/^environment /, '環境変数 ')));
    expect(japanese!.filter((line) => !/[ぁ-ん]/.test(line.split('; ')[0]!))).toEqual([]);
    expect(japanese!.filter((line) => /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(line))).toEqual([]);
  });

  it('a problem with the YAML itself has the parser’s words only in brackets', () => {
    const found = load('slack: [', { env: {} }).problems ?? [];
    expect(formatProblems(found, 'ja')[0]).toMatch(/^hikeshi\.yaml:\d+:\d+: YAML として読めません（.*）; /);
  });
});
