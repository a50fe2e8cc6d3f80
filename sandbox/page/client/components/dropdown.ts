import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A `details` that lies over the page: a press or the focus elsewhere closes it, Escape too, which gives the focus back. */
export function useDropdown(): { readonly box: RefObject<HTMLDetailsElement | null>; readonly close: () => void } {
  const box = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (!box.current?.open) return;
    box.current.open = false;
    box.current.querySelector('summary')?.focus();
  };
  useEffect(() => {
    const element = box.current;
    const elsewhere = ({ target }: Event): void => {
      if (element && target instanceof Node && !element.contains(target)) element.open = false;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close();
    };
    for (const kind of ['pointerdown', 'focusin']) document.addEventListener(kind, elsewhere);
    element?.addEventListener('keydown', onKeyDown);
    return () => {
      for (const kind of ['pointerdown', 'focusin']) document.removeEventListener(kind, elsewhere);
      element?.removeEventListener('keydown', onKeyDown);
    };
  }, []);
  return { box, close };
}
