import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { payloadOf, type ShowSubject, type WordSaying } from '../core/outbox/subjects.ts';
import { CLASS, createPosts, say } from '../core/outbox/write.ts';
import { draw } from '../core/records.ts';
import { cut, type Message, type Text } from '../domain/content.ts';
import { sentences } from '../messages/catalog.ts';
import type { Db, Tx } from '../ports/database.ts';
import { channelRef } from './route.ts';

const EXCERPT = 200;
/** Bytes of a kept body that are looked at for it. */
const BEGINNING = 4_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Kept {
  readonly id: number;
  readonly isNew: boolean;
}

/**
 * Keeps a body that is not understood, byte for byte, and posts what can be said of it. A repeat within a day is the one that is
 * kept already: Alertmanager sends the same bytes again and again.
 */
export async function keepBody(
  tx: Tx,
  kept: { readonly source: string; readonly body: Uint8Array; readonly reason: string },
  fallbackChannel: string,
  now: Date,
): Promise<Kept> {
  const known = await sql<{ id: number }>`
    select id from quarantine
    where source = ${kept.source} and md5(body) = md5(${Buffer.from(kept.body)}::bytea)
      and received_at > ${new Date(now.getTime() - DAY_MS)} and done_at is null
    limit 1`.execute(tx);
  if (known.rows[0]) return { id: known.rows[0].id, isNew: false };
  const { rows } = await sql<{ id: number }>`
    insert into quarantine (received_at, source, body, reason)
    values (${now}, ${kept.source}, ${Buffer.from(kept.body)}, ${kept.reason}) returning id`.execute(tx);
  const id = rows[0]!.id;
  const [postId] = await draw(tx, 'posts_id_seq', 1);
  await createPosts(
    tx,
    [
      {
        id: postId!,
        subject: `quarantine:${id}`,
        purpose: 'main',
        channel: channelRef(fallbackChannel),
        class: CLASS.new,
      },
    ],
    now,
  );
  return { id, isNew: true };
}

/** Once an hour and source: the event's name is its identity. */
export async function tellRefused(
  db: Db,
  refused: { readonly source: string; readonly reason: string; readonly bytes: number; readonly excerpt: string },
  fallbackChannel: string,
  now: Date,
): Promise<void> {
  const hour = Math.floor(now.getTime() / HOUR_MS);
  const saying = {
    subject: `source:${refused.source}`,
    event: `refused:${hour}`,
    channel: channelRef(fallbackChannel),
    class: CLASS.new,
    payload: { say: 'refused-body', ...refused, excerpt: cut(refused.excerpt, EXCERPT) },
  };
  await say(db, [saying], now);
}

/** Tells once for each way in which a changed config is wrong. */
export async function tellConfigRefused(
  db: Db,
  problems: readonly string[],
  fallbackChannel: string,
  now: Date,
): Promise<void> {
  const saying = {
    subject: 'config:file',
    event: `refused:${createHash('sha256').update(problems.join('\n')).digest('hex').slice(0, 16)}:${Math.floor(now.getTime() / HOUR_MS)}`,
    channel: channelRef(fallbackChannel),
    class: CLASS.new,
    payload: { say: 'refused-config', problems: problems.slice(0, 5), more: Math.max(0, problems.length - 5) },
  };
  await say(db, [saying], now);
}

interface RefusedPayload {
  readonly source: string;
  readonly reason: string;
  readonly bytes: number;
  readonly excerpt: string;
}

interface ConfigPayload {
  readonly problems: readonly string[];
  readonly more: number;
}

/** What the outbox needs to say of bodies that did not become incidents. */
export function intakeWords(): {
  readonly show: ShowSubject;
  readonly refused: WordSaying;
  readonly configRefused: WordSaying;
} {
  return {
    async show(db, post) {
      const id = Number(post.subject.slice('quarantine:'.length));
      const { rows } = await sql<{ source: string; body: Buffer; reason: string }>`
        select source, body, reason from quarantine where id = ${id}`.execute(db);
      const row = rows[0];
      if (!row) return undefined;
      const m = sentences(post.language).intake;
      const lines = [
        m.quarantined({ source: row.source, id, bytes: row.body.length }),
        m.quarantineReason(row),
        m.quarantineNext(),
      ];
      return withExcerpt(lines, row.body.subarray(0, BEGINNING).toString('utf8'));
    },
    async configRefused(_db, saying) {
      const p = payloadOf<ConfigPayload>(saying);
      const m = sentences(saying.language);
      const more = p.more > 0 ? [m.incident.more(p.more)] : [];
      return {
        kind: 'message',
        message: withCode([m.intake.configRefused(), m.intake.configRemedy()], [...p.problems, ...more].join('\n')),
      };
    },
    async refused(_db, saying) {
      const p = payloadOf<RefusedPayload>(saying);
      const m = sentences(saying.language).intake;
      const lines = [m.refused(p), m.refusedRemedy(p), m.refusedOnce(), ...(p.excerpt ? [m.begins()] : [])];
      return { kind: 'message', message: withExcerpt(lines, p.excerpt) };
    },
  };
}

function withCode(lines: readonly Text[], code: string): Message {
  return {
    text: lines[0]!,
    blocks: [...lines.map((line) => ({ kind: 'text' as const, text: line })), { kind: 'code', code }],
  };
}

function withExcerpt(lines: readonly Text[], excerpt: string): Message {
  const code = excerpt ? [{ kind: 'code' as const, code: cut(excerpt, EXCERPT) }] : [];
  return { text: lines[0]!, blocks: [...lines.map((line) => ({ kind: 'text' as const, text: line })), ...code] };
}
