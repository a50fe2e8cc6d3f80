import type { RichTextBlock, RichTextElement } from '@slack/types';
import type { ComponentChildren, JSX } from 'preact';
import { shownEmoji } from '../emoji-font.ts';
import { parseMrkdwn, partsOf, safeLink, wordOf } from '../model/mrkdwn.ts';
import { spotOf } from '../model/permalink.ts';
import { usePage } from '../state.ts';

/** Pieces of a line. */
function Inline({ pieces }: { readonly pieces: readonly RichTextElement[] }): JSX.Element {
  return (
    <>
      {pieces.map((piece) => (
        <Piece piece={piece} />
      ))}
    </>
  );
}

function Piece({ piece }: { readonly piece: RichTextElement }): JSX.Element {
  const { names, lang, me, space } = usePage();
  const word = wordOf(piece, names.value, lang.value);
  switch (piece.type) {
    case 'link':
      return (
        <Link url={piece.url}>
          <Styled style={piece.style}>{word}</Styled>
        </Link>
      );
    case 'user':
      return <Mention mine={piece.user_id === me.value}>{word}</Mention>;
    case 'usergroup': {
      const group = space.value.groups.find((one) => one.id === piece.usergroup_id);
      return <Mention mine={group?.members.includes(me.value) === true}>{word}</Mention>;
    }
    case 'broadcast':
      return <Mention mine>{word}</Mention>;
    case 'channel':
      return <Mention mine={false}>{word}</Mention>;
    case 'emoji':
      return <Emoji name={piece.name} />;
    default:
      return <Styled style={piece.style}>{word}</Styled>;
  }
}

/** A permalink of this workspace is gone to here; what leads elsewhere opens beside the page. */
function Link({ url, children }: { readonly url: string; readonly children: ComponentChildren }): JSX.Element {
  const page = usePage();
  const go = (event: MouseEvent): void => {
    const spot = spotOf(url, page.space.peek(), page.me.peek());
    if (!spot) return;
    event.preventDefault();
    page.open(spot);
  };
  return (
    <a href={safeLink(url)} target="_blank" rel="noopener noreferrer" onClick={go}>
      {children}
    </a>
  );
}

/** Lights up where it means the reader. */
function Mention({ mine, children }: { readonly mine: boolean; readonly children: ComponentChildren }): JSX.Element {
  return mine ? <mark class="mention me">{children}</mark> : <span class="mention">{children}</span>;
}

export function Emoji({ name }: { readonly name: string }): JSX.Element {
  const shown = shownEmoji(name);
  if (shown === undefined) return <span class="emoji">{`:${name}:`}</span>;
  return (
    <span role="img" aria-label={name} title={`:${name}:`} class={`emoji ${name}`}>
      {shown}
    </span>
  );
}

interface Styles {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly underline?: boolean;
  readonly code?: boolean;
}

function Styled({ style = {}, children }: { readonly style?: Styles | undefined; readonly children: string }) {
  let out: ComponentChildren = children;
  if (style.code) out = <code>{out}</code>;
  if (style.bold) out = <strong>{out}</strong>;
  if (style.italic) out = <em>{out}</em>;
  if (style.strike) out = <s>{out}</s>;
  if (style.underline) out = <u>{out}</u>;
  return <>{out}</>;
}

interface TextLike {
  readonly type: string;
  readonly text: string;
}

/** A text object within a line: a label, a button. */
export function Text({ text }: { readonly text: TextLike }): JSX.Element {
  return text.type === 'mrkdwn' ? <Inline pieces={parseMrkdwn(text.text)} /> : <span>{text.text}</span>;
}

/** A text object, or a message without blocks, that may have code and quotes on lines of their own. */
export function Prose({ text }: { readonly text: TextLike }): JSX.Element {
  if (text.type !== 'mrkdwn') return <p>{text.text}</p>;
  return (
    <>
      {partsOf(text.text).map(({ kind, pieces }) => {
        if (kind === 'code') return <Preformatted pieces={pieces} />;
        const Tag = kind === 'quote' ? 'blockquote' : 'p';
        return (
          <Tag>
            <Inline pieces={pieces} />
          </Tag>
        );
      })}
    </>
  );
}

/** What scrolls is reached by keyboard too. */
export const SCROLLS = { tabIndex: 0 };

function Preformatted({ pieces }: { readonly pieces: readonly RichTextElement[] }): JSX.Element {
  return (
    <pre {...SCROLLS}>
      <Inline pieces={pieces} />
    </pre>
  );
}

export function RichText({ block }: { readonly block: RichTextBlock }): JSX.Element {
  return (
    <>
      {block.elements.map((part) => {
        switch (part.type) {
          case 'rich_text_section':
            return (
              <p>
                <Inline pieces={part.elements} />
              </p>
            );
          case 'rich_text_quote':
            return (
              <blockquote>
                <Inline pieces={part.elements} />
              </blockquote>
            );
          case 'rich_text_preformatted':
            return <Preformatted pieces={part.elements} />;
          case 'rich_text_list': {
            const Tag = part.style === 'ordered' ? 'ol' : 'ul';
            return (
              <Tag class={part.indent ? `indent-${part.indent}` : undefined}>
                {part.elements.map((item) => (
                  <li>
                    <Inline pieces={item.elements} />
                  </li>
                ))}
              </Tag>
            );
          }
          default:
            return null;
        }
      })}
    </>
  );
}
