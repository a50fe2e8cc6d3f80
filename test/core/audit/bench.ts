import { sql } from 'kysely';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { type Sealed, sealEntries } from '../../../src/core/audit/seal.ts';
import { type AuditEntry, audit } from '../../../src/core/audit.ts';
import type { Tx } from '../../../src/ports/database.ts';
import { openTestDatabase, type TestDatabase, testOptions } from '../../support/postgres.ts';

export const PRINCIPAL = { kind: 'slack', id: 'U1', team: 'T1', name: 'aiko' } as const;
const START = new Date('2026-03-02T03:00:00.123Z');
const MINUTE = 60_000;

export function minutes(n: number): Date {
  return new Date(START.getTime() + n * MINUTE);
}

/** A database with its audit, and a way around the rights that guard it: for those who tamper. */
export interface AuditBench {
  readonly database: TestDatabase;
  write(at: Date, entry?: Partial<AuditEntry>): Promise<void>;
  seal(at: Date): Promise<Sealed>;
  /** Runs `tamper` and `look` as a superuser whom no trigger stops, and takes everything back. */
  tampered<T>(tamper: (tx: Tx) => Promise<unknown>, look: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openAuditBench(): Promise<AuditBench> {
  const database = await openTestDatabase();
  const admin = openDatabase(testOptions(database.adminUrl));
  let n = 0;
  return {
    database,
    async write(at, entry = {}) {
      n += 1;
      const full = { stage: 'asked', verb: `verb-${n}`, principal: PRINCIPAL, outcome: 'ok', ...entry } as const;
      await audit(database.db, full, at);
    },
    seal: (at) => sealEntries(database.db, at, async () => undefined),
    async tampered(tamper, look) {
      class Back extends Error {}
      let seen: { readonly value: Awaited<ReturnType<typeof look>> } | undefined;
      await admin.db
        .transaction()
        .execute(async (tx) => {
          await sql`set local session_replication_role = replica`.execute(tx);
          await tamper(tx);
          seen = { value: await look(tx) };
          throw new Back();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Back)) throw error;
        });
      return seen!.value;
    },
    async close() {
      await admin.close();
      await database.close();
    },
  };
}
