import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asksForHelp, findVerb, parseWords, readArgs, type Shape, usageOf } from '../../../src/core/ask/parse.ts';
import { tokenize } from '../../../src/core/ask/tokenize.ts';

const logs: Shape = {
  name: 'logs',
  positionals: [{ name: 'target' }, { name: 'container', optional: true }],
  flags: [
    { long: 'namespace', short: 'n', value: 'NS', describe: () => '' },
    { long: 'all-namespaces', short: 'A', describe: () => '' },
    { long: 'tail', value: 'LINES', describe: () => '' },
    { long: 'previous', short: 'p', describe: () => '' },
    { long: 'reason', value: 'TEXT', describe: () => '' },
  ],
};
const parse = (text: string) => parseWords(logs, tokenize(text));

describe('parseWords', () => {
  it.each(['x -n shop', 'x -n=shop', 'x -nshop', 'x --namespace shop', 'x --namespace=shop', '-n shop x', 'x –n shop'])(
    'takes the namespace as kubectl does: %s',
    (text) => {
      expect(parse(text).given).toEqual({ target: 'x', namespace: 'shop' });
    },
  );

  it.each([
    ['x -e staging', { environment: 'staging' }],
    ['x --environment=staging', { environment: 'staging' }],
    ['x --env staging', { environment: 'staging' }],
    ['x --env=staging --cluster b', { environment: 'staging', cluster: 'b' }],
    ['x —env staging', { environment: 'staging' }],
  ])('has -e and --cluster everywhere: %s', (text, expected) => {
    expect(parse(text)).toMatchObject(expected);
    expect(parse(text).given).toEqual({ target: 'x' });
  });

  it('takes switches, alone and together', () => {
    expect(parse('x -p -A').given).toMatchObject({ previous: true, 'all-namespaces': true });
    expect(parse('x -Ap').given).toMatchObject({ previous: true, 'all-namespaces': true });
    expect(parse('x -pn shop').given).toMatchObject({ previous: true, namespace: 'shop' });
  });

  it('keeps values as they are typed', () => {
    expect(parse('x --tail 1e5').given['tail']).toBe('1e5');
    expect(parse('x --tail 007').given['tail']).toBe('007');
    expect(parse('x --tail -1').given['tail']).toBe('-1');
  });

  it('never takes quoted words for flags', () => {
    expect(parse('x --reason "-p is not it"').given).toEqual({ target: 'x', reason: '-p is not it' });
    expect(parse('"-x"').given).toEqual({ target: '-x' });
    expect(parse('-- -x').given).toEqual({ target: '-x' });
  });

  it.each([
    ['x --tial 5', { code: 'no-such-flag', params: { flag: '--tial', near: ['--tail'] } }],
    ['x --prevoius', { code: 'no-such-flag', params: { flag: '--prevoius', near: ['--previous'] } }],
    ['x -w', { code: 'no-such-flag', params: { flag: '-w', near: [], instead: 'watch' } }],
    ['x --timestamps=true', { code: 'no-such-flag', params: { flag: '--timestamps', near: [], instead: 'times' } }],
    ['x --all-containers', { code: 'no-such-flag', params: { near: [], instead: 'containers' } }],
    ['x --force', { code: 'no-such-flag', params: { near: [], instead: 'force' } }],
    ['x -oyaml', { code: 'no-such-flag', params: { flag: '-oyaml', near: [], instead: 'yaml' } }],
    ['x --my-reasons', { code: 'no-such-flag', params: { near: [] } }],
    ['x --reasons', { code: 'no-such-flag', params: { near: ['--reason'] } }],
    ['x -z', { code: 'no-such-flag', params: { flag: '-z', near: [] } }],
    ['x --tail', { code: 'flag-needs-value', params: { flag: '--tail' } }],
    ['', { code: 'missing-argument', params: { name: 'target' } }],
    ['-n shop', { code: 'missing-argument', params: { name: 'target' } }],
    ['a b c', { code: 'too-many-arguments', params: { word: 'c' } }],
  ])('explains %j with the usage line', (text, expected) => {
    const usage = '/ops logs <target> [container] [-n NS] [-A] [--tail LINES] [-p] [--reason TEXT] [-e ENV]';
    expect(usageOf(logs)).toBe(usage);
    expect(errorOf(() => parse(text))).toMatchObject({ ...expected, params: { ...expected.params, usage } });
  });

  it('speaks of quotes only where a value could have had a space', () => {
    const error = (shape: Shape) => errorOf(() => parseWords(shape, tokenize('a b c')));
    expect(error(logs)).not.toHaveProperty('params.spaces');
    expect(error({ ...logs, positionals: [{ name: 'what' }, { name: 'reason' }] })).toHaveProperty(
      'params.spaces',
      true,
    );
  });

  it('gives all words to a positional that takes many', () => {
    const route: Shape = {
      ...logs,
      name: 'route',
      positionals: [{ name: 'to' }, { name: 'labels', many: true, optional: true }],
    };
    const given = (text: string) => parseWords(route, tokenize(text)).given;
    expect(given('x a=1 -n shop b="c d" --tail 5')).toMatchObject({
      to: 'x',
      labels: ['a=1', 'b=c d'],
      namespace: 'shop',
    });
    expect(given('x')).toMatchObject({ to: 'x', labels: [] });
    expect(usageOf(route)).toContain('/ops route <to> [labels...] [-n NS]');
    const needed: Shape = { ...logs, positionals: [{ name: 'labels', many: true }] };
    expect(errorOf(() => parseWords(needed, []))).toMatchObject({
      code: 'missing-argument',
      params: { name: 'labels' },
    });
  });

  it('remembers nothing between lines', () => {
    parse('x -A --tail 5');
    expect(parse('y').given).toEqual({ target: 'y' });
  });

  it('sees a wish for help anywhere but in quotes', () => {
    expect(asksForHelp(tokenize('x --help'))).toBe(true);
    expect(asksForHelp(tokenize('-h'))).toBe(true);
    expect(asksForHelp(tokenize('x —help'))).toBe(true);
    expect(asksForHelp(tokenize('x "--help"'))).toBe(false);
  });
});

describe('readArgs', () => {
  const command = { ...logs, args: z.object({ tail: z.coerce.number().int().max(500).optional() }) };

  it('gives what the command makes of it', () => {
    expect(readArgs(command, { tail: '50' }, 'en')).toEqual({ tail: 50 });
  });

  it('names the flag that is wrong, in the language of the asker', () => {
    const params = (language: 'en' | 'ja') => errorOf(() => readArgs(command, { tail: '5000' }, language));
    expect(params('en')).toMatchObject({
      code: 'bad-argument',
      params: { name: '--tail', typed: '5000', problem: expect.stringMatching(/500/) },
    });
    expect(params('ja')).toMatchObject({ params: { problem: expect.stringMatching(/500.*必要があります/) } });
  });

  it('says what there is to choose from', () => {
    const sorted = { ...logs, args: z.object({ tail: z.enum(['few', 'all']).optional() }) };
    expect(errorOf(() => readArgs(sorted, { tail: 'most' }, 'en'))).toMatchObject({
      code: 'not-one-of',
      params: { name: '--tail', given: 'most', choices: ['few', 'all'] },
    });
  });
});

describe('findVerb', () => {
  const commands = new Map(['pods', 'restart', 'jobs', 'constructor-x'].map((name) => [name, { name }]));

  it('takes any case, and other words for it', () => {
    expect(findVerb(commands, 'Pods').name).toBe('pods');
    const nodes = new Map([['nodes', { name: 'nodes', aliases: ['node', 'no'] }]]);
    expect(['NO', 'node', 'nodes'].map((verb) => findVerb(nodes, verb).name)).toEqual(['nodes', 'nodes', 'nodes']);
  });

  it.each([
    ['pdos', ['pods']],
    ['restrat', ['restart']],
    ['hlep', ['help']],
    ['xyzzy', []],
    ['__proto__', []],
  ])('says what is near %s, and runs none of it', (verb, near) => {
    expect(() => findVerb(commands, verb)).toThrow(
      expect.objectContaining({ code: 'no-such-verb', params: { verb, near } }),
    );
  });
});

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
