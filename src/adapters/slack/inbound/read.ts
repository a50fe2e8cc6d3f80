import type { z } from 'zod';
import { maskSecrets } from '../../../domain/secrets.ts';
import { parseJson } from '../json.ts';
import { handlerOf, MENU } from '../render/buttons.ts';
import { isInputBlockId } from '../render.ts';
import { BlockActions, Chosen, Command, ViewSubmission } from './payloads.ts';
import { ignored, type OpenBy, type Received, type ReplyTo } from './received.ts';
import { typed } from './words.ts';

/** A slash command. Slack gives commands to the installing team only. */
export function readCommand(body: unknown): Received {
  const parsed = Command.safeParse(body);
  if (!parsed.success) return ignored('a command without the fields of one');
  const command = parsed.data;
  return {
    kind: 'person',
    draft: {
      kind: 'ask',
      via: 'command',
      id: command.trigger_id,
      principal: { kind: 'slack', id: command.user_id, team: command.team_id },
      channelId: command.channel_id,
      text: typed(command.text).trim(),
    },
    replyTo: { by: 'response-url', url: command.response_url, replaces: false, redraws: false },
    openBy: { by: 'open', triggerId: command.trigger_id },
    retried: false,
  };
}

/** A press of a button, in a message or a form. */
export function readClick(body: unknown): Received {
  const parsed = BlockActions.safeParse(body);
  const action = parsed.data?.actions[0];
  if (!parsed.data || !action) return ignored('an interaction that is no press of a button');
  const { user, team, container, channel, message, trigger_id: triggerId, view } = parsed.data;
  const channelId = channel?.id ?? container.channel_id;
  const messageTs = message?.ts ?? container.message_ts;
  const threadTs = message?.thread_ts ?? container.thread_ts;
  return {
    kind: 'person',
    draft: {
      kind: 'click',
      id: triggerId,
      principal: { kind: 'slack', id: user.id, team: user.team_id ?? team?.id ?? '' },
      ...(channelId ? { channelId } : {}),
      ...(messageTs ? { messageTs } : {}),
      ...(threadTs ? { threadTs } : {}),
      ephemeral: container.is_ephemeral ?? false,
      ...pressed(action),
      actionTs: action.action_ts,
    },
    replyTo: clickReply(parsed.data, threadTs),
    ...shownIn(view, user.id),
    openBy: { by: view && view.type !== 'home' ? 'push' : 'open', triggerId },
    retried: false,
  };
}

/** A form is changed by its id, and nothing lies on a home tab: what it opens is a form of its own. */
function shownIn(view: z.output<typeof BlockActions>['view'], personId: string): Pick<Person, 'viewId' | 'home'> {
  if (!view) return {};
  return view.type === 'home' ? { home: { personId, hash: view.hash } } : { viewId: view.id };
}

type Person = Extract<Received, { kind: 'person' }>;

/** Which button, and what it carries; a choice of a menu names its button itself. */
function pressed(action: z.output<typeof BlockActions>['actions'][number]): {
  readonly button: string;
  readonly carries: unknown;
} {
  const button = handlerOf(action.action_id);
  const value = action.value ?? action.selected_option?.value;
  const carries = value === undefined ? undefined : parseJson(value);
  const chosen = Chosen.safeParse(button === MENU ? carries : undefined);
  if (!chosen.success) return { button, carries };
  const { b, ...carried } = chosen.data;
  return { button: b, carries: carried };
}

function clickReply(click: z.output<typeof BlockActions>, threadTs: string | undefined): ReplyTo {
  if (!click.response_url) return { by: 'direct', to: click.user.id };
  const replaces = click.container.is_ephemeral ?? false;
  return {
    by: 'response-url',
    url: click.response_url,
    replaces,
    redraws: !replaces,
    ...(threadTs ? { threadTs } : {}),
  };
}

/**
 * A submitted form. Its id ends in the trigger: after an error the same view is submitted again with the same hash, and that
 * is a new request; a copy of one request has the same trigger too.
 */
export function readSubmission(body: unknown): Received {
  const parsed = ViewSubmission.safeParse(body);
  if (!parsed.success) return ignored('an interaction that is no submission of a form');
  const { user, team, view, trigger_id: triggerId } = parsed.data;
  const openBy: OpenBy = { by: 'acknowledgement', viewId: view.id };
  return {
    kind: 'person',
    draft: {
      kind: 'submit',
      id: [view.id, view.hash, triggerId].filter(Boolean).join(':'),
      principal: { kind: 'slack', id: user.id, team: user.team_id ?? team?.id ?? view.team_id ?? '' },
      form: view.callback_id,
      carries: parseJson(view.private_metadata),
      values: valuesOf(view.state?.values ?? {}),
    },
    replyTo: { by: 'direct', to: user.id },
    openBy,
    viewId: view.id,
    inputBlocks: view.blocks.filter(isInputOfOurs).map((block) => block.block_id),
    viewTitle: view.title?.text ?? '',
    retried: false,
  };
}

/** Errors go beside these: only names that we gave go back. */
function isInputOfOurs(block: ViewSubmission['view']['blocks'][number]): boolean {
  return block.type === 'input' && isInputBlockId(block.block_id);
}

type State = NonNullable<ViewSubmission['view']['state']>['values'];

/** By input id, which is the action_id; an input left empty is absent. */
function valuesOf(state: State): Record<string, string> {
  const values: Record<string, string> = {};
  for (const block of Object.values(state)) {
    for (const [id, input] of Object.entries(block)) {
      const several = input.selected_options?.map(({ value }) => value).join('\n');
      const value = several ?? input.selected_option?.value ?? input.selected_user ?? input.value;
      if (value !== undefined && value !== null && value !== '') values[id] = maskSecrets(value);
    }
  }
  return values;
}
