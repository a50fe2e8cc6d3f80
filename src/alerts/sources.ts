import { sql } from 'kysely';
import type { Write } from '../core/records.ts';
import type { Notification } from '../domain/alert.ts';

/**
 * Remembers which receivers each source speaks for and when it was last heard. Written at most each 10 s and source, so
 * that replicas do not queue up on the row.
 */
export function hearSources(notifications: readonly Notification[], now: Date): Write {
  const heard = new Map<string, Set<string>>();
  for (const n of notifications) heard.set(n.source, (heard.get(n.source) ?? new Set()).add(n.receiver));
  const rows = [...heard]
    .map(([name, receivers]) => ({ name, receivers: [...receivers] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return sql`
    insert into sources as s (name, receivers, last_heard)
    select r.name, r.receivers, ${now} from jsonb_populate_recordset(null::sources, ${JSON.stringify(rows)}::jsonb) r
    where not exists (select 1 from sources s
      where s.name = r.name and s.last_heard >= ${new Date(now.getTime() - 10_000)} and s.receivers @> r.receivers)
    on conflict (name) do update set
      receivers = array(select distinct unnest(s.receivers || excluded.receivers)), last_heard = excluded.last_heard
    where s.last_heard is null or s.last_heard < ${new Date(now.getTime() - 10_000)} or not s.receivers @> excluded.receivers`;
}
