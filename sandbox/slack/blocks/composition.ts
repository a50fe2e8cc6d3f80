import { listOf } from '../json.ts';
import { byType, type Check, flag, list, object, oneOf, report, text, type Walk } from './check.ts';

/** `emoji` belongs to plain_text, `verbatim` to mrkdwn; either in the other is an additional property. */
export function plain(max: number): Check {
  return byType({ plain_text: object({ text: text(max), 'emoji?': flag }) });
}

export function anyText(max: number): Check {
  return byType({
    plain_text: object({ text: text(max), 'emoji?': flag }),
    mrkdwn: object({ text: text(max), 'verbatim?': flag }),
  });
}

export const style = oneOf('primary', 'danger');

export const confirm = object({
  'title?': plain(100),
  text: anyText(300),
  'confirm?': plain(30),
  'deny?': plain(30),
  'style?': style,
});

const OPTION_TEXT = 75;
const optionValue: Check = (value, at, walk) => text(walk.optionValueMax)(value, at, walk);

/** Options of selects and overflow menus: plain_text only; `url` belongs to overflow menus. */
export const plainOption = object({ text: plain(OPTION_TEXT), value: optionValue, 'description?': plain(75) });
export const overflowOption = object({
  text: plain(OPTION_TEXT),
  value: optionValue,
  'description?': plain(75),
  'url?': text(3000),
});

/** Options of checkboxes and radio buttons may be mrkdwn. */
export const richOption = object({ text: anyText(OPTION_TEXT), value: optionValue, 'description?': anyText(75) });

export const optionGroup = object({ label: plain(75), options: list(plainOption, 100) });

export const dispatchConfig = object({
  'trigger_actions_on?': list(oneOf('on_enter_pressed', 'on_character_entered'), 2),
});

export const conversationFilter = object({
  'include?': list(oneOf('im', 'mpim', 'private', 'public'), 4),
  'exclude_external_shared_channels?': flag,
  'exclude_bot_users?': flag,
});

export const slackFile = object({ 'id?': text(255), 'url?': text(3000) }, (value, at, walk) => {
  if ((value['id'] === undefined) === (value['url'] === undefined)) report(walk, at, 'needs either id or url');
});

/** At most one element of a payload may take the focus. */
export const focus: Check = (value, at, walk) => {
  flag(value, at, walk);
  if (value === true) walk.focused += 1;
  if (value === true && walk.focused > 1) report(walk, at, 'only one element may have focus_on_load');
};

/** A menu's initial choice must be one of its options. */
export function initialAmong(value: Record<string, unknown>, at: string, walk: Walk): void {
  const options = [
    ...listOf(value['options']),
    ...listOf(value['option_groups']).flatMap((group) => listOf(group['options'])),
  ];
  const known = new Set(options.map((option) => option['value']));
  const chosen = [...listOf([value['initial_option']]), ...listOf(value['initial_options'])];
  for (const choice of chosen) {
    if (!known.has(choice['value']))
      report(walk, at, `initial option is not among the options: ${String(choice['value'])}`);
  }
}
