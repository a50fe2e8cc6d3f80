import type { Logger } from 'pino';
import { findPerson } from '../core/directory/find.ts';
import { type Keeper, startKeeper } from '../core/directory/keeper.ts';
import { type Loop, startLoop } from '../core/wake.ts';
import type { ChangedRequest, Directory, Person } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';

export interface PeopleParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  /** Channels that config names. */
  readonly channels: () => readonly string[];
}

/** The mirror of the workspace, and who we are in it. */
export interface People {
  /** Slack and what it calls need each other: given before anything starts. */
  connect(directory: Directory): void;
  /** Learns who we are, again and again until Slack answers; with `keep`, keeps the rows too. */
  start(options: { readonly keep: boolean }): void;
  stop(withinMs: number): Promise<void>;
  /** Empty until Slack has told: nobody is of our team then. */
  team(): string;
  lookUp(id: string, signal: AbortSignal): Promise<Person | undefined>;
  changed(change: ChangedRequest): Promise<void>;
}

const TEAM_MS = 5_000;

export function openPeople({ db, clock, log, channels }: PeopleParts): People {
  let directory: Directory | undefined;
  let keeper: Keeper | undefined;
  let learning: Loop | undefined;
  let team = '';
  const learnTeam = async (): Promise<boolean> => {
    if (team === '' && directory) team = (await directory.identity({ timeoutMs: TEAM_MS })).team;
    return false;
  };
  return {
    connect(given) {
      directory = given;
    },
    start({ keep }) {
      learning = startLoop({
        name: 'team',
        everyMs: TEAM_MS,
        work: learnTeam,
        onError: (error) =>
          log.warn({ err: error }, 'Slack does not answer; nobody can be recognized until it has once'),
      });
      if (keep) keeper = startKeeper({ db, directory: directory!, clock, log, channels });
    },
    async stop(withinMs) {
      await Promise.all([learning?.stop(withinMs), keeper?.stop(withinMs)]);
    },
    team: () => team,
    async lookUp(id, signal) {
      await learnTeam();
      const found = await findPerson(db, id, { now: clock.now(), directory, signal });
      if (found.kind === 'person') return found.person;
      if (found.reason === 'not-found') return undefined;
      throw new Error('the person could not be looked up');
    },
    changed: async (change) => keeper?.changed(change),
  };
}
