import type { JSX } from 'preact';

interface Props {
  /** Said in place of it; absent: it says nothing that the words beside it do not. */
  readonly label?: string;
}

/** Drawn in the colour of the text around them: no font has to have them. */
function icon(path: string): (props: Props) => JSX.Element {
  return ({ label }) => (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="14"
      height="14"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

export const Lock = icon('M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2');
export const Pencil = icon('M3 13l.7-2.9 7.2-7.2 2.2 2.2-7.2 7.2zM9.6 4.2l2.2 2.2');
/** For one reader's eyes. */
export const Eye = icon(
  'M1.5 8s2.4-4.2 6.500-4.200S14.500 8 14.500 8s-2.400 4.200-6.500 4.200S1.500 8 1.500 8zM8 6.300a1.700 1.700 0 1 1 0 3.400 1.700 1.700 0 0 1 0-3.400',
);
/** Out of a thread, into the channel. */
export const Out = icon('M3 3v4.500a2 2 0 0 0 2 2h8M10 6.500l3 3-3 3');
