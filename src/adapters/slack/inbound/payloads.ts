import { z } from 'zod';

/** Of a person, a team, a channel, a view: they go back to Slack as they came, so nothing else may stand in their place. */
export const SlackId = z.string().regex(/^[A-Z][A-Z0-9]{0,40}$/);
const Ts = z.string().regex(/^\d{1,16}(?:\.\d{1,9})?$/);
/** Of one delivery; what it is made of is Slack's matter. */
const Token = z.string().regex(/^[\x21-\x7e]{1,255}$/);
/** Of a button, an input, a form: ours, if it is one. */
const Name = z.string().max(255);
const Address = z.string().max(3_000);

/** What Slack sends, as far as we look at it; unknown fields pass. */
export const Command = z.object({
  command: Name,
  text: z.string().default(''),
  response_url: Address,
  trigger_id: Token,
  user_id: SlackId,
  team_id: SlackId,
  channel_id: SlackId,
});

const Someone = z.object({ id: SlackId, team_id: SlackId.optional() });
const Team = z.object({ id: SlackId }).nullish();

/** The view an interaction happened in. `state` is null where there is no input. */
const View = z.object({
  id: SlackId,
  type: Name.default('modal'),
  hash: Token.default(''),
  callback_id: Name.default(''),
  private_metadata: z.string().default(''),
  team_id: SlackId.nullish(),
  title: z.object({ text: z.string() }).nullish(),
  blocks: z.array(z.object({ type: z.string(), block_id: Name.default('') })).default([]),
  state: z
    .object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
            selected_options: z.array(z.object({ value: z.string() })).nullish(),
            selected_user: SlackId.nullish(),
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
  trigger_id: Token,
  response_url: Address.optional(),
  channel: z.object({ id: SlackId }).nullish(),
  message: z.object({ ts: Ts, thread_ts: Ts.optional() }).nullish(),
  container: z
    .object({
      message_ts: Ts.optional(),
      thread_ts: Ts.optional(),
      channel_id: SlackId.optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .default({}),
  view: View.nullish(),
  actions: z
    .array(
      z.object({
        action_id: Name,
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
        action_ts: Ts.default(''),
      }),
    )
    .min(1),
});

/** The value of a menu's choice. */
export const Chosen = z.looseObject({ b: Name });

export const ViewSubmission = z.object({
  type: z.literal('view_submission'),
  user: Someone,
  team: Team,
  trigger_id: Token.optional(),
  view: View,
});
export type ViewSubmission = z.output<typeof ViewSubmission>;

export const EventEnvelope = z.object({
  event_id: Token,
  team_id: SlackId.default(''),
  context_team_id: SlackId.nullish(),
  authorizations: z.array(z.object({ user_id: SlackId.nullish() })).nullish(),
  event: z.looseObject({ type: z.string() }),
});
export type EventEnvelope = z.output<typeof EventEnvelope>;

/** A person's words, in a channel (app_mention) or to us alone (message.im). */
export const Words = z.object({
  type: z.enum(['app_mention', 'message']),
  user: SlackId,
  text: z.string().default(''),
  ts: Ts,
  channel: SlackId,
  channel_type: z.string().optional(),
  thread_ts: Ts.optional(),
  subtype: z.string().optional(),
  bot_id: z.string().nullish(),
  edited: z.unknown().optional(),
  user_team: SlackId.nullish(),
  source_team: SlackId.nullish(),
  team: SlackId.nullish(),
});

/** `view`: the one that is shown, if any was. */
export const HomeOpened = z.object({
  user: SlackId,
  channel: SlackId,
  tab: z.string().default('home'),
  view: z.object({ hash: Token }).nullish(),
});
