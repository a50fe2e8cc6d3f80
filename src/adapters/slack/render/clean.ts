import { clean } from '../../../domain/clean.ts';
import { cut } from '../../../domain/content.ts';

/** Cleaned, on one line, cut to `max` UTF-16 units. Empty when there is nothing to see. */
export function oneLine(value: string, max: number): string {
  return cut(clean(value).replace(/\s+/g, ' ').trim(), max);
}

/** The mark for what was left out; the same in every language. */
export function moreMark(count: number): string {
  return `… +${count}`;
}
