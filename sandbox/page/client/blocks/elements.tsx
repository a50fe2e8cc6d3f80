import type {
  Button,
  Checkboxes,
  Datepicker,
  DateTimepicker,
  MultiSelect,
  Option,
  Overflow,
  RadioButtons,
  Select,
  Timepicker,
} from '@slack/types';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { type Place, type Pressed, usePage } from '../state.ts';
import { choicesOf } from './choices.ts';
import { MultiMenu } from './multi-menu.tsx';
import { OverflowMenu } from './overflow.tsx';
import { Text } from './rich-text.tsx';

/** What a message or a view can hold besides words. */
export type Control =
  | Button
  | Overflow
  | Select
  | MultiSelect
  | Datepicker
  | Timepicker
  | DateTimepicker
  | Checkboxes
  | RadioButtons;

interface Props<T> {
  readonly element: T;
  readonly place: Place;
}

/** A control that acts as soon as it is used. */
export function ControlView({ element, place }: Props<Control>): JSX.Element {
  switch (element.type) {
    case 'button':
      return <ButtonView element={element} place={place} />;
    case 'overflow':
      return <OverflowMenu element={element} place={place} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Ticks element={element} place={place} />;
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <WhenPicker element={element} place={place} />;
    default:
      return <Menu element={element} place={place} />;
  }
}

function usePress<T extends Control>({ element, place }: Props<T>): (choose?: Pressed['choose']) => void {
  const page = usePage();
  return (choose) => page.press({ place, control: element.action_id ?? '', choose, confirm: element.confirm });
}

function ButtonView(props: Props<Button>): JSX.Element {
  const press = usePress(props);
  const { text, style, accessibility_label: label, url, action_id: id } = props.element;
  return (
    <button type="button" class={style ?? 'plain'} data-control={id} aria-label={label} onClick={() => press()}>
      <Text text={text} />
      {url !== undefined && <span aria-hidden="true"> ↗</span>}
    </button>
  );
}

/** A menu of options, people or channels; where several may be chosen, each change tells all that are. */
function Menu(props: Props<Select | MultiSelect>): JSX.Element {
  const page = usePage();
  const press = usePress(props);
  const { element } = props;
  const label = element.placeholder?.text ?? page.words.value.choose;
  const { options, chosen } = choicesOf(element, page.space.value);
  if (element.type.startsWith('multi_'))
    return (
      <MultiMenu
        {...{ options }}
        initially={chosen}
        placeholder={label}
        common={{ 'aria-label': label }}
        onChange={press}
      />
    );
  return (
    <select aria-label={label} onChange={({ currentTarget }) => press(currentTarget.value)}>
      <option value="">{label}</option>
      {options.map(({ value, words }) => (
        <option key={value} value={value} selected={chosen.includes(value)}>
          {words}
        </option>
      ))}
    </select>
  );
}

const WHEN = {
  datepicker: { type: 'date', initial: 'initial_date' },
  timepicker: { type: 'time', initial: 'initial_time' },
  datetimepicker: { type: 'datetime-local', initial: 'initial_date_time' },
} as const;

function WhenPicker(props: Props<Datepicker | Timepicker | DateTimepicker>): JSX.Element {
  const press = usePress(props);
  const { words } = usePage();
  const { element } = props;
  const label = ('placeholder' in element ? element.placeholder?.text : undefined) ?? words.value.choose;
  return (
    <input
      type={WHEN[element.type].type}
      aria-label={label}
      defaultValue={initialTime(element)}
      onChange={({ currentTarget }) => press(timeValue(element.type, currentTarget.value))}
    />
  );
}

type When = Datepicker | Timepicker | DateTimepicker;

/** As an input of the browser takes it. */
export function initialTime(element: When): string | undefined {
  if (element.type === 'datepicker') return element.initial_date;
  if (element.type === 'timepicker') return element.initial_time;
  const { initial_date_time: seconds } = element;
  if (seconds === undefined) return undefined;
  const local = new Date(seconds * 1000);
  local.setMinutes(local.getMinutes() - local.getTimezoneOffset());
  return local.toISOString().slice(0, 16);
}

/** As Slack takes what the browser's input gives: a moment in seconds. */
export function timeValue(type: When['type'], value: string): string {
  return type === 'datetimepicker' && value !== '' ? String(Date.parse(value) / 1000) : value;
}

function Ticks(props: Props<Checkboxes | RadioButtons>): JSX.Element {
  const press = usePress(props);
  const { element } = props;
  const chosen = new Set(initiallyTicked(element));
  const tick = (value: string, on: boolean): void => {
    if (on) chosen.add(value);
    else chosen.delete(value);
    press(element.type === 'radio_buttons' ? value : [...chosen]);
  };
  return <TickList element={element} onTick={tick} />;
}

function initiallyTicked(element: Checkboxes | RadioButtons): readonly string[] {
  const initial = element.type === 'checkboxes' ? (element.initial_options ?? []) : [element.initial_option];
  return initial.flatMap((one) => (one?.value === undefined ? [] : [one.value]));
}

interface TickListProps {
  readonly element: Checkboxes | RadioButtons;
  /** Of the form's field. */
  readonly name?: string;
  readonly onTick?: (value: string, on: boolean) => void;
}

export function TickList({ element, name, onTick }: TickListProps): JSX.Element {
  const own = useId();
  const ticked = initiallyTicked(element);
  return (
    <div class="ticks">
      {element.options.map((option: Option) => (
        <label key={option.value}>
          <input
            type={element.type === 'checkboxes' ? 'checkbox' : 'radio'}
            name={name ?? own}
            value={option.value}
            defaultChecked={ticked.includes(option.value ?? '')}
            onChange={({ currentTarget }) => onTick?.(currentTarget.value, currentTarget.checked)}
          />
          <span>
            <Text text={option.text} />
            {option.description && (
              <span class="faint">
                <Text text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}
