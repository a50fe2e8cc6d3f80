import type {
  InputBlock,
  KnownBlock,
  MultiStaticSelect,
  PlainTextInput,
  PlainTextOption,
  StaticSelect,
  UsersSelect,
} from '@slack/types';
import { clean } from '../../../domain/clean.ts';
import { cut, type Input } from '../../../domain/content.ts';
import { plainText } from './buttons.ts';
import { moreMark } from './clean.ts';
import { isPersonId } from './ids.ts';

const LABEL_MAX = 2_000;
const VALUE_MAX = 3_000;
const PLACEHOLDER_MAX = 150;
const OPTIONS_MAX = 100;
const OPTION_MAX = 75;

type TextInput = Extract<Input, { kind: 'text-input' }>;
type Choice = Extract<Input, { kind: 'choice' }>;
type Choices = Extract<Input, { kind: 'choices' }>;

/** An input's block carries its id, so that what was typed stays when the view is drawn anew, and errors find their place. */
export function inputBlock(input: Input, blockId: string): KnownBlock {
  if (input.kind === 'text-input') return block(input, blockId, textInput(input), input.hint);
  if (input.kind === 'person-input') return block(input, blockId, usersSelect(input), input.hint);
  const { options, left } = optionsOf(input);
  if (options.length === 0) return { type: 'context', elements: [plainText(`${input.label}: –`, LABEL_MAX)] };
  const element = input.kind === 'choices' ? multiSelect(input, options) : select(input, options);
  return block(input, blockId, element, left > 0 ? moreMark(left) : undefined);
}

function block(
  input: Input,
  blockId: string,
  element: PlainTextInput | StaticSelect | MultiStaticSelect | UsersSelect,
  hint: string | undefined,
): InputBlock {
  return {
    type: 'input',
    block_id: blockId,
    label: plainText(input.label, LABEL_MAX),
    element,
    optional: input.optional ?? false,
    ...(hint ? { hint: plainText(hint, LABEL_MAX) } : {}),
  };
}

function usersSelect({ id, initial }: Extract<Input, { kind: 'person-input' }>): UsersSelect {
  const chosen = initial !== undefined && isPersonId(initial);
  return { type: 'users_select', action_id: id, ...(chosen && { initial_user: initial }) };
}

function textInput(input: TextInput): PlainTextInput {
  const most = Math.min(VALUE_MAX, Math.max(1, input.maxLength ?? VALUE_MAX));
  const initial = input.initial === undefined ? '' : cut(clean(input.initial), most);
  return {
    type: 'plain_text_input',
    action_id: input.id,
    multiline: input.multiline ?? false,
    max_length: most,
    ...(initial ? { initial_value: initial } : {}),
    ...(input.placeholder ? { placeholder: plainText(input.placeholder, PLACEHOLDER_MAX) } : {}),
  };
}

/** A value that is too long, or there twice, is left out and counted: a cut one would name something else. */
function optionsOf(input: Choice | Choices): { options: PlainTextOption[]; left: number } {
  const usable = new Map<string, PlainTextOption>();
  for (const option of input.options) {
    if (option.value.length === 0 || option.value.length > OPTION_MAX || usable.has(option.value)) continue;
    usable.set(option.value, {
      text: plainText(option.label || option.value, OPTION_MAX),
      value: option.value,
      ...(option.description ? { description: plainText(option.description, OPTION_MAX) } : {}),
    });
  }
  const all = [...usable.values()];
  const options = all.slice(0, OPTIONS_MAX);
  const wanted = input.kind === 'choice' ? input.initial : undefined;
  const initial = wanted === undefined ? undefined : usable.get(wanted);
  if (initial && !options.includes(initial)) options[OPTIONS_MAX - 1] = initial;
  return { options, left: input.options.length - options.length };
}

function select(input: Choice, options: PlainTextOption[]): StaticSelect {
  const initial = options.find((option) => option.value === input.initial);
  return { type: 'static_select', action_id: input.id, options, ...(initial ? { initial_option: initial } : {}) };
}

function multiSelect({ id, most }: Choices, options: PlainTextOption[]): MultiStaticSelect {
  return { type: 'multi_static_select', action_id: id, options, max_selected_items: Math.min(most, options.length) };
}
