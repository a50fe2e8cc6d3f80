import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tryRefusedAgain } from '../../../src/core/outbox/settle.ts';
import { sayLines } from '../../../src/core/outbox/write.ts';
import { ChatError } from '../../../src/ports/chat.ts';
import { Bench } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

describe('what is not taken', () => {
  test('goes to the fallback channel, says for whom and why, and its thread follows', async () => {
    const id = await bench.post('main');
    await bench.say('reply', { threadPostId: id });
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    bench.start({ fallbackChannel: 'C9' });
    await bench.ended('delivered', 2);
    const [main, reply] = bench.chat.messages;
    expect(main).toMatchObject({ channelId: 'C9' });
    expect(bench.chat.texts()[0]).toBe('main\nMeant for #C1, which did not take it: it is archived.');
    expect(reply).toMatchObject({ channelId: 'C9', threadTs: main!.ts });
    expect(await bench.row({ postId: id })).toMatchObject({ fallback_of: 'C1', error: 'is_archived', state: 'sent' });
    await bench.change('incident:1', 'edited');
    bench.wake();
    await bench.ended('delivered', 3);
    expect(bench.chat.texts()[0]).toBe('edited\nMeant for #C1, which did not take it: it is archived.');
  });

  test('of what was to reach one person, no id is shown, nor a channel’s words; a call still calls', async () => {
    bench.chat.fail('channel', { to: 'U0TARO0001', code: 'channel_not_found' });
    await bench.post('for you', { channel: 'U0TARO0001', purpose: 'dm' });
    bench.start({ fallbackChannel: 'C9' });
    await bench.ended('delivered');
    expect(bench.chat.texts('C9')[0]).toBe(
      'for you\nMeant for one person as a direct message, which did not arrive: there is no such person, or I may not write to them.',
    );
  });

  test('a name waits for the channels to be read; one that is not among them is refused at once', async () => {
    await bench.post('early', { channel: '#alerts' });
    bench.start({ fallbackChannel: 'C9' });
    await bench.ended('again');
    await sql`insert into channels (id, name, refreshed_at) values ('C1', 'alerts', now())`.execute(bench.db);
    await bench.post('nowhere', { channel: '#alrets' });
    bench.advance(1_000);
    await bench.ended('delivered', 2);
    expect(bench.chat.texts('C1')).toEqual(['early']);
    expect(bench.chat.texts('C9')[0]).toContain('#alrets');
  });

  test('in the language of the channel that it goes to', async () => {
    await sql`insert into channels (id, name, language, refreshed_at) values ('C9', 'ops', 'ja', now())`.execute(
      bench.db,
    );
    await bench.post('main');
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    bench.start({ fallbackChannel: '#ops' });
    await bench.ended('delivered');
    expect(bench.chat.texts('C9')[0]).toContain('アーカイブ');
  });

  test('no fallback, or one that refuses too: kept as failed, and nothing else waits for it', async () => {
    const a = await bench.post('a');
    await bench.post('b', { channel: 'C2' });
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    const without = bench.start();
    await bench.ended('fail');
    await bench.ended('delivered');
    expect(bench.failed).toEqual(['is_archived']);
    expect(await bench.row({ postId: a })).toMatchObject({ state: 'failed', error: 'is_archived' });
    await bench.say('ping', { threadPostId: a });
    bench.wake();
    await bench.ended('delivered', 2);
    expect(bench.chat.texts()).toEqual(['b', 'ping']);

    await without.stop(1_000);
    bench.chat.fail('channel', { code: 'not_in_channel', times: 2 });
    await bench.say('lost', { channel: 'U1' });
    const refusing = bench.start({ fallbackChannel: 'C9' });
    await bench.ended('fail', 2);
    await refusing.stop(1_000);

    await bench.say('fallback taken out of the config', { channel: 'U2', event: 'late' });
    await sql`update outbox set fallback_of = channel, error = 'is_archived' where event = 'late'`.execute(bench.db);
    bench.start({ fallbackChannel: undefined });
    await bench.ended('fail', 3);
    expect(bench.failed.at(-1)).toBe('is_archived');
  });

  test('a channel archived later: the post moves to the fallback channel with its next change', async () => {
    const id = await bench.post('main');
    bench.start({ fallbackChannel: 'C9' });
    await bench.ended('delivered');
    bench.chat.fail('channel', { method: 'update', code: 'is_inactive' });
    await bench.change('incident:1', 'changed');
    bench.wake();
    await bench.ended('delivered', 2);
    expect(await bench.postRow(id)).toMatchObject({ channel_id: 'C9' });
    expect(bench.chat.texts('C9')[0]).toContain('changed');
  });

  test('the main post is gone: a new one, linked, once', async () => {
    const id = await bench.post('main');
    bench.start();
    await bench.ended('delivered');
    const first = bench.chat.messages[0]!;
    bench.chat.fail('gone', { method: 'update', code: 'edit_window_closed' });
    await bench.change('incident:1', 'changed');
    await bench.say('reply', { threadPostId: id });
    bench.wake();
    await bench.ended('anew');
    await bench.ended('delivered', 3);
    expect(await bench.postRow(id)).toMatchObject({ moved: true });
    const anew = bench.chat.messages.find((m) => m.message.blocks.some((b) => b.kind === 'context'))!;
    expect(JSON.stringify(anew.message)).toContain(`https://chat.example/C1/${first.ts}`);
    bench.chat.messages.find((m) => m === anew)!.removed = true;
    await bench.change('incident:1', 'again');
    bench.wake();
    await bench.ended('fail');
    expect(bench.failed).toEqual(['message_not_found']);
  });

  test('a copy that somebody deleted is let be', async () => {
    await bench.post('copy', { channel: 'U1', purpose: 'dm' });
    bench.start();
    await bench.ended('delivered');
    bench.chat.messages[0]!.removed = true;
    await bench.change('incident:1', 'changed');
    bench.wake();
    await bench.ended('cancel');
    expect(bench.chat.shown().length).toBe(0);
  });

  test('a thread whose first message was deleted: said in the channel', async () => {
    const id = await bench.post('main');
    bench.start();
    await bench.ended('delivered');
    bench.chat.messages[0]!.removed = true;
    await bench.say('ping', { threadPostId: id });
    bench.wake();
    await bench.ended('delivered', 2);
    expect(bench.chat.shown('C1')).toMatchObject([{ message: { text: ['ping'] } }]);
  });

  test('a line that is not in its thread says of what it speaks', async () => {
    const id = await bench.post('main');
    bench.start();
    await bench.ended('delivered');
    bench.chat.messages[0]!.removed = true;
    const line = {
      subject: 'incident:1',
      event: 'line',
      channel: 'C1',
      threadPostId: id,
      payload: { text: 'cleared' },
    };
    await sayLines(bench.db, [line], bench.clock.now());
    bench.advance(15_000);
    bench.wake();
    await bench.ended('delivered', 2);
    expect(bench.chat.shown('C1')).toMatchObject([
      { message: { blocks: [{ kind: 'text', text: ['INC-1: ', 'cleared'] }] } },
    ]);
  });

  test('a form that is refused is sent in short, then tried again slowly', async () => {
    await bench.post('main');
    bench.chat.fail('invalid', { code: 'invalid_blocks' });
    bench.start();
    await bench.ended('delivered');
    expect(bench.chat.texts()[0]).toContain('main\nShort form');
    expect(bench.chat.messages[0]!.message.blocks).toEqual([]);
    await bench.post('worse');
    bench.chat.fail('invalid', { code: 'no_text', times: 2 });
    bench.wake();
    await bench.ended('fail');
    expect(bench.failed).toEqual(['no_text']);
    expect(await tryRefusedAgain(bench.db, bench.clock.now())).toBe(0);
    bench.advance(10 * 60_000);
    expect(await tryRefusedAgain(bench.db, bench.clock.now())).toBe(1);
    bench.wake();
    await bench.ended('delivered', 2);
    expect(bench.chat.texts()).toContain('worse');
    expect(await bench.row({ postId: 2 })).toMatchObject({ state: 'sent', payload: {} });
  });

  test('what is refused in every form goes to the fallback channel; refused there too, it is tried without end', async () => {
    await bench.say('lost?');
    bench.chat.fail('invalid', { to: 'C1', code: 'something_new', times: 2 });
    bench.chat.fail('invalid', { to: 'C9', code: 'something_newer', times: 4 });
    const sender = bench.start({ fallbackChannel: 'C9' });
    await bench.ended('fallback');
    await bench.ended('fail');
    bench.advance(10 * 60_000);
    expect(await tryRefusedAgain(bench.db, bench.clock.now())).toBe(1);
    bench.wake();
    await bench.ended('fail', 2);
    bench.advance(10 * 60_000);
    expect(await tryRefusedAgain(bench.db, bench.clock.now())).toBe(1);
    bench.wake();
    await bench.ended('delivered');
    expect(bench.chat.texts('C9')).toEqual([expect.stringMatching(/^lost\?\nMeant for #C1.*something_new/s)]);
    expect(sender.health()).toEqual({ ok: true });
  });

  test('an edit that is refused leaves the post where it is', async () => {
    const id = await bench.post('main');
    bench.start({ fallbackChannel: 'C9' });
    await bench.ended('delivered');
    bench.chat.fail('invalid', { method: 'update', code: 'something_new', times: 2 });
    await bench.change('incident:1', 'changed');
    bench.wake();
    await bench.ended('fail');
    expect(await bench.postRow(id)).toMatchObject({ channel_id: 'C1' });
    bench.advance(10 * 60_000);
    await tryRefusedAgain(bench.db, bench.clock.now());
    bench.wake();
    await bench.ended('delivered', 2);
    expect(bench.chat.texts()).toEqual(['changed']);
  });

  test('neither its thread nor the delays counted from it wait for what is refused; many are told of', async () => {
    const id = await bench.post('main');
    await bench.say('ping', { threadPostId: id });
    bench.chat.fail('invalid', { method: 'post', to: 'C1', code: 'no_text', times: 2 });
    const sender = bench.start();
    await bench.ended('fail');
    await bench.ended('delivered');
    expect(bench.chat.texts()).toEqual(['ping']);
    bench.chat.fail('invalid', { code: 'no_text', times: 6 });
    for (const words of ['a', 'b', 'c']) await bench.say(words);
    bench.wake();
    await bench.ended('fail', 4);
    expect(sender.health()).toMatchObject({ ok: false, reason: 'no_text' });
  });

  test('cut off by our end before anything left: given back at once', async () => {
    await bench.post('main');
    const begun = new Promise<void>((resolve) => {
      bench.chat.post = async (_to, _message, { signal }) => {
        resolve();
        await new Promise((aborted) => signal?.addEventListener('abort', aborted));
        throw new ChatError('passing', 'aborted');
      };
    });
    const sender = bench.start();
    await begun;
    await sender.stop(50);
    expect(await bench.states()).toEqual({ pending: 1 });
    expect(await bench.row({ postId: 1 })).toMatchObject({ attempts: 0, look_up_from: null });
  });
});
