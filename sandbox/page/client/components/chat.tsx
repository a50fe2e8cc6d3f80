import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { act } from '../api.ts';
import { BlocksView } from '../blocks/blocks.tsx';
import { SCROLLS } from '../blocks/rich-text.tsx';
import type { Fresh } from '../model/fresh.ts';
import type { OpenView } from '../model/types.ts';
import { botOf, messagesFor } from '../model/workspace.ts';
import { narrow } from '../narrow.ts';
import { usePage } from '../state.ts';
import { Composer } from './composer.tsx';
import { MessageLog } from './log.tsx';

/** A channel, or the conversation with the bot, which has a home where the app's settings say so. */
export function ChatPane(): JSX.Element {
  const page = usePage();
  const { words, where, channel, space, me } = page;
  const direct = where.value === 'dm';
  const title = direct ? (botOf(space.value)?.realName ?? '') : `# ${channel.value?.name ?? ''}`;
  const hasHome = direct && space.value.app.homeTab;
  const [atHome, setAtHome] = useState(false);
  return (
    <section class="chat pane-chat" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {!direct && channel.value && (
          <p class="faint">{`${channel.value.members.length} ${words.value.members}${
            channel.value.topic?.value ? ` · ${channel.value.topic.value}` : ''
          }`}</p>
        )}
      </header>
      {hasHome && <HomeTabs atHome={atHome} onChange={setAtHome} />}
      {hasHome && atHome ? <Home view={space.value.homes[me.value]} /> : <Talk title={title} />}
    </section>
  );
}

function Talk({ title }: { readonly title: string }): JSX.Element {
  const page = usePage();
  const { words, channel, space, me, pane } = page;
  const here = channel.value;
  const messages = useMemo(
    () => (here ? messagesFor(space.value, here, me.value) : []),
    [here, space.value.ephemerals, me.value],
  );
  const [sent, setSent] = useState(0);
  const [fresh, setFresh] = useState<Fresh>();
  const newest = here?.messages.at(-1)?.ts;
  const isSeen = pane.value === 'chat' || !narrow.value;
  useLayoutEffect(() => {
    if (here && isSeen) setFresh({ after: page.readUpTo(here.id), until: newest ?? '0' });
  }, [here?.id, isSeen]);
  useEffect(() => {
    if (here && newest !== undefined && isSeen) page.markRead(here.id, newest);
  }, [here?.id, newest, isSeen]);
  return (
    <>
      <MessageLog label={title} channel={here} messages={messages} inThread={false} sent={sent} fresh={fresh} />
      <Composer label={`${words.value.write} ${title}`} onSend={() => setSent(sent + 1)} />
    </>
  );
}

interface HomeTabsProps {
  readonly atHome: boolean;
  readonly onChange: (atHome: boolean) => void;
}

/** To open either is an event for the app. */
function HomeTabs({ atHome, onChange }: HomeTabsProps): JSX.Element {
  const { words, me } = usePage();
  const go = (home: boolean): void => {
    onChange(home);
    void act(me.value, 'openHome', { tab: home ? 'home' : 'messages' });
  };
  return (
    <div class="home-tabs" role="tablist" aria-label="Hikeshi">
      <button type="button" role="tab" aria-selected={atHome} onClick={() => go(true)}>
        {words.value.home}
      </button>
      <button type="button" role="tab" aria-selected={!atHome} onClick={() => go(false)}>
        {words.value.messages}
      </button>
    </div>
  );
}

/** Until the app has published one, there is none to show. */
function Home({ view }: { readonly view: OpenView | undefined }): JSX.Element {
  const { words } = usePage();
  return (
    <div class="home content" role="tabpanel" aria-label={words.value.home} {...SCROLLS}>
      {view ? <BlocksView blocks={view.blocks} place={{ view: 'home' }} /> : <p class="faint">{words.value.waiting}</p>}
    </div>
  );
}
