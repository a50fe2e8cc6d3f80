import { afterAll, beforeAll, expect, it } from 'vitest';
import { NewerVersion } from '../../../src/core/newer.ts';
import { UnknownSubject } from '../../../src/core/outbox/word.ts';
import { showShared } from '../../../src/core/share/post.ts';
import { answerSubject, keepAnswer, loadAnswer, lockAnswer, readMessage } from '../../../src/core/share/rows.ts';
import type { Message } from '../../../src/domain/content.ts';
import { maskWith } from '../../../src/domain/secrets.ts';
import { askedBy } from '../../support/asked.ts';
import { openTestDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it('keeps what was told, with names in place of mentions and without buttons of the asker’s', async () => {
  const { db } = database;
  const now = new Date('2026-11-20T03:00:00Z');
  const person = { id: 'U0HANA', team: 'T1', name: 'hana', refreshed_at: now };
  await db.insertInto('people').values(person).execute();
  const mention = (id: string) => ({ mention: { kind: 'person' as const, id } });
  const say = { id: 'say', label: 'Why', carries: { v: 1, say: 'why a/b' } };
  const message: Message = {
    text: [mention('U0HANA')],
    blocks: [
      { kind: 'text', text: ['since ', { time: now, style: 'time' }, ' by ', mention('U0HANA'), mention('U0GONE')] },
      { kind: 'list', items: [[{ mention: { kind: 'everyone', scope: 'here' } }]] },
      { kind: 'buttons', buttons: [say, { id: 'silence-expire', label: 'End it', carries: { v: 1 } }] },
      { kind: 'buttons', buttons: [{ id: 'share', label: 'Share', carries: { v: 1 } }] },
    ],
  };
  const id = await keepAnswer(db, { verb: 'incident', typed: 'incident 1', message, asked: askedBy({ now }) }, String);
  expect(await readMessage(db, (await loadAnswer(db, id))!.message)).toEqual({
    text: ['@hana'],
    blocks: [
      { kind: 'text', text: ['since ', { time: now, style: 'time' }, ' by ', '@hana', '@U0GONE'] },
      { kind: 'list', items: [['@channel']] },
      { kind: 'buttons', buttons: [say] },
    ],
  });
});

const TOKEN = 'ghp_0123456789abcdefghij';
const OURS = 'a-secret-of-no-shape';

async function kept(): Promise<string> {
  const text = [`--grep ${TOKEN}`, { bold: OURS }];
  const say = { id: 'say', label: 'Again', carries: { v: 1, say: `logs --grep ${TOKEN}` } };
  const message: Message = {
    text,
    blocks: [
      { kind: 'text', text },
      { kind: 'code', code: TOKEN },
      { kind: 'buttons', buttons: [say] },
    ],
  };
  const mask = maskWith(() => [OURS]);
  return keepAnswer(
    database.db,
    { verb: 'logs', typed: `logs --grep ${TOKEN} ${OURS}`, message, asked: askedBy() },
    mask,
  );
}

it('keeps no secret, by its shape or by its value', async () => {
  const row = await loadAnswer(database.db, await kept());
  const written = JSON.stringify(row);
  for (const secret of [TOKEN, OURS]) expect(written).not.toContain(secret);
  expect(row).toMatchObject({
    typed: 'logs --grep *** ***',
    message: { blocks: [{ kind: 'text' }, { code: '***' }, { kind: 'buttons' }] },
  });
});

it('leaves what a newer replica has kept to that one', async () => {
  const { db } = database;
  const id = await kept();
  await db
    .updateTable('answers')
    .set({ v: 2, shared_by: JSON.stringify({ kind: 'slack', id: 'U1', team: 'T1' }) })
    .where('id', '=', id)
    .execute();
  await expect(loadAnswer(db, id)).rejects.toThrow(NewerVersion);
  await expect(db.transaction().execute((tx) => lockAnswer(tx, id))).rejects.toThrow(NewerVersion);
  const post = {
    id: 1,
    subject: answerSubject(id),
    purpose: 'shared',
    channel: 'C1',
    language: 'en',
    first: true,
  } as const;
  await expect(showShared(db, post, new Date())).rejects.toThrow(UnknownSubject);
});
