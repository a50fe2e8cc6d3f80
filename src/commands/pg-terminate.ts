import { defineDatabaseAction } from '../core/define.ts';
import { sessionAction, sessionsTitle } from '../core/pg/session-action.ts';
import { type SessionArgs, SessionWords } from '../core/pg/session-args.ts';
import { sessionChoice } from '../core/pg/session-choice.ts';

/** `pg_terminate_backend`, of sessions that are named, of all that have sat idle in a transaction for so long, or of those chosen from these. */
export const action = defineDatabaseAction<SessionArgs>({
  name: 'pg-terminate',
  positionals: [{ name: 'sessions', optional: true, many: true }],
  flags: [{ long: 'idle', value: 'TIME', describe: (m) => m.pg.act.idleFlag }],
  args: SessionWords,
  summary: (m) => m.pg.act.terminate.summary,
  examples: [
    'pg-terminate 4711',
    'pg-terminate 4711 4712 orders',
    'pg-terminate --idle 10m orders -e production',
    'pg-terminate orders',
  ],
  role: 'operator',
  risk: 'medium',
  title: (m, target, args) => sessionsTitle(m, 'terminate', target, args),
  ...sessionAction('terminate'),
  choice: sessionChoice('terminate'),
});
