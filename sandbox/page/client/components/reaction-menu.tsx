import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act } from '../api.ts';
import { Emoji } from '../blocks/rich-text.tsx';
import type { Message } from '../model/types.ts';
import { usePage } from '../state.ts';

const OFFERED = ['eyes', 'white_check_mark', 'raised_hands', '+1'] as const;

/** A few emoji to answer with. */
export function ReactionMenu({ message }: { readonly message: Message }): JSX.Element {
  const { words, me, tell } = usePage();
  const [open, setOpen] = useState(false);
  const react = (name: string): void => {
    setOpen(false);
    void act(me.value, 'react', { channel: message.channel, ts: message.ts, name }).then(tell);
  };
  const label = words.value.react;
  return (
    <>
      <button type="button" class="react" aria-label={label} aria-expanded={open} onClick={() => setOpen(!open)}>
        ☺+
      </button>
      {open &&
        OFFERED.map((name) => (
          <button key={name} type="button" class="react" aria-label={`${label}: ${name}`} onClick={() => react(name)}>
            <Emoji name={name} />
          </button>
        ))}
    </>
  );
}
