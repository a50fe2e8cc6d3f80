import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { act } from '../api.ts';
import { Emoji } from '../blocks/rich-text.tsx';
import { OFFERED } from '../model/emoji.ts';
import type { Message } from '../model/types.ts';
import { usePage } from '../state.ts';

/** Emoji to answer with; Escape puts them away. */
export function ReactionMenu({ message }: { readonly message: Message }): JSX.Element {
  const { words, me, tell } = usePage();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const react = (name: string): void => {
    setOpen(false);
    void act(me.value, 'react', { channel: message.channel, ts: message.ts, name }).then(tell);
  };
  const label = words.value.react;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.preventDefault();
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <fieldset class="reacting" aria-label={label} onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        class="react"
        aria-label={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        ☺+
      </button>
      {open &&
        OFFERED.map((name) => (
          <button key={name} type="button" class="react" aria-label={`${label}: ${name}`} onClick={() => react(name)}>
            <Emoji name={name} />
          </button>
        ))}
    </fieldset>
  );
}
