import { expect, it } from 'vitest';
import { createLog } from '../../src/app/log.ts';
import { formsOf, maskWith } from '../../src/domain/secrets.ts';
import { ChatError } from '../../src/ports/chat.ts';
import { CANARY, CREDENTIALS } from '../support/credentials.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  const known = ['CANARY of no known shape'].flatMap(formsOf);
  write(
    createLog(
      'trace',
      maskWith(() => known),
      { write: (line: string) => void lines.push(line) },
    ),
  );
  return lines;
}

it('no line of the log holds a secret, wherever it stood', () => {
  const lines = logged((log) => {
    for (const credential of Object.values(CREDENTIALS)) {
      log.info(credential);
      log.error({ err: new Error(`outer ${credential}`, { cause: new Error(credential) }) }, 'failed');
      log.warn({ deep: { list: [{ text: `said ${credential}.` }] } }, 'x');
    }
    log.info({ what: 'CANARY of no known shape' }, 'CANARY of no known shape');
    log.info({ token: 'CANARY', headers: { authorization: 'CANARY' } }, 'by name');
  });
  expect(lines).toHaveLength(3 * Object.keys(CREDENTIALS).length + 2);
  expect(lines.filter((line) => line.includes(CANARY))).toEqual([]);
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
});

it('whoever cannot be reached is told without a stack, and our own defects with theirs', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  const both = new AggregateError([refused], '');
  const chat = new ChatError('passing', 'econnrefused');
  const lines = logged((log) => {
    for (const err of [refused, both, chat, new Error('a defect')]) log.warn({ err }, 'x');
  }).map((line) => JSON.parse(line) as { err: { message: string; stack?: string } });
  expect(lines.map(({ err }) => [err.message, err.stack === undefined])).toEqual([
    [refused.message, true],
    [expect.stringContaining(refused.message), true],
    ['econnrefused', true],
    ['a defect', false],
  ]);
});

it('no line of the log acts on the terminal of whoever reads it', () => {
  const evil = 'a\u001b[2J\u009b31m\u202eb\u2028c\nd\u0007';
  const [line = ''] = logged((log) => log.info({ evil }, evil));
  expect(line.slice(0, -1)).not.toMatch(/\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u);
  expect(JSON.parse(line)).toMatchObject({ evil, message: evil });
});
