import { beforeEach, describe, expect, it } from 'vitest';
import { query } from '../../src/commands/pg.ts';
import type { Databases } from '../../src/core/databases.ts';
import type { Session } from '../../src/domain/postgres.ts';
import { LANGUAGES, type Language, sentences } from '../../src/messages/catalog.ts';
import type { Postgres } from '../../src/ports/postgres.ts';
import { argsOf, askedBy, resourcesOf } from '../support/asked.ts';
import { type Busy, OPEN_A_SECOND, useServer } from '../support/busy.ts';
import { plainMessage } from '../support/plain.ts';
import { binFolders } from '../support/postgres.server.ts';

const [bin] = await binFolders();
const used = useServer(bin!);
const open = (name: string, user: string): readonly [string, Postgres] => [name, used.as(user, { name })];
const one = (user = 'hikeshi'): Databases => new Map([['production', new Map([open('orders', user)])]]);
const two = (): Databases =>
  new Map([
    ['production', new Map([open('orders', 'hikeshi'), open('users', 'hikeshi')])],
    ['staging', new Map([open('orders', 'hikeshi')])],
  ]);

interface Given {
  readonly databases?: Databases;
  readonly language?: Language;
  readonly environment?: string;
}

async function pg(typed: string, { databases = one(), language = 'en', environment }: Given = {}): Promise<string> {
  const asked = askedBy({ language, ...(environment !== undefined && { environment }) });
  const answered = await query.answer(argsOf(query, typed), resourcesOf({ databases }), asked, sentences(language));
  return plainMessage(answered)
    .replaceAll(/\b(\d+)(?=`| \||\])/g, (pid) => pids().get(Number(pid)) ?? pid)
    .replaceAll(/\b\d+( m|m)?s\b/g, 'Ns');
}

/** Pids by the name of their session, for texts that stay the same. */
let named = new Map<number, string>();
const pids = (): ReadonlyMap<number, string> => named;
beforeEach(() => {
  named = new Map();
});
function call(name: string, client: Awaited<ReturnType<Busy['open']>>): void {
  named.set(used.busy.pidOf(client), `<${name}>`);
}

describe('pg connections', () => {
  it('says how many are left, and who has them', async () => {
    await used.busy.idle('checkout');
    await used.busy.open('checkout');
    const words = [
      'lock screen: *production/orders*: *4 of 27* connections are taken (15 %); `max_connections` is 30, 3 of them reserved.',
      '*production/orders*: *4 of 27* connections are taken (15 %); `max_connections` is 30, 3 of them reserved.',
      '1 active, 1 idle in transaction, 2 idle.',
      'application | all | active | in tx | idle',
      'checkout | 2 | 0 | 1 | 1',
      'admin | 1 | 0 | 0 | 1',
      'hikeshi-look | 1 | 1 | 0 | 0',
      '[Those idle in transaction] [Choose which…]',
    ];
    const databases = one();
    const said = await pg('', { databases });
    expect(said.split('\n')).toEqual(words);
    expect(await pg('connections orders', { databases })).toBe(said);
    expect(await pg('orders', { databases })).toBe(said);
    expect((await pg('', { databases, language: 'ja' })).split('\n').slice(1, 3)).toEqual([
      '*production/orders*: 27 接続のうち *4 使用中* (15 %)。`max_connections` は 30、うち 3 は予約です。',
      '実行中 1、idle in transaction 1、待機 2。',
    ]);
  });
});

describe('pg idle', () => {
  it('shows the longest first, with what it ran last', async () => {
    call('first', await used.busy.idle('checkout', 'select 42'));
    call('second', await used.busy.aborted('batch'));
    expect((await pg('idle')).split('\n').slice(1)).toEqual([
      '*production/orders*: *2 sessions are* idle in transaction, the longest for *Ns* (`<first>`, checkout).',
      'pid | idle | tx | application | user | database',
      '<first> | Ns | Ns | checkout | app | postgres',
      '<second> | Ns aborted | Ns | batch | app | postgres',
      '`<first>` last ran `select 42`',
      '[Terminate <first>] [Choose which…]',
    ]);
    expect((await pg('idle', { language: 'ja' })).split('\n')[1]).toBe(
      '*production/orders*: idle in transaction が *2 件*。最長は *Ns* (`<first>`、checkout)。',
    );
  });

  it.each(LANGUAGES)('says that there is none, and names the grant where it cannot know (%s)', async (language) => {
    const none = {
      en: 'no session is idle in transaction',
      ja: 'トランザクション中に待機しているセッションはありません',
    };
    expect(await pg('idle', { language })).toContain(none[language]);
    await used.busy.idle('checkout');
    const blind = await pg('idle', { databases: one('blind'), language });
    expect(blind).toContain('`GRANT pg_monitor TO blind;`');
  });

  it('has the button for those over ten minutes when there are any, naming the database whole', async () => {
    const pid = used.busy.pidOf(await used.busy.idle('checkout'));
    const [name, real] = open('orders', 'hikeshi');
    const later = (sessions: readonly Session[], minutes: number) =>
      sessions.map((one) => ({ ...one, stateMs: one.stateMs + minutes * 60_000 }));
    const aged = (minutes: number, times = 1): Postgres => ({
      ...real,
      idleInTransaction: async (options) => {
        const seen = await real.idleInTransaction(options);
        return { ...seen, sessions: Array.from({ length: times }, () => later(seen.sessions, minutes)).flat() };
      },
    });
    const saysOf = async (postgres: Postgres): Promise<unknown[]> => {
      const databases = new Map([['production', new Map([[name, postgres]])]]);
      const { blocks } = await query.answer({ look: 'idle' }, resourcesOf({ databases }), askedBy(), sentences('en'));
      return blocks.flatMap((b) => (b.kind === 'buttons' ? b.buttons.map(({ carries }) => carries['say']) : []));
    };
    const both = [`pg-terminate ${pid} orders -e production`, 'pg-terminate orders -e production'];
    expect(await saysOf(real)).toEqual(both);
    expect(await saysOf(aged(11))).toEqual(['pg-terminate --idle 10m orders -e production', ...both]);
    // Of younger ones there is something to say once they are several.
    expect(await saysOf(aged(2))).toEqual(both);
    expect(await saysOf(aged(2, 12))).toEqual(['pg-terminate --idle 1m orders -e production', ...both]);
  });

  it('counts what is beyond fifteen', async () => {
    await Promise.all(Array.from({ length: 17 }, () => used.busy.idle('checkout')));
    const asked = askedBy();
    const answered = await query.answer(
      argsOf(query, 'idle'),
      resourcesOf({ databases: one() }),
      asked,
      sentences('en'),
    );
    expect(answered.blocks.find(({ kind }) => kind === 'table')).toMatchObject({ more: 2 });
    const whole = await query.answer(
      { look: 'idle' },
      resourcesOf({ databases: one() }),
      askedBy({ whole: true }),
      sentences('en'),
    );
    expect(whole.blocks.find(({ kind }) => kind === 'table')).toMatchObject({ more: 0 });
  });
});

describe('pg blocks', () => {
  it('is a tree, and says who holds up most', async () => {
    await used.busy.admin.query(
      'create table rows (id int primary key); insert into rows values (1); grant all on rows to app',
    );
    used.after('drop table rows');
    const holder = await used.busy.idle('holder', 'select * from rows for update');
    call('holder', holder);
    const waits = ['first', 'second'].map(async (name) => {
      const client = await used.busy.open(name);
      call(name, client);
      await client.query('update rows set id = 1').catch(() => undefined);
    });
    await used.until("select 1 from pg_stat_activity where wait_event_type = 'Lock'", [], 2);
    const lines = (await pg('blocks')).split('\n').slice(1);
    expect(lines[0]).toBe(
      '*production/orders*: *2 sessions wait* for a lock; `<holder>` (holder, idle in transaction, Ns) holds up 2.',
    );
    expect(lines[2]).toBe('<holder> | Ns | idle in transaction | holder | app');
    expect(lines.slice(3, 5).join('\n')).toMatch(/^└ <(first|second)> \| Ns \| waits for transactionid ShareLock/);
    expect(lines.at(-1)).toBe('[Terminate <holder>]');
    expect(lines.at(-2)).toBe('`<holder>` last ran `select * from rows for update`');
    expect(await pg('blocks', { language: 'ja' })).toContain('*2 件* がロック待ち');
    await holder.query('rollback');
    await Promise.all(waits);
    expect(await pg('blocks')).toContain('nobody waits for a lock');
  });
});

describe.each(LANGUAGES)('the other looks (%s)', (language) => {
  it('long', async () => {
    expect(await pg('long', { language })).toMatch(
      language === 'en' ? /no transaction has been open/ : /トランザクションはありません/,
    );
    call('old', await used.busy.idle('old'));
    await used.until(OPEN_A_SECOND, ['old'], 1);
    await used.busy.idle('young');
    expect((await pg('long', { language })).split('\n').slice(2, 4)).toEqual([
      'pid | tx | state | application | user | database',
      '<old> | Ns | idle in transaction | old | app | postgres',
    ]);
    const choose = language === 'en' ? 'Choose which…' : '一覧から選ぶ…';
    expect((await pg('long', { language })).split('\n').at(-1)).toContain(`[${choose}]`);
    expect(await pg('long', { language })).not.toContain('young');
  });

  it('waits', async () => {
    expect(await pg('waits', { language })).toMatch(
      language === 'en' ? /no session is active/ : /実行中のセッションはありません/,
    );
  });

  it('sizes', async () => {
    expect(await pg('sizes', { language })).toMatch(language === 'en' ? /and no table/ : /テーブルはありません/);
    await used.busy.admin.query('create table "Big" (a int)');
    used.after('drop table "Big"');
    expect((await pg('sizes', { language })).split('\n').slice(2)).toEqual([
      'table | total | heap | indexes | dead | bloat',
      'public."Big" | 0 B | 0 B | 0 B | - | ?',
      expect.stringContaining('ANALYZE'),
    ]);
  });

  it('replication', async () => {
    expect(await pg('lag', { language })).toBe(await pg('replication', { language }));
    expect(await pg('replication', { language })).toMatch(
      language === 'en' ? /no standby is connected/ : /スタンバイがありません/,
    );
    await used.busy.admin.query("select pg_create_physical_replication_slot('forgotten', true)");
    used.after("select pg_drop_replication_slot('forgotten')");
    const words = await pg('replication', { language });
    expect(words).toContain('forgotten | no | ');
    expect(words).toMatch(
      language === 'en' ? /Nobody reads slot `forgotten`: it keeps \*/ : /スロット `forgotten` は読まれていません/,
    );
  });

  it('cache and settings', async () => {
    expect(await pg('cache', { language })).toContain('`shared_buffers` 128 MB');
    const words = await pg('settings', { language });
    expect(words).toMatch(language === 'en' ? /no setting waits for a restart/ : /再起動待ちの設定はありません/);
    expect(words).toContain('max_connections | 30 | ');
    expect(words).toContain('statement_timeout | 0 | ');
    expect(words).not.toContain('all');
    await used.busy.admin.query("alter role app set statement_timeout = '7000'");
    used.after('alter role app reset all');
    await used.busy.admin.query('alter role hikeshi set work_mem = 8192');
    used.after('alter role hikeshi reset all');
    const others = await pg('settings', { language });
    expect(others).toContain('statement_timeout | 7000 | app | all');
    expect(others).toContain('work_mem | ? | ');
    expect(others).toMatch(language === 'en' ? /own sessions have another `work_mem`/ : /`work_mem` は Hikeshi 自身/);
  });
});

describe('pg test', () => {
  it.each(LANGUAGES)('says what answers, and what our role lacks (%s)', async (language) => {
    const words = await pg('test', { language });
    expect(words).toMatch(
      language === 'en'
        ? /answers in Ns: PostgreSQL 18.*, \*primary\*/
        : /Ns で応答しました: PostgreSQL 18.*\*プライマリ\*/,
    );
    expect(words).not.toContain('GRANT');
    const blind = await pg('test', { databases: one('blind'), language });
    expect(blind).toContain('`GRANT pg_monitor TO blind;`');
    expect(blind).toContain('`GRANT pg_signal_backend TO blind;`');
    expect(await pg('test', { databases: one('postgres'), language })).toContain('postgres');
  });
});

describe('which database', () => {
  it('is the one there is, else the one that is named', async () => {
    expect(await pg('test orders', { databases: two(), environment: 'staging' })).toContain('staging/orders');
    expect(await pg('test', { databases: two(), environment: 'staging' })).toContain('staging/orders');
    expect(await pg('test users', { databases: two() })).toContain('production/users');
  });

  it.each([
    ['test', ['orders -e production', 'users -e production', 'orders -e staging']],
    ['test orders', ['orders -e production', 'orders -e staging']],
  ])('of several offers each: %s', async (typed, names) => {
    const answered = await query.answer(
      argsOf(query, typed),
      resourcesOf({ databases: two() }),
      askedBy(),
      sentences('en'),
    );
    const buttons = answered.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
    expect(buttons.map(({ label, carries }) => [label, carries['say']])).toEqual(
      names.map((name) => [name, `pg test ${name}`]),
    );
  });

  it.each([
    ['test user', two, 'production', { code: 'no-such-database', params: { near: ['users'] } }],
    ['test', () => new Map(), undefined, { code: 'no-databases' }],
    ['test', one, 'staging', { code: 'no-databases', params: { environment: 'staging' } }],
    ['tset', one, undefined, { code: 'no-such-look', params: { near: ['test'] } }],
  ])('%s: %#', async (typed, databases, environment, error) => {
    await expect(pg(typed, { databases: databases(), ...(environment && { environment }) })).rejects.toMatchObject(
      error,
    );
  });
});
