/** Columns of a monospaced font: East-Asian wide characters and emoji take two, combining marks none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NOTHING = /\p{Mn}|\p{Me}|\p{Cf}/u;

export function widthOf(value: string): number {
  let width = 0;
  for (const character of value) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (NOTHING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** At most `max` columns, the mark of the cut included. */
export function cutToWidth(value: string, max: number): string {
  if (widthOf(value) <= max) return value;
  let out = '';
  let width = 0;
  for (const character of value) {
    width += characterWidth(character);
    if (width > max - 1) break;
    out += character;
  }
  return `${out}…`;
}

export function padStart(value: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(value))) + value;
}

export function padEnd(value: string, width: number): string {
  return value + ' '.repeat(Math.max(0, width - widthOf(value)));
}
