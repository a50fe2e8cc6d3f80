import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** A pane beside the messages takes the focus when it opens, into what `first` selects; Escape in it closes it. */
export function useSidePane(pane: RefObject<HTMLElement | null>, first: string, close: () => void): void {
  useEffect(() => {
    const element = pane.current;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) close();
    };
    element?.addEventListener('keydown', onKeyDown);
    element?.querySelector<HTMLElement>(first)?.focus({ preventScroll: true });
    return () => element?.removeEventListener('keydown', onKeyDown);
  }, []);
}
