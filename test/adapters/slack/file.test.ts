import { describe, expect, it } from 'vitest';
import { fileText } from '../../../src/adapters/slack/render/file.ts';
import { type Message, text } from '../../../src/domain/content.ts';

const AT = new Date('2026-03-02T03:00:00Z');

describe('a message as a file', () => {
  it('has every row, aligned however wide, and words without marks', () => {
    const message: Message = {
      text: ['3 pods'],
      blocks: [
        { kind: 'heading', text: 'Pods' },
        {
          kind: 'text',
          text: text`${{ bold: 'shop' }}: ${{ code: 'x' }} ${{ emoji: 'x' }}since ${{ time: AT, style: 'time' }}`,
        },
        {
          kind: 'table',
          columns: ['name', 'image', 'restarts'],
          rows: [
            ['a', `registry.example/${'very/'.repeat(20)}long:1`, '7'],
            ['決済', 'short:1', '12'],
          ],
          more: 3,
        },
        { kind: 'list', items: [['one'], [{ link: 'https://x.example/', label: 'two' }]] },
        { kind: 'context', lines: [['a'], ['b']] },
        { kind: 'fields', fields: [{ label: 'Who', value: [{ mention: { kind: 'person', id: 'U1' } }] }] },
        { kind: 'code', code: 'x\n  y' },
        { kind: 'divider' },
        { kind: 'buttons', buttons: [{ id: 'b', label: 'No', carries: { v: 1 } }] },
      ],
    };
    const lines = fileText(message).split('\n');
    expect(lines.filter((line) => line !== '')).toEqual([
      'Pods',
      'shop: x since 2026-03-02T03:00:00.000Z',
      expect.stringMatching(/^name {2}image +restarts$/),
      expect.stringMatching(/^a {5}registry\.example.*long:1 +7$/),
      expect.stringMatching(/^決済 {2}short:1 +12$/),
      '… +3',
      '- one',
      '- two (https://x.example/)',
      'a',
      'b',
      'Who: @U1',
      'x',
      '  y',
    ]);
  });

  it('has long texts whole', () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `03:12:45 x7k2p line ${i} of the log`);
    expect(fileText({ text: [], blocks: [{ kind: 'code', code: lines.join('\n') }] })).toBe(`${lines.join('\n')}\n`);
  });

  it('leaves no secret, whoever wrote it', () => {
    const secret = `xoxb-${'1'.repeat(12)}-${'2'.repeat(12)}-${'a'.repeat(24)}`;
    const table = { kind: 'table' as const, columns: ['a'], rows: [[`key ${secret}`]], more: 0 };
    expect(fileText({ text: [], blocks: [table, { kind: 'code', code: `key ${secret}` }] })).not.toContain('2222');
  });

  it('is never empty, and not larger than Slack shows', () => {
    expect(fileText({ text: ['nothing'], blocks: [] })).toBe('nothing\n');
    const long = fileText({ text: [], blocks: [{ kind: 'code', code: '火'.repeat(2_000_000) }] });
    expect(Buffer.byteLength(long)).toBeLessThan(1_000_000);
  });
});
