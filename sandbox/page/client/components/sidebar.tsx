import type { ComponentChildren, JSX } from 'preact';
import { botOf, channelOf, channelsOf, unread } from '../model/workspace.ts';
import { usePage } from '../state.ts';

/** Channels one is in, with what is new in them, and the conversation with the bot. */
export function Sidebar(): JSX.Element {
  const { space, me, words } = usePage();
  return (
    <nav class="side pane-channels" aria-label={words.value.channels}>
      <h2>{words.value.channels}</h2>
      <ul>
        {channelsOf(space.value, me.value).map(({ id, kind, name = '' }) => (
          <Entry key={id} id={id} sign={kind === 'private' ? <Lock /> : '#'} label={name} />
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

function Lock(): JSX.Element {
  const { words } = usePage();
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" role="img" aria-label={words.value.private}>
      <path d="M2 5.5h8V11H2zM3.8 5.5V4a2.2 2.2 0 0 1 4.4 0v1.5" fill="none" stroke="currentColor" strokeWidth="1.4" />
    </svg>
  );
}
