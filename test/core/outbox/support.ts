import { sql } from 'kysely';
import { pino } from 'pino';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import type { SenderHooks } from '../../../src/core/outbox/hooks.ts';
import { LIMITS, type Limits } from '../../../src/core/outbox/limits.ts';
import type { Outcome } from '../../../src/core/outbox/outcome.ts';
import { type Sender, type SenderOptions, startSender } from '../../../src/core/outbox/sender.ts';
import type { Subjects } from '../../../src/core/outbox/subjects.ts';
import {
  CLASS,
  createPosts,
  type NewSaying,
  type OutboxClass,
  say,
  showAgain,
} from '../../../src/core/outbox/write.ts';
import { draw } from '../../../src/core/records.ts';
import type { Message } from '../../../src/domain/content.ts';
import type { Chat } from '../../../src/ports/chat.ts';
import type { Database, Db } from '../../../src/ports/database.ts';
import { FakeChat } from '../../fakes/chat.ts';
import { openTestDatabase, type TestDatabase, testOptions } from '../../support/postgres.ts';

const silent = pino({ level: 'silent' });

/** Budgets that hold nothing back: for tests that are about something else. */
export const UNLIMITED: Limits = {
  channel: { everyMs: 0, burst: 1 },
  posts: { everyMs: 0, burst: 1 },
  updates: { everyMs: 0, burst: 1 },
  clicks: { everyMs: 0, burst: 1 },
  progress: { everyMs: 0, burst: 1 },
  lookUps: { everyMs: 0, burst: 1 },
};
export { LIMITS };

/** Business time that only tests move. */
class MovedClock {
  #ms = Date.parse('2027-03-04T05:06:07Z');
  now = (): Date => new Date(this.#ms);
  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** What the posts of these tests show: the text that stands here at that moment. */
class Story {
  readonly texts = new Map<string, string>();
  rendered = 0;

  readonly subjects: Subjects = {
    show: {
      incident: async (_db, post) => {
        this.rendered++;
        return this.texts.has(post.subject) ? plain(this.texts.get(post.subject)!) : undefined;
      },
      remedy: async (_db, post) => typed(this.texts.get(post.subject) ?? ''),
      broken: async () => Promise.reject(new Error('a bug in a renderer')),
    },
    say: {
      ping: async (_db, saying) => ({ kind: 'message', message: plain(String(saying.payload['text'])) }),
      remedy: async (_db, saying) => ({ kind: 'message', message: typed(String(saying.payload['text'])) }),
      shout: async (_db, saying) => ({
        kind: 'message',
        message: plain(String(saying.payload['text'])),
        broadcast: true,
      }),
    },
    lines: {
      incident: async (_db, lines) => ({
        kind: 'message',
        message: {
          ...plain(lines.map((line) => String(line.payload['text'])).join('\n')),
          text: ['INC-1: ', lines.map((line) => String(line.payload['text'])).join('\n')],
        },
      }),
    },
  };
}

function plain(words: string): Message {
  return { text: [words], blocks: [{ kind: 'text', text: [words] }] };
}

/** What the reader may type. */
function typed(words: string): Message {
  return { text: [{ code: words }], blocks: [{ kind: 'text', text: [{ code: words }] }] };
}

export class Bench {
  readonly chat = new FakeChat();
  readonly clock = new MovedClock();
  readonly story = new Story();
  readonly settled: { row: number; outcome: Outcome['do'] }[] = [];
  readonly refused: number[] = [];
  readonly doubled: boolean[] = [];
  readonly failed: string[] = [];
  readonly database: TestDatabase;
  readonly db: Db;
  /** As the tables' owner. */
  readonly owner: Db;
  readonly #owning: Database;
  readonly #senders: Sender[] = [];
  #watchers = new Set<() => void>();
  #numbers = 0;

  private constructor(database: TestDatabase) {
    this.database = database;
    this.db = database.db;
    this.#owning = openDatabase(testOptions(database.ownerUrl));
    this.owner = this.#owning.db;
  }

  static async open(): Promise<Bench> {
    return new Bench(await openTestDatabase());
  }

  async close(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.stop(2_000)));
    await this.#owning.close();
    await this.database.close();
  }

  start(options: Partial<SenderOptions> = {}): Sender {
    const hooks: SenderHooks = {
      onSettled: (event) => {
        this.settled.push(event);
        for (const look of this.#watchers) look();
      },
      onRefused: (event) => this.refused.push(event.afterMs),
      onDoubled: (event) => this.doubled.push(event.removed),
      onFailed: (event) => this.failed.push(event.code),
    };
    const sender = startSender({
      database: this.database,
      chat: this.chat as Chat,
      subjects: this.story.subjects,
      clock: this.clock,
      log: silent,
      language: 'en',
      limits: UNLIMITED,
      sweepMs: 50,
      hooks,
      ...options,
    });
    this.#senders.push(sender);
    return sender;
  }

  /** Moves business time; the senders look again. */
  advance(ms: number): void {
    this.clock.advance(ms);
    for (const sender of this.#senders) sender.wake();
  }

  wake(): void {
    for (const sender of this.#senders) sender.wake();
  }

  /** Resolves when so many claims have ended like this. */
  async ended(outcome: Outcome['do'], count = 1): Promise<void> {
    const enough = (): boolean => this.settled.filter((s) => s.outcome === outcome).length >= count;
    if (enough()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`no ${count} × ${outcome}: ${JSON.stringify(this.settled.slice(-12))}`));
      }, 8_000);
      const look = (): void => {
        if (!enough()) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  /** A new post with its words; answers the post's id. */
  async post(
    words: string,
    options: { class?: OutboxClass; channel?: string; purpose?: string; threadPostId?: number; subject?: string } = {},
  ): Promise<number> {
    const subject = options.subject ?? `incident:${++this.#numbers}`;
    this.story.texts.set(subject, words);
    const [id] = await draw(this.db, 'posts_id_seq', 1);
    const thread = options.threadPostId === undefined ? {} : { threadPostId: options.threadPostId };
    const post = { id: id!, subject, purpose: options.purpose ?? 'main', channel: options.channel ?? 'C1', ...thread };
    await createPosts(this.db, [{ ...post, class: options.class ?? CLASS.new }], this.clock.now());
    return id!;
  }

  /** Changes what a subject's posts say. */
  async change(subject: string, words: string, klass: OutboxClass = CLASS.update): Promise<void> {
    this.story.texts.set(subject, words);
    await showAgain(this.db, [{ subject, class: klass }], this.clock.now());
  }

  async say(words: string, options: Partial<NewSaying> = {}): Promise<void> {
    const event = options.event ?? `say:${++this.#numbers}`;
    const payload = { say: 'ping', text: words, ...options.payload };
    const saying = { subject: 'incident:1', channel: 'C1', class: CLASS.ping, ...options, event, payload };
    await say(this.db, [saying], this.clock.now());
  }

  async row(where: { postId?: number; event?: string }) {
    const { rows } = await sql<{
      id: number;
      state: string;
      method: string;
      attempts: number;
      attempt_id: string | null;
      look_up_from: Date | null;
      due_at: Date;
      wanted: number;
      claimed: number;
      ts: string | null;
      error: string | null;
      fallback_of: string | null;
    }>`select * from outbox where post_id = ${where.postId ?? null} or event = ${where.event ?? null}`.execute(this.db);
    return rows[0]!;
  }

  async postRow(id: number) {
    return this.db.selectFrom('posts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  async states(): Promise<Record<string, number>> {
    const { rows } = await sql<{ state: string; n: number }>`
      select state, count(*)::int as n from outbox group by state`.execute(this.db);
    return Object.fromEntries(rows.map((r) => [r.state, r.n]));
  }

  /** As after a kill: whatever is being sent has a lease that ran out. */
  async expireLeases(): Promise<void> {
    await sql`update outbox set lease_until = clock_timestamp() - interval '1 second' where state = 'sending'`.execute(
      this.db,
    );
  }
}
