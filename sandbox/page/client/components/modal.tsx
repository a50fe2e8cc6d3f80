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

/** One's stack of modals, of which the one on top is seen: what was typed in the others is still there when they come back. */
export function Modals({ views }: { readonly views: readonly OpenView[] }): JSX.Element | null {
  const { me, tell } = usePage();
  const top = views.at(-1);
  if (!top) return null;
  const close = (): void => void act(me.value, 'closeView').then(tell);
  return (
    <Dialog title={wordsOf(top.title)} onCancel={close} content={top.id}>
      {views.map((view) => (
        <Modal key={view.id} view={view} hidden={view !== top} onClose={close} />
      ))}
    </Dialog>
  );
}

interface ModalProps {
  readonly view: OpenView;
  readonly hidden: boolean;
  readonly onClose: () => void;
}

function Modal({ view, hidden, onClose }: ModalProps): JSX.Element {
  const { words, me } = usePage();
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const said = (error: string | undefined) => error && (words.value.errors[error] ?? error);

  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (!view.submit || busy) return;
    setBusy(true);
    const { ok, error, errors: beside } = await act(me.value, 'submit', { values: valuesOf(view, form) });
    setBusy(false);
    setErrors(beside ?? (ok ? {} : { '': error ?? '' }));
  };
  const general = said(errors['']);
  return (
    <form
      hidden={hidden}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <header>
        <h2>{wordsOf(view.title)}</h2>
        <button type="button" class="cross" aria-label={words.value.close} onClick={onClose}>
          ✕
        </button>
      </header>
      <div class="content">
        {view.blocks.map((block, i) =>
          block.type === 'input' ? (
            <InputView key={block.block_id ?? i} block={block} view={view} error={said(errors[block.block_id ?? ''])} />
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
        <button type="button" class="plain" onClick={onClose}>
          {view.close ? wordsOf(view.close) : words.value.cancel}
        </button>
        {view.submit && (
          <button type="submit" class="primary" disabled={busy}>
            {busy ? words.value.waiting : wordsOf(view.submit)}
          </button>
        )}
      </footer>
    </form>
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

const FIELDS = 'form:not([hidden]) :is(input, textarea, select)';

/** Takes the focus while it is open, puts it into the first field as soon as there is one, and gives it back. */
function Dialog({ title, onCancel, content, children }: DialogProps): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const placed = useRef('');
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
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
