import type { ChangedRequest } from '../../../ports/chat.ts';
import { isRecord, stringAt } from '../json.ts';
import { EventEnvelope, HomeOpened, SlackId, Words } from './payloads.ts';
import { ignored, type Received } from './received.ts';
import { typed, withoutMention } from './words.ts';

/** A direct message may come with these; all other subtypes are edits, deletions, or not a person's. */
const SPOKEN = new Set([undefined, 'file_share', 'thread_broadcast']);

/** One event: words to us, or news of the workspace. */
export function readEvent(body: unknown): Received {
  const parsed = EventEnvelope.safeParse(body);
  if (!parsed.success) return ignored('an event without an id or type');
  const envelope = parsed.data;
  const { type } = envelope.event;
  if (type === 'app_mention' || type === 'message') return readWords(envelope);
  if (type === 'app_home_opened') return readHome(envelope);
  const change = changeOf(envelope.event);
  return change ? { kind: 'changed', draft: { kind: 'changed', id: envelope.event_id, ...change } } : ignored(type);
}

function readWords(envelope: EventEnvelope): Received {
  const parsed = Words.safeParse(envelope.event);
  if (!parsed.success) return ignored('a message that is no person’s');
  const words = parsed.data;
  const isDirect = words.type === 'message';
  const botUserId = envelope.authorizations?.[0]?.user_id ?? undefined;
  if (words.bot_id || words.user === botUserId) return ignored('a message of a bot');
  if (words.edited !== undefined) return ignored('an edited message');
  if (!SPOKEN.has(words.subtype)) return ignored(`a message of subtype ${words.subtype ?? ''}`);
  if (isDirect && words.channel_type !== 'im') return ignored('a message that is not to us alone');
  const { channel: channelId, thread_ts: threadTs } = words;
  const team = words.user_team ?? words.source_team ?? words.team ?? envelope.context_team_id ?? envelope.team_id;
  const thread = threadTs ? { threadTs } : {};
  return {
    kind: 'person',
    draft: {
      kind: 'ask',
      via: isDirect ? 'dm' : 'mention',
      id: envelope.event_id,
      principal: { kind: 'slack', id: words.user, team },
      channelId,
      ...thread,
      text: typed(isDirect && botUserId === undefined ? words.text.trim() : withoutMention(words.text, botUserId)),
    },
    replyTo: isDirect
      ? { by: 'direct', to: channelId, ...thread }
      : { by: 'whisper', channelId, personId: words.user, ...thread },
    retried: true,
  };
}

/** Slack says it of the tab with messages too, and each time that the tab is looked at. */
function readHome(envelope: EventEnvelope): Received {
  const parsed = HomeOpened.safeParse(envelope.event);
  if (!parsed.success || parsed.data.tab !== 'home') return ignored('another tab than home');
  const { user, channel, view } = parsed.data;
  return {
    kind: 'person',
    draft: {
      kind: 'home',
      id: envelope.event_id,
      principal: { kind: 'slack', id: user, team: envelope.context_team_id ?? envelope.team_id },
      channelId: channel,
    },
    replyTo: { by: 'direct', to: channel },
    home: { personId: user, ...(view && { hash: view.hash }) },
    retried: true,
  };
}

type Change = Pick<ChangedRequest, 'what' | 'subject'>;

const WHAT: Readonly<Record<string, ChangedRequest['what']>> = {
  team_join: 'person',
  user_change: 'person',
  user_profile_changed: 'person',
  subteam_created: 'group',
  subteam_updated: 'group',
  subteam_members_changed: 'group',
  channel_created: 'channel',
  channel_rename: 'channel',
  channel_archive: 'channel',
  channel_unarchive: 'channel',
  channel_deleted: 'channel',
  channel_id_changed: 'channel',
  group_rename: 'channel',
  group_archive: 'channel',
  group_unarchive: 'channel',
  group_deleted: 'channel',
  member_joined_channel: 'membership',
  member_left_channel: 'membership',
  channel_left: 'membership',
  group_left: 'membership',
};

/** Where an event of each kind names its subject: an id, or an object with one. */
const SUBJECT: Readonly<Record<ChangedRequest['what'], readonly string[]>> = {
  person: ['user'],
  group: ['subteam', 'subteam_id'],
  channel: ['new_channel_id', 'channel'],
  membership: ['channel'],
};

function changeOf(event: Readonly<Record<string, unknown>> & { readonly type: string }): Change | undefined {
  const what = WHAT[event.type];
  if (!what) return undefined;
  const subject = SUBJECT[what].map((name) => idOf(event[name])).find((id) => id !== undefined);
  return { what, ...(subject ? { subject } : {}) };
}

function idOf(value: unknown): string | undefined {
  const id = isRecord(value) ? stringAt(value, 'id') : value;
  return SlackId.safeParse(id).data;
}
