import type { StoreDatabase } from './store.ts';

/**
 * The only things that the suite does to the program's tables, all of them standing for time that passes: a lease is 60 s by
 * the database's own clock, and nobody wants to wait for that thirty times.
 */

/** As if the killed program had been away for longer than its leases. */
export async function letLeasesRunOut({ admin }: StoreDatabase): Promise<void> {
  await admin.query(`update outbox set lease_until = clock_timestamp() - interval '1 s' where state = 'sending'`);
  for (const table of ['jobs', 'timetable_runs'])
    await admin.query(
      `update ${table} set lease_until = clock_timestamp() - interval '1 s' where lease_until is not null`,
    );
}

/** As if the next step of every running policy were due. */
export async function letStepsComeDue({ admin }: StoreDatabase): Promise<void> {
  await admin.query(`update runs set due_at = clock_timestamp() where state = 'running'`);
}

/** As if what runs had begun a minute ago: a request that was cut off then is no longer on its way anywhere. */
export async function letRequestsDie({ admin }: StoreDatabase): Promise<void> {
  await admin.query(`
    update jobs set progress = progress || jsonb_build_object('since',
      to_char((clock_timestamp() - interval '1 min') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    where finished_at is null`);
}

/** As if the time of every change for a while were up. */
export async function letTermsComeDue({ admin }: StoreDatabase): Promise<void> {
  await admin.query(`update terms set due_at = clock_timestamp() where state = 'running'`);
}

/** As if a minute had passed since the last look at Alertmanager. */
export async function letLooksComeDue({ admin }: StoreDatabase): Promise<void> {
  await admin.query('update sources set look_due = clock_timestamp() where look_due > clock_timestamp()');
}

/** As if Alertmanager had lacked what it lacks for five minutes. */
export async function letAbsencesAge({ admin }: StoreDatabase): Promise<void> {
  await admin.query(`update alerts set absent_since = absent_since - interval '5 min' where absent_since is not null`);
}

/** What is due or on its way. Lines of a story, which wait for others for 15 s, are not. */
export async function openWork({ admin }: StoreDatabase): Promise<readonly string[]> {
  const { rows } = await admin.query<{ what: string }>(`
    select 'outbox ' || state || ' ' || subject || ' ' || coalesce(error, '') as what from outbox
      where state in ('sending', 'waiting') or (state = 'pending' and due_at <= clock_timestamp())
    union all select 'step of ' || subject from runs where state = 'running' and due_at <= clock_timestamp()
    union all select 'timetable ' || entry || ' ' || state from timetable_runs where look_at <= clock_timestamp()
    union all select 'job ' || number || ' ' || state from jobs where finished_at is null`);
  return rows.map((row) => row.what);
}
