import type { ComponentChildren, JSX } from 'preact';
import { hasDraft } from '../model/drafts.ts';
import { botOf, channelOf, channelsOf, unread } from '../model/workspace.ts';
import { usePage } from '../state.ts';
import { Lock, Pencil } from './icons.tsx';

/** Channels one is in, with what is new in them, and the conversation with the bot. */
export function Sidebar(): JSX.Element {
  const { space, me, words } = usePage();
  return (
    <nav class="side pane-channels" aria-label={words.value.channels}>
      <h2>{words.value.channels}</h2>
      <ul>
        {channelsOf(space.value, me.value).map(({ id, kind, name = '' }) => (
          <Entry key={id} id={id} sign={kind === 'private' ? <Lock label={words.value.private} /> : '#'} label={name} />
        ))}
      </ul>
      <h2>{words.value.direct}</h2>
      <ul>
        <Entry id="dm" sign="火" label={botOf(space.value)?.realName ?? 'Hikeshi'} />
      </ul>
    </nav>
  );
}

interface EntryProps {
  readonly id: string;
  readonly sign: ComponentChildren;
  readonly label: string;
}

function Entry({ id, sign, label }: EntryProps): JSX.Element {
  const page = usePage();
  const { space, me, where, words } = page;
  const channel = channelOf(space.value, id, me.value);
  const news = channel && unread(space.value, channel, me.value, page.readUpTo(channel.id));
  const called = news?.called ?? 0;
  const isWritten = where.value !== id && hasDraft(page.drafts.value, { me: me.value, where: id });
  const isNew = news !== undefined && (news.any || called > 0);
  return (
    <li>
      <button
        type="button"
        class={isNew ? 'new' : undefined}
        aria-current={where.value === id ? 'true' : undefined}
        onClick={() => page.open({ where: id })}
      >
        <span>
          <span class="sign">{sign}</span> {label}
        </span>
        {isWritten && <Pencil label={words.value.draft} />}
        {isNew && called === 0 && <span class="unheard">{words.value.unread}</span>}
        {called > 0 && (
          <span class="count">
            {called}
            <span class="unheard"> {words.value.unread}</span>
          </span>
        )}
      </button>
    </li>
  );
}
