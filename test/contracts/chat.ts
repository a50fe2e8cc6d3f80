import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/domain/content.ts';
import { type Chat, ChatError, type ChatErrorKind, type Sent } from '../../src/ports/chat.ts';

/** A workspace as the contract needs it. */
export interface ChatWorld {
  readonly chat: Chat;
  /** A channel that the bot is in, by id. */
  readonly channel: string;
  /** One that takes nothing any more. */
  readonly archived: string;
  readonly person: string;
  /** The words that people see in a channel or a thread, oldest first. */
  read(channelId: string, threadTs?: string): readonly string[] | Promise<readonly string[]>;
  /** What the next call of this method meets; `done`: its work is done before. */
  fail(kind: ChatErrorKind, method: 'post' | 'find', options?: { done?: boolean; retryAfterMs?: number }): void;
  /** Stops the next post between its work and its answer. */
  holdPost(): { readonly arrived: Promise<unknown>; release(): void };
  close(): Promise<void>;
}

const words = (value: string): Message => ({ text: [value], blocks: [{ kind: 'text', text: [value] }] });
const mark = (row: number, attempt = 'b7d6c0de-0000-4000-8000-000000000001') => ({ mark: { row, attempt } });
const ever = new Date(0);

/** What a workspace of somebody else's making may not have; the tests on it are left out there. */
export type Lack = 'oldest' | 'broadcast replies' | 'refusal of replies to nothing' | 'faults';

/** What the sender relies on; the double of core's tests and the real adapter are held to the same. */
export function chatContract(name: string, open: () => Promise<ChatWorld>, lacks: readonly Lack[] = []): void {
  const has = (lack: Lack): boolean => !lacks.includes(lack);
  describe(`chat: ${name}`, () => {
    let world: ChatWorld;
    let chat: Chat;
    beforeEach(async () => {
      world = await open();
      chat = world.chat;
    });
    afterEach(() => world.close());

    const failure = async (work: Promise<unknown>): Promise<ChatError> => {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(ChatError);
      return error as ChatError;
    };
    const found = (where: { threadTs?: string }, row: number, since = ever): Promise<readonly Sent[]> =>
      chat.find({ channelId: world.channel, ...where }, row, since);

    describe('posting and finding', () => {
      test('a post is where it says it is, and is found by its row alone', async () => {
        const at = await chat.post(world.channel, words('one'), mark(1));
        await chat.post(world.channel, words('two'), mark(2));
        expect(at.channelId).toBe(world.channel);
        expect(await world.read(world.channel)).toEqual(['one', 'two']);
        expect(await found({}, 1)).toEqual([at]);
        expect(await found({}, 3)).toEqual([]);
      });

      if (has('oldest')) {
        test('only from the given time on', async () => {
          const at = await chat.post(world.channel, words('one'), mark(1));
          const then = Number(at.ts) * 1_000;
          expect(await found({}, 1, new Date(then - 60_000))).toEqual([at]);
          expect(await found({}, 1, new Date(then + 60_000))).toEqual([]);
        });
      }

      test('two of one row: oldest first', async () => {
        const first = await chat.post(world.channel, words('one'), mark(1));
        const second = await chat.post(world.channel, words('one'), mark(1, 'another'));
        expect(await found({}, 1)).toEqual([first, second]);
        await chat.remove(second);
        await chat.remove(second);
        expect(await found({}, 1)).toEqual([first]);
      });

      test('a reply is found in its thread and not in the channel', async () => {
        const parent = await chat.post(world.channel, words('parent'), mark(1));
        const thread = { threadTs: parent.ts };
        const reply = await chat.post(world.channel, words('reply'), { ...mark(2), ...thread });
        expect(await world.read(world.channel, parent.ts)).toEqual(['reply']);
        expect(await world.read(world.channel)).toEqual(['parent']);
        expect([await found(thread, 2), await found({}, 2)]).toEqual([[reply], []]);
      });

      if (has('broadcast replies')) {
        test('a broadcast reply is found in its thread and in the channel', async () => {
          const parent = await chat.post(world.channel, words('parent'), mark(1));
          const thread = { threadTs: parent.ts };
          const loud = await chat.post(world.channel, words('loud'), { ...mark(3), ...thread, broadcast: true });
          expect(await world.read(world.channel, parent.ts)).toEqual(['loud']);
          expect(await world.read(world.channel)).toEqual(['parent', 'loud']);
          expect([await found(thread, 3), await found({}, 3)]).toEqual([[loud], [loud]]);
        });
      }

      if (has('refusal of replies to nothing')) {
        test('a thread that is not there takes no reply and holds nothing', async () => {
          const threadTs = '1000000000.000001';
          const refused = await failure(chat.post(world.channel, words('reply'), { ...mark(1), threadTs }));
          expect(refused).toMatchObject({ kind: 'gone', code: 'thread_not_found' });
          expect(await found({ threadTs }, 1)).toEqual([]);
        });
      }

      test('an edit changes the words and keeps the mark', async () => {
        const at = await chat.post(world.channel, words('before'), mark(1));
        await chat.update(at, words('after'), mark(1, 'another'));
        await chat.update(at, words('at last'));
        expect(await world.read(world.channel)).toEqual(['at last']);
        expect(await found({}, 1)).toEqual([at]);
      });

      test('what was removed cannot be edited', async () => {
        const at = await chat.post(world.channel, words('one'), mark(1));
        expect(await chat.permalink(at)).toMatch(/^https?:\/\//);
        await chat.remove(at);
        expect(await failure(chat.update(at, words('two')))).toMatchObject({ kind: 'gone', code: 'message_not_found' });
      });
    });

    describe('places', () => {
      test('a person: their direct conversation, by its own id', async () => {
        const at = await chat.post(world.person, words('paged'), mark(1));
        expect(at.channelId).toBe(await chat.directChannel(world.person));
        expect(at.channelId).not.toBe(world.person);
        expect(await chat.find({ channelId: at.channelId }, 1, ever)).toEqual([at]);
        await chat.update(at, words('resolved'));
        expect(await world.read(at.channelId)).toEqual(['resolved']);
      });

      test('an archived one and an unknown one take nothing', async () => {
        expect(await failure(chat.post(world.archived, words('one'), mark(1)))).toMatchObject({ kind: 'channel' });
        expect(await failure(chat.post('#no-such-channel', words('one'), mark(1)))).toMatchObject({
          kind: 'channel',
          code: 'channel_not_found',
        });
      });
    });

    if (!has('faults')) return;
    describe('faults', () => {
      test('429 says how long', async () => {
        world.fail('rate-limited', 'post', { retryAfterMs: 7_000 });
        const error = await failure(chat.post(world.channel, words('one'), mark(1)));
        expect(error).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000 });
        expect(await world.read(world.channel)).toEqual([]);
      });

      test.each(['passing', 'token', 'invalid'] as const)(
        '%s: certainly not done, and never tried twice',
        async (kind) => {
          world.fail(kind, 'post');
          expect(await failure(chat.post(world.channel, words('one'), mark(1)))).toMatchObject({ kind });
          expect(await world.read(world.channel)).toEqual([]);
          await chat.post(world.channel, words('two'), mark(2));
          expect(await world.read(world.channel)).toEqual(['two']);
        },
      );

      test('an answer that got lost: may have been done, and can be found', async () => {
        world.fail('ambiguous', 'post', { done: true });
        expect(await failure(chat.post(world.channel, words('one'), mark(1)))).toMatchObject({ kind: 'ambiguous' });
        expect((await found({}, 1)).length).toBe(1);
      });

      test('cut off while the answer is under way: may have been done', async () => {
        const held = world.holdPost();
        const abort = new AbortController();
        const posting = failure(chat.post(world.channel, words('one'), { ...mark(1), signal: abort.signal }));
        await held.arrived;
        abort.abort(new Error('the process ends'));
        expect(await posting).toMatchObject({ kind: 'ambiguous' });
        held.release();
        expect((await found({}, 1)).length).toBe(1);
      });

      test('the time limit is for the whole call', async () => {
        const held = world.holdPost();
        expect(await failure(chat.post(world.channel, words('one'), { ...mark(1), timeoutMs: 150 }))).toMatchObject({
          kind: 'ambiguous',
        });
        held.release();
        expect((await found({}, 1)).length).toBe(1);
      });

      test('a look-up fails like any other call', async () => {
        await chat.post(world.channel, words('one'), mark(1));
        world.fail('passing', 'find');
        expect(await failure(found({}, 1))).toMatchObject({ kind: 'passing' });
        expect((await found({}, 1)).length).toBe(1);
      });
    });
  });
}
