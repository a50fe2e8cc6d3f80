import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

const CONTROLS = 'button, select, input, summary';

/** What takes the place of the control that had the focus has it too: whoever works by keyboard stays where they were. */
export function useFocusInPlace(box: RefObject<HTMLElement | null>): void {
  const had = controlsIn(box.current).find((one) => one === document.activeElement);
  const at = had ? controlsIn(box.current).indexOf(had) : -1;
  useLayoutEffect(() => {
    if (at < 0 || had?.isConnected) return;
    const now = controlsIn(box.current);
    (now[at] ?? now.at(-1))?.focus({ preventScroll: true });
  });
}

function controlsIn(box: HTMLElement | null): readonly HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
}

/** Gives the focus to that as soon as it is drawn, where what had it has gone. */
export function focusInstead(selector: string): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(selector)?.focus();
  });
}
