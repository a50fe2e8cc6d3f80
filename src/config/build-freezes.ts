import { DAYS, type Freeze, type Span } from '../domain/freeze.ts';
import type { BuildContext } from './build-context.ts';
import { zoneOf } from './build-zone.ts';
import type { Path } from './problem.ts';
import type { GuardrailsInput } from './schema-guardrails.ts';

type FreezeInput = NonNullable<GuardrailsInput['freezes']>[number];

const DAY_MINUTES = 24 * 60;
const WRITE = 'write 2026-12-28 18:00, fri 18:00 or 22:00, both in the same way';

/** Freezes with their zones; what is no time, no zone or an empty window is a problem at its place. */
export function buildFreezes(
  ctx: BuildContext,
  input: readonly FreezeInput[],
  places: { readonly zone: string | undefined; readonly at: Path; readonly zoneAt: Path },
): readonly Freeze[] {
  const common = zoneOf(ctx, places.zone ?? 'UTC', places.zoneAt);
  return input.map((freeze, i) => {
    const at = [...places.at, i];
    const zone = freeze.zone === undefined ? common : zoneOf(ctx, freeze.zone, [...at, 'zone']);
    const window = buildWindow(ctx, freeze, at);
    const dates = (freeze.dates ?? []).flatMap((text, j) => buildDate(ctx, text, [...at, 'dates', j]));
    if (freeze.from === undefined && freeze.to === undefined && freeze.dates === undefined)
      ctx.problem(at, 'has no time', 'give it from and to, or dates');
    return { name: freeze.name, zone, spans: [...window, ...dates] };
  });
}

function buildWindow(ctx: BuildContext, { from, to }: FreezeInput, path: Path): readonly Span[] {
  if (from === undefined && to === undefined) return [];
  if (from === undefined || to === undefined) {
    ctx.problem(path, `has no ${from === undefined ? 'from' : 'to'}`, WRITE);
    return [];
  }
  const [first, last] = [readMoment(from), readMoment(to)];
  if (!first || !last || first.every !== last.every) {
    ctx.problem([...path, first ? 'to' : 'from'], 'is no such time', WRITE);
    return [];
  }
  const empty = first.at === last.at || (first.every === 'never' && first.at > last.at);
  if (empty) ctx.problem([...path, 'to'], 'is not after from', 'give it a later time');
  return empty ? [] : [{ every: first.every, from: first.at, to: last.at } as Span];
}

function buildDate(ctx: BuildContext, text: string, path: Path): readonly Span[] {
  const day = readDate(text);
  if (day) {
    const next = new Date(day.getTime() + DAY_MINUTES * 60_000);
    return [{ every: 'never', from: localText(day), to: localText(next) }];
  }
  ctx.problem(path, 'is no date', 'write for example 2027-01-01');
  return [];
}

type Moment =
  | { readonly every: 'never'; readonly at: string }
  | { readonly every: 'week' | 'day'; readonly at: number };

function readMoment(text: string): Moment | undefined {
  const found = /^(?:(\d{4}-\d{2}-\d{2})(?:[ T]+|$)|([a-z]{3})[a-z]*(?: +|$))?(?:(\d{1,2}):(\d{2}))?$/i.exec(
    text.trim(),
  );
  if (!found || text.trim() === '') return undefined;
  const [, date, day, hours = '0', minutes = '0'] = found;
  const time = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || time > DAY_MINUTES) return undefined;
  if (date !== undefined) {
    const start = readDate(date);
    return start && { every: 'never', at: localText(new Date(start.getTime() + time * 60_000)) };
  }
  if (day === undefined) return { every: 'day', at: time % DAY_MINUTES };
  const index = DAYS.indexOf(day.toLowerCase());
  return index < 0 ? undefined : { every: 'week', at: (index * DAY_MINUTES + time) % (7 * DAY_MINUTES) };
}

/** Midnight of a day that there is, in UTC only to count with. */
function readDate(text: string): Date | undefined {
  const day = new Date(`${text.trim()}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.trim() ? undefined : day;
}

/** `2026-12-28T18:00`: the clock's time, whatever the zone. */
function localText(at: Date): string {
  return at.toISOString().slice(0, 16);
}
