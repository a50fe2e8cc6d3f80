import type { Fields } from '../json.ts';
import { type Check, flag, list, matching, object, oneOf, pick, report, text, type Walk, whole } from './check.ts';
import {
  confirm,
  conversationFilter,
  dispatchConfig,
  focus,
  initialAmong,
  optionGroup,
  overflowOption,
  plain,
  plainOption,
  richOption,
  slackFile,
  style,
} from './composition.ts';
import { richText } from './rich-text.ts';

const ID = text(255, 0);
const actionable = { 'action_id?': ID };
const confirmable = { ...actionable, 'confirm?': confirm };
const placed = { 'placeholder?': plain(150), 'focus_on_load?': focus };
const menu = { ...confirmable, ...placed };
const many = { ...menu, 'max_selected_items?': whole(1, 100) };
const typed = { ...actionable, ...placed, 'dispatch_action_config?': dispatchConfig };
const DATE = matching(/^\d{4}-\d{2}-\d{2}$/, 'a date like 2026-01-31');
const TIME = matching(/^\d{2}:\d{2}$/, 'a time like 23:59');
const NUMBER = matching(/^-?\d+(\.\d+)?$/, 'a number in a string');

/** 100 options or 100 groups, not both. */
function optionsOrGroups(value: Fields, at: string, walk: Walk): void {
  if ((value['options'] === undefined) === (value['option_groups'] === undefined))
    report(walk, at, 'needs either options or option_groups');
  initialAmong(value, at, walk);
}

function lengths(value: Fields, at: string, walk: Walk): void {
  const min = value['min_length'];
  const max = value['max_length'];
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    report(walk, at, 'min_length is greater than max_length');
}

export function imageFields(value: Fields, at: string, walk: Walk): void {
  if ((value['image_url'] === undefined) === (value['slack_file'] === undefined))
    report(walk, at, 'needs either image_url or slack_file');
}

const staticOptions = { 'options?': list(plainOption, 100), 'option_groups?': list(optionGroup, 100) };
const feedback = object({ text: plain(75), value: text(2000), 'accessibility_label?': text(75) });
const respond = { 'response_url_enabled?': flag };
const defaultConversation = { 'default_to_current_conversation?': flag, 'filter?': conversationFilter };

/** Every element that may stand in a block, with exactly the fields it may have. */
export const ELEMENTS: Record<string, Check> = {
  button: object({
    text: plain(75),
    ...confirmable,
    'value?': text(2000),
    'url?': text(3000),
    'style?': style,
    'accessibility_label?': text(75),
  }),
  checkboxes: object(
    {
      ...confirmable,
      'focus_on_load?': focus,
      options: list(richOption, 10),
      'initial_options?': list(richOption, 10),
    },
    initialAmong,
  ),
  radio_buttons: object(
    { ...confirmable, 'focus_on_load?': focus, options: list(richOption, 10), 'initial_option?': richOption },
    initialAmong,
  ),
  overflow: object({ ...confirmable, options: list(overflowOption, 5) }),
  datepicker: object({ ...menu, 'initial_date?': DATE }),
  timepicker: object({ ...menu, 'initial_time?': TIME, 'timezone?': text(255) }),
  datetimepicker: object({
    ...confirmable,
    'focus_on_load?': focus,
    'initial_date_time?': whole(1_000_000_000, 9_999_999_999),
  }),
  static_select: object({ ...menu, ...staticOptions, 'initial_option?': plainOption }, optionsOrGroups),
  multi_static_select: object(
    { ...many, ...staticOptions, 'initial_options?': list(plainOption, 100) },
    optionsOrGroups,
  ),
  external_select: object({ ...menu, 'initial_option?': plainOption, 'min_query_length?': whole(0, 3000) }),
  multi_external_select: object({
    ...many,
    'initial_options?': list(plainOption, 100),
    'min_query_length?': whole(0, 3000),
  }),
  users_select: object({ ...menu, 'initial_user?': ID }),
  multi_users_select: object({ ...many, 'initial_users?': list(ID, 100) }),
  conversations_select: object({ ...menu, ...respond, ...defaultConversation, 'initial_conversation?': ID }),
  multi_conversations_select: object({ ...many, ...defaultConversation, 'initial_conversations?': list(ID, 100) }),
  channels_select: object({ ...menu, ...respond, 'initial_channel?': ID }),
  multi_channels_select: object({ ...many, 'initial_channels?': list(ID, 100) }),
  plain_text_input: object(
    {
      ...typed,
      'initial_value?': text(3000, 0),
      'multiline?': flag,
      'min_length?': whole(0, 3000),
      'max_length?': whole(1, 3000),
    },
    lengths,
  ),
  email_text_input: object({ ...typed, 'initial_value?': text(3000) }),
  url_text_input: object({ ...typed, 'initial_value?': text(3000) }),
  number_input: object({
    ...typed,
    is_decimal_allowed: flag,
    'initial_value?': NUMBER,
    'min_value?': NUMBER,
    'max_value?': NUMBER,
  }),
  rich_text_input: object({
    ...typed,
    'initial_value?': richText,
    'min_lines?': whole(1, 100),
    'max_lines?': whole(1, 100),
  }),
  file_input: object({ ...actionable, 'filetypes?': list(text(32), 100), 'max_files?': whole(1, 10) }),
  image: object({ alt_text: text(2000), 'image_url?': text(3000), 'slack_file?': slackFile }, imageFields),
  feedback_buttons: object({ ...actionable, positive_button: feedback, negative_button: feedback }),
  icon_button: object({
    ...confirmable,
    icon: oneOf('trash'),
    text: plain(75),
    'accessibility_label?': text(75),
    'value?': text(2000),
    'visible_to_user_ids?': list(ID, 100),
  }),
  url: object({ url: text(3000), text: text(3000) }),
};

const CHOICES = [
  'button',
  'checkboxes',
  'radio_buttons',
  'overflow',
  'datepicker',
  'timepicker',
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
];

export const accessory = pick(ELEMENTS, ...CHOICES, 'image');
export const actionElement = pick(ELEMENTS, ...CHOICES, 'datetimepicker', 'rich_text_input');
export const inputElement = pick(
  ELEMENTS,
  ...CHOICES.filter((type) => type !== 'button' && type !== 'overflow'),
  'datetimepicker',
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
);
export const contextAction = pick(ELEMENTS, 'feedback_buttons', 'icon_button');
