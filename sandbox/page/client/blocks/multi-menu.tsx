import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { whenMoved } from '../pointer.ts';
import { usePage } from '../state.ts';
import type { Choice } from './choices.ts';

interface Props {
  readonly options: readonly Choice[];
  /** Values that are chosen from the beginning. */
  readonly initially: readonly string[];
  readonly placeholder: string;
  /** Of the box one types in: its id, or what it is called. */
  readonly common: { readonly id?: string; readonly 'aria-label'?: string };
  /** Of the form's field; the browser sends each value by it. */
  readonly name?: string | undefined;
  readonly onChange?: (values: readonly string[]) => void;
}

/**
 * Several of many: a press chooses or gives up, typing narrows the list down, what is chosen stands before it. Arrows move, Enter
 * chooses, Backspace in an empty box gives up the last one, Escape closes the list.
 */
export function MultiMenu({ options, initially, placeholder, common, name, onChange }: Props): JSX.Element {
  const { words } = usePage();
  const [values, setValues] = useState(initially);
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const listId = useId();
  const chosen = options.filter((one) => values.includes(one.value));
  const offered = options.filter((one) => one.words.toLowerCase().includes(typed.trim().toLowerCase()));
  const active = offered[Math.min(at, offered.length - 1)];

  const toggle = ({ value }: Choice): void => {
    const now = chosen.map((one) => one.value);
    const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
    setValues(next);
    onChange?.(next);
    setTyped('');
    box.current?.focus();
  };
  const close = (): void => {
    setOpen(false);
    setTyped('');
    setAt(0);
  };
  const move = (step: number): void => {
    setOpen(true);
    if (isOpen) setAt((Math.min(at, offered.length - 1) + step + offered.length) % Math.max(1, offered.length));
  };
  const last = chosen.at(-1);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const keys: Readonly<Record<string, (() => void) | false | undefined>> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => (isOpen && active ? toggle(active) : setOpen(true)),
      Escape: isOpen && close,
      Backspace: typed === '' && last && (() => toggle(last)),
    };
    if (event.key === 'Tab') close();
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  useEffect(() => {
    // Not as soon as the focus goes: what is pressed must not move away below the pointer.
    const elsewhere = ({ target }: MouseEvent): void => {
      if (target instanceof Node && target.isConnected && !root.current?.contains(target)) close();
    };
    document.addEventListener('click', elsewhere);
    return () => document.removeEventListener('click', elsewhere);
  }, []);
  // All of it, not only its first rows: in a form it opens below what can be seen.
  useEffect(() => {
    if (isOpen) document.getElementById(listId)?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  useEffect(() => {
    if (isOpen) document.getElementById(`${listId}-${active?.value}`)?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, active?.value]);

  return (
    <div ref={root} class="multi">
      <div class="chosen">
        {chosen.map((one) => (
          <button
            key={one.value}
            type="button"
            class="chip"
            aria-label={`${words.value.remove}: ${one.words}`}
            onClick={() => toggle(one)}
          >
            {one.words} <span aria-hidden="true">✕</span>
          </button>
        ))}
        <input
          {...common}
          ref={box}
          type="text"
          role="combobox"
          autocomplete="off"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen && active ? listId : undefined}
          aria-activedescendant={isOpen && active ? `${listId}-${active.value}` : undefined}
          placeholder={chosen.length === 0 ? placeholder : ''}
          value={typed}
          onClick={() => setOpen(true)}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {name !== undefined && chosen.map(({ value }) => <input key={value} type="hidden" name={name} value={value} />)}
      {isOpen && offered.length === 0 && (
        <p class="offered none faint" role="status">
          {words.value.noMatch}
        </p>
      )}
      {isOpen && offered.length > 0 && (
        <div id={listId} class="offered" role="listbox" aria-multiselectable="true" aria-label={placeholder}>
          {offered.map((one, i) => (
            <button
              key={one.value}
              id={`${listId}-${one.value}`}
              type="button"
              role="option"
              tabIndex={-1}
              class={one === active ? 'active' : undefined}
              aria-selected={values.includes(one.value)}
              onMouseMove={whenMoved(() => setAt(i))}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => toggle(one)}
            >
              <span class="tick" aria-hidden="true">
                {values.includes(one.value) ? '✓' : ''}
              </span>
              {one.words}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
