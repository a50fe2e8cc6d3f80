import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepAnswer, loadAnswer, readMessage } from '../../../src/core/share/rows.ts';
import type { Message } from '../../../src/domain/content.ts';
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
  const id = await keepAnswer(db, { verb: 'incident', typed: 'incident 1', message, asked: askedBy({ now }) });
  expect(await readMessage(db, (await loadAnswer(db, id))!.message)).toEqual({
    text: ['@hana'],
    blocks: [
      { kind: 'text', text: ['since ', { time: now, style: 'time' }, ' by ', '@hana', '@U0GONE'] },
      { kind: 'list', items: [['@channel']] },
      { kind: 'buttons', buttons: [say] },
    ],
  });
});
