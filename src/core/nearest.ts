/** Which known words somebody may have meant. */

/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, replacements and swapped neighbours.
 * Linear in memory. With `most`, a whole number, what is farther than that is `most + 1`, and given up as soon as that is sure.
 */
export function distance(a: string, b: string, most = Number.POSITIVE_INFINITY): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    // No later row gets below the least of this one: a swap reaches back over two rows, but costs one itself.
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, most + 1);
}

/** Longer words are not compared: what somebody mistyped is short. */
const LONGEST = 100;

/**
 * The known words nearest to `word`, nearest first: up to a third of its letters wrong, or one within the other. Empty when
 * nothing is near enough to be worth saying.
 */
export function nearest(word: string, known: Iterable<string>, max = 3): readonly string[] {
  const wanted = word.toLowerCase().slice(0, LONGEST);
  if (wanted === '') return [];
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = [...new Set(known)].flatMap((name) => {
    const rank = rankOf(wanted, name.toLowerCase().slice(0, LONGEST), allowed);
    return rank === undefined ? [] : [{ name, rank }];
  });
  return ranked
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, max)
    .map(({ name }) => name);
}

function rankOf(wanted: string, name: string, allowed: number): number | undefined {
  if (Math.abs(wanted.length - name.length) <= allowed) {
    const far = distance(wanted, name, allowed);
    if (far <= allowed) return far;
  }
  const partly = wanted.length >= 3 && name.length >= 3 && (name.includes(wanted) || wanted.includes(name));
  return partly ? allowed + 1 : undefined;
}
