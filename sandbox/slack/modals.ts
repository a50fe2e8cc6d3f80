import { checkView } from './blocks/view.ts';
import { withIds } from './blocks.ts';
import { badBlocks } from './content.ts';
import { type Fields, fieldsOf, listOf } from './json.ts';
import { refuse } from './refusal.ts';
import { APP_ID, BOT_ID } from './seed.ts';
import type { View } from './types.ts';
import type { World } from './world.ts';

const VIEW_MAX_BYTES = 250 * 1024;
export const STACK_MAX = 3;

/** Refuses a view as views.* do: `invalid_arguments` with the lines of the block checks. */
export function readView(world: World, content: unknown, type: 'modal' | 'home', replaces?: View): Fields {
  const problems = checkView(content, type, world.switches);
  if (problems.length > 0) throw badBlocks('invalid_arguments', problems);
  const view = fieldsOf(content);
  if (Buffer.byteLength(JSON.stringify(view)) > VIEW_MAX_BYTES) refuse('view_too_large');
  const external = view['external_id'];
  const taken = [...world.state.views.values()].some(
    (other) => other.open && other !== replaces && other.externalId === external,
  );
  if (typeof external === 'string' && external !== '' && taken) refuse('duplicate_external_id');
  return view;
}

/** A new view with Slack's ids, its inputs at their initial values. */
export function makeView(world: World, user: string, content: Fields, below: View | undefined, channel?: string): View {
  const id = world.state.ids.next('V');
  const view: View = {
    id,
    user,
    type: content['type'] === 'home' ? 'home' : 'modal',
    content: {},
    hash: '',
    rootId: below?.rootId ?? id,
    values: {},
    open: true,
  };
  if (below) view.previousId = below.id;
  if (channel) view.channel = channel;
  world.state.views.set(id, view);
  fill(world, view, content);
  return view;
}

/** Gives a view new content; what was typed stays where block_id and action_id stay. */
function fill(world: World, view: View, content: Fields): void {
  const blocks = withIds(listOf(content['blocks']), () => world.state.ids.next('b'));
  view.content = { ...content, blocks };
  view.hash = `${world.clock.seconds()}.${world.state.ids.next('h')}`;
  view.externalId =
    typeof content['external_id'] === 'string' && content['external_id'] !== '' ? content['external_id'] : undefined;
  const old = view.values;
  view.values = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const blockId = String(block['block_id']);
      const actionId = String(element['action_id']);
      if (!STATEFUL.has(String(element['type']))) continue;
      view.values[blockId] = { ...view.values[blockId], [actionId]: old[blockId]?.[actionId] ?? initialValue(element) };
    }
  }
}

const STATEFUL = new Set([
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'static_select',
  'multi_static_select',
  'external_select',
  'multi_external_select',
  'users_select',
  'multi_users_select',
  'conversations_select',
  'multi_conversations_select',
  'channels_select',
  'multi_channels_select',
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
]);

/** The controls of a block: its elements, its accessory, its input. */
export function elementsOf(block: Fields): Fields[] {
  const inline = block['type'] === 'actions' || block['type'] === 'context_actions' ? listOf(block['elements']) : [];
  return [...inline, ...listOf([block['accessory']]), ...listOf([block['element']])].filter(
    (element) => element['action_id'] !== undefined,
  );
}

const VALUE_FIELDS: Record<string, [field: string, initial: string]> = {
  checkboxes: ['selected_options', 'initial_options'],
  radio_buttons: ['selected_option', 'initial_option'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  multi_static_select: ['selected_options', 'initial_options'],
  multi_external_select: ['selected_options', 'initial_options'],
  users_select: ['selected_user', 'initial_user'],
  multi_users_select: ['selected_users', 'initial_users'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations'],
  channels_select: ['selected_channel', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'initial_channels'],
  plain_text_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  rich_text_input: ['rich_text_value', 'initial_value'],
  overflow: ['selected_option', 'initial_option'],
};

/** The field of state.values and of actions[] in which this kind of element carries its value. */
export function valueField(type: string): string {
  return VALUE_FIELDS[type]?.[0] ?? 'value';
}

function initialValue(element: Fields): Fields {
  const type = String(element['type']);
  const [field, initial] = VALUE_FIELDS[type] ?? ['value', 'initial_value'];
  const empty = field.endsWith('s') ? [] : null;
  return { type, [field]: element[initial] ?? empty };
}

/** A view as the API and the payloads show it. */
export function describeView(world: World, view: View): Fields {
  const { content } = view;
  return {
    id: view.id,
    team_id: world.state.team.id,
    type: view.type,
    blocks: content['blocks'],
    private_metadata: content['private_metadata'] ?? '',
    callback_id: content['callback_id'] ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: content['title'] ?? null,
    clear_on_close: content['clear_on_close'] ?? false,
    notify_on_close: content['notify_on_close'] ?? false,
    close: content['close'] ?? null,
    submit: content['submit'] ?? null,
    previous_view_id: view.previousId ?? null,
    root_view_id: view.rootId,
    app_id: APP_ID,
    external_id: view.externalId ?? '',
    app_installed_team_id: world.state.team.id,
    bot_id: BOT_ID,
  };
}

/** Closes views from the top of a person's stack down to, and with, the one at `from`. */
export function closeFrom(world: World, user: string, from: number): View[] {
  const closed = world.state.stack(user).splice(from);
  for (const view of closed) {
    view.open = false;
    world.journal.append({ kind: 'change', what: 'view-closed', user, detail: { id: view.id } });
  }
  return closed;
}

export function putOnTop(world: World, user: string, view: View): void {
  world.state.stack(user).push(view);
  world.journal.append({ kind: 'change', what: 'view-opened', user, detail: describeView(world, view) });
}

export function change(world: World, view: View, content: Fields): void {
  fill(world, view, content);
  world.journal.append({ kind: 'change', what: 'view-updated', user: view.user, detail: describeView(world, view) });
}
