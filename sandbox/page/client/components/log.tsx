import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SCROLLS } from '../blocks/rich-text.tsx';
import { dayOf } from '../model/dates.ts';
import type { Channel, Message } from '../model/types.ts';
import { usePage } from '../state.ts';
import { MessageView } from './message.tsx';

interface Props {
  readonly label: string;
  readonly channel: Channel | undefined;
  readonly messages: readonly Message[];
  readonly inThread: boolean;
  /** What was read when this list was opened: a line stands before what came after. */
  readonly readBefore?: string;
}

const AT_END_PX = 40;

/** Messages, oldest first. Whoever is at the end stays there; who has scrolled up is left alone, and shown a way back. */
export function MessageLog({ label, channel, messages, inThread, readBefore }: Props): JSX.Element {
  const { words, me, spot } = usePage();
  const list = useRef<HTMLDivElement>(null);
  const following = useRef(!messages.some((one) => one.ts === spot.value));
  const [behind, setBehind] = useState(false);
  const own = messages.findLast((one) => one.user === me.value && one.ephemeral !== true)?.ts;
  const seenOwn = useRef(own);

  const toEnd = (): void => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(() => {
    // Whoever has written wants to see the answer, wherever they had scrolled to.
    if (own !== seenOwn.current) following.current = true;
    seenOwn.current = own;
    if (following.current) toEnd();
  }, [messages]);
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const observer = new ResizeObserver(() => following.current && toEnd());
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const onScroll = (): void => {
    const box = list.current;
    if (!box) return;
    following.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
    setBehind(!following.current);
  };

  return (
    <div class="log">
      <div ref={list} class="messages" role="log" aria-label={label} onScroll={onScroll} {...SCROLLS}>
        {messages.length === 0 ? (
          <p class="faint none">{channel?.name === 'alerts' ? words.value.nothing : words.value.nothingHere}</p>
        ) : (
          <ol>
            {messages.map((message, i) => (
              <Entry
                key={message.ts}
                message={message}
                before={messages[i - 1]}
                {...{ channel, inThread, readBefore }}
              />
            ))}
          </ol>
        )}
      </div>
      {behind && (
        <button type="button" class="to-newest" onClick={toEnd}>
          ↓ {words.value.toNewest}
        </button>
      )}
    </div>
  );
}

interface EntryProps extends Pick<Props, 'channel' | 'inThread' | 'readBefore'> {
  readonly message: Message;
  readonly before: Message | undefined;
}

/** A message, with a rule before it where a day or what is new begins. */
function Entry({ message, before, channel, inThread, readBefore }: EntryProps): JSX.Element {
  const { lang, words, me } = usePage();
  const day = dayOf(message.ts, lang.value);
  const newDay = !inThread && (before === undefined || dayOf(before.ts, lang.value) !== day);
  const isNew = (one: Message): boolean => readBefore !== undefined && one.ts > readBefore && one.user !== me.value;
  const firstNew = readBefore !== '0' && isNew(message) && !(before && isNew(before));
  return (
    <>
      {newDay && (
        <li class="rule day">
          <span>{day}</span>
        </li>
      )}
      {firstNew && (
        <li class="rule fresh">
          <span>{words.value.newHere}</span>
        </li>
      )}
      <MessageView message={message} channel={channel} inThread={inThread} />
    </>
  );
}
