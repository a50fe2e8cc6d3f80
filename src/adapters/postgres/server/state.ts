import type { MissingGrant, ServerState } from '../../../domain/postgres.ts';
import type { Ask } from './look.ts';

const STATE = `
  select current_setting('server_version') as version,
    current_setting('server_version_num')::int / 10000 as major,
    pg_is_in_recovery() as standby,
    pg_postmaster_start_time() as "upSince",
    (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::float8 as "upMs",
    current_database() as database,
    quote_ident(current_user) as grantee,
    current_setting('is_superuser') = 'on' as superuser,
    pg_has_role('pg_read_all_stats', 'usage') and pg_has_role('pg_read_all_settings', 'usage') as monitors,
    pg_has_role('pg_signal_backend', 'usage') as signals`;

type StateRow = Omit<ServerState, 'missing' | 'answerMs'> & { readonly monitors: boolean; readonly signals: boolean };

export async function serverState(ask: Ask): Promise<ServerState> {
  const from = performance.now();
  await ask('select 1');
  const answerMs = performance.now() - from;
  const [row] = await ask<StateRow>(STATE);
  const { monitors, signals, ...state } = row!;
  const missing: MissingGrant[] = [
    ...(monitors ? [] : (['pg_monitor'] as const)),
    ...(signals ? [] : (['pg_signal_backend'] as const)),
  ];
  return { ...state, missing, answerMs };
}
