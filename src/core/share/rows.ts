import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { Inline, Message } from '../../domain/content.ts';
import { type Mask, maskedJson } from '../../domain/secrets.ts';
import { storableJson } from '../../domain/storable.ts';
import type { Db, Tx } from '../../ports/database.ts';
import type { Schema } from '../../ports/schema.ts';
import { SAY_BUTTON } from '../ask/say.ts';
import type { Asked } from '../define.ts';
import { assertKnown } from '../newer.ts';

/**
 * A private answer is kept, as it was told, for whoever wants to show it to the others: what is shared is what was seen, and not
 * what the same words give a minute later.
 */

const ANSWER_V = 1;

export type AnswerRow = Selectable<Schema['answers']>;

export interface NewAnswer {
  readonly verb: string;
  /** As it was typed, without `/ops`. */
  readonly typed: string;
  readonly message: Message;
  readonly asked: Pick<Asked, 'principal' | 'origin' | 'now'>;
}

/** Masked by now, and not only when it is shown. Answers its id, which the button carries. */
export async function keepAnswer(db: Db, { verb, typed, message, asked }: NewAnswer, mask: Mask): Promise<string> {
  const id = randomUUID();
  const { principal, origin, now } = asked;
  await db
    .insertInto('answers')
    .values({
      id,
      verb,
      v: ANSWER_V,
      typed: mask(typed),
      principal: JSON.stringify(principal),
      channel: origin.channel ?? '',
      thread: origin.incident === undefined ? null : (origin.thread ?? null),
      message: storableJson(maskedJson({ text: message.text, blocks: message.blocks.flatMap(forAll) }, mask)),
      answered_at: now,
    })
    .execute();
  return id;
}

/** In everybody's sight only buttons that say words stay: these ask anew who presses them. */
function forAll(block: Message['blocks'][number]): readonly Message['blocks'][number][] {
  if (block.kind !== 'buttons') return [block];
  const buttons = block.buttons.filter(({ id }) => id === SAY_BUTTON);
  return buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [];
}

export function answerSubject(id: string): string {
  return `answer:${id}`;
}

/** @throws NewerVersion */
export async function loadAnswer(db: Db, id: string): Promise<AnswerRow | undefined> {
  return known(await db.selectFrom('answers').selectAll().where('id', '=', id).executeTakeFirst());
}

/**
 * Also waits for whoever else is sharing it.
 * @throws NewerVersion
 */
export async function lockAnswer(tx: Tx, id: string): Promise<AnswerRow | undefined> {
  return known(await tx.selectFrom('answers').selectAll().where('id', '=', id).forUpdate().executeTakeFirst());
}

function known(row: AnswerRow | undefined): AnswerRow | undefined {
  if (row) assertKnown('an answer', row.v, ANSWER_V);
  return row;
}

/** A channel that we know, and can post to. */
export async function mayPostIn(db: Db, channelId: string): Promise<boolean> {
  const found = await db
    .selectFrom('channels')
    .select('id')
    .where('id', '=', channelId)
    .where('is_archived', '=', false)
    .where((eb) => eb.or([eb('is_member', '=', true), eb('is_private', '=', false)]))
    .executeTakeFirst();
  return found !== undefined;
}

const Kept = z.custom<Message>((value) => typeof value === 'object' && value !== null && 'blocks' in value);

/** Names in place of mentions, for what is shared rings nobody's phone; times are times again. */
export async function readMessage(db: Db, kept: object): Promise<Message> {
  const json = JSON.stringify(kept);
  const ids = [...new Set([...json.matchAll(/"id":"([UWS][A-Z0-9]+)"/g)].map(([, id]) => id!))];
  const names = await namesOf(db, ids);
  return Kept.parse(JSON.parse(json, (key, value: unknown) => revived(key, value, names)));
}

function revived(key: string, value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (key === 'time' && typeof value === 'string') return new Date(value);
  if (typeof value !== 'object' || value === null || !('mention' in value)) return value;
  const { mention } = value;
  const id = typeof mention === 'object' && mention !== null && 'id' in mention ? String(mention.id) : 'channel';
  return `@${names.get(id) ?? id}` satisfies Inline;
}

async function namesOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const people = await db.selectFrom('people').select(['id', 'name']).where('id', 'in', ids).execute();
  const groups = await db.selectFrom('user_groups').select(['id', 'handle']).where('id', 'in', ids).execute();
  return new Map([
    ...people.map(({ id, name }) => [id, name] as const),
    ...groups.map(({ id, handle }) => [id, handle] as const),
  ]);
}
