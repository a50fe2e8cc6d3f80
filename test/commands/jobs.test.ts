import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModules } from '../../src/app/modules.ts';
import { query } from '../../src/commands/jobs.ts';
import type { Answered, Role } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { AIKO, BEN, type Bench, openBench, type Someone, TARGET } from '../core/pipeline/bench.ts';
import { argsOf, askedBy } from '../support/asked.ts';
import { bookOf } from '../support/rights-book.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

async function jobs(
  words: string,
  who: Someone = AIKO,
  role: Role = 'operator',
  language: Language = 'en',
): Promise<Answered> {
  const asked = askedBy({ principal: who, role, language, now: bench.now() });
  return query.answer(
    argsOf(query, words),
    { db: bench.database.db, rights: bookOf(bench), actions: bench.deps.actions },
    asked,
    sentences(language),
  );
}

const said = async (...args: Parameters<typeof jobs>): Promise<string> => plainText((await jobs(...args)).text);

function rows({ blocks }: Answered): readonly (readonly string[])[] {
  return blocks.flatMap((b) => (b.kind === 'table' ? b.rows : []));
}

describe('jobs', () => {
  it('says that there are none', async () => {
    expect(await said('')).toContain('No job has run yet');
  });

  it('lists what runs first, then what has ended', async () => {
    const first = await bench.confirmed(AIKO);
    await bench.toEnd(first);
    bench.cluster.world.create({ namespace: 'shop', name: 'cart' });
    await bench.confirmed(BEN, { target: { ...TARGET, name: 'cart' } });
    const listed = await jobs('');
    expect(plainText(listed.text)).toBe('1 job is running; 1 finished lately.');
    const [start] = [expect.stringMatching(/^\d\d:\d\d$/)];
    expect(rows(listed)).toEqual([
      ['JOB-2', 'restart', 'shop/cart', 'waiting', 'ben', start],
      ['JOB-1', 'restart', 'shop/checkout', 'done', 'aiko', start],
    ]);
    expect(rows(await jobs('list', AIKO, 'viewer', 'ja'))[1]?.[3]).toBe('完了');
  });

  it('says what a slip of the thumb may have meant', async () => {
    await expect(said('cancle JOB-2')).rejects.toMatchObject({
      params: { verb: 'jobs cancle', near: ['jobs cancel'] },
    });
  });

  it('offers to ask for one again that has ended, which is planned anew', async () => {
    const again = await jobs('retry JOB-1');
    expect(plainText(again.text)).toMatch(/^JOB-1 was restart on production\/main\/shop\/deployment\/checkout\./);
    const [button] = again.blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
    const { forms } = await bench.click(BEN, button!.id, button!.carries);
    expect(forms.map(({ id }) => id)).toEqual(['action-loading', 'action-confirm']);
    expect(await said('retry JOB-2')).toContain('still runs');
    expect(await said('retry JOB-99')).toContain('There is no JOB-99');
    expect(await said('retry nonsense')).toContain('is not a job');
    expect(await said('retry')).toContain('Which one?');
  });

  it.each(['JOB-1', 'job-1', 'Job 1', 'show JOB-1', '1', 'job–1'])('shows one: %s', async (words) => {
    expect(await said(words)).toMatch(/Healthy.*JOB-1/);
  });

  it.each([
    ['JOB-99', 'There is no JOB-99'],
    ['INC-1', 'is not a job'],
    ['nonsense', 'is not a job'],
    ['cancel', 'Which one?'],
    ['cancel x', 'is not a job'],
    ['cancel JOB-99', 'There is no JOB-99'],
    ['cancel JOB-1', 'has already ended'],
  ])('%s: %s', async (words, expected) => {
    expect(await said(words)).toContain(expected);
  });

  it('offers the pods of that name, and the list, where a name stands instead of a number', async () => {
    const { blocks } = await jobs('checkout');
    const buttons = blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
    expect(buttons.map(({ carries }) => carries['say'])).toEqual(['pods checkout', 'jobs']);
    expect((await jobs('INC-1')).blocks.filter(({ kind }) => kind === 'buttons')).toEqual([]);
  });

  it('cancels with the rights, or what one has started oneself', async () => {
    expect(await said('cancel JOB-2', AIKO, 'viewer')).toContain('you need the role operator');
    expect(await said('cancel job-2', BEN, 'viewer')).toContain('is being cancelled');
    expect(await said('cancel JOB-2', AIKO)).toContain('already being cancelled by @U0BEN');
    expect(rows(await jobs(''))[0]?.[3]).toBe('is being cancelled');
    await bench.work();
    expect(await said('JOB-2')).toContain('Cancelled by @ben');
    expect((await bench.audits()).slice(-4)).toEqual(['refused', 'cancel-asked', 'refused', 'cancelled']);
    const entries = await bench.database.db.selectFrom('audit').selectAll().where('verb', '=', 'restart').execute();
    expect(entries.find((e) => e.stage === 'cancel-asked')).toMatchObject({
      origin: { kind: 'command', channel: 'C1' },
    });
    expect(entries.filter((e) => e.stage === 'refused').map((e) => e.rule)).toEqual([
      'job-finished',
      'role',
      'cancelled-already',
    ]);
  });
});

describe('jobs that changed something for a while', () => {
  beforeAll(async () => {
    await bench.close();
    bench = await openBench({ action: loadModules().actions.get('scale')! });
    const id = await bench.confirmed(AIKO, { args: { to: 5 }, term: { lastsMs: 7_200_000, how: 'auto' } });
    await bench.toEnd(id);
  });

  it('lists until when, shows it, prolongs and keeps it', async () => {
    expect(rows(await jobs(''))[0]).toMatchObject({ 3: 'done, until 05:00' });
    expect(rows(await jobs('', AIKO, 'viewer', 'ja'))[0]).toMatchObject({ 3: '完了, 05:00 まで' });
    const { blocks, text } = await jobs('show JOB-1');
    const shown = blocks.flatMap((b) => (b.kind === 'context' ? b.lines.map(plainText) : []));
    expect(shown.join('\n')).toContain('By itself back to 3 at');
    expect(plainText(text)).toMatch(/^Scale Deployment checkout to 5: /);
    const buttons = blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons : []));
    expect(buttons.map(({ label }) => label)).toEqual(['Undo', 'Keep it', '2h more']);
    expect(await said('extend JOB-1 90m')).toMatch(/^It is left until /);
    expect(rows(await jobs(''))[0]).toMatchObject({ 3: 'done, until 06:30' });
    expect(await said('keep JOB-1', BEN)).toBe('It stays: nothing is taken back any more.');
    expect(rows(await jobs(''))[0]).toMatchObject({ 3: 'done' });
    expect(await said('extend JOB-1')).toBe('It stays: @ben has said so.');
  });

  it('refuses who may not, what has no time, and times that are none', async () => {
    bench.setRole(BEN, 'viewer');
    expect(await said('extend JOB-1 1h', BEN, 'viewer')).toContain('needs the role operator');
    await expect(said('extend JOB-1 soon')).rejects.toMatchObject({ code: 'not-a-term', params: { typed: 'soon' } });
    expect(await said('keep')).toContain('Which one?');
    expect(await said('keep JOB-99')).toContain('There is no JOB-99');
    bench.setRole(BEN, 'operator');
    await bench.toEnd(await bench.confirmed(BEN, { args: { to: 4 } }));
    expect(await said('keep JOB-2')).toContain('was not made for a while');
  });
});

describe('jobs that have ended otherwise', () => {
  beforeAll(async () => {
    await bench.close();
    bench = await openBench();
  });

  it('tell what was changed from what was not', async () => {
    const unwatched = await bench.confirmed(AIKO);
    for (let i = 0; i < 2; i++) await bench.work();
    expect(await bench.job(unwatched)).toMatchObject({ executed: true, state: 'watching' });
    await said('cancel JOB-1');
    await bench.toEnd(unwatched);
    const cancelled = await bench.confirmed(AIKO);
    await said('cancel JOB-2');
    await bench.toEnd(cancelled);
    const outdated = await bench.confirmed(AIKO);
    bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:1.5');
    await bench.toEnd(outdated);
    const states = async (language: Language) =>
      rows(await jobs('', AIKO, 'viewer', language)).map(([job, , , state]) => `${job} ${state}`);
    expect(await states('en')).toEqual(['JOB-3 not done', 'JOB-2 cancelled', 'JOB-1 done, not watched']);
    expect(await states('ja')).toEqual(['JOB-3 未実行', 'JOB-2 取り消し', 'JOB-1 完了（監視なし）']);
  });
});

describe('jobs that went back to an earlier revision', () => {
  beforeAll(async () => {
    await bench.close();
    bench = await openBench({ action: loadModules().actions.get('rollback')! });
    bench.cluster.world.revise('shop', 'checkout', { image: 'registry.example/checkout:1.5' });
    bench.cluster.world.tick(60);
  });

  it('shows that somebody else has changed the template since', async () => {
    const id = await bench.confirmed(AIKO);
    await bench.work();
    bench.cluster.world.setImage('shop', 'checkout', 'registry.example/checkout:1.6');
    await bench.toEnd(id);
    expect(await bench.action(id)).toMatchObject({ outcome: { kind: 'overruled' } });
    expect(await said('JOB-1')).toContain('has changed its pod template since');
  });
});
