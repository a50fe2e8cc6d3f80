import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/timetable.ts';
import type { Answered, Role } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Timetable } from '../../src/domain/timed-task.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { AIKO } from '../core/pipeline/bench.ts';
import { HOUR, MINUTE, MORNING, NIGHT, openTimetable, type TimetableBench } from '../core/timetable/bench.ts';
import { argsOf, askedBy } from '../support/asked.ts';

let bench: TimetableBench;
beforeEach(async () => {
  bench = await openTimetable();
  await bench.sweep();
});
afterEach(() => bench.close());

const BOTH: Timetable = new Map([NIGHT, MORNING].map((entry) => [entry.name, entry]));

async function ask(
  words: string,
  {
    role = 'operator',
    language = 'en',
    timetable = BOTH,
    typed,
  }: { role?: Role; language?: Language; timetable?: Timetable; typed?: string } = {},
): Promise<Answered> {
  bench.setRole(AIKO, role);
  const rights = {
    standingOf: async (who: typeof AIKO, now: Date) => ({
      ...(await bench.deps.rightsOf(who, now)),
      approver: false,
      why: { rule: 'full-member' } as const,
    }),
    roles: () => ({ viewer: [], operator: [], admin: [], approver: [], default: 'viewer' as const, permissions: [] }),
    commands: bench.deps.actions,
    rules: bench.deps.rules,
    actionsIn: () => new Map(),
  };
  const asked = askedBy({ principal: AIKO, role, language, now: bench.now(), ...(typed && { typed }) });
  const resources = { db: bench.database.db, rights, timetable: () => timetable };
  return query.answer(argsOf(query, words), resources, asked, sentences(language));
}

const said = async (...args: Parameters<typeof ask>): Promise<string> => plainText((await ask(...args)).text);
const rows = ({ blocks }: Answered) => blocks.flatMap((b) => (b.kind === 'table' ? b.rows : []));
const buttons = ({ blocks }: Answered) => blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));

describe('timetable', () => {
  it('lists what comes next, with how it went last, and a button that leaves the next one out', async () => {
    const listed = await ask('');
    expect(plainText(listed.text)).toBe('2 entries in the timetable.');
    expect(rows(listed)).toEqual([
      ['night', '03-02 12:05', '5m', 'scale shop/checkout 0', '-'],
      ['morning', '03-02 13:05', '1h', 'scale shop/checkout back', '-'],
    ]);
    expect(buttons(listed)).toMatchObject([
      { label: 'Skip the next night', carries: { say: 'timetable skip night 2026-03-02T12:05' } },
      { label: 'Skip the next morning' },
    ]);
    await bench.pass(5 * MINUTE);
    expect(rows(await ask(''))).toEqual([
      ['morning', '03-02 13:05', '59m', 'scale shop/checkout back', '-'],
      ['night', '03-03 12:05', '23h', 'scale shop/checkout 0', '03-02 12:05 done'],
    ]);
    await bench.pass(HOUR);
    bench.cluster.world.scale('shop', 'checkout', 0);
    await bench.pass(23 * HOUR);
    expect(rows(await ask('')).map(([name, , , , last]) => [name, last])).toEqual([
      ['morning', '03-02 13:05 done'],
      ['night', '03-03 12:05 nothing to do'],
    ]);
  });

  it('lists those of one environment where that is named', async () => {
    const elsewhere = { ...MORNING, environment: 'staging' };
    const timetable: Timetable = new Map([NIGHT, elsewhere].map((entry) => [entry.name, entry]));
    const names = async (typed: string) => rows(await ask('', { timetable, typed })).map(([name]) => name);
    expect([await names('staging'), await names('production')]).toEqual([['morning'], ['night']]);
    expect(await said('', { typed: 'staging' })).toBe(
      'Nothing is done at set times in staging; /ops timetable lists what is elsewhere.',
    );
    expect(await said('', { typed: 'staging', language: 'ja' })).toContain('staging に定時の作業はありません');
  });

  it('shows one, and says in Japanese what it says', async () => {
    const shown = await ask('night');
    expect(plainText(shown.text)).toBe('night in production, at 5 12 * * * Asia/Tokyo: “it sleeps at night”');
    expect(JSON.stringify(shown.blocks)).toContain('Next at 03-02 12:05 (Asia/Tokyo), in 5m.');
    expect(JSON.stringify((await ask('night', { language: 'ja' })).blocks)).toContain('次回: 03-02 12:05');
  });

  it('skips the next time for who may do it by hand', async () => {
    expect(await said('skip night', { role: 'viewer' })).toContain('needs the role operator');
    expect(buttons(await ask('', { role: 'viewer' }))).toEqual([]);
    expect(await said('skip night')).toBe(
      'night is skipped at 03-02 12:05 (Asia/Tokyo). The time after that it is done again.',
    );
    expect(await said('skip night')).toBe('night is skipped at 03-02 12:05 already: @aiko has said so.');
    expect(rows(await ask(''))[0]).toEqual(['night', '03-02 12:05', 'skipped', 'scale shop/checkout 0', '-']);
    expect(buttons(await ask('night'))).toMatchObject([
      { label: 'Do it after all', carries: { say: 'timetable keep night 2026-03-02T12:05' } },
    ]);
    await bench.pass(5 * MINUTE);
    expect(bench.replicas()).toBe(3);
    expect(rows(await ask(''))[1]).toEqual([
      'night',
      '03-03 12:05',
      '1d',
      'scale shop/checkout 0',
      '03-02 12:05 skipped',
    ]);
  });

  it('does after all what was skipped, when its time comes', async () => {
    expect(await said('keep night')).toContain('Nobody has skipped the next time of night');
    expect(buttons(await ask('skip night'))).toMatchObject([{ label: 'Do it after all' }]);
    expect(await said('keep night', { role: 'viewer' })).toContain('needs the role operator');
    expect(await said('keep night')).toBe('night is done at 03-02 12:05 (Asia/Tokyo) after all.');
    expect(await bench.told()).toContain('night · 12:05 in production is done after all: @aiko has said so.');
    expect(rows(await ask(''))[0]).toEqual(['night', '03-02 12:05', '5m', 'scale shop/checkout 0', '-']);
    bench.put({ ...NIGHT, reason: 'by then' }, MORNING);
    await bench.pass(5 * MINUTE);
    expect(bench.replicas()).toBe(0);
    expect(await bench.actions()).toMatchObject([{ reason: 'by then' }]);
    expect(await bench.told()).toContain('is done after all');
    expect(await bench.told(1, 'en', 'last')).toContain('Done, with no pod to wait for');
    await said('skip night');
    await said('keep night');
    expect(await said('skip night')).toContain('night is skipped at 03-03 12:05');
    await bench.pass(24 * HOUR);
    expect(await bench.actions()).toHaveLength(1);
  });

  it('leaves out the time that was shown, and no other', async () => {
    const [press] = buttons(await ask('night'));
    bench.advance(6 * MINUTE);
    await bench.sweep();
    const words = String(press!.carries['say']).replace('timetable ', '');
    expect(await said(words)).toBe(
      '2026-03-02T12:05 is not when night comes next: that is 03-03 12:05 (Asia/Tokyo). Nothing was changed.',
    );
    expect(await said(words.replace('skip', 'keep'))).toContain('is not when night comes next');
    expect(await said(words, { language: 'ja' })).toContain('次回: 03-03 12:05');
    expect((await bench.runs()).map(({ state }) => state)).not.toContain('skipped');
    expect(await said('skip night 2026-03-03t12:05')).toContain('night is skipped at 03-03 12:05');
  });

  it('says which there are', async () => {
    await expect(ask('skip')).rejects.toMatchObject({ code: 'which-entry' });
    await expect(ask('skip nigt')).rejects.toMatchObject({ code: 'no-such-entry', params: { near: ['night'] } });
    expect(await said('', { timetable: new Map() })).toContain('Nothing is done at set times');
    expect(await said('skip', { timetable: new Map([['night', NIGHT]]) })).toContain('night is skipped');
  });
});
