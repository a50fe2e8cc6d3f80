import { nameToEmoji } from 'gemoji';

/** An emoji by Slack's name for it, which is GitHub's but for some `large_` and `_face`; undefined where there is none. */
export function emojiOf(name: string): string | undefined {
  return nameToEmoji[name] ?? nameToEmoji[name.replace(/^large_|_face$/, '')];
}

/** Signs that every font has, coloured by the style sheet: what matters must be seen where no emoji font is. */
export const SIGNS: Readonly<Record<string, string>> = {
  red_circle: '●',
  large_orange_circle: '●',
  large_yellow_circle: '●',
  large_blue_circle: '●',
  white_check_mark: '✔',
  hourglass_flowing_sand: '⌛',
  x: '✖',
  grey_question: '?',
  no_entry_sign: '⊘',
  warning: '⚠',
  rotating_light: '⚠',
  alarm_clock: '⌚',
  raised_hand: '☝',
  eyes: '◉◉',
  '+1': '+1',
  '-1': '-1',
  raised_hands: '\\o/',
  heart: '♥',
  question: '?',
};

/** To answer a message with: all of these the workspace knows. */
export const OFFERED = [
  'eyes',
  'white_check_mark',
  'raised_hands',
  '+1',
  '-1',
  'pray',
  'tada',
  'wave',
  'heart',
  'fire',
  'thinking_face',
  'question',
] as const;
