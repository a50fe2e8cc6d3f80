import type { z } from 'zod';
import { parseWords, readArgs, type Shape } from '../../src/core/ask/parse.ts';
import { tokenize } from '../../src/core/ask/tokenize.ts';
import type { Asked, Resources } from '../../src/core/define.ts';
import type { Language } from '../../src/messages/catalog.ts';

/** A viewer at `/ops` in a channel, in English; what a test is about is said in `more`. */
export function askedBy(more: Partial<Asked> = {}): Asked {
  return {
    principal: { kind: 'slack', id: 'U1', team: 'T1' },
    role: 'viewer',
    origin: { kind: 'command', channel: 'C1' },
    language: 'en',
    now: new Date('2026-11-20T03:00:00Z'),
    signal: new AbortController().signal,
    ...more,
  };
}

/** What a command makes of the words after its verb. @throws UserError as for people */
export function argsOf<Args>(
  command: Shape & { readonly args: z.ZodType<Args> },
  words: string,
  language: Language = 'en',
): Args {
  return readArgs(command, parseWords(command, tokenize(words)).given, language);
}

/** For what a test does not expect to be used. */
export const notAsked = (): never => {
  throw new Error('not asked for');
};

/** These, and of everything else nothing: whoever reaches for it fails. */
export function resourcesOf(given: Partial<Resources>): Resources {
  return {
    get environments() {
      return notAsked();
    },
    get databases() {
      return notAsked();
    },
    get images() {
      return notAsked();
    },
    get db() {
      return notAsked();
    },
    get rights() {
      return notAsked();
    },
    get actions() {
      return notAsked();
    },
    get routing() {
      return notAsked();
    },
    get testAlerts() {
      return notAsked();
    },
    incidentRules: notAsked,
    linkTo: notAsked,
    silencers: notAsked,
    timetable: notAsked,
    ...given,
  };
}
