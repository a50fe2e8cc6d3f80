import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CLASS, sayLines, showAgain } from '../../../src/core/outbox/write.ts';
import { Bench, LIMITS } from './support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

describe('an answer that was lost', () => {
  test('a kill between the chat taking it and the record: found, recorded, not doubled', async () => {
    const id = await bench.post('once');
    const held = bench.chat.hold('post', { done: true });
    const frozen = bench.start();
    await held.arrived;
    await bench.expireLeases();
    bench.start();
    await bench.ended('delivered');
    held.release();
    await frozen.stop(2_000);
    expect(bench.chat.texts()).toEqual(['once']);
    expect((await bench.postRow(id)).ts).toBe(bench.chat.messages[0]!.ts);
    expect(bench.doubled).toEqual([]);
  });

  test('what changed between is shown by an edit of what was found', async () => {
    await bench.post('before');
    bench.chat.fail('ambiguous', { method: 'post', done: true });
    bench.start();
    await bench.ended('again');
    await bench.change('incident:1', 'after');
    bench.advance(1_000);
    await bench.ended('delivered', 2);
    expect(bench.chat.messages).toMatchObject([{ edits: 1, message: { text: ['after'] } }]);
  });

  test('it did not get there: sent after the look-up', async () => {
    await bench.post('main');
    bench.chat.fail('ambiguous', { method: 'post' });
    bench.start();
    await bench.ended('again');
    const { look_up_from } = await bench.row({ postId: 1 });
    expect(Math.abs(Date.now() - 60_000 - look_up_from!.getTime())).toBeLessThan(10_000);
    bench.advance(1_000);
    await bench.ended('delivered');
    expect(bench.chat.calls.map((c) => c.method)).toEqual(['post', 'find', 'post']);
    expect(await bench.row({ postId: 1 })).toMatchObject({ state: 'sent', look_up_from: null, attempts: 0 });
  });

  test('in a thread it is looked for in the thread, and lines together', async () => {
    const main = await bench.post('main');
    bench.start();
    await bench.ended('delivered');
    bench.chat.fail('ambiguous', { method: 'post', done: true });
    const line = (event: string) => ({
      event,
      payload: { text: event },
      subject: 'incident:1',
      channel: 'C1',
      threadPostId: main,
    });
    await sayLines(bench.db, [line('one'), line('two')], bench.clock.now());
    bench.advance(15_000);
    await bench.ended('again');
    await sayLines(bench.db, [line('three')], bench.clock.now());
    bench.advance(1_000);
    await bench.ended('delivered', 2);
    bench.advance(14_000);
    await bench.ended('delivered', 3);
    expect(bench.chat.texts()).toEqual(['main', 'INC-1: one\ntwo', 'INC-1: three']);
    expect(bench.chat.calls.filter((c) => c.method === 'find').length).toBe(1);
    expect(await bench.states()).toEqual({ sent: 4 });
  });

  test('two found: the later is deleted and counted', async () => {
    const id = await bench.post('twice');
    bench.chat.fail('ambiguous', { method: 'post', done: true, times: 2 });
    bench.chat.fail('channel', { method: 'find' });
    bench.start();
    await bench.ended('again');
    bench.advance(1_000);
    await bench.ended('again', 2);
    expect(bench.chat.shown().length).toBe(2);
    bench.advance(2_000);
    await bench.ended('delivered');
    expect(bench.chat.shown()).toMatchObject([{ ts: (await bench.postRow(id)).ts }]);
    expect(bench.chat.messages[1]!.removed).toBe(true);
    expect(bench.doubled).toEqual([true]);
  });

  test('a look-up that fails in passing is repeated, then the message is sent without', async () => {
    await bench.post('main');
    bench.chat.fail('ambiguous', { method: 'post' });
    bench.chat.fail('passing', { method: 'find', times: 100 });
    bench.start();
    for (let i = 1; i <= 5; i++) {
      await bench.ended('again', i);
      bench.advance(60_000);
    }
    await bench.ended('delivered');
    expect(bench.chat.calls.filter((c) => c.method === 'find').length).toBe(5);
  });

  test('an edit is repeated without looking', async () => {
    await bench.post('main');
    bench.start();
    await bench.ended('delivered');
    bench.chat.fail('ambiguous', { method: 'update', done: true });
    await bench.change('incident:1', 'edited');
    bench.wake();
    await bench.ended('again');
    bench.advance(1_000);
    await bench.ended('delivered', 2);
    expect(bench.chat.calls.map((c) => c.method)).toEqual(['post', 'update', 'update']);
  });

  test('a sender frozen past its lease takes its late message back', async () => {
    await bench.post('main');
    const first = bench.chat.hold('post');
    bench.start();
    await first.arrived;
    await bench.expireLeases();
    bench.start();
    await bench.ended('delivered');
    first.release();
    await bench.chat.until(() => bench.chat.messages[1]?.removed === true);
    expect(bench.chat.shown().length).toBe(1);
    expect(bench.doubled).toEqual([true]);
  });
});

describe('passing faults', () => {
  test('pauses double up to a minute, for this row alone', async () => {
    const id = await bench.post('main');
    bench.chat.fail('passing', { to: 'C1', times: 8 });
    bench.start();
    const pauses: number[] = [];
    for (let i = 1; i <= 8; i++) {
      await bench.ended('again', i);
      const { due_at } = await bench.row({ postId: id });
      pauses.push(due_at.getTime() - bench.clock.now().getTime());
      bench.advance(pauses.at(-1)!);
    }
    await bench.ended('delivered');
    expect(pauses.map((ms) => ms / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('a refused token keeps every row, is told at once, and ends with the first message that gets through', async () => {
    await bench.post('a');
    await bench.post('b', { channel: 'C2' });
    bench.chat.fail('token', { times: 2, code: 'token_revoked' });
    const sender = bench.start();
    await bench.ended('again', 2);
    expect(sender.health()).toMatchObject({ ok: false, reason: 'token_revoked', since: bench.clock.now() });
    expect(await bench.states()).toEqual({ pending: 2 });
    bench.advance(59_000);
    bench.advance(1_000);
    await bench.ended('delivered', 2);
    expect(sender.health()).toEqual({ ok: true });
  });

  test('a renderer that rejects is tried again, then the message says that there is one', async () => {
    await bench.post('', { subject: 'broken:1' });
    await bench.post('fine');
    bench.start();
    await bench.ended('delivered');
    for (let i = 1; i <= 4; i++) {
      await bench.ended('again', i);
      bench.advance(60_000);
    }
    await bench.ended('delivered', 2);
    expect(bench.chat.texts()[1]).toContain('broken:1');
  });

  test('a row that nobody here knows waits for a replica that does', async () => {
    await bench.post('', { subject: 'novelty:1' });
    await bench.post('fine');
    await sql`insert into outbox (kind, subject, event, channel, class, method, state, due_at, created_at, v)
      values ('say', 'incident:1', 'newer', 'C1', 1, 'chat.postMessage', 'pending', now(), now(), 99)`.execute(
      bench.db,
    );
    bench.start();
    await bench.ended('again');
    await bench.ended('delivered');
    expect(await bench.states()).toEqual({ pending: 2, sent: 1 });
    expect(await bench.row({ event: 'newer' })).toMatchObject({ attempts: 0 });
  });

  test('the store fails between send and record: recorded later, not doubled', async () => {
    await bench.post('main');
    const held = bench.chat.hold('post', { done: true });
    bench.start();
    await held.arrived;
    await sql`alter table outbox rename to away`.execute(bench.owner);
    held.release();
    await bench.chat.until(() => bench.chat.messages.length === 1);
    await sql`alter table away rename to outbox`.execute(bench.owner);
    await bench.ended('delivered');
    expect(bench.chat.calls.map((c) => c.method)).toEqual(['post']);
  });
});

describe('429', () => {
  test('without a time: 30 s', async () => {
    await bench.post('main');
    bench.chat.fail('rate-limited');
    bench.start();
    await bench.ended('again');
    expect(bench.refused).toEqual([30_000]);
    expect(await bench.row({ postId: 1 })).toMatchObject({ attempts: 0, state: 'pending' });
  });

  test('on an edit: edits wait, posts go on; a long one is honoured', async () => {
    await bench.post('a');
    await bench.post('b');
    bench.start();
    await bench.ended('delivered', 2);
    bench.chat.fail('rate-limited', { method: 'update', retryAfterMs: 120_000 });
    await showAgain(
      bench.db,
      ['incident:1', 'incident:2'].map((subject) => ({ subject, class: CLASS.update })),
      bench.clock.now(),
    );
    bench.wake();
    await bench.ended('again', 1);
    bench.advance(119_000);
    await bench.post('c');
    bench.wake();
    await bench.ended('delivered', 3);
    expect(bench.chat.calls.filter((c) => c.method === 'update').length).toBeLessThanOrEqual(2);
    bench.advance(1_000);
    await bench.ended('delivered', 5);
  });
});

test('budgets written before the clock was moved back hold nothing up', async () => {
  await bench.post('a');
  bench.start({ limits: LIMITS });
  await bench.ended('delivered');
  await bench.post('b');
  bench.advance(-3_600_000);
  await sql`update outbox set due_at = due_at - interval '1 hour'`.execute(bench.db);
  bench.wake();
  await bench.ended('delivered', 2);
});
