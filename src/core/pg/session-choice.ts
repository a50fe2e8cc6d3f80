import type { FoundSession, SessionId, SessionSignal } from '../../domain/postgres.ts';
import type { DatabaseTarget } from '../../domain/workload.ts';
import { userError } from '../../messages/user-error.ts';
import { ageOf } from '../age.ts';
import type { ActionChoice, OnPostgres, Option } from '../define.ts';
import { activeSessions, idleSessions, MOST_SESSIONS } from './session-action.ts';
import { isOpen, type SessionArgs } from './session-args.ts';

/**
 * Of what can be terminated, the sessions that are idle in a transaction; of what can be cancelled, those whose statement has run for a while. Each as it is
 * at this moment: one that goes on with something else is no longer meant.
 */
export function sessionChoice(how: SessionSignal): ActionChoice<SessionArgs, DatabaseTarget, OnPostgres> {
  return {
    isOpen,
    most: MOST_SESSIONS,
    label: (m, { name }) => m.pg.act.choose[how]({ name, most: MOST_SESSIONS }),
    async options({ name }, { postgres, signal }) {
      const found =
        how === 'cancel'
          ? await activeSessions(postgres, signal, name)
          : (await idleSessions(0, postgres, signal, name)).touchable;
      return found.map((one) => optionOf(how, one));
    },
    chosen: (values, { name }) => ({ database: name, chosen: values.map((value) => sessionOf(how, value)) }),
  };
}

function optionOf(how: SessionSignal, session: FoundSession): Option {
  const { pid, startedUs, stateUs, queryUs, state, stateMs, application, user, database, query } = session;
  const aborted = state.endsWith('(aborted)') ? ' aborted' : '';
  const label = `${pid} · ${ageOf(stateMs)}${aborted} · ${application || '-'} · ${user}@${database}`;
  const value = [pid, startedUs, how === 'cancel' ? queryUs : stateUs].join('/');
  return { value, label, ...(query !== '' && { description: query }) };
}

const VALUE = /^(\d{1,10})\/(\d{1,16})\/(\d{1,16})$/;

function sessionOf(how: SessionSignal, value: string): SessionId {
  const [, pid, startedUs, us] = VALUE.exec(value) ?? [];
  if (pid === undefined) throw userError('which-sessions');
  const session = { pid: Number(pid), startedUs: Number(startedUs) };
  return how === 'cancel' ? { ...session, queryUs: Number(us) } : { ...session, stateUs: Number(us) };
}
