import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainText, wordError } from '../../src/core/wording.ts';
import { RetryableError, UserError } from '../../src/domain/errors.ts';
import { LANGUAGES, sentences } from '../../src/messages/catalog.ts';
import { userError, wordUserError } from '../../src/messages/user-error.ts';
import { ChatError } from '../../src/ports/chat.ts';
import { ClusterError, type ClusterErrorKind } from '../../src/ports/cluster.ts';

const SRC = join(import.meta.dirname, '../../src');
const nobody = { passingFault: () => undefined };
const say = (error: unknown, language: 'en' | 'ja' = 'en'): string | undefined => {
  const words = wordError(sentences(language), error, nobody);
  return words && plainText(words);
};

/** Codes that reach people in chat; config and start-up errors carry their remedy with them. */
const CHAT = ['core', 'oncall', 'incidents', 'jobs', 'commands', 'alerts'];

describe('every UserError that chat can see', () => {
  const files = CHAT.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(SRC, folder, name)),
  );
  const codes = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/new UserError\(\s*'([^']+)'/g)].map((found) => found[1]!),
  );

  it.each([...new Set(codes), 'which-target'])('%s has a sentence', (code) => {
    expect(Object.keys(sentences('en').errors)).toContain(code);
  });
});

describe('wordError', () => {
  it('puts what was typed into the sentence, in either language', () => {
    const error = userError('no-such-workload', { text: 'chekout', where: 'production', near: ['shop/checkout'] });
    expect(say(error)).toBe('No workload chekout in production. Did you mean shop/checkout?');
    expect(say(error, 'ja')).toContain('もしかして: shop/checkout');
  });

  it('joins lists as people do', () => {
    const candidates = ['a', 'b', 'c'];
    const error = userError('ambiguous-target', { text: 'x', candidates, more: 2 });
    expect(say(error)).toContain('could be a, b, c or 2 more. Say');
  });

  it('shows what there is of an error without sentence, or without its parameters', () => {
    expect(say(new UserError('data-dir-in-use', { dataDir: '/d', remedy: 'Stop it.' }))).toBe(
      'data-dir-in-use (dataDir: /d). Stop it.',
    );
    expect(say(new UserError('no-such-workload', { text: 'x' }))).toBe('no-such-workload (text: x)');
    expect(say(new UserError('constructor'))).toBe('constructor');
  });

  it.each(LANGUAGES)('has a sentence for every kind of cluster error (%s)', (language) => {
    const kinds: readonly ClusterErrorKind[] = [
      'away',
      'unauthorized',
      'forbidden',
      'not-found',
      'changed',
      'paused',
      'invalid',
      'misconfigured',
    ];
    const said = kinds.map((kind) => say(new ClusterError(kind, 'main', 'details'), language));
    expect(new Set(said).size).toBe(kinds.length);
  });

  it('cuts what a webhook says at length', () => {
    expect(say(new ClusterError('invalid', 'main', 'x'.repeat(5_000)))?.length).toBeLessThan(700);
  });

  it('says which system is away, since when, and that nothing was changed', () => {
    const since = new Date('2026-11-20T02:50:00Z');
    const words = wordError(
      sentences('en'),
      new RetryableError('Slack', 'x'),
      { ...nobody, awaySince: () => since },
      true,
    );
    expect(plainText(words!)).toBe(
      'Slack has not answered since 2026-11-20T02:50:00.000Z. Nothing was changed. Try again in a minute.',
    );
  });

  it('tells what Slack did from what we did', () => {
    expect(say(new ChatError('expired', 'expired_trigger_id'))).toContain('did not open the form in time');
    expect(say(new ChatError('ambiguous', 'fatal_error'))).toContain('Slack does not answer');
    expect(say(new ChatError('invalid', 'invalid_arguments'))).toBeUndefined();
  });

  it('leaves the rest to the log', () => {
    expect(say(new Error('secret'))).toBeUndefined();
    expect(say('text')).toBeUndefined();
  });
});

it.each(LANGUAGES)('no sentence shows a missing value (%s)', (language) => {
  const { errors } = sentences(language);
  const list = ['a'];
  const params = new Proxy(
    { near: list, environments: list, clusters: list, candidates: list, more: 1, at: '2026-11-20T03:00:00Z' },
    { get: (known, key) => (Object.hasOwn(known, key) ? known[key as keyof typeof known] : `<${String(key)}>`) },
  );
  for (const code of Object.keys(errors)) {
    const words = plainText(wordUserError(sentences(language), new UserError(code, params)));
    expect(words, code).not.toMatch(/undefined|\[object/);
    expect(words.length, code).toBeGreaterThan(5);
  }
});
