import type { InputBlock, InputBlockElement } from '@slack/types';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { choicesOf } from '../blocks/choices.ts';
import { initialTime, TickList } from '../blocks/elements.tsx';
import { MultiMenu } from '../blocks/multi-menu.tsx';
import type { OpenView } from '../model/types.ts';
import { usePage } from '../state.ts';
import { typedIn } from './values.ts';

interface Props {
  readonly block: InputBlock;
  readonly view: OpenView;
  readonly error: string | undefined;
}

/** One input with its label, hint and error. */
export function InputView({ block, view, error }: Props): JSX.Element {
  const { words } = usePage();
  const id = useId();
  const { label, hint, optional, element } = block;
  const ticks = element.type === 'checkboxes' || element.type === 'radio_buttons';
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const inner = (
    <>
      {label.text}
      {optional && <span class="faint"> {words.value.optional}</span>}
    </>
  );
  const common = {
    id,
    name: block.block_id ?? id,
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': described || undefined,
  };
  const below = (
    <>
      {hint && (
        <p class="faint" id={`${id}-hint`}>
          {hint.text}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </>
  );
  if (ticks)
    return (
      <fieldset class="input" aria-describedby={described || undefined}>
        <legend>{inner}</legend>
        <TickList element={element} name={common.name} />
        {below}
      </fieldset>
    );
  return (
    <div class="input">
      <label for={id}>{inner}</label>
      <Field element={element} typed={typedIn(view, block)} common={common} />
      {below}
    </div>
  );
}

interface FieldProps {
  readonly element: InputBlockElement;
  /** What was typed before, once it was submitted. */
  readonly typed: string | undefined;
  readonly common: { readonly id: string; readonly name: string };
}

/** Slack's client checks what was written itself; these choose a phone's keyboard. */
const KEYBOARDS = { email_text_input: 'email', url_text_input: 'url', number_input: 'decimal' } as const;
const TYPES = {
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
} as const;

function Field({ element, typed, common }: FieldProps): JSX.Element {
  switch (element.type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input': {
      const words = {
        ...common,
        placeholder: element.placeholder?.text,
        defaultValue: typed ?? element.initial_value ?? '',
        autocomplete: 'off',
      };
      if (element.type !== 'plain_text_input')
        return <input {...words} type="text" inputMode={KEYBOARDS[element.type]} />;
      const { multiline, max_length: max } = element;
      return multiline ? (
        <textarea {...words} rows={3} maxLength={max} />
      ) : (
        <input {...words} type="text" maxLength={max} />
      );
    }
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <input {...common} type={TYPES[element.type]} defaultValue={typed ?? initialTime(element)} />;
    case 'checkboxes':
    case 'radio_buttons':
    case 'rich_text_input':
    case 'file_input':
      return <span class="faint">{`[${element.type}]`}</span>;
    default:
      return <SelectField element={element} typed={typed} common={common} />;
  }
}

type Selecting = Parameters<typeof choicesOf>[0];

function SelectField({ element, typed, common }: FieldProps & { readonly element: Selecting }): JSX.Element {
  const { words, space } = usePage();
  const { options, chosen } = choicesOf(element, space.value);
  const now = typed === undefined ? chosen : typed.split(',');
  const placeholder = element.placeholder?.text ?? words.value.choose;
  if (element.type.startsWith('multi_')) {
    const { name, ...others } = common;
    return <MultiMenu {...{ options, name, placeholder }} initially={now} common={others} />;
  }
  return (
    <select {...common}>
      {now.length === 0 && <option value="">{placeholder}</option>}
      {options.map(({ value, words: said }) => (
        <option key={value} value={value} selected={now.includes(value)}>
          {said}
        </option>
      ))}
    </select>
  );
}
