import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { act } from '../api.ts';
import { draftKey } from '../model/drafts.ts';
import { completed, type Suggestion, suggestionsFor } from '../model/suggest.ts';
import { errorWords } from '../model/words.ts';
import { whenMoved } from '../pointer.ts';
import { usePage } from '../state.ts';
import { remember, typedBefore } from '../typed.ts';
import { Eye } from './icons.tsx';

interface Props {
  readonly label: string;
  /** The thread that it answers. */
  readonly thread?: string;
  readonly onSend: () => void;
}

/**
 * Where one writes: `/…` is a command, anything else a message. Enter sends, Shift and Enter breaks the line, the arrow up in an
 * empty box brings back what was sent before. While names are suggested, arrows choose and Tab or Enter takes. What is not sent stays a
 * draft, and what Slack refuses is said right here.
 */
export function Composer({ label, thread, onSend }: Props): JSX.Element {
  const page = usePage();
  const { words, me, where, lang, space, commands } = page;
  const draft = draftKey({ me: me.value, where: where.value, thread });
  const text = page.drafts.value[draft] ?? '';
  const [refusal, setRefusal] = useState('');
  const [also, setAlso] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const back = useRef(0);
  const listId = useId();
  const suggestions =
    dismissed === text ? [] : suggestionsFor(text, { space: space.value, me: me.value, commands, lang: lang.value });
  const at = Math.min(chosen, suggestions.length - 1);

  const write = (value: string): void => {
    page.keepDraft(draft, value);
    setRefusal('');
    setChosen(0);
  };
  const submit = async (): Promise<void> => {
    const sent = text.trim();
    if (sent === '') return;
    write('');
    back.current = 0;
    remember(me.value, sent);
    onSend();
    const broadcast = thread !== undefined && also;
    const answer = await act(me.value, sent.startsWith('/') ? 'command' : 'say', {
      channel: where.value === 'dm' ? 'dm' : where.value,
      text: sent,
      thread,
      ...(broadcast && { broadcast }),
    });
    if (answer.ok) return;
    page.keepDraft(draft, page.drafts.peek()[draft] || sent);
    setRefusal(errorWords(answer, words.value));
  };
  const take = (one: Suggestion): void => {
    write(completed(text, one));
    box.current?.focus();
  };
  const browse = (step: 1 | -1): void => {
    const before = typedBefore(me.value);
    back.current = Math.max(0, Math.min(before.length, back.current + step));
    write(before.at(-back.current) ?? '');
    if (back.current === 0) write('');
    setDismissed(before.at(-back.current) ?? '');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const picked = suggestions[at];
    const browsing = text === '' || back.current > 0;
    const keys: Readonly<Record<string, (() => void) | false | undefined>> = picked
      ? {
          ArrowDown: () => setChosen((at + 1) % suggestions.length),
          ArrowUp: () => setChosen((at + suggestions.length - 1) % suggestions.length),
          Tab: () => take(picked),
          Enter: picked.complete === text.trim() ? () => void submit() : () => take(picked),
          Escape: () => setDismissed(text),
        }
      : {
          Enter: !event.shiftKey && (() => void submit()),
          ArrowUp: browsing && (() => browse(1)),
          ArrowDown: back.current > 0 && (() => browse(-1)),
        };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  };
  useEffect(() => {
    document.getElementById(`${listId}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {refusal !== '' && (
        <div class="refusal" role="alert">
          <p class="only">
            <Eye /> {words.value.onlyYou}
          </p>
          <p>
            <strong>Slackbot</strong> {refusal}
          </p>
        </div>
      )}
      {suggestions.length > 0 && (
        <Suggestions
          id={listId}
          all={suggestions}
          at={at}
          label={words.value.suggestions}
          onPoint={setChosen}
          onTake={take}
        />
      )}
      <textarea
        ref={box}
        rows={1}
        value={text}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={suggestions.length > 0 ? listId : undefined}
        aria-activedescendant={suggestions.length > 0 ? `${listId}-${at}` : undefined}
        placeholder={thread === undefined ? `${label} · ${words.value.hint}` : label}
        autocomplete="off"
        onInput={({ currentTarget }) => {
          back.current = 0;
          write(currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div class="send">
        {thread !== undefined && (
          <label>
            <input type="checkbox" checked={also} onChange={({ currentTarget }) => setAlso(currentTarget.checked)} />
            {words.value.alsoSend}
          </label>
        )}
        <button type="submit" class="primary" disabled={text.trim() === ''}>
          {words.value.send}
        </button>
      </div>
    </form>
  );
}

interface SuggestionsProps {
  readonly id: string;
  readonly all: readonly Suggestion[];
  readonly at: number;
  readonly label: string;
  readonly onPoint: (at: number) => void;
  readonly onTake: (one: Suggestion) => void;
}

/** What is pointed at is chosen, as if by arrows. */
function Suggestions({ id, all, at, label, onPoint, onTake }: SuggestionsProps): JSX.Element {
  return (
    <div id={id} class="suggestions" role="listbox" aria-label={label}>
      {all.map((one, i) => (
        <button
          key={one.complete}
          id={`${id}-${i}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={i === at}
          onMouseMove={whenMoved(() => onPoint(i))}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(one)}
        >
          <strong>{one.label}</strong> <span class="faint">{one.hint}</span>
        </button>
      ))}
    </div>
  );
}
