import type { PlainTextElement } from '@slack/types';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { act } from '../api.ts';
import { BlockView } from '../blocks/blocks.tsx';
import { Prose } from '../blocks/rich-text.tsx';
import type { OpenView } from '../model/types.ts';
import { type Question, usePage } from '../state.ts';
import { InputView } from './input.tsx';
import { valuesOf } from './values.ts';

/** The modal on top of one's stack: what is typed stays when the app updates it. */
export function Modal({ view }: { readonly view: OpenView }): JSX.Element {
  const page = usePage();
  const { words, me } = page;
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const said = (error: string | undefined) => error && (words.value.errors[error] ?? error);

  const close = (): void => void act(me.value, 'closeView').then(page.tell);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (!view.submit || busy) return;
    setBusy(true);
    const { ok, error, errors: beside } = await act(me.value, 'submit', { values: valuesOf(view, form) });
    setBusy(false);
    setErrors(beside ?? (ok ? {} : { '': error ?? '' }));
  };
  const general = said(errors['']);
  return (
    <Dialog title={wordsOf(view.title)} onCancel={close} content={view.id}>
      <form
        key={view.id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <header>
          <h2>{wordsOf(view.title)}</h2>
          <button type="button" class="cross" aria-label={words.value.close} onClick={close}>
            ✕
          </button>
        </header>
        <div class="content">
          {view.blocks.map((block, i) =>
            block.type === 'input' ? (
              <InputView
                key={block.block_id ?? i}
                block={block}
                view={view}
                error={said(errors[block.block_id ?? ''])}
              />
            ) : (
              <BlockView key={block.block_id ?? i} block={block} place={{ view: 'modal' }} />
            ),
          )}
          {general && (
            <p class="error" role="alert">
              {general}
            </p>
          )}
        </div>
        <footer>
          <button type="button" class="plain" onClick={close}>
            {view.close ? wordsOf(view.close) : words.value.cancel}
          </button>
          {view.submit && (
            <button type="submit" class="primary" disabled={busy}>
              {busy ? words.value.waiting : wordsOf(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function wordsOf(text: PlainTextElement | null): string {
  return text?.text ?? '';
}

/** The question that a control asks before it counts. */
export function ConfirmDialog({ question }: { readonly question: Question }): JSX.Element {
  const { dialog, answer } = question;
  const title = dialog.title?.text ?? '';
  return (
    <Dialog title={title} onCancel={() => answer(false)} content={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answer(true);
        }}
      >
        <header>
          <h2>{title}</h2>
        </header>
        <div class="content">
          <Prose text={dialog.text} />
        </div>
        <footer>
          <button type="button" class="plain" onClick={() => answer(false)}>
            {dialog.deny?.text}
          </button>
          <button type="submit" class={dialog.style ?? 'primary'}>
            {dialog.confirm?.text}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onCancel: () => void;
  /** Changes when there is something else to be read or filled in. */
  readonly content: string;
  readonly children: ComponentChildren;
}

const FIELDS = 'input, textarea, select';

/** Takes the focus while it is open, puts it into the first field as soon as there is one, and gives it back. */
function Dialog({ title, onCancel, content, children }: DialogProps): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const placed = useRef('');
  useLayoutEffect(() => {
    const opener = document.activeElement;
    box.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  useEffect(() => {
    const field = box.current?.querySelector<HTMLElement>(FIELDS);
    if (!field || placed.current === content) return;
    placed.current = content;
    field.focus();
  });
  return (
    <dialog
      ref={box}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      {children}
    </dialog>
  );
}
