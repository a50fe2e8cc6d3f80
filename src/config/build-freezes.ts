import { DAYS, type Freeze, type Span } from '../domain/freeze.ts';
import type { BuildContext } from './build-context.ts';
import { zoneOf } from './build-zone.ts';
import type { Path } from './problem.ts';
import type { GuardrailsInput } from './schema-guardrails.ts';

type FreezeInput = NonNullable<GuardrailsInput['freezes']>[number];

const DAY_MINUTES = 24 * 60;

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
      ctx.problem(at, (m) => m.config.freeze.never);
    return { name: freeze.name, zone, spans: [...window, ...dates] };
  });
}

function buildWindow(ctx: BuildContext, { from, to }: FreezeInput, path: Path): readonly Span[] {
  if (from === undefined && to === undefined) return [];
  if (from === undefined || to === undefined) {
    ctx.problem(path, (m) => m.config.freeze.no[from === undefined ? 'from' : 'to']);
    return [];
  }
  const [first, last] = [readMoment(from), readMoment(to)];
  if (!first || !last || first.every !== last.every) {
    ctx.problem([...path, first ? 'to' : 'from'], (m) => m.config.freeze.noTime);
    return [];
  }
  const empty = first.at === last.at || (first.every === 'never' && first.at > last.at);
  if (empty) ctx.problem([...path, 'to'], (m) => m.config.freeze.ends);
  return empty ? [] : [{ every: first.every, from: first.at, to: last.at } as Span];
}

function buildDate(ctx: BuildContext, text: string, path: Path): readonly Span[] {
  const day = readDate(text);
  if (day) {
    const next = new Date(day.getTime() + DAY_MINUTES * 60_000);
    return [{ every: 'never', from: localText(day), to: localText(next) }];
  }
  ctx.problem(path, (m) => m.config.freeze.date);
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
