import { emojiOf, SIGNS } from './model/emoji.ts';

let found: boolean | undefined;

/** Whether this browser has coloured glyphs for emoji: a red circle that is drawn in black comes out red. */
function hasEmojiFont(): boolean {
  found ??= drawsRed();
  return found;
}

/** As this browser can show it: coloured, or as a sign that every font has; undefined: by its name. */
export function shownEmoji(name: string): string | undefined {
  return hasEmojiFont() ? emojiOf(name) : SIGNS[name];
}

function drawsRed(): boolean {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return false;
  pen.font = '16px sans-serif';
  pen.fillText('🔴', 0, 16);
  const { data } = pen.getImageData(0, 0, 24, 24);
  for (let at = 0; at < data.length; at += 4)
    if ((data[at] ?? 0) > 100 && (data[at + 1] ?? 0) < 100 && (data[at + 3] ?? 0) > 200) return true;
  return false;
}
