import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { behind, isOfApp } from '../behind.ts';
import { BlocksView } from '../blocks/blocks.tsx';
import { SCROLLS } from '../blocks/rich-text.tsx';
import type { Behind, Row, Section } from '../model/behind.ts';
import type { Message } from '../model/types.ts';
import { usePage } from '../state.ts';
import { useSidePane } from './side-pane.ts';

interface ButtonProps {
  readonly message: Message;
  /** Of the list's entry. */
  readonly opener: string;
}

/** Under what the app has said. */
export function BehindButton({ message, opener }: ButtonProps): JSX.Element | null {
  const page = usePage();
  if (!isOfApp(message, page)) return null;
  const { channel, ts } = message;
  return (
    <button
      type="button"
      class="react behind-link"
      aria-expanded={behind.value?.ts === ts && behind.value.channel === channel}
      onClick={() => {
        behind.value = { channel, ts, opener };
        page.pane.value = 'chat';
      }}
    >
      {page.words.value.behind}
    </button>
  );
}

/** Rows change a moment after Slack shows what they are about. */
const SETTLED_MS = 1_000;

/** The side pane: what the app did behind a message. It follows what happens; Escape closes it. */
export function BehindPane({ message }: { readonly message: Message }): JSX.Element {
  const { words, me, lang, space } = usePage();
  const pane = useRef<HTMLElement>(null);
  const [told, setTold] = useState<Behind | 'nothing'>();
  const { channel, ts } = message;
  const look = (): void => {
    const query = new URLSearchParams({ channel, ts, as: me.value, lang: lang.value });
    get<Partial<Behind>>(`/demo/behind?${query}`).then(
      ({ sections }) => setTold(sections ? { sections } : 'nothing'),
      () => setTold('nothing'),
    );
  };
  const close = (): void => {
    const opener = document.getElementById(behind.value?.opener ?? '')?.querySelector<HTMLElement>('.behind-link');
    behind.value = undefined;
    opener?.focus();
  };
  useSidePane(pane, 'header button', close);
  useEffect(() => {
    look();
    const again = setTimeout(look, SETTLED_MS);
    return () => clearTimeout(again);
  }, [channel, ts, me.value, lang.value, space.value.seq]);

  return (
    <section ref={pane} class="thread behind pane-chat" aria-label={words.value.behindTitle}>
      <header>
        <h2>{words.value.behindTitle}</h2>
        <p />
        <button type="button" class="plain" onClick={look}>
          {words.value.behindAgain}
        </button>
        <button type="button" class="plain" aria-label={words.value.close} onClick={close}>
          ✕
        </button>
      </header>
      <section class="inside" aria-label={words.value.behindWhat} {...SCROLLS}>
        <p class="faint">{told === 'nothing' ? words.value.behindNothing : words.value.behindWhat}</p>
        {told !== 'nothing' && told?.sections.map((one) => <SectionView key={one.title} section={one} />)}
      </section>
    </section>
  );
}

function SectionView({ section }: { readonly section: Section }): JSX.Element {
  const { title, blocks, rows } = section;
  return (
    <section class="content" aria-label={title}>
      <h3>{title}</h3>
      <BlocksView blocks={blocks} place={{}} />
      {rows.map((row, i) => (
        <RowView key={`${row.table} ${i}`} row={row} />
      ))}
    </section>
  );
}

function RowView({ row }: { readonly row: Row }): JSX.Element {
  const { words } = usePage();
  return (
    <details>
      <summary>
        <code>{row.table}</code> <BlocksView blocks={row.about} place={{}} />
      </summary>
      <BlocksView blocks={row.more} place={{}} />
      <section aria-label={words.value.behindRow}>
        <pre {...SCROLLS}>{row.json}</pre>
      </section>
    </details>
  );
}
