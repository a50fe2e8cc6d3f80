/** What is wrong with something that somebody wrote, and what to do about it. Plain text, for a terminal. */
export interface Wrong {
  readonly detail: string;
  readonly remedy: string;
}

/** For a word that nobody knows: the one that looks most like it, else those that there are. */
export interface Meant {
  readonly near: string | undefined;
  readonly known: readonly string[];
}
