import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { behind, messageBehind } from '../behind.ts';
import { unreadAnywhere } from '../model/workspace.ts';
import { PANES, type Pane, usePage } from '../state.ts';
import { Bar } from './bar.tsx';
import { BehindPane } from './behind.tsx';
import { ChatPane } from './chat.tsx';
import { Guide } from './guide.tsx';
import { ConfirmDialog, Modals } from './modal.tsx';
import { Phones } from './phones.tsx';
import { Sidebar } from './sidebar.tsx';
import { Strip } from './strip.tsx';
import { ThreadPane } from './thread.tsx';

/** The whole page. */
export function App(): JSX.Element {
  const page = usePage();
  const { pane, thread, channel, lang } = page;
  const shown = thread.value !== '' && channel.value?.messages.some((one) => one.ts === thread.value);
  const looked = messageBehind(page);
  useEffect(() => {
    document.documentElement.lang = lang.value;
  }, [lang.value]);
  return (
    <>
      <Bar />
      <Strip />
      <main class={`desk at-${pane.value}${shown || looked ? ' with-thread' : ''}`}>
        <Sidebar />
        <ChatPane key={`${page.me.value} ${page.where.value}`} />
        {looked && <BehindPane key={looked.ts} message={looked} />}
        {shown && !looked && <ThreadPane key={`${page.me.value} ${thread.value}`} />}
        <Phones />
      </main>
      <Guide />
      <Tabs />
      <Dialogs />
    </>
  );
}

/** A question stands before the modal that it was asked in. */
function Dialogs(): JSX.Element | null {
  const { space, me, question } = usePage();
  const views = space.value.views[me.value] ?? [];
  return (
    <>
      <Modals key={`${me.value} ${views[0]?.id}`} views={views} />
      {question.value && <ConfirmDialog question={question.value} />}
    </>
  );
}

/** On a phone, one thing at a time. */
function Tabs(): JSX.Element {
  const page = usePage();
  const { pane, thread, words, space, me } = page;
  const { any: unread, called } = unreadAnywhere(space.value, me.value, (id) => page.readUpTo(id));
  useEffect(() => {
    const mark = called > 0 ? `(${called}) ` : unread ? '* ' : '';
    document.title = `${mark}${space.value.team.name}`;
  }, [unread, called, space.value.team.name]);
  const go = (to: Pane): void => {
    if (to === 'chat') {
      thread.value = '';
      behind.value = undefined;
    }
    pane.value = to;
  };
  return (
    <nav class="tabs" aria-label={words.value.demo}>
      {PANES.map((one) => (
        <button key={one} type="button" aria-current={pane.value === one ? 'true' : undefined} onClick={() => go(one)}>
          {words.value[one]}
          {one === 'channels' && called > 0 && (
            <span class="count">
              {called}
              <span class="unheard"> {words.value.unread}</span>
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}
