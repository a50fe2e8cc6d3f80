import { defineDatabaseAction } from '../core/define.ts';
import { sessionAction, sessionsTitle } from '../core/pg/session-action.ts';
import { type SessionArgs, SessionWords } from '../core/pg/session-args.ts';

/** `pg_cancel_backend`: ends the statement that runs now, and leaves the session. */
export const action = defineDatabaseAction<SessionArgs>({
  name: 'pg-cancel',
  positionals: [{ name: 'sessions', many: true }],
  flags: [],
  args: SessionWords,
  summary: (m) => m.pg.act.cancel.summary,
  examples: ['pg-cancel 4711', 'pg-cancel 4711 orders -e production'],
  role: 'operator',
  risk: 'low',
  title: (m, target, args) => sessionsTitle(m, 'cancel', target, args),
  ...sessionAction('cancel'),
});
