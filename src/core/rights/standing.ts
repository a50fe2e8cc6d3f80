import type { Principal } from '../../domain/principal.ts';
import type { Person } from '../../ports/chat.ts';
import type { Db } from '../../ports/database.ts';
import { whileOpen } from '../limit.ts';
import { timeLimit } from '../wake.ts';
import { decide, type PersonFacts } from './decide.ts';
import { factsOf, readFacts } from './facts.ts';
import type { RolesConfig, Standing } from './types.ts';

/** A person whom no fresh row knows costs one question of at most this long. */
const LOOK_UP_MS = 1_000;

export type SlackPrincipal = Extract<Principal, { kind: 'slack' }>;

export interface RightsParts {
  readonly db: Db;
  /** The roles of the running config. */
  readonly roles: () => RolesConfig;
  /** The workspace Hikeshi is installed in; `undefined` while nobody has told yet. */
  readonly team: () => string | undefined;
  /** Asks Slack for one person and keeps the row; `undefined`: there is none. May reject. */
  readonly lookUp: (id: string, signal: AbortSignal) => Promise<Person | undefined>;
}

export type StandingOf = (principal: SlackPrincipal, now: Date) => Promise<Standing>;

/** Where people stand, from rows; a look-up that fails never grants anything. */
export function createRights(parts: RightsParts): StandingOf {
  return async (principal, now) => {
    const team = parts.team();
    if (team === undefined) return refused('slack-away');
    if (principal.team !== team) return refused('foreign-team');
    const roles = parts.roles();
    const { asker, ...others } = await readFacts(parts.db, principal.id, roles, now);
    const found = asker ?? (await ask(parts, principal.id));
    return typeof found === 'string' ? refused(found) : decide(found, roles, { team, ...others });
  };
}

async function ask(parts: RightsParts, id: string): Promise<PersonFacts | 'slack-away' | 'unknown-person'> {
  const signal = timeLimit(LOOK_UP_MS);
  try {
    const person = await whileOpen(parts.lookUp(id, signal), signal);
    return person?.id === id ? factsOf(person) : 'unknown-person';
  } catch {
    return 'slack-away';
  }
}

function refused(rule: 'foreign-team' | 'slack-away' | 'unknown-person'): Standing {
  return { role: 'none', approver: false, grants: [], why: { rule } };
}
