import type { TeamSeed } from './options.ts';
import type { Person } from './types.ts';

const DAY = 86_400;

function secondOfDay(hours: string): number {
  const [hour = 0, minute = 0] = hours.split(':').map(Number);
  return hour * 3600 + minute * 60;
}

export interface QuietTime {
  readonly enabled: boolean;
  /** Seconds since 1970, the current or the next quiet time; 1 where there is none, as Slack answers. */
  readonly start: number;
  readonly end: number;
}

/** The current or next quiet hours in the person's own zone; the workspace's hours hold for all without own ones. */
export function quietTime(person: Person, team: TeamSeed, now: number): QuietTime {
  const hours = person.quiet ?? team.quiet;
  if (!hours) return { enabled: false, start: 1, end: 1 };
  const local = now + person.tzOffset;
  const midnight = local - (local % DAY);
  const length = (secondOfDay(hours.to) - secondOfDay(hours.from) + DAY) % DAY || DAY;
  const starts = [midnight - DAY, midnight, midnight + DAY].map(
    (day) => day + secondOfDay(hours.from) - person.tzOffset,
  );
  const start = starts.find((one) => one + length > now) ?? midnight;
  return { enabled: true, start, end: start + length };
}

export function isQuiet(person: Person, team: TeamSeed, now: number): boolean {
  if (person.snoozedUntil !== undefined && person.snoozedUntil > now) return true;
  const quiet = quietTime(person, team, now);
  return quiet.enabled && quiet.start <= now && now < quiet.end;
}
