import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askedFrom,
  cursorAfter,
  cursorAnew,
  cursorFrom,
  type LogCursor,
  linesAfter,
} from '../../../src/core/logs/cursor.ts';

interface Line {
  readonly at: Date;
  readonly text: string;
}

/** What a kubelet answers: of the file as it is by now, the lines from a whole second on. */
const answered = (file: readonly Line[], from: Date): readonly Line[] => file.filter(({ at }) => at >= from);

/** Lines whose times go on by some ms, now and then back by a few: two streams of a container. */
const file = fc
  .array(fc.tuple(fc.oneof(fc.integer({ min: -20, max: 900 }), fc.constant(0)), fc.boolean()), {
    minLength: 1,
    maxLength: 80,
  })
  .map((steps) => {
    let ms = Date.UTC(2026, 2, 2, 3);
    return steps.map(([by, much], i): Line => {
      ms += much ? by * 5 : by;
      return { at: new Date(ms), text: `line ${i}` };
    });
  });

/** At how many lines somebody looks. */
const looks = fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 12 }).map((at) => [...at].sort((a, b) => a - b));

describe('a log that is looked at again and again', () => {
  it('gives every line once, whenever one looks', () => {
    fc.assert(
      fc.property(file, looks, (lines, at) => {
        let cursor: LogCursor = cursorFrom(new Date(0));
        const seen: string[] = [];
        for (const count of [...at, lines.length]) {
          const now = answered(lines.slice(0, count), askedFrom(cursor));
          const { fresh, whole } = linesAfter(now, cursor);
          expect(whole).toBe(true);
          seen.push(...fresh.map(({ text }) => text));
          cursor = cursorAfter(now, cursor, false) ?? cursor;
        }
        expect(seen).toEqual(lines.map(({ text }) => text));
      }),
    );
  });

  it('goes on from the end of a longer one', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 20 }), (lines, count, tail) => {
        // Where lines share a time, those that were cut off cannot be told from new ones: then it says that some may be missing.
        const ordered = lines.toSorted((a, b) => a.at.getTime() - b.at.getTime());
        const before = ordered.slice(0, count);
        const end = before.slice(-tail);
        const cursor = cursorAfter(end, undefined, end.length < before.length);
        const { fresh, whole } = linesAfter(answered(ordered, askedFrom(cursor!)), cursor!);
        const shared = new Set(ordered.map(({ at }) => at.getTime())).size < ordered.length;
        expect(whole || shared).toBe(true);
        if (whole) expect(fresh.map(({ text }) => text)).toEqual(ordered.slice(count).map(({ text }) => text));
      }),
    );
  });

  it('says that lines are missing when those that were read are not there, and repeats none', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 79 }), fc.integer({ min: 1, max: 79 }), (lines, count, gone) => {
        const before = lines.slice(0, count);
        const cursor = cursorAfter(before, undefined, false)!;
        const rest = lines.slice(Math.min(gone, lines.length));
        const { fresh, whole } = linesAfter(answered(rest, askedFrom(cursor)), cursor);
        const texts = new Set(before.map(({ text }) => text));
        expect(fresh.filter(({ text }) => texts.has(text))).toEqual([]);
        if (gone > count && lines[count]) expect(whole).toBe(false);
        const anew = cursorAnew(cursor);
        const next = cursorAfter(answered(rest, askedFrom(cursor)), whole ? cursor : anew, false)!;
        expect(linesAfter(answered(rest, askedFrom(next)), next)).toEqual({ fresh: [], whole: true });
      }),
    );
  });
});
