/** What somebody has written in a channel, or in one of its threads. */
export interface Place {
  readonly me: string;
  /** A channel's id, or `dm`. */
  readonly where: string;
  readonly thread?: string | undefined;
}

export function draftKey({ me, where, thread = '' }: Place): string {
  return [me, where, thread].join(' ');
}

/** Whether there is anything to be sent there; without a thread, in the channel or any of its threads. */
export function hasDraft(drafts: Readonly<Record<string, string>>, { me, where, thread }: Place): boolean {
  const written = (key: string): boolean => (drafts[key] ?? '').trim() !== '';
  if (thread !== undefined) return written(draftKey({ me, where, thread }));
  return Object.keys(drafts).some((key) => key.startsWith(`${me} ${where} `) && written(key));
}
