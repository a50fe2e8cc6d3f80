import type { InputBlock } from '@slack/types';
import { timeValue } from '../blocks/elements.tsx';
import type { OpenView } from '../model/types.ts';

const TYPED_WORDS: ReadonlySet<string> = new Set([
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
]);

/** What a form says, by block_id. What nobody has chosen is left out; words that were deleted are empty. */
export function valuesOf(view: OpenView, form: HTMLFormElement): Readonly<Record<string, string | readonly string[]>> {
  const typed = new FormData(form);
  const values: Record<string, string | readonly string[]> = {};
  for (const block of view.blocks) {
    if (block.type !== 'input') continue;
    const { block_id: id = '', element } = block;
    const all = typed.getAll(id).map(String);
    const [first = ''] = all;
    if (element.type === 'checkboxes' || element.type.startsWith('multi_')) values[id] = all;
    else if (element.type === 'datetimepicker' && first !== '') values[id] = timeValue(element.type, first);
    else if (first !== '' || TYPED_WORDS.has(element.type)) values[id] = first;
  }
  return values;
}

/** What an input was submitted with before; of several choices, joined by commas. */
export function typedIn(view: OpenView, { block_id: block = '', element }: InputBlock): string | undefined {
  const value = view.state.values[block]?.[element.action_id ?? ''] ?? {};
  for (const [field, one] of Object.entries(value)) {
    if (field === 'value' || field === 'selected_user') return typeof one === 'string' ? one : undefined;
    if (field === 'selected_option' && isOption(one)) return one.value;
    if (field.startsWith('selected_') && Array.isArray(one))
      return one.map((each: unknown) => (isOption(each) ? each.value : String(each))).join(',');
  }
  return undefined;
}

function isOption(value: unknown): value is { readonly value: string } {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'string';
}
