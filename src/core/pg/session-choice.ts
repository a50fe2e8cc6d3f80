import type { FoundSession, SessionId } from '../../domain/postgres.ts';
import type { DatabaseTarget } from '../../domain/workload.ts';
import { userError } from '../../messages/user-error.ts';
import { ageOf } from '../age.ts';
import type { ActionChoice, OnPostgres, Option } from '../define.ts';
import { idleSessions, MOST_SESSIONS } from './session-action.ts';
import { isOpen, type SessionArgs } from './session-args.ts';

/** Sessions that are idle in a transaction, each as it is at this moment: one that goes on with its work is no longer meant. */
export const sessionChoice: ActionChoice<SessionArgs, DatabaseTarget, OnPostgres> = {
  isOpen,
  most: MOST_SESSIONS,
  label: (m, { name }) => m.pg.act.choose({ name, most: MOST_SESSIONS }),
  async options({ name }, { postgres, signal }) {
    const { touchable } = await idleSessions(0, postgres, signal, name);
    return touchable.map(optionOf);
  },
  chosen: (values, { name }) => ({ database: name, chosen: values.map(sessionOf) }),
};

function optionOf({
  pid,
  startedUs,
  stateUs,
  state,
  stateMs,
  application,
  user,
  database,
  query,
}: FoundSession): Option {
  const aborted = state.endsWith('(aborted)') ? ' aborted' : '';
  const label = `${pid} · ${ageOf(stateMs)}${aborted} · ${application || '-'} · ${user}@${database}`;
  return { value: [pid, startedUs, stateUs].join('/'), label, ...(query !== '' && { description: query }) };
}

const VALUE = /^(\d{1,10})\/(\d{1,16})\/(\d{1,16})$/;

function sessionOf(value: string): SessionId {
  const [, pid, startedUs, stateUs] = VALUE.exec(value) ?? [];
  if (pid === undefined) throw userError('which-sessions');
  return { pid: Number(pid), startedUs: Number(startedUs), stateUs: Number(stateUs) };
}
