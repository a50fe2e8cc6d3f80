import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createTrouble } from '../../src/core/trouble.ts';

it('is told when it begins, ever more seldom while it lasts, and when it is over', () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  let now = 0;
  const trouble = createTrouble({ log, system: 'Slack', monotonic: () => now });
  trouble.fine('calls');
  for (; now < 100_000; now += 1_000) {
    trouble.failed('calls', new Error('econnrefused'));
    trouble.failed('sockets', new Error('econnrefused'));
  }
  expect(lines.map((line) => line['forMs'])).toEqual([undefined, 10_000, 30_000, 70_000]);
  expect(lines[0]).toMatchObject({ system: 'Slack', reason: 'econnrefused' });
  expect(JSON.stringify(lines)).not.toContain('stack');
  trouble.fine('calls');
  expect([trouble.reason(), lines.length]).toEqual(['econnrefused', 4]);
  trouble.fine('sockets');
  expect(trouble.reason()).toBeUndefined();
  expect(lines.at(-1)).toMatchObject({ msg: 'Slack can be used again', forMs: 100_000 });
  trouble.failed('calls', new Error('again'));
  expect(lines).toHaveLength(6);
});
