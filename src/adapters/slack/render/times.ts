import { dateTimeInUtc, timeInUtc } from '../../../domain/content.ts';

export type TimeStyle = 'time' | 'date-time';

export interface ShownTime {
  /** Seconds since 1970. */
  readonly unix: number;
  /** Slack's template, filled in by each reader's own client and zone. */
  readonly format: string;
  /** For clients that cannot: UTC. */
  readonly fallback: string;
}

const FORMATS: Readonly<Record<TimeStyle, string>> = { time: '{time}', 'date-time': '{date_short_pretty} {time}' };

/** `undefined` for a time that is none, or lies before 1970, which Slack's form has no place for. */
export function shownTime(time: Date, style: TimeStyle): ShownTime | undefined {
  const ms = time.getTime();
  if (Number.isNaN(ms) || ms < 0) return undefined;
  return {
    unix: Math.floor(ms / 1_000),
    format: FORMATS[style],
    fallback: style === 'time' ? timeInUtc(time) : dateTimeInUtc(time),
  };
}

/** What is shown for a time that Slack cannot show. */
export function timeAsText(time: Date): string {
  return Number.isNaN(time.getTime()) ? '?' : time.toISOString();
}
