import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/audit.ts';
import { type AuditEntry, audit } from '../../src/core/audit.ts';
import type { Answered } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { AIKO, BEN, type Bench, openBench } from '../core/pipeline/bench.ts';
import { argsOf, askedBy } from '../support/asked.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  await bench.toEnd(await bench.confirmed(AIKO));
  const ask = async (entry: Partial<AuditEntry>, daysAgo = 0): Promise<void> => {
    const at = new Date(bench.now().getTime() - daysAgo * 86_400_000);
    await audit(
      bench.database.db,
      { stage: 'refused', verb: 'restart', principal: BEN, outcome: 'refused', rule: 'role', ...entry },
      at,
    );
  };
  await ask({ target: 'production/main/data/statefulset/db' });
  await ask({ target: 'production/main/data/statefulset/db', principal: { kind: 'key', id: 'ci' } }, 20);
  await ask({ stage: 'asked', verb: 'pods', outcome: 'ok', rule: 'viewer' });
});
afterAll(() => bench.close());

async function looked(words: string, language: Language = 'en'): Promise<Answered> {
  const asked = askedBy({ principal: AIKO, role: 'operator', language, now: bench.now() });
  return query.answer(argsOf(query, words, language), { db: bench.database.db }, asked, sentences(language));
}

const said = async (words: string, language?: Language): Promise<string> =>
  plainText((await looked(words, language)).text);
const rows = ({ blocks }: Answered): readonly (readonly string[])[] =>
  blocks.flatMap((b) => (b.kind === 'table' ? b.rows : []));
const short = async (words: string): Promise<readonly string[]> =>
  rows(await looked(words)).map((row) => row.slice(1).join(' '));

const RESTARTED = 'aiko restart shop/checkout watched: healthy';
const REFUSED = 'ben restart data/db refused: role';

describe('audit', () => {
  it('lists attempts, an action as one with its newest step, the newest first', async () => {
    expect(await short('')).toEqual([REFUSED, RESTARTED]);
    expect(await said('')).toBe('2 attempts in the last 7d. /ops audit JOB-7 shows every step of one.');
    expect(await said('', 'ja')).toContain('2 件');
  });

  it.each([
    ['@ben', [REFUSED]],
    ['@BEN', [REFUSED]],
    ['@U0BEN', [REFUSED]],
    ['<@U0AIKO|aiko>', [RESTARTED]],
    ['shop/checkout', [RESTARTED]],
    ['checkout', [RESTARTED]],
    ['@ben shop/checkout', []],
    ['data/db @ben', [REFUSED]],
    ['--refused', [REFUSED]],
    ['data/db --since 30d', [REFUSED, 'key:ci restart data/db refused: role']],
    ['--all @ben', ['ben pods  asked', REFUSED]],
    ["shop'||'checkout", []],
  ])('%s', async (words, expected) => {
    expect(await short(words)).toEqual(expected);
  });

  it('names people as they are called, whatever the entry knew of them', async () => {
    const principal = { kind: 'slack', id: 'U0BEN', team: 'T1' } as const;
    const entry = { stage: 'refused', verb: 'scale', outcome: 'refused', rule: 'role', principal } as const;
    const at = new Date(bench.now().getTime() - 60 * 86_400_000);
    await audit(bench.database.db, { ...entry, target: 'production/main/old/deployment/mail' }, at);
    expect(await short('old --since 90d')).toEqual(['U0BEN scale old/mail refused: role']);
    const ben = { id: 'U0BEN', team: 'T1', name: 'ben', display_name: 'Ben Ito', refreshed_at: bench.now() };
    await bench.database.db.insertInto('people').values(ben).execute();
    expect(await short('old --since 90d')).toEqual(['Ben Ito scale old/mail refused: role']);
    await bench.database.db.deleteFrom('people').execute();
  });

  it('leaves out what was not understood, and says how to see it', async () => {
    const typo = {
      stage: 'refused',
      verb: 'restrat',
      principal: BEN,
      outcome: 'refused',
      rule: 'no-such-verb',
    } as const;
    await audit(bench.database.db, typo, bench.now());
    expect(await short('@ben')).toEqual([REFUSED]);
    expect(await short('@ben --refused')).toEqual([REFUSED]);
    expect(await short('@ben --refused --all')).toEqual(['ben restrat  refused: no-such-verb', REFUSED]);
    const notes = async (words: string): Promise<string> => JSON.stringify((await looked(words)).blocks);
    expect(await notes('@ben')).toContain('Without what only looked or was not understood');
    expect(await notes('@ben --all')).not.toContain('Without what');
  });

  it('says that there is nothing, and where else to look', async () => {
    expect(await said('@nobody shop/none')).toBe(
      'Nothing was attempted by @nobody on shop/none in the last 7d. --since 90d looks further back, --all at what only looked or was not understood, too.',
    );
  });

  it('shows the steps of a number, with the reason', async () => {
    const one = await looked('JOB-1');
    expect(plainText(one.text)).toMatch(/^JOB-1 production\/main\/shop\/deployment\/checkout: \d steps\.$/);
    expect(rows(one).map((row) => row[3])).toEqual([
      'planned',
      'confirmed',
      'no approval needed',
      'executing',
      'executed',
      'watched: healthy',
    ]);
    expect(JSON.stringify(one.blocks)).toContain('Reason: ');
    expect(await said('JOB-99')).toBe('The audit has nothing of JOB-99.');
    expect(await said('inc 4')).toBe('The audit has nothing of INC-4.');
    expect(await said('APR-1', 'ja')).toContain('APR-1');
  });

  it('refuses what is no duration', async () => {
    await expect(looked('--since yesterday')).rejects.toMatchObject({ name: 'UserError' });
  });

  it('lists what fits a phone, and says that there is more', async () => {
    for (let i = 0; i < 25; i++)
      await audit(bench.database.db, { stage: 'refused', verb: 'x', principal: BEN, outcome: 'refused' }, bench.now());
    expect(await said('')).toMatch(/^The newest 20 attempts/);
    expect(await short('')).toHaveLength(20);
  });
});
