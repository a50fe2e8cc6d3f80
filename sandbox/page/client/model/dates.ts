const PARTS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_short: { month: 'short', day: 'numeric', year: 'numeric' },
  date: { month: 'long', day: 'numeric', year: 'numeric' },
  date_long: { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' },
};
const DAY_MS = 86_400_000;

/** Slack's `{date_short_pretty} {time}` and the like, in the zone of whoever looks. */
export function showDate(seconds: number, format: string, lang: string, now = new Date()): string {
  const at = new Date(seconds * 1000);
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name: string, pretty?: string) => {
    const parts = PARTS[name];
    const near = pretty === undefined ? undefined : nearDay(at, now, lang);
    return near ?? (parts ? new Intl.DateTimeFormat(lang, parts).format(at) : whole);
  });
}

/** Today, yesterday or tomorrow. */
function nearDay(at: Date, now: Date, lang: string): string | undefined {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / DAY_MS);
  if (Math.abs(days) > 1) return undefined;
  return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day');
}

/** A message's `ts` as a clock time. */
export function clockOf(ts: string, lang: string): string {
  return showDate(Number(ts), '{time}', lang);
}

/** A message's `ts` as the day between two rules: `Today`, `Monday, January 5, 2026`. */
export function dayOf(ts: string, lang: string, now = new Date()): string {
  const words = showDate(Number(ts), '{date_long_pretty}', lang, now);
  return words.charAt(0).toLocaleUpperCase(lang) + words.slice(1);
}
