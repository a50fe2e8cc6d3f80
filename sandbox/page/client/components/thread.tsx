import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { messagesFor } from '../model/workspace.ts';
import { usePage } from '../state.ts';
import { Composer } from './composer.tsx';
import { MessageLog } from './log.tsx';
import { useSidePane } from './side-pane.ts';

/** The side pane: a message and the replies to it. Escape closes it. */
export function ThreadPane(): JSX.Element {
  const { words, channel, thread, space, me, where } = usePage();
  const here = channel.value;
  const [sent, setSent] = useState(0);
  const pane = useRef<HTMLElement>(null);
  const messages = useMemo(
    () => (here ? messagesFor(space.value, here, me.value, thread.value) : []),
    [here, space.value.ephemerals, me.value, thread.value],
  );
  const close = (): void => {
    const opener = document.getElementById(`m-${thread.value}`)?.querySelector<HTMLElement>('.thread-link');
    thread.value = '';
    opener?.focus();
  };
  useSidePane(pane, 'textarea', close);
  return (
    <section ref={pane} class="thread pane-chat" aria-label={words.value.thread}>
      <header>
        <h2>{words.value.thread}</h2>
        <p class="faint">{where.value === 'dm' ? '' : `# ${here?.name ?? ''}`}</p>
        <button type="button" class="plain" aria-label={words.value.close} onClick={close}>
          ✕
        </button>
      </header>
      <MessageLog label={words.value.thread} channel={here} messages={messages} inThread sent={sent} />
      <Composer label={words.value.writeThread} thread={thread.value} onSend={() => setSent(sent + 1)} />
    </section>
  );
}
