/** What fits a phone and one message. */
const LINES = 60;
const CHARACTERS = 2_800;

/** The first lines, as many as fit; all of them in a file. */
export function fitting(lines: readonly string[], whole: boolean | undefined): readonly string[] {
  if (whole) return lines;
  let size = 0;
  const from = lines.findIndex((line) => {
    size += line.length + 1;
    return size > CHARACTERS;
  });
  return lines.slice(0, Math.min(LINES, from < 0 ? lines.length : Math.max(1, from)));
}
