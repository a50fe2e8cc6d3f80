import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../../src/commands/approvals.ts';
import { action as restart } from '../../src/commands/restart.ts';
import type { Answered } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { AIKO, type Bench, openBench } from '../core/pipeline/bench.ts';
import { askedBy } from '../support/asked.ts';
import { bookOf } from '../support/rights-book.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ approval: ['low'] });
});
afterAll(() => bench.close());

const ask = (number?: string, language: Language = 'en'): Promise<Answered> => {
  const asked = askedBy({ principal: AIKO, language, now: bench.now() });
  return query.answer(
    { ...(number && { number }) },
    {
      db: bench.database.db,
      rights: bookOf(bench, [{ kind: 'name', name: '@lead' }]),
      actions: new Map([[restart.name, restart]]),
      linkTo: async ({ ts }) => `https://shop.slack.com/archives/C0OPS1/p${ts}`,
    },
    asked,
    sentences(language),
  );
};
const said = async (...args: Parameters<typeof ask>): Promise<string> => plainText((await ask(...args)).text);

it('lists what waits, shows one, and says what is no number', async () => {
  expect(await said()).toBe('Nothing waits for a second person.');
  expect(await said(undefined, 'ja')).toContain('ありません');
  await bench.confirmed(AIKO);
  const listed = await ask();
  expect(plainText(listed.text)).toBe('1 action waits for a second person.');
  expect(listed.blocks).toContainEqual(
    expect.objectContaining({ kind: 'table', rows: [['APR-1', 'restart', 'shop/checkout', 'aiko', '03:30']] }),
  );
  const one = await ask('apr 1');
  expect(plainText(one.text)).toMatch(/APR-1: Waits for a second person until .*: @lead\./);
  expect(one.blocks.some((b) => b.kind === 'buttons')).toBe(false);
  expect(JSON.stringify(one.blocks)).toContain('are replaced by new ones');
  expect(await said('7')).toContain('There is no APR-7');
  expect(await said('JOB-1')).toContain("is not an approval's number");
  bench.advance(31 * 60_000);
  expect(await said()).toBe('Nothing waits for a second person.');
});
