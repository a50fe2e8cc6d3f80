import type { Generated } from 'kysely';
import type { Principal } from '../../domain/principal.ts';
import type { Json, JsonColumn } from './columns.ts';

/** The mirror of the chat workspace, and our own uptime. Columns of `migrations/`, one by one. */

/** What somebody was told alone. */
export interface AnswersTable {
  id: string;
  v: Generated<number>;
  verb: string;
  typed: string;
  principal: JsonColumn<Principal>;
  channel: string;
  thread: string | null;
  message: JsonColumn<Json>;
  answered_at: Date;
  shared_by: JsonColumn<Principal | null>;
  shared_at: Date | null;
}

export interface PeopleTable {
  id: string;
  team: string;
  name: string;
  display_name: Generated<string>;
  is_bot: Generated<boolean>;
  is_guest: Generated<boolean>;
  deactivated: Generated<boolean>;
  locale: string | null;
  tz: string | null;
  refreshed_at: Date;
}

export interface UserGroupsTable {
  id: string;
  handle: string;
  name: string;
  members: string[];
  disabled: Generated<boolean>;
  refreshed_at: Date;
}

export interface ChannelsTable {
  id: string;
  name: string;
  is_private: Generated<boolean>;
  is_archived: Generated<boolean>;
  is_member: Generated<boolean>;
  members: string[] | null;
  language: string | null;
  environment: string | null;
  refreshed_at: Date;
}

export interface WorkspaceTable {
  one: Generated<boolean>;
  team: string;
}

export interface BeatsTable {
  process: string;
  roles: string[];
  version: string;
  started_at: Date;
  beat_at: Date;
}

export interface ClockOffsetTable {
  one: Generated<boolean>;
  ms: number;
}
