import { OLDEST_MAJOR, type ServerState } from '../../domain/postgres.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { ageOf } from '../age.ts';
import type { Answered } from '../define.ts';
import { answerOf, grantOf, type Looking } from './look.ts';

/** Does it answer, how fast, and what is it. */
export async function testLook({ postgres, where, signal, m }: Looking): Promise<Answered> {
  const state = await postgres.state({ signal });
  const words = m.pg.test.found({
    where,
    ms: Math.max(1, Math.round(state.answerMs)),
    version: state.version,
    standby: state.standby,
    since: state.upSince,
    up: ageOf(state.upMs),
  });
  const lines = notes(m, state);
  return answerOf(words, ...(lines.length > 0 ? [{ kind: 'context' as const, lines }] : []));
}

function notes(m: Catalog, { grantee, missing, major, version, superuser }: ServerState) {
  return [
    ...missing.map((grant) => m.pg.test.missing[grant]({ grant: grantOf(grant, grantee) })),
    ...(superuser ? [m.pg.test.superuser({ user: grantee })] : []),
    ...(major < OLDEST_MAJOR ? [m.pg.test.old({ version, oldest: OLDEST_MAJOR })] : []),
  ];
}
