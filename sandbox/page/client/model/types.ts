import type { KnownBlock, PlainTextElement } from '@slack/types';

/** What the workspace tells a client, as `GET /sandbox/state` and the lines after it have it. */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly locale: string;
  readonly bot?: boolean;
  readonly presence: 'active' | 'away';
}

export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** Bytes. */
  readonly size: number;
}

export interface Attachment {
  readonly text?: string;
  readonly color?: string;
  readonly blocks?: readonly KnownBlock[];
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
  readonly attachments?: readonly Attachment[];
  readonly thread_ts?: string;
  readonly edited?: object;
  readonly reactions?: readonly { readonly name: string; readonly users: readonly string[]; readonly count: number }[];
  readonly files?: readonly SharedFile[];
  /** A reply that is shown in the channel too. */
  readonly broadcast?: boolean;
  /** For one person's eyes. */
  readonly ephemeral?: true;
  /** False where it did not arrive. */
  readonly visible?: boolean;
}

export interface Channel {
  readonly id: string;
  /** Absent in a direct conversation. */
  readonly name?: string;
  readonly kind: 'public' | 'private' | 'im' | 'mpim';
  readonly is_archived: boolean;
  readonly topic?: { readonly value: string };
  readonly members: readonly string[];
  readonly messages: readonly Message[];
}

export interface Notification {
  readonly user: string;
  readonly why: 'dm' | 'mention' | 'group' | 'here' | 'channel' | 'everyone' | 'thread';
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  /** False: no sound and no banner, for do-not-disturb. */
  readonly device: boolean;
}

type Typed = Readonly<Record<string, unknown>>;

export interface OpenView {
  readonly id: string;
  readonly blocks: readonly KnownBlock[];
  readonly root_view_id: string;
  readonly title: PlainTextElement | null;
  readonly close: PlainTextElement | null;
  readonly submit: PlainTextElement | null;
  /** What was typed and chosen, by block_id and action_id, once it was submitted. */
  readonly state: { readonly values: Readonly<Record<string, Readonly<Record<string, Typed>>>> };
}

export interface Workspace {
  /** The line of the log that it includes. */
  readonly seq: number;
  readonly team: { readonly name: string; readonly domain: string };
  readonly app: { readonly homeTab: boolean };
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly channels: readonly Channel[];
  readonly ephemerals: readonly Message[];
  readonly notifications: readonly Notification[];
  /** Open modals by person, the one on top last. */
  readonly views: Readonly<Record<string, readonly OpenView[]>>;
  readonly homes: Readonly<Record<string, OpenView>>;
}

interface Line<What extends string, Detail> {
  readonly seq: number;
  readonly kind: 'change';
  readonly what: What;
  readonly detail: Detail;
}

/** Something a person would see: the lines that a copy of the workspace can follow. */
export type ChangeLine =
  | (Line<'posted' | 'updated', Message> & { readonly channel: string; readonly ts: string })
  | (Line<'ephemeral' | 'ephemeral-updated', Message> & { readonly ts: string })
  | (Line<'ephemeral-deleted', unknown> & { readonly ts: string })
  | Line<'notified', Notification>
  | (Line<'view-opened' | 'view-updated', OpenView> & { readonly user: string })
  | (Line<'view-closed', { readonly id: string }> & { readonly user: string })
  | (Line<'home-published', OpenView> & { readonly user: string })
  | Line<'socket', unknown>
  | Line<'deleted' | 'reacted' | 'file' | 'channel' | 'person' | 'group', unknown>;
