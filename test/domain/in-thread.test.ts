import { expect, it } from 'vitest';
import { bold, code, type Message, text } from '../../src/domain/content.ts';
import { inThread } from '../../src/domain/in-thread.ts';

const said = (words: string): Message => ({
  text: text`Try ${code(words)}.`,
  blocks: [
    { kind: 'text', text: text`${bold('/ops')} or ${code(words)}` },
    { kind: 'context', lines: [text`${code(words)}`] },
    { kind: 'list', items: [text`${code(words)}`, ['/ops pods']] },
    { kind: 'fields', fields: [{ label: '/ops', value: text`${code(words)}` }] },
    { kind: 'code', code: '/ops pods' },
  ],
});

it('names a mention in place of a slash command, and leaves data as it is', () => {
  const { text: first, blocks } = inThread(said('/ops pods -n shop'));
  const words = '@Hikeshi pods -n shop';
  expect(first).toEqual(text`Try ${code(words)}.`);
  expect(blocks).toEqual([
    { kind: 'text', text: text`${bold('/ops')} or ${code(words)}` },
    { kind: 'context', lines: [text`${code(words)}`] },
    { kind: 'list', items: [text`${code(words)}`, ['/ops pods']] },
    { kind: 'fields', fields: [{ label: '/ops', value: text`${code(words)}` }] },
    { kind: 'code', code: '/ops pods' },
  ]);
  expect(inThread(said('/opsy'))).toEqual(said('/opsy'));
  expect(inThread(said('/ops')).text).toEqual(text`Try ${code('@Hikeshi')}.`);
});
