import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
const KEPT = 'theme';
const kept = localStorage.getItem(KEPT);

/** The colours of this browser's page: kept until they are changed. */
export const theme = signal<(typeof THEMES)[number]>(THEMES.find((one) => one === kept) ?? 'system');

effect(() => {
  document.documentElement.style.colorScheme = theme.value === 'system' ? 'light dark' : theme.value;
  localStorage.setItem(KEPT, theme.value);
});
