import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storable, storableJson } from '../../src/domain/storable.ts';
import { openTestDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe('storable', () => {
  it('keeps whole characters and replaces what is none', () => {
    expect(storable('火消し \u{1f525} a\u0000b \ud83d c \udd25')).toBe('火消し \u{1f525} a\ufffdb \ufffd c \ufffd');
  });

  it('is taken by PostgreSQL, as text and as jsonb, and comes back as it went', async () => {
    const any = fc.string({ unit: fc.constantFrom('\u0000', '\ud83d', '\udd25', 'a', '"', '\\', '\n') });
    await fc.assert(
      fc.asyncProperty(any, async (value) => {
        const { rows } = await sql<{ t: string; j: { v: string } }>`
          select ${storable(value)}::text as t, ${storableJson({ v: value })}::jsonb as j`.execute(database.db);
        expect(rows[0]).toEqual({ t: storable(value), j: { v: storable(value) } });
      }),
      { numRuns: 50 },
    );
  });
});
