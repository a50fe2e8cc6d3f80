import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SCROLLS } from '../blocks/rich-text.tsx';
import { dayOf } from '../model/dates.ts';
import { type Fresh, isFresh } from '../model/fresh.ts';
import type { Channel, Message } from '../model/types.ts';
import { isReply } from '../model/workspace.ts';
import { usePage } from '../state.ts';
import { MessageView } from './message.tsx';

interface Props {
  readonly label: string;
  readonly channel: Channel | undefined;
  readonly messages: readonly Message[];
  readonly inThread: boolean;
  /** How often its reader has written here: whoever writes wants to see the answer, wherever they had scrolled to. */
  readonly sent: number;
  /** A line stands before it. */
  readonly fresh?: Fresh | undefined;
}

const AT_END_PX = 40;

/** Messages, oldest first. Whoever is at the end stays there; who has scrolled up is left alone, and shown a way back. */
export function MessageLog({ label, channel, messages, inThread, sent, fresh }: Props): JSX.Element {
  const { words, spot } = usePage();
  const list = useRef<HTMLDivElement>(null);
  // What a thread is about stands at its beginning: to have come from there is to want what followed.
  const following = useRef(!messages.some((one) => one.ts === spot.value && (!inThread || isReply(one))));
  const [behind, setBehind] = useState(false);

  const toEnd = (): void => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  /** The end; of a message that is taller than the view its beginning, which says what it is about. */
  const follow = (): void => {
    const [box, last] = [list.current, list.current?.querySelector<HTMLElement>('ol > .message:last-child')];
    if (!box || !last || last.offsetHeight <= box.clientHeight) toEnd();
    else box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top;
  };
  useLayoutEffect(() => {
    if (sent === 0) return;
    following.current = true;
    toEnd();
  }, [sent]);
  const isBehind = (box: HTMLElement): boolean => box.scrollHeight - box.scrollTop - box.clientHeight >= AT_END_PX;
  useLayoutEffect(() => {
    if (following.current) follow();
    if (list.current) setBehind(isBehind(list.current));
  }, [messages]);
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const observer = new ResizeObserver(() => following.current && follow());
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const onScroll = (): void => {
    const box = list.current;
    if (!box) return;
    following.current = !isBehind(box);
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
              <Entry key={message.ts} message={message} before={messages[i - 1]} {...{ channel, inThread, fresh }} />
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

interface EntryProps extends Pick<Props, 'channel' | 'inThread' | 'fresh'> {
  readonly message: Message;
  readonly before: Message | undefined;
}

/** A message, with a rule before it where a day or what is new begins. */
function Entry({ message, before, channel, inThread, fresh }: EntryProps): JSX.Element {
  const { lang, words, me } = usePage();
  const day = dayOf(message.ts, lang.value);
  const newDay = !inThread && (before === undefined || dayOf(before.ts, lang.value) !== day);
  const isNew = (one: Message): boolean => isFresh(one, fresh, me.value);
  const firstNew = isNew(message) && !(before && isNew(before));
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
