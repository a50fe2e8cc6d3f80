import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../state.ts';

/** Taller ones are folded, to the height that the style sheet says. */
const TALLEST_PX = 600;

/** A long part of a message, of which the beginning is shown until one asks for more. */
export function Fold({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const { words } = usePage();
  const inside = useRef<HTMLDivElement>(null);
  const [isTall, setTall] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(() => {
    const element = inside.current;
    if (!element) return;
    const measure = (): void => setTall(element.offsetHeight > TALLEST_PX);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <>
      <div class={isTall && !isOpen ? 'fold closed' : 'fold'}>
        <div ref={inside} class="content">
          {children}
        </div>
      </div>
      {isTall && (
        <button type="button" class="unfold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? words.value.showLess : words.value.showMore}
        </button>
      )}
    </>
  );
}
