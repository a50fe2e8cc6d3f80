import type { Overflow } from '@slack/types';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Place, usePage } from '../state.ts';
import { Text } from './rich-text.tsx';

/** The three dots, and the short menu behind them: arrows move, Enter chooses, Escape goes back. */
export function OverflowMenu({ element, place }: { readonly element: Overflow; readonly place: Place }): JSX.Element {
  const page = usePage();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(root.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];

  useEffect(() => {
    if (open) items()[0]?.focus();
  }, [open]);

  const close = (): void => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (step !== 0) {
      event.preventDefault();
      const all = items();
      const at = all.findIndex((one) => one.matches(':focus'));
      all.at((at + step) % all.length)?.focus();
    }
  };
  const choose = (value: string | undefined, url: string | undefined): void => {
    close();
    page.press({ place, control: element.action_id ?? '', choose: value ?? url, confirm: element.confirm });
  };
  const leave = ({ relatedTarget }: FocusEvent): void => {
    if (!(relatedTarget instanceof Node && root.current?.contains(relatedTarget))) setOpen(false);
  };

  return (
    <div class="overflow" ref={root}>
      <button
        type="button"
        class="plain"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={page.words.value.more}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <div
          role="menu"
          class="menu"
          tabIndex={-1}
          aria-label={page.words.value.more}
          onKeyDown={onKeyDown}
          onFocusOut={leave}
        >
          {element.options.map((option) => (
            <button key={option.value} type="button" role="menuitem" onClick={() => choose(option.value, option.url)}>
              <Text text={option.text} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
