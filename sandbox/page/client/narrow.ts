import { signal } from '@preact/signals';

const query = matchMedia('(max-width: 760px)');

/** Whether there is room for one pane only, as the style sheet has it. */
export const narrow = signal(query.matches);

query.addEventListener('change', ({ matches }) => {
  narrow.value = matches;
});
