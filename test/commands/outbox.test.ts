import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/outbox.ts';
import type { Answered, Role } from '../../src/core/define.ts';
import { plainText } from '../../src/core/wording.ts';
import type { Block } from '../../src/domain/content.ts';
import { type Language, sentences } from '../../src/messages/catalog.ts';
import { Bench } from '../core/outbox/support.ts';
import { argsOf, askedBy } from '../support/asked.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

async function outbox(words: string, role: Role = 'admin', language: Language = 'en'): Promise<Answered> {
  const asked = askedBy({ role, language, now: bench.clock.now() });
  return query.answer(argsOf(query, words, language), { db: bench.db }, asked, sentences(language));
}

const said = async (...args: Parameters<typeof outbox>): Promise<string> => plainText((await outbox(...args)).text);

/** As people read it: lines, and buttons in brackets. */
function seen({ blocks }: Answered): string {
  const lineOf = (block: Block): string => {
    if (block.kind === 'text') return plainText(block.text);
    if (block.kind === 'context') return block.lines.map((line) => `  ${plainText(line)}`).join('\n');
    return block.kind === 'buttons' ? block.buttons.map((b) => `[${b.label}]`).join(' ') : block.kind;
  };
  return blocks.map(lineOf).join('\n');
}

async function incident(id: number, number: number, title: string): Promise<void> {
  await sql`insert into incidents (id, number, source, state, since, title, severity, peak_severity, opened_at, fired_at, channel)
    overriding system value values (${id}, ${number}, 'a', 'open', now(), ${title}, 'high', 'high', now(), now(), 'C1')`.execute(
    bench.db,
  );
}

/** Two posts, a call and a direct message that reached nobody; a fifth is in the fallback channel. */
async function trouble(): Promise<void> {
  await incident(1, 7, 'CheckoutErrors');
  await incident(2, 8, 'DiskFull');
  await bench.post('one', { channel: '#alerts', subject: 'incident:1' });
  await bench.post('two', { channel: 'C2', subject: 'incident:2' });
  await bench.say('call', { event: 'ping', channel: 'U5', subject: 'incident:1' });
  await bench.post('dm', { channel: 'U2', purpose: 'dm', subject: 'incident:2' });
  await bench.post('astray', { channel: 'C4', subject: 'incident:2', purpose: 'copy' });
  const set = (event: string, id: number, to: Record<string, unknown>) =>
    bench.db
      .updateTable('outbox')
      .set(to)
      .where((eb) => eb.or([eb('event', '=', event), eb('post_id', '=', id)]))
      .execute();
  await set('', 1, { state: 'failed', error: 'not_in_channel', attempts: 1 });
  await set('', 2, {
    state: 'failed',
    error: 'something_new',
    attempts: 2,
    payload: '{"again": true}',
    due_at: new Date(bench.clock.now().getTime() + 600_000),
  });
  await set('ping', 0, { state: 'pending', error: 'invalid_auth', attempts: 3 });
  await set('', 3, { state: 'pending', error: 'request_timeout', attempts: 6, look_up_from: bench.clock.now() });
  await set('', 4, { state: 'sent', error: 'is_archived', fallback_of: 'C4', attempts: 1 });
}

describe('outbox', () => {
  it('says that all is well', async () => {
    expect(await said('')).toBe('Every message has reached somebody.');
    expect(await said('', 'viewer', 'ja')).toBe('すべてのメッセージが届いています。');
    expect(await said('retry all')).toContain('nothing to send again');
  });

  it.each(['en', 'ja'] as const)('lists what has reached nobody, with buttons, in %s', async (language) => {
    if (language === 'en') await trouble();
    expect(seen(await outbox('', 'viewer', language))).toMatchSnapshot();
    expect(seen(await outbox('MSG-1', 'viewer', language))).toMatchSnapshot();
  });

  it.each(['1', 'MSG-1', 'msg 1', '#1', 'show MSG—1'])('shows one: %s', async (words) => {
    expect(await said(words)).toContain('MSG-1 post of INC-7 (CheckoutErrors), for #alerts: I am not in it');
  });

  it('shows those of an incident', async () => {
    const shown = seen(await outbox('INC-7'));
    expect(shown).toMatch(/MSG-1 post.*\n.*\n.*\nMSG-3 call/);
    expect(shown).not.toContain('DiskFull');
    expect(await said('INC-99')).toContain('INC-99 has no message that has reached nobody');
  });

  it.each([
    ['MSG-99', 'There is no MSG-99'],
    ['MSG-5', 'MSG-5 is in the fallback channel'],
    ['nonsense', 'nonsense is not a message’s number'],
    ['JOB-7', 'JOB-7 is not a message’s number'],
    ['retry', 'Which one? For example /ops outbox retry MSG-12'],
    ['retry x', 'is not a message’s number'],
    ['retry MSG-99', 'There is no MSG-99'],
    ['retry 5', 'MSG-5 is in the fallback channel'],
    ['drop', 'Which one? For example /ops outbox drop MSG-12'],
    ['drop all', 'Which one?'],
    ['drop INC-7', 'INC-7 has several (MSG-1, MSG-3). Nothing is dropped yet'],
  ])('%s: %s', async (words, expected) => {
    expect((await said(words)).replaceAll("'", '’')).toContain(expected);
    expect((await said(words, 'admin', 'ja')).length).toBeGreaterThan(5);
  });

  it('changes nothing without the role', async () => {
    expect(await said('retry MSG-1', 'viewer')).toBe('/ops outbox retry needs the role operator. Nothing was changed.');
    expect(await said('drop MSG-1', 'operator')).toBe('/ops outbox drop needs the role admin. Nothing was changed.');
    expect(await said('drop MSG-1', 'operator', 'ja')).toContain('admin');
    expect(await bench.row({ postId: 1 })).toMatchObject({ state: 'failed' });
  });

  it('sends again and drops', async () => {
    expect(await said('retry 1', 'operator')).toBe('MSG-1 is being sent again.');
    expect(await said('retry MSG-1', 'operator')).toBe('MSG-1 is on its way; there is nothing to do.');
    expect(await said('drop MSG-4')).toContain('MSG-4 is dropped. Slack may have taken it before.');
    expect(await said('drop MSG-4', 'admin', 'ja')).toContain('すでに破棄');
    expect(await said('retry INC-7', 'operator', 'ja')).toContain('MSG-3');
    expect(await said('retry all', 'operator')).toBe('MSG-2 is being sent again.');
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from audit where stage = 'executed'`.execute(
      bench.db,
    );
    expect(rows[0]!.n).toBe(4);
  });
});
