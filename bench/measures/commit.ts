import pg from 'pg';
import type { Run } from '../lib/run.ts';
import { type Spread, spreadOf } from '../lib/stats.ts';
import type { FakeSlack } from '../parts/fake-slack.ts';
import { startHikeshi } from '../parts/hikeshi.ts';

export interface CommitTime {
  readonly spread: Spread;
  readonly serverVersion: string;
}

/** On a database of the program's own kind. */
export async function commitTimeOf(run: Run, slack: FakeSlack): Promise<CommitTime> {
  const hikeshi = await startHikeshi(run, slack, run.dataDir('commit'));
  const commit = await measureCommit(await hikeshi.databaseUrl('admin'));
  await hikeshi.stop();
  return commit;
}

const INSERTS = 400;
const WARM_UP = 50;

/**
 * What one commit of one row costs on this database, seen from a client that does nothing else.
 * @throws Error when the server does not write commits through to the disk
 */
async function measureCommit(adminUrl: string): Promise<CommitTime> {
  return withClient(adminUrl, async (client) => {
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [setting]);
      if (rows[0]?.value !== 'on') throw new Error(`${setting} is ${rows[0]?.value}: commits are not what they cost`);
    }
    const version = await client.query<{ v: string }>("select current_setting('server_version') as v");
    await client.query('create schema bench; create table bench.commits (id int, at timestamptz default now())');
    const times: number[] = [];
    for (let id = 0; id < INSERTS + WARM_UP; id++) {
      const began = performance.now();
      await client.query('insert into bench.commits (id) values ($1)', [id]);
      if (id >= WARM_UP) times.push(performance.now() - began);
    }
    await client.query('drop schema bench cascade');
    return { spread: spreadOf(times), serverVersion: version.rows[0]?.v ?? '' };
  });
}

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end();
  }
}

/**
 * Lifts our own pace (a post a second and channel, 300 a minute, as Slack allows), because what is measured is how soon the
 * call begins. The program is the one that is shipped; its budget rows never fill.
 */
export async function liftPace(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) =>
    client.query(`
      create function bench_unspent() returns trigger language plpgsql as $$
        begin new.next_at := '2000-01-01'; return new; end $$;
      create trigger bench_unspent before insert or update on budgets for each row
        when (new.key not like 'hold:%') execute function bench_unspent()`),
  );
}

export async function restorePace(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query('drop function bench_unspent cascade'));
}
