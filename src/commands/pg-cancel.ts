import { defineDatabaseAction } from '../core/define.ts';
import { sessionAction, sessionsTitle } from '../core/pg/session-action.ts';
import { type SessionArgs, SessionWords } from '../core/pg/session-args.ts';
import { sessionChoice } from '../core/pg/session-choice.ts';

/** `pg_cancel_backend`: ends the statement that runs now, and leaves the session. */
export const action = defineDatabaseAction<SessionArgs>({
  name: 'pg-cancel',
  positionals: [{ name: 'sessions', optional: true, many: true }],
  flags: [],
  args: SessionWords,
  summary: (m) => m.pg.act.cancel.summary,
  examples: ['pg-cancel 4711', 'pg-cancel 4711 orders -e production', 'pg-cancel orders'],
  role: 'operator',
  risk: 'low',
  title: (m, target, args) => sessionsTitle(m, 'cancel', target, args),
  ...sessionAction('cancel'),
  choice: sessionChoice('cancel'),
});
