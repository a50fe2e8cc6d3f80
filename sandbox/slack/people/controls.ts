import { type Fields, fieldsOf, listOf } from '../json.ts';
import { elementsOf, valueField } from '../modals.ts';
import { NotPossible } from '../refusal.ts';

/** What a person picks in a menu, ticks or types: an option by text or value, an id, a date, words. */
export type Choice = string | string[];

/** A control on the screen, and the option of it that was named, if an option was. */
export interface Found {
  readonly block: Fields;
  readonly element: Fields;
  readonly option?: Fields;
}

function label(value: unknown): string {
  const text = fieldsOf(value)['text'];
  return typeof text === 'string' ? text : '';
}

function optionsOf(element: Fields): Fields[] {
  return [
    ...listOf(element['options']),
    ...listOf(element['option_groups']).flatMap((group) => listOf(group['options'])),
  ];
}

/** What a person would call this control. */
function names(block: Fields, element: Fields): string[] {
  const words = [
    label(element['text']),
    label(element['placeholder']),
    block['type'] === 'input' ? label(block['label']) : '',
  ];
  return [String(element['action_id']), ...words].filter(Boolean);
}

/** Finds a control by action_id, by its words, or by the words of an option in an overflow menu. Throws if it is not there, or twice. */
export function findControl(blocks: readonly Fields[], wanted: string): Found {
  const all = blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const direct = all.filter(
    ({ block, element }) =>
      names(block, element).includes(wanted) || (block['type'] === 'input' && block['block_id'] === wanted),
  );
  const indirect = all.flatMap(({ block, element }) =>
    element['type'] === 'overflow'
      ? optionsOf(element)
          .filter((option) => label(option['text']) === wanted)
          .map((option) => ({ block, element, option }))
      : [],
  );
  const found: Found[] = direct.length > 0 ? direct : indirect;
  if (found.length === 1) return found[0]!;
  const there = all.map(({ block, element }) => names(block, element).join(' / ')).join('; ');
  throw new NotPossible(
    `${found.length === 0 ? 'nothing' : 'more than one thing'} called "${wanted}" to use here (there is: ${there || 'nothing'})`,
  );
}

const FREE_TEXT = new Set(['plain_text_input', 'email_text_input', 'url_text_input', 'number_input']);
const IDS = new Set(['users_select', 'conversations_select', 'channels_select', 'datepicker', 'timepicker']);
const MANY_IDS = new Set(['multi_users_select', 'multi_conversations_select', 'multi_channels_select']);
const MANY_OPTIONS = new Set(['checkboxes', 'multi_static_select']);

/** The value of a control once a person has chosen: the fields it carries in state.values and in actions[]. */
export function chosen(found: Found, choice: Choice | undefined): Fields {
  const { element } = found;
  const type = String(element['type']);
  const field = valueField(type);
  if (type === 'button' || type === 'icon_button')
    return element['value'] === undefined ? {} : { value: element['value'] };
  if (type === 'overflow' && found.option) return { [field]: found.option };
  if (choice === undefined) throw new NotPossible(`choose something for ${String(element['action_id'])} (${type})`);
  if (FREE_TEXT.has(type)) return { [field]: one(choice) === '' ? null : one(choice) };
  if (IDS.has(type)) return { [field]: one(choice) };
  if (type === 'datetimepicker') return { [field]: Number(one(choice)) };
  if (MANY_IDS.has(type)) return { [field]: many(choice) };
  if (MANY_OPTIONS.has(type)) return { [field]: many(choice).map((name) => optionCalled(element, name)) };
  return { [field]: optionCalled(element, one(choice)) };
}

function one(choice: Choice): string {
  if (typeof choice === 'string') return choice;
  if (choice.length === 1) return choice[0]!;
  throw new NotPossible(`only one can be chosen here, not ${choice.join(', ')}`);
}

function many(choice: Choice): string[] {
  return typeof choice === 'string' ? [choice] : choice;
}

/** An option by its words or its value, as the payload carries it. */
function optionCalled(element: Fields, name: string): Fields {
  const options = optionsOf(element);
  const option =
    options.find((candidate) => label(candidate['text']) === name) ??
    options.find((candidate) => candidate['value'] === name);
  if (!option)
    throw new NotPossible(
      `no option "${name}" (there are: ${options.map((candidate) => label(candidate['text'])).join(', ')})`,
    );
  return option;
}

/** One entry of actions[]. */
export function actionOf(found: Found, value: Fields, ts: string): Fields {
  const { block, element } = found;
  const words =
    element['type'] === 'button'
      ? {
          text: element['text'],
          ...(element['style'] ? { style: element['style'] } : {}),
          ...(element['url'] ? { url: element['url'] } : {}),
        }
      : {};
  return {
    type: element['type'],
    block_id: block['block_id'],
    action_id: element['action_id'],
    ...words,
    ...value,
    action_ts: ts,
  };
}
