import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Actor, dropMessage, retryMessages, standingOf, type Which } from '../../../src/core/undelivered/admin.ts';
import { listUndelivered } from '../../../src/core/undelivered/list.ts';
import { somebodyWaits } from '../../support/waiting.ts';
import { Bench } from '../outbox/support.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.close());

const actor = (role: Actor['role']): Actor => ({
  principal: { kind: 'slack', id: 'U1', team: 'T1' },
  role,
  origin: { kind: 'command' },
});
const OPERATOR = actor('operator');
const ADMIN = actor('admin');

const retry = (which: Which, by = OPERATOR) =>
  bench.db.transaction().execute((tx) => retryMessages(tx, which, by, bench.clock.now()));
const drop = (which: Which, by = ADMIN) =>
  bench.db.transaction().execute((tx) => dropMessage(tx, which, by, bench.clock.now()));
const list = () => listUndelivered(bench.db, bench.clock.now());
const audited = async () =>
  (await bench.db.selectFrom('audit').select(['stage', 'verb', 'target', 'rule']).orderBy('id').execute()).map((a) =>
    [a.stage, a.verb, a.target, a.rule].join(' '),
  );

async function failedPost(words = 'lost'): Promise<{ readonly post: number; readonly row: number }> {
  const post = await bench.post(words);
  bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
  const sender = bench.start();
  const before = bench.failed.length;
  await bench.ended('fail', before + 1);
  await sender.stop(1_000);
  return { post, row: (await bench.row({ postId: post })).id };
}

describe('what has reached nobody', () => {
  test('is listed with what it is, where to, why, since when and when next', async () => {
    await bench.post('lost', { channel: 'C1' });
    await bench.post('astray', { channel: 'C2' });
    await bench.post('slow', { channel: 'C3' });
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    bench.chat.fail('passing', { to: 'C3', code: 'service_unavailable' });
    const sender = bench.start();
    await bench.ended('fail');
    await bench.ended('again');
    await bench.ended('delivered');
    await sender.stop(1_000);
    const since = bench.clock.now();
    expect(await list()).toEqual({
      failed: 1,
      retrying: 1,
      messages: [
        expect.objectContaining({
          what: 'main',
          channel: 'C1',
          state: 'failed',
          code: 'is_archived',
          since,
          nextAt: null,
        }),
        expect.objectContaining({
          channel: 'C3',
          state: 'retrying',
          code: 'service_unavailable',
          attempts: 1,
          nextAt: new Date(since.getTime() + 1_000),
        }),
      ],
      inFallback: [],
    });
  });

  test('a message that only waits for its turn or for patience is none of them', async () => {
    await bench.post('waits');
    bench.chat.fail('rate-limited', { to: 'C1', retryAfterMs: 60_000 });
    const sender = bench.start();
    await bench.ended('again');
    await sender.stop(1_000);
    expect(await list()).toMatchObject({ failed: 0, retrying: 0, messages: [] });
  });

  test('what went to the fallback channel is named for 7 days', async () => {
    await bench.post('astray');
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    bench.start({ fallbackChannel: 'C9' });
    await bench.ended('delivered');
    expect(await list()).toMatchObject({
      failed: 0,
      inFallback: [{ channel: 'C1', code: 'is_archived', state: 'fallback' }],
    });
    bench.clock.advance(8 * 86_400_000);
    expect((await list()).inFallback).toEqual([]);
  });
});

describe('sending again', () => {
  test('sends it where it was meant to go, and what is done by then is done', async () => {
    const { row } = await failedPost();
    expect(await retry({ message: row })).toEqual({ kind: 'done', numbers: [row], inDoubt: false });
    expect(await retry({ message: row })).toEqual({ kind: 'stands', number: row, standing: 'on-its-way' });
    bench.start();
    await bench.ended('delivered');
    expect(bench.chat.texts('C1')).toEqual(['lost']);
    expect(await retry({ message: row })).toEqual({ kind: 'stands', number: row, standing: 'delivered' });
    expect(await audited()).toEqual([`executed outbox retry MSG-${row} operator`]);
  });

  test('pressed twice at once, on two replicas, is done and sent once', async () => {
    const { row } = await failedPost();
    bench.start();
    bench.start();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => retry({ message: row })));
    bench.wake();
    await bench.ended('delivered');
    expect(outcomes.filter((o) => o.kind === 'done')).toHaveLength(1);
    expect(bench.chat.texts('C1')).toEqual(['lost']);
    expect(await audited()).toHaveLength(1);
  });

  test('finds what a press that is not committed yet has done', async () => {
    const { row } = await failedPost();
    let second: ReturnType<typeof retry> | undefined;
    const first = await bench.db.transaction().execute(async (tx) => {
      const outcome = await retryMessages(tx, { message: row }, OPERATOR, bench.clock.now());
      second = retry({ message: row });
      await somebodyWaits(bench.db);
      return outcome;
    });
    expect([first.kind, await second]).toEqual(['done', { kind: 'stands', number: row, standing: 'on-its-way' }]);
    expect(await audited()).toHaveLength(1);
  });

  test('of all that failed, or of those of one incident', async () => {
    const rows = [await failedPost('a'), await failedPost('b'), await failedPost('c')];
    await sql`insert into incidents (id, number, source, state, since, title, severity, peak_severity, opened_at, fired_at, channel)
      overriding system value values (2, 142, 'a', 'open', now(), 't', 'high', 'high', now(), now(), 'C1')`.execute(
      bench.db,
    );
    expect(await retry({ incident: 142 })).toMatchObject({ kind: 'done', numbers: [rows[1]!.row] });
    expect(await retry({ incident: 142 })).toEqual({ kind: 'nothing', incident: 142 });
    expect(await retry({ incident: 99 })).toEqual({ kind: 'nothing', incident: 99 });
    expect(await retry({ all: true })).toMatchObject({ kind: 'done', numbers: [rows[0]!.row, rows[2]!.row] });
    expect(await retry({ all: true })).toEqual({ kind: 'nothing' });
    bench.start();
    await bench.ended('delivered', 3);
    expect(bench.chat.texts('C1')).toHaveLength(3);
  });

  test('does not wait for the next try, and looks first where an attempt may have got there', async () => {
    const post = await bench.post('perhaps');
    bench.chat.fail('ambiguous', { to: 'C1', done: true, code: 'request_timeout' });
    bench.start();
    await bench.ended('again');
    const { id } = await bench.row({ postId: post });
    expect(await list()).toMatchObject({ messages: [{ id, inDoubt: true, state: 'retrying' }] });
    expect(await retry({ message: id })).toEqual({ kind: 'done', numbers: [id], inDoubt: true });
    bench.wake();
    await bench.ended('delivered');
    expect(bench.chat.messages).toHaveLength(1);
  });

  test('tries the fallback channel anew, but leaves there what is there', async () => {
    const post = await bench.post('main');
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    const sender = bench.start({ fallbackChannel: 'C9' });
    await bench.ended('delivered');
    bench.chat.fail('invalid', { method: 'update', code: 'msg_too_long', times: 2 });
    await bench.change('incident:1', 'edited');
    bench.wake();
    await bench.ended('fail');
    const { id } = await bench.row({ postId: post });
    expect(await retry({ message: id })).toMatchObject({ kind: 'done' });
    bench.wake();
    await bench.ended('delivered', 2);
    await sender.stop(1_000);
    expect(bench.chat.shown()).toHaveLength(1);
    expect(bench.chat.texts('C9')[0]).toContain('edited');
    expect(bench.chat.texts('C9')[0]).toContain('Meant for');
  });

  test('posts anew what was deleted a second time', async () => {
    const post = await bench.post('main');
    bench.start();
    await bench.ended('delivered');
    for (const words of ['once', 'twice']) {
      bench.chat.shown()[0]!.removed = true;
      await bench.change('incident:1', words);
      bench.wake();
      await (words === 'once' ? bench.ended('delivered', 2) : bench.ended('fail'));
    }
    const { id } = await bench.row({ postId: post });
    expect(await retry({ message: id })).toMatchObject({ kind: 'done' });
    bench.wake();
    await bench.ended('delivered', 3);
    expect(bench.chat.texts('C1')[0]).toContain('twice');
  });

  test('takes an operator, and a refusal is audited', async () => {
    const { row } = await failedPost();
    expect(await retry({ message: row }, actor('viewer'))).toEqual({ kind: 'not-allowed', needs: 'operator' });
    expect(await bench.row({ postId: 1 })).toMatchObject({ state: 'failed' });
    expect(await audited()).toEqual([`refused outbox retry MSG-${row} role`]);
  });
});

describe('dropping', () => {
  test('tells nobody this, but its next change is shown again', async () => {
    const { row } = await failedPost();
    expect(await drop({ message: row })).toEqual({ kind: 'done', numbers: [row], inDoubt: false });
    expect(await drop({ message: row })).toEqual({ kind: 'stands', number: row, standing: 'dropped' });
    expect(await list()).toMatchObject({ failed: 0, retrying: 0, messages: [] });
    expect(await audited()).toEqual([`executed outbox drop MSG-${row} admin`]);
    bench.start();
    await bench.say('its thread', { threadPostId: 1 });
    bench.wake();
    await bench.ended('delivered');
    expect(bench.chat.texts('C1')).toEqual(['its thread']);
    await bench.change('incident:1', 'it fires again');
    bench.wake();
    await bench.ended('delivered', 2);
    expect(bench.chat.texts('C1')).toEqual(['its thread', 'it fires again']);
    expect(await bench.row({ postId: 1 })).toMatchObject({ state: 'sent', error: null });
  });

  test('what was cancelled otherwise stays so', async () => {
    await bench.post('copy', { channel: 'U1', purpose: 'dm' });
    bench.start();
    await bench.ended('delivered');
    bench.chat.shown()[0]!.removed = true;
    await bench.change('incident:1', 'changed');
    bench.wake();
    await bench.ended('cancel');
    await bench.change('incident:1', 'changed again');
    const { id, state } = await bench.row({ postId: 1 });
    expect(state).toBe('cancelled');
    expect(await drop({ message: id })).toEqual({ kind: 'stands', number: id, standing: 'withdrawn' });
  });

  test('takes one at a time, and an admin', async () => {
    const a = await failedPost('a');
    await bench.say('call', { event: 'ping', channel: 'C1', subject: 'incident:1' });
    bench.chat.fail('channel', { to: 'C1', code: 'is_archived' });
    const sender = bench.start();
    await bench.ended('fail', 2);
    await sender.stop(1_000);
    await sql`insert into incidents (id, number, source, state, since, title, severity, peak_severity, opened_at, fired_at, channel)
      overriding system value values (1, 7, 'a', 'open', now(), 't', 'high', 'high', now(), now(), 'C1')`.execute(
      bench.db,
    );
    const ping = (await bench.row({ event: 'ping' })).id;
    expect(await drop({ incident: 7 })).toEqual({ kind: 'several', incident: 7, numbers: [a.row, ping] });
    expect(await drop({ message: a.row }, OPERATOR)).toEqual({ kind: 'not-allowed', needs: 'admin' });
    expect(await list()).toMatchObject({ failed: 2 });
    expect(await drop({ message: ping })).toMatchObject({ kind: 'done' });
    expect(await drop({ incident: 7 })).toMatchObject({ kind: 'done', numbers: [a.row] });
  });

  test('of a call that is tried in vain begins the delay of the step after it', async () => {
    await sql`insert into runs (subject, channel, policy_name, policy, state, waits_for, next_delay_ms, started_at, started_why)
      values ('incident:1', 'C1', 'p', '{}', 'running', 'ping', 600000, ${bench.clock.now()}, 'new')`.execute(bench.db);
    await bench.say('call', { event: 'ping' });
    bench.chat.fail('token', { to: 'C1', code: 'invalid_auth' });
    const sender = bench.start();
    await bench.ended('again');
    await sender.stop(1_000);
    expect(await drop({ message: (await bench.row({ event: 'ping' })).id })).toMatchObject({ kind: 'done' });
    const { rows } = await sql<{ due_at: Date; waits_for: string | null }>`select due_at, waits_for from runs`.execute(
      bench.db,
    );
    expect(rows).toEqual([{ due_at: new Date(bench.clock.now().getTime() + 600_000), waits_for: null }]);
  });
});

describe('a message that is in nobody’s way', () => {
  test.each(['sending', 'waiting', 'sent', 'pending'] as const)('%s is left alone', async (state) => {
    const post = await bench.post('main');
    await sql`update outbox set state = ${state}`.execute(bench.db);
    const { id } = await bench.row({ postId: post });
    const standing = { sending: 'sending', waiting: 'waiting', sent: 'delivered', pending: 'on-its-way' }[state];
    for (const change of [retry, drop])
      expect(await change({ message: id })).toMatchObject({ kind: 'stands', standing });
    expect(await bench.row({ postId: post })).toMatchObject({ state });
    expect(await standingOf(bench.db, id)).toBe(standing);
    expect(await audited()).toEqual([]);
  });

  test('that is not there is missing', async () => {
    expect(await retry({ message: 4_711 })).toEqual({ kind: 'missing', number: 4_711 });
    expect(await standingOf(bench.db, 4_711)).toBeUndefined();
  });
});
