import { sql } from 'kysely';
import type { Logger } from 'pino';
import { insertRows } from '../core/records.ts';
import { startLoop } from '../core/wake.ts';
import type { ChangedRequest, Directory, Person } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
export interface People {
  start(): void;
  stop(ms: number): Promise<void>;
  team(): string;
  lookUp(id: string, signal: AbortSignal): Promise<Person | undefined>;
  changed(change: ChangedRequest, signal: AbortSignal): Promise<void>;
  connect(d: Directory): void;
}
export function openPeople(db: Db, clock: Clock, log: Logger): People {
  let directory: Directory | undefined;
  let team = '';
  let loop: ReturnType<typeof startLoop> | undefined;
  const up = async () => {
    if (!directory) return;
    const now = clock.now();
    team = (await directory.identity()).team;
    const people = await directory.people();
    const groups = await directory.userGroups();
    const channels = await directory.channels();
    await insertRows(
      db,
      'people',
      people.map((p) => ({
        id: p.id,
        team: p.team,
        name: p.name,
        display_name: p.displayName,
        is_bot: p.isBot,
        is_guest: p.isGuest,
        deactivated: p.deactivated,
        locale: p.locale ?? null,
        tz: p.tz ?? null,
        refreshed_at: now,
      })),
      sql`(id) do update set team=excluded.team,name=excluded.name,display_name=excluded.display_name,is_bot=excluded.is_bot,is_guest=excluded.is_guest,deactivated=excluded.deactivated,locale=excluded.locale,refreshed_at=excluded.refreshed_at`,
    );
    await insertRows(
      db,
      'user_groups',
      groups.map((g) => ({
        id: g.id,
        handle: g.handle,
        name: g.name,
        members: g.members,
        disabled: g.disabled,
        refreshed_at: now,
      })),
      sql`(id) do update set members=excluded.members,disabled=excluded.disabled,handle=excluded.handle,refreshed_at=excluded.refreshed_at`,
    );
    const withMembers = await Promise.all(
      channels.map(async (c) => ({
        id: c.id,
        name: c.name,
        is_private: c.isPrivate,
        is_archived: c.isArchived,
        is_member: c.isMember,
        members: c.isMember && !c.isArchived ? await directory!.members(c.id) : null,
        refreshed_at: now,
      })),
    );
    await insertRows(
      db,
      'channels',
      withMembers,
      sql`(id) do update set name=excluded.name,is_archived=excluded.is_archived,is_member=excluded.is_member,members=excluded.members,refreshed_at=excluded.refreshed_at`,
    );
  };
  return {
    connect(d) {
      directory = d;
    },
    start() {
      loop = startLoop({
        name: 'directory',
        everyMs: 600_000,
        onError: (err) => log.warn({ err }, 'directory'),
        work: async () => {
          await up();
          return false;
        },
      });
    },
    stop: async (ms) => {
      await loop?.stop(ms);
    },
    team: () => team,
    lookUp: async (id, signal) => directory?.personById(id, { signal, timeoutMs: 1000 }),
    changed: async () => {
      loop?.wake();
    },
  };
}
