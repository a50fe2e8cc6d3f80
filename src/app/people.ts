import type { Logger } from 'pino';
import { findPerson } from '../core/directory/find.ts';
import { type Keeper, startKeeper } from '../core/directory/keeper.ts';
import type { Trouble } from '../core/trouble.ts';
import { type Loop, startLoop } from '../core/wake.ts';
import { type ChangedRequest, ChatError, type Directory, type Identity, type Person } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';

export interface PeopleParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  /** Shared by all that asks Slack. */
  readonly trouble: Trouble;
  /** Channels that config names. */
  readonly channels: () => readonly string[];
}

/** The mirror of the workspace, and who we are in it. */
export interface People {
  /** Slack and what it calls need each other: given before anything starts. */
  connect(directory: Directory): void;
  /**
   * Reads who we were when Slack last told, then asks again and again until Slack answers. What events name is refreshed
   * by every process; with `keep` everything else is too.
   */
  start(options: { readonly keep: boolean }): Promise<void>;
  stop(withinMs: number): Promise<void>;
  /** `undefined` until Slack has told once, to this process or to one before it. */
  team(): string | undefined;
  lookUp(id: string, signal: AbortSignal): Promise<Person | undefined>;
  changed(change: ChangedRequest): Promise<void>;
}

const TEAM_MS = 5_000;
const CALLS = 'calls';
const UNREAD = 'which workspace this is could not be read; Slack is asked';

export function openPeople({ db, clock, log, trouble, channels }: PeopleParts): People {
  let directory: Directory | undefined;
  let keeper: Keeper | undefined;
  let learning: Loop | undefined;
  let team: string | undefined;
  let told = false;
  const readTeam = async (): Promise<void> => {
    team = (await db.selectFrom('workspace').select('team').executeTakeFirst())?.team;
  };
  const learnTeam = async (): Promise<false> => {
    if (told) return false;
    if (team === undefined) await readTeam().catch((error: unknown) => log.warn({ err: error }, UNREAD));
    const said = await directory!.identity({ timeoutMs: TEAM_MS });
    if (team !== undefined && team !== said.team)
      log.warn({ before: team, team: said.team }, 'the token in use is of another workspace than before');
    trouble.fine(CALLS);
    team = said.team;
    await keepTeam(db, said);
    told = true;
    return false;
  };
  return {
    connect(given) {
      directory = given;
    },
    async start({ keep }) {
      await readTeam().catch((error: unknown) => log.warn({ err: error }, UNREAD));
      learning = startLoop({
        name: 'team',
        everyMs: TEAM_MS,
        work: learnTeam,
        onError: (error) => {
          if (error instanceof ChatError) trouble.failed(CALLS, error);
          else log.warn({ err: error, team }, 'Slack could not be asked which workspace this is');
        },
      });
      keeper = startKeeper({
        db,
        directory: directory!,
        clock,
        log,
        channels,
        full: keep,
        onAway: (error) => trouble.failed(CALLS, error),
        onRead: () => trouble.fine(CALLS),
      });
    },
    async stop(withinMs) {
      await Promise.all([learning?.stop(withinMs), keeper?.stop(withinMs)]);
    },
    team: () => team,
    async lookUp(id, signal) {
      const found = await findPerson(db, id, { now: clock.now(), directory, signal });
      if (found.kind === 'person') return found.person;
      if (found.reason === 'not-found') return undefined;
      throw new Error('the person could not be looked up');
    },
    changed: async (change) => keeper?.changed(change),
  };
}

async function keepTeam(db: Db, { team }: Identity): Promise<void> {
  await db
    .insertInto('workspace')
    .values({ team })
    .onConflict((conflict) => conflict.column('one').doUpdateSet({ team }))
    .execute();
}
