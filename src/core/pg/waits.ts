import { ageOf } from '../age.ts';
import type { Answered } from '../define.ts';
import { answerOf, hiddenNote, type Looking, tableOf } from './look.ts';

/** What active sessions wait for, at this moment. */
export async function waitsLook({ postgres, where, signal, m, whole }: Looking): Promise<Answered> {
  const seen = await postgres.waits({ signal });
  const all = seen.groups.reduce((sum, { sessions }) => sum + sessions, 0);
  const waiting = seen.groups.reduce((sum, { wait, sessions }) => sum + (wait === '' ? 0 : sessions), 0);
  const words = m.pg.waits.found({ where, active: all, waiting });
  const rows = seen.groups.map(({ wait, sessions, longestMs }) => [wait || 'CPU', String(sessions), ageOf(longestMs)]);
  return answerOf(
    words,
    ...(rows.length > 0 ? [tableOf(whole, ['wait', 'sessions', 'longest'], rows)] : []),
    ...hiddenNote(m, seen),
  );
}
