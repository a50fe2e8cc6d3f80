import { describe, expect, it } from 'vitest';
import { blocksLook } from '../../../src/core/pg/blocks.ts';
import { diagnoseDatabase } from '../../../src/core/pg/diagnose.ts';
import { showDatabaseFinding } from '../../../src/core/pg/show-finding.ts';
import { type LockNode, lockTree } from '../../../src/domain/lock-tree.ts';
import type { LockSession } from '../../../src/domain/postgres.ts';
import { LANGUAGES, sentences } from '../../../src/messages/catalog.ts';
import { useServer } from '../../support/busy.ts';
import { plainMessage } from '../../support/plain.ts';
import { binFolders } from '../../support/postgres.server.ts';

/** More sessions wait than are asked whom for. */
const WAITERS = 120;
const WAITING = `select 1 from pg_stat_activity where application_name = 'waiter' and wait_event_type = 'Lock'`;

const bins = await binFolders();
const { signal } = new AbortController();

describe.each(bins)('a great jam on %s', (bin) => {
  const used = useServer(bin, { connections: WAITERS + 20 });

  /** Each runs its statement, and waits. Answers how to see the end of it. */
  async function jam(statement: (n: number) => string): Promise<() => Promise<unknown>> {
    const clients = await Promise.all(Array.from({ length: WAITERS }, () => used.busy.open('waiter')));
    const waits = clients.map((client, n) => client.query(statement(n)).catch(() => undefined));
    await used.until(WAITING, [], WAITERS);
    return () => Promise.all(waits);
  }

  const tree = async (): Promise<readonly LockNode<LockSession>[]> =>
    lockTree((await used.as('hikeshi').locks()).sessions);

  it.each([
    ['a table', 'lock table jammed', 'select * from jammed'],
    ['a row', 'select * from jammed for update', 'update jammed set id = 1'],
  ])('all wait for one who holds %s', async (_, holds, wants) => {
    const { busy } = used;
    await busy.admin.query('create table jammed (id int); insert into jammed values (1); grant all on jammed to app');
    used.after('drop table jammed');
    const holder = await busy.idle('holder', holds);
    const over = await jam(() => wants);
    const { unasked } = await used.as('hikeshi').locks();
    expect(unasked).toBe(0);
    const nodes = await tree();
    expect(nodes[0]).toMatchObject({ session: { pid: busy.pidOf(holder) }, depth: 0, holdsUp: WAITERS });
    expect(nodes.filter(({ depth }) => depth === 0)).toHaveLength(1);
    await holder.query('rollback');
    await over();
  });

  it('is looked at in part where each waits for another lock, and that is said', async () => {
    const { busy } = used;
    const holder = await busy.idle('holder', `select pg_advisory_xact_lock(n) from generate_series(1, ${WAITERS}) n`);
    const over = await jam((n) => `select pg_advisory_xact_lock(${n + 1})`);
    const postgres = used.as('hikeshi');
    const { unasked, sessions } = await postgres.locks();
    expect(unasked).toBe(WAITERS - 100);
    expect(sessions.filter(({ wants }) => wants === 'advisory ExclusiveLock')).toHaveLength(WAITERS);
    expect((await tree())[0]).toMatchObject({ session: { pid: busy.pidOf(holder) }, holdsUp: 100 });
    const target = { environment: 'production', kind: 'Database', name: 'orders' } as const;
    const finding = await diagnoseDatabase(postgres, signal);
    for (const language of LANGUAGES) {
      const m = sentences(language);
      const looking = { postgres, where: 'production/orders', words: 'orders -e production', signal, m, whole: false };
      const said = [plainMessage(await blocksLook(looking)), plainMessage(showDatabaseFinding(finding, target, m))];
      for (const words of said) {
        expect(words).toContain(language === 'en' ? '*120 sessions wait*' : '*120 件* がロック待ち');
        expect(words).toContain(language === 'en' ? 'Whom 20 of them wait for' : 'うち 20 件が何を待っているか');
      }
    }
    await holder.query('rollback');
    await over();
  });
});
