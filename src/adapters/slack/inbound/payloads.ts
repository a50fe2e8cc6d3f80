import { z } from 'zod';

/** What Slack sends, as far as we look at it; unknown fields pass. */
export const Command = z.object({
  command: z.string(),
  text: z.string().default(''),
  response_url: z.string(),
  trigger_id: z.string(),
  user_id: z.string(),
  team_id: z.string(),
  channel_id: z.string(),
});

const Someone = z.object({ id: z.string(), team_id: z.string().optional() });
const Team = z.object({ id: z.string() }).nullish();

/** The view an interaction happened in. `state` is null where there is no input. */
const View = z.object({
  id: z.string(),
  hash: z.string().default(''),
  callback_id: z.string().default(''),
  private_metadata: z.string().default(''),
  team_id: z.string().nullish(),
  title: z.object({ text: z.string() }).nullish(),
  blocks: z.array(z.object({ type: z.string(), block_id: z.string().default('') })).default([]),
  state: z
    .object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
          }),
        ),
      ),
    })
    .nullish(),
});

export const BlockActions = z.object({
  type: z.literal('block_actions'),
  user: Someone,
  team: Team,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).nullish(),
  container: z
    .object({
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
      channel_id: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .default({}),
  view: View.nullish(),
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string().default('') }))
    .min(1),
});

export const ViewSubmission = z.object({
  type: z.literal('view_submission'),
  user: Someone,
  team: Team,
  trigger_id: z.string().optional(),
  view: View,
});
export type ViewSubmission = z.output<typeof ViewSubmission>;

export const EventEnvelope = z.object({
  event_id: z.string(),
  team_id: z.string().default(''),
  context_team_id: z.string().nullish(),
  authorizations: z.array(z.object({ user_id: z.string().nullish() })).nullish(),
  event: z.looseObject({ type: z.string() }),
});
export type EventEnvelope = z.output<typeof EventEnvelope>;

/** A person's words, in a channel (app_mention) or to us alone (message.im). */
export const Words = z.object({
  type: z.enum(['app_mention', 'message']),
  user: z.string(),
  text: z.string().default(''),
  ts: z.string(),
  channel: z.string(),
  channel_type: z.string().optional(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  bot_id: z.string().nullish(),
  edited: z.unknown().optional(),
  user_team: z.string().nullish(),
  source_team: z.string().nullish(),
  team: z.string().nullish(),
});
