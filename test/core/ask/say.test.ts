import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModules } from '../../../src/app/modules.ts';
import { candidateButtons, nearButtons } from '../../../src/core/ask/near.ts';
import { asTyped } from '../../../src/core/ask/say.ts';
import { tokenize, type Word } from '../../../src/core/ask/tokenize.ts';
import { UserError } from '../../../src/domain/errors.ts';
import type { AskRequest } from '../../../src/ports/chat.ts';

const { commands } = loadModules();
const request = (text: string): AskRequest => ({
  kind: 'ask',
  via: 'command',
  id: '1',
  channelId: 'C1',
  threadTs: '1.2',
  text,
  principal: { kind: 'slack', id: 'U1', team: 'T1' },
  receivedAt: new Date('2026-11-20T03:00:00Z'),
  reply: { private: async () => undefined, replace: async () => undefined },
});
const several = (text: string, candidates: readonly string[]) =>
  new UserError('ambiguous-target', { text, candidates, more: 0 });

/** A word that begins with a dash is a flag, unless it is quoted. */
const meaning = ({ value, quoted }: Word) => [value, quoted && value.startsWith('-')];

describe('words as they would be typed', () => {
  it('are read as the same words again, whatever was typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom(
            'restart',
            '--reason="a b"',
            '—for',
            "'x y'",
            '"-n"',
            '<@U1>',
            'a&amp;b',
            '＂',
            '\\',
            '“a"',
            '<x>',
            '＝',
          ),
        )
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const words = wordsOf(text);
        fc.pre(words.every(isWordOrFlag));
        expect(tokenize(asTyped(words)).map(meaning)).toEqual(words.map(meaning));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Other words with a dash are refused before anything is looked for. */
const isWordOrFlag = ({ value, quoted }: Word): boolean =>
  quoted || !value.startsWith('-') || /^--?[A-Za-z0-9-]+(=.*)?$/s.test(value);

function wordsOf(text: string): readonly Word[] {
  try {
    return tokenize(text);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

describe('candidates', () => {
  it('are buttons with the words that were typed, one for each', () => {
    const [block] = candidateButtons(
      request('scale cache 3 --reason="too slow"'),
      several('cache', ['a/b/c/d', 'a/b/e/d']),
      commands,
    );
    expect(block).toMatchObject({
      kind: 'buttons',
      buttons: [
        {
          label: 'c/d',
          carries: { v: 1, say: 'scale a/b/c/d 3 --reason="too slow"', channel: 'C1', thread: '1.2' },
        },
        { label: 'e/d', carries: { v: 1, say: 'scale a/b/e/d 3 --reason="too slow"' } },
      ],
    });
  });

  it('are five at most, and none for another error or where the words do not have the target', () => {
    const many = Array.from({ length: 9 }, (_, i) => `a/b/c/d${i}`);
    expect(candidateButtons(request('pods cache'), several('cache', many), commands)).toMatchObject([
      { buttons: { length: 5 } },
    ]);
    expect(candidateButtons(request('pods'), several('cache', many), commands)).toEqual([]);
    expect(
      candidateButtons(request('describe pod cache -n x'), several('pod/cache', ['a/b/pod/c']), commands),
    ).toMatchObject([{ buttons: [{ carries: { say: 'describe a/b/pod/c -n x' } }] }]);
    const unknown = new UserError('no-such-workload', { text: 'chekcout', where: 'x', near: ['shop/checkout'] });
    expect(candidateButtons(request('restart chekcout'), unknown, commands)).toMatchObject([
      { buttons: [{ label: 'shop/checkout', carries: { say: 'restart shop/checkout' } }] },
    ]);
    expect(candidateButtons(request('restart chekcout -n web'), unknown, commands)).toEqual([]);
    expect(candidateButtons(request('pods cache'), new UserError('which-target'), commands)).toEqual([]);
  });

  it.each([
    ['no-such-namespace', { namespace: 'shpo', near: ['shop'] }, 'pods cart -n shpo', 'pods cart -n shop'],
    ['no-such-environment', { environment: 'prod', near: ['production'] }, 'pods -e prod', 'pods -e production'],
    ['no-such-container', { container: 'ap', near: ['app'] }, 'logs cart -c ap', 'logs cart -c app'],
    ['no-such-verb', { verb: 'gte', near: ['get'] }, 'gte pods -n shop', 'get pods -n shop'],
    ['no-such-look', { look: 'idel', near: ['idle'] }, 'pg idel orders', 'pg idle orders'],
  ])('%s: the words with what may have been meant in the place of it', (code, params, typed, says) => {
    const [block] = candidateButtons(request(typed), new UserError(code, params), commands);
    expect(block).toMatchObject({ buttons: [{ carries: { say: says } }] });
  });

  it.each([
    ['no-such-namespace', { namespace: 'shpo', near: ['shop'] }, 'pods shpo -n shpo', 'pods shpo -n shop'],
    ['no-such-namespace', { namespace: 'shpo', near: ['shop'] }, 'pods -l shpo -n shpo', 'pods -l shpo -n shop'],
    ['no-such-namespace', { namespace: 'shpo', near: ['shop'] }, 'pods cart -n=shpo', 'pods cart -n=shop'],
    ['no-such-namespace', { namespace: 'shpo', near: ['shop'] }, 'pods cart -nshpo', 'pods cart -nshop'],
    [
      'no-such-namespace',
      { namespace: 'shpo', near: ['shop'] },
      'pods cart --namespace="shpo"',
      'pods cart --namespace=shop',
    ],
    [
      'no-such-environment',
      { environment: 'prod', near: ['production'] },
      'pods prod -e prod',
      'pods prod -e production',
    ],
    ['no-such-environment', { environment: 'prod', near: ['production'] }, 'pods --env prod', 'pods --env production'],
    ['no-such-container', { container: 'ap', near: ['app'] }, 'logs ap -pc ap', 'logs ap -pc app'],
    ['no-such-workload', { text: 'crt', near: ['cart'] }, 'pods -l crt crt -c crt', 'pods -l crt cart -c crt'],
    ['no-such-workload', { text: 'crt', near: ['cart'] }, 'logs --errors crt', 'logs --errors cart'],
    ['no-such-workload', { text: 'logs', near: ['logs-api'] }, 'kubectl get logs logs', 'logs logs-api'],
    ['no-such-workload', { text: 'crt', near: ['cart'] }, 'rollout restart crt', 'restart cart'],
    ['no-such-workload', { text: 'pod/crt', near: ['cart'] }, 'describe pod -e pod crt', 'describe cart -e pod'],
    [
      'ambiguous-target',
      { text: 'cache', candidates: ['a/b/c/d'] },
      'scale -n cache cache 3',
      'scale -n cache a/b/c/d 3',
    ],
  ])('%s %j: the word of that place, not one that is the same', (code, params, typed, says) => {
    const [block] = candidateButtons(request(typed), new UserError(code, params), commands);
    expect(block).toMatchObject({ buttons: [{ carries: { say: says } }] });
  });

  it.each([
    ['delete', '', 'delete a/b/c/pod/d-0'],
    ['delete -e prod', '', 'delete a/b/c/pod/d-0 -e prod'],
    ['delete pod', '', 'delete a/b/c/pod/d-0'],
    ['delete shop/d -n shop', 'shop/d', 'delete a/b/c/pod/d-0 -n shop'],
    ['delete pod d', 'pod/d', 'delete a/b/c/pod/d-0'],
  ])('of %s have the pod where it is missing', (typed, text, says) => {
    const error = new UserError('which-pods', { text, candidates: ['a/b/c/pod/d-0'] });
    expect(candidateButtons(request(typed), error, commands)).toMatchObject([
      { buttons: [{ carries: { say: says } }] },
    ]);
  });

  it('of two lists that were asked for at once say each of them', () => {
    const asked = new UserError('one-list', { typed: 'pods,svc', kinds: ['pods', 'svc'] });
    const [block] = candidateButtons(request('get pods,svc -n shop'), asked, commands);
    const said = block?.kind === 'buttons' ? block.buttons.map(({ carries }) => carries['say']) : [];
    expect(said).toEqual(['get pods -n shop', 'get svc -n shop']);
  });

  it.each([
    ['jobs -n shop', 'jobs', ['pods -n shop', 'jobs']],
    ['kubectl get job/backup -n shop', 'jobs', ['pods backup -n shop', 'jobs']],
    ['get cronjobs', 'jobs', ['pods', 'jobs']],
    ['secrets -n shop', 'secrets', ['configmaps -n shop']],
    ['-n shop get secrets', 'secrets', ['configmaps -n shop']],
    ['describe secret checkout', 'secrets', ['configmaps']],
    ['get all -n shop', 'all', ['workloads -n shop', 'pods -n shop', 'services -n shop']],
  ])('of %s, which are not listed, say what is', (typed, what, said) => {
    const [block] = candidateButtons(request(typed), new UserError('not-listed', { what }), commands);
    expect(block).toMatchObject({ buttons: said.map((say) => ({ label: say, carries: { say } })) });
  });

  it('has none where what was typed stands nowhere but in a flag that says something else', () => {
    const unknown = new UserError('no-such-workload', { text: 'crt', where: 'x', near: ['cart'] });
    expect(candidateButtons(request('pods -l crt'), unknown, commands)).toEqual([]);
  });

  it('of an answer that found nothing are the words with each near name', () => {
    const near = { typed: 'chekout', names: ['checkout', 'shop/checkout'] };
    expect(nearButtons(request('logs chekout -n shop --errors'), near, commands)).toMatchObject([
      { buttons: [{ label: 'checkout', carries: { say: 'logs checkout -n shop --errors' } }] },
    ]);
    expect(nearButtons(request('logs "chekout'), near, commands)).toEqual([]);
    expect(nearButtons(request('logs'), undefined, commands)).toEqual([]);
  });
});
