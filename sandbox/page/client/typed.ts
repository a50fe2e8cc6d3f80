/** What each person has sent since the page was opened, oldest first. */
const typed = new Map<string, readonly string[]>();
const KEPT = 50;

export function remember(who: string, text: string): void {
  const before = typedBefore(who);
  if (before.at(-1) !== text) typed.set(who, [...before, text].slice(-KEPT));
}

export function typedBefore(who: string): readonly string[] {
  return typed.get(who) ?? [];
}
