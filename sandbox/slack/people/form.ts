import { type Fields, fieldsOf, listOf, textOf } from '../json.ts';
import { valueField } from '../modals.ts';
import type { View } from '../types.ts';
import { type Choice, chosen, findControl } from './controls.ts';

/** Types and chooses in a modal: by block_id, action_id or label. */
export function fillIn(view: View, values: Record<string, Choice>): void {
  const blocks = listOf(view.content['blocks']);
  for (const [name, choice] of Object.entries(values)) {
    const found = findControl(blocks, name);
    setValue(view, found.block, found.element, chosen(found, choice));
  }
}

export function setValue(view: View, block: Fields, element: Fields, value: Fields): void {
  const blockId = String(block['block_id']);
  const values = view.values[blockId] ?? {};
  view.values[blockId] = values;
  values[String(element['action_id'])] = { type: element['type'], ...value };
}

/** What Slack's client itself refuses to submit, by block_id. */
export function clientErrors(view: View): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of listOf(view.content['blocks'])) {
    if (block['type'] !== 'input') continue;
    const element = fieldsOf(block['element']);
    const value =
      view.values[String(block['block_id'])]?.[String(element['action_id'])]?.[valueField(String(element['type']))];
    const error = errorOf(element, value, block['optional'] === true);
    if (error) errors[String(block['block_id'])] = error;
  }
  return errors;
}

function errorOf(element: Fields, value: unknown, optional: boolean): string | undefined {
  const empty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (empty) return optional ? undefined : 'Please complete this required field.';
  return CHECKS[String(element['type'])]?.(element, textOf(value) ?? '', value);
}

type ValueCheck = (element: Fields, text: string, value: unknown) => string | undefined;

const tooMany: ValueCheck = (element, _text, value) =>
  Array.isArray(value) && value.length > Number(element['max_selected_items'] ?? Number.POSITIVE_INFINITY)
    ? 'Too many items are selected.'
    : undefined;

const CHECKS: Record<string, ValueCheck> = {
  plain_text_input: (element, text) => {
    if (text.length < Number(element['min_length'] ?? 0))
      return `This entry must be at least ${String(element['min_length'])} characters.`;
    return text.length > Number(element['max_length'] ?? 3000) ? 'This entry is too long.' : undefined;
  },
  number_input: (element, text) => {
    const number = Number(text);
    if (Number.isNaN(number)) return 'This must be a number.';
    if (element['is_decimal_allowed'] !== true && !Number.isInteger(number)) return 'This must be a whole number.';
    if (number < Number(element['min_value'] ?? Number.NEGATIVE_INFINITY))
      return `This must be at least ${String(element['min_value'])}.`;
    return number > Number(element['max_value'] ?? Number.POSITIVE_INFINITY)
      ? `This must be at most ${String(element['max_value'])}.`
      : undefined;
  },
  email_text_input: (_element, text) =>
    /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text) ? undefined : 'Please enter a valid email address.',
  url_text_input: (_element, text) => (URL.canParse(text) ? undefined : 'Please enter a valid URL.'),
  multi_static_select: tooMany,
  multi_users_select: tooMany,
  multi_conversations_select: tooMany,
  multi_channels_select: tooMany,
};
