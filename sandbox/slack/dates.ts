/** Slack's `<!date^unix^format^link|fallback>` and the dates of rich text. */
const FORM = /<!date\^(\d+)\^([^|^>]*)(?:\^[^|>]*)?(?:\|([^>]*))?>/g;

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long', year: 'numeric' };
const inUtc = (parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' });
const PARTS: Readonly<Record<string, Intl.DateTimeFormat>> = {
  time: inUtc({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  time_secs: inUtc({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  date_num: inUtc({ year: 'numeric', month: '2-digit', day: '2-digit' }),
  date_short: inUtc({ ...DAY, month: 'short' }),
  date: inUtc(DAY),
  date_long: inUtc({ ...DAY, weekday: 'long' }),
};

/**
 * The format filled in as for a reader in UTC, with no word such as "today" for the day: what a test compares must not depend on
 * when it runs. A format that Slack does not know gives the fallback.
 */
export function dateWords(seconds: number, format: string, fallback = ''): string {
  const at = new Date(seconds * 1000);
  let known = !Number.isNaN(at.getTime());
  const filled = format.replaceAll(/\{(\w+?)(?:_pretty)?\}/g, (_whole, name: string) => {
    const parts = PARTS[name];
    known &&= parts !== undefined;
    return known ? (parts?.format(at) ?? '') : '';
  });
  return known ? filled : fallback;
}

/** The same text with its dates in words. */
export function withDates(text: string): string {
  return text.replaceAll(FORM, (_whole, seconds: string, format: string, fallback?: string) =>
    dateWords(Number(seconds), format, fallback),
  );
}
