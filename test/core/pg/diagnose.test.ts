import { beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseFinding, diagnoseDatabase, namesCause } from '../../../src/core/pg/diagnose.ts';
import { showDatabaseFinding } from '../../../src/core/pg/show-finding.ts';
import { LANGUAGES, type Language, sentences } from '../../../src/messages/catalog.ts';
import { type Postgres, PostgresError } from '../../../src/ports/postgres.ts';
import { useServer } from '../../support/busy.ts';
import { plainMessage } from '../../support/plain.ts';
import { binFolders } from '../../support/postgres.server.ts';

/** What Diagnose says of a database, of a real server. */

const [bin] = await binFolders();
const used = useServer(bin!);
const ORDERS = { environment: 'production', kind: 'Database', name: 'orders' } as const;
const { signal } = new AbortController();

let server: Postgres;
beforeEach(() => {
  server = used.as('hikeshi');
});

const look = (): Promise<DatabaseFinding> => diagnoseDatabase(server, signal);

function shown(finding: DatabaseFinding, language: Language = 'en'): readonly string[] {
  const kept = JSON.parse(JSON.stringify(finding)) as DatabaseFinding;
  return plainMessage(showDatabaseFinding(kept, ORDERS, sentences(language)))
    .replaceAll(/\b\d+( m|m)?s\b/g, 'Ns')
    .split('\n')
    .slice(1);
}

function aged(finding: DatabaseFinding, ms: number): DatabaseFinding {
  if ('full' in finding || !finding.idle) throw new Error('nobody is idle');
  return { ...finding, idle: { ...finding.idle, first: { ...finding.idle.first, stateMs: ms } } };
}

describe('a look at a database', () => {
  it('says how many connections are left, and that nothing stands in the way', async () => {
    const finding = await look();
    expect(namesCause(finding)).toBe(false);
    expect(shown(finding)).toEqual([
      '*production/orders*: *2 of 27* connections are taken (7 %); `max_connections` is 30, 3 of them reserved.',
      'Nobody waits for a lock, and no session is idle in transaction.',
      '[Connections]',
    ]);
    expect(shown(finding, 'ja').slice(1)).toEqual(['ロック待ちも、idle in transaction もありません。', '[接続を見る]']);
  });

  it('names who is idle in a transaction, a cause once that has gone on for ten seconds, with what ends it', async () => {
    const pid = used.busy.pidOf(await used.busy.idle('checkout', 'select 42'));
    await used.busy.aborted('batch');
    const finding = await look();
    expect([namesCause(aged(finding, 9_999)), namesCause(aged(finding, 10_000))]).toEqual([false, true]);
    const lines = [
      `*2 sessions are* idle in transaction, the longest for *Ns* (\`${pid}\`, checkout).`,
      `  \`${pid}\` last ran \`select 42\``,
    ];
    expect(shown(finding).slice(1)).toEqual([...lines, `[Terminate ${pid}] [Choose which…] [Connections]`]);
    const old = shown(aged(finding, 11 * 60_000));
    expect(old.at(-1)).toBe(`[Terminate those over 10 min] [Terminate ${pid}] [Choose which…] [Connections]`);
  });

  it('names who holds up others first, and says what both did once', async () => {
    await used.busy.admin.query(
      'create table held (id int primary key); insert into held values (1); grant all on held to app',
    );
    used.after('drop table held');
    const holder = await used.busy.idle('holder', 'select * from held for update');
    const pid = used.busy.pidOf(holder);
    const client = await used.busy.open('waiter');
    const waits = client.query('update held set id = 1').catch(() => undefined);
    await used.until("select 1 from pg_stat_activity where wait_event_type = 'Lock'", [], 1);
    const finding = await look();
    expect(namesCause(finding)).toBe(true);
    expect(shown(finding).slice(1)).toEqual([
      `*1 session waits* for a lock; \`${pid}\` (holder, idle in transaction, Ns) holds up 1.`,
      `  \`${pid}\` last ran \`select * from held for update\``,
      `*1 session is* idle in transaction, the longest for *Ns* (\`${pid}\`, holder).`,
      `[Terminate ${pid}] [Choose which…] [Who waits] [Connections]`,
    ]);
    await holder.query('rollback');
    await waits;
  });

  it('names the grant without which it sees little', async () => {
    server = used.as('blind');
    await used.busy.idle('checkout');
    expect(shown(await look()).at(-1)).toContain('`GRANT pg_monitor TO blind;`');
  });

  it.each(LANGUAGES)('of a server without a connection left, that is the finding (%s)', async (language) => {
    const words = 'sorry, too many clients already';
    const full: Postgres = { ...server, locks: () => Promise.reject(new PostgresError('full', 'orders', words)) };
    const finding = await diagnoseDatabase(full, signal);
    expect(namesCause(finding)).toBe(true);
    expect(shown(finding, language).join('\n')).toContain(words);
    const away: Postgres = { ...server, locks: () => Promise.reject(new PostgresError('away', 'orders', 'gone')) };
    await expect(diagnoseDatabase(away, signal)).rejects.toThrow('gone');
  });

  it.each([
    [24, false],
    [25, true],
  ])('%i of 27 connections taken is nearly all: %s', async (taken, isCause) => {
    const finding = await look();
    if ('full' in finding) throw new Error('full');
    const connections = { ...finding.connections, used: taken };
    expect(namesCause({ ...finding, connections })).toBe(isCause);
  });
});
