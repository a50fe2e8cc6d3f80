import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useEffect, useRef } from 'preact/hooks';
import { act } from '../api.ts';
import { behind } from '../behind.ts';
import { BlocksView, BlockView } from '../blocks/blocks.tsx';
import { Emoji, Prose } from '../blocks/rich-text.tsx';
import { clockOf, dayOf } from '../model/dates.ts';
import { hasDraft } from '../model/drafts.ts';
import type { Channel, Message } from '../model/types.ts';
import { botOf, isReply, personIn, repliesTo } from '../model/workspace.ts';
import { usePage } from '../state.ts';
import { BehindButton } from './behind.tsx';
import { FileView } from './file.tsx';
import { useFocusInPlace } from './focus.ts';
import { Fold } from './fold.tsx';
import { Eye, Out, Pencil } from './icons.tsx';
import { ReactionMenu } from './reaction-menu.tsx';

interface Props {
  readonly message: Message;
  readonly channel: Channel | undefined;
  readonly inThread: boolean;
}

export function MessageView({ message, channel, inThread }: Props): JSX.Element {
  const whispered = message.ephemeral === true;
  const { spot } = usePage();
  const isSpot = spot.value === message.ts && (!inThread || isReply(message));
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSpot) item.current?.scrollIntoView({ block: 'center' });
  }, [isSpot]);
  useFocusInPlace(item);
  const replies = channel && !inThread && !whispered ? repliesTo(channel, message.ts) : [];
  const id = `${inThread ? 't' : 'm'}-${message.ts}`;
  return (
    <li ref={item} class={`message${whispered ? ' ephemeral' : ''}${isSpot ? ' spot' : ''}`} id={id}>
      <Body message={message} />
      <footer>
        {!whispered && !inThread && <ThreadLink ts={message.ts} count={replies.length} last={replies.at(-1)?.ts} />}
        {!whispered && <ReactionMenu message={message} />}
        <BehindButton message={message} opener={id} />
      </footer>
    </li>
  );
}

/** A hundred messages are not drawn anew because one came. */
const Body = memo(function Body({ message }: { readonly message: Message }): JSX.Element {
  const { words, lang, space } = usePage();
  const whispered = message.ephemeral === true;
  const author = whispered ? botOf(space.peek()) : personIn(space.peek(), message.user);
  const isApp = whispered || author?.bot === true;
  const name = author?.realName ?? message.user ?? '';
  return (
    <>
      <span class={isApp ? 'face app' : 'face'} data-who={author?.name} aria-hidden="true">
        {isApp ? '火' : name.slice(0, 1)}
      </span>
      <div class="body">
        {whispered && (
          <p class="only">
            <Eye /> {words.value.onlyYou}
          </p>
        )}
        {message.broadcast && (
          <p class="only">
            <Out /> {words.value.broadcast}
          </p>
        )}
        <p class="who">
          <strong>{name}</strong>
          {isApp && <span class="badge">{words.value.app}</span>}
          <time
            dateTime={new Date(Number(message.ts) * 1000).toISOString()}
            title={`${dayOf(message.ts, lang.value)} ${clockOf(message.ts, lang.value)}`}
          >
            {clockOf(message.ts, lang.value)}
          </time>
        </p>
        <Content message={message} />
        {message.edited && <p class="faint">{words.value.edited}</p>}
        <Reactions message={message} />
      </div>
    </>
  );
});

/** Blocks where there are some, else the text; what is attached, and files. */
function Content({ message }: { readonly message: Message }): JSX.Element {
  const { channel, ts, blocks = [], attachments = [], files = [] } = message;
  const place = { channel, ts };
  return (
    <div class="content">
      {blocks.length > 0 ? (
        blocks.map((block, i) => (
          <Foldable key={block.block_id ?? i} type={block.type}>
            <BlockView block={block} place={place} />
          </Foldable>
        ))
      ) : (
        <Fold>
          <Prose text={{ type: 'mrkdwn', text: message.text }} />
        </Fold>
      )}
      {attachments.map((one) => (
        <div class="attachment" style={{ borderColor: one.color }}>
          {one.text !== undefined && <Prose text={{ type: 'mrkdwn', text: one.text }} />}
          <BlocksView blocks={one.blocks ?? []} place={place} />
        </div>
      ))}
      {files.map((file) => (
        <FileView key={file.id} file={file} />
      ))}
    </div>
  );
}

interface FoldableProps {
  readonly type: string;
  readonly children: JSX.Element;
}

/** Words are folded where there are very many; what can be pressed never is. */
function Foldable({ type, children }: FoldableProps): JSX.Element {
  return type === 'rich_text' || type === 'markdown' ? <Fold>{children}</Fold> : children;
}

function Reactions({ message }: { readonly message: Message }): JSX.Element | null {
  const { me, names, tell } = usePage();
  const { reactions = [], channel, ts } = message;
  if (reactions.length === 0) return null;
  return (
    <ul class="reactions">
      {reactions.map(({ name, users, count }) => (
        <li key={name}>
          <button
            type="button"
            class={users.includes(me.value) ? 'mine' : undefined}
            title={users.map(names.value.person).join(', ')}
            aria-label={`${name}, ${count}: ${users.map(names.value.person).join(', ')}`}
            aria-pressed={users.includes(me.value)}
            onClick={() =>
              void act(me.value, users.includes(me.value) ? 'unreact' : 'react', { channel, ts, name }).then(tell)
            }
          >
            <Emoji name={name} /> {count}
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ThreadLinkProps {
  readonly ts: string;
  readonly count: number;
  readonly last: string | undefined;
}

function ThreadLink({ ts, count, last }: ThreadLinkProps): JSX.Element {
  const { words, lang, thread, pane, me, where, drafts } = usePage();
  const isWritten = thread.value !== ts && hasDraft(drafts.value, { me: me.value, where: where.value, thread: ts });
  return (
    <button
      type="button"
      class={count === 0 ? 'thread-link quiet' : 'thread-link'}
      onClick={() => {
        behind.value = undefined;
        thread.value = ts;
        pane.value = 'chat';
      }}
    >
      {count === 0 || last === undefined
        ? words.value.inThread
        : `${words.value.replies(count)} · ${clockOf(last, lang.value)}`}
      {isWritten && (
        <>
          {' '}
          <Pencil label={words.value.draft} />
        </>
      )}
    </button>
  );
}
