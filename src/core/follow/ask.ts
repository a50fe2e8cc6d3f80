import { type Message, messageOf } from '../../domain/content.ts';
import type { Catalog } from '../../messages/catalog.ts';
import { userError } from '../../messages/user-error.ts';
import type { Db } from '../../ports/database.ts';
import { asTyped } from '../ask/say.ts';
import { plainWord } from '../ask/tokenize.ts';
import type { Asked } from '../define.ts';
import type { Environments } from '../environments.ts';
import type { ChosenLogs } from '../logs/which.ts';
import type { LogArgs } from '../logs/wish.ts';
import type { PodSearch } from '../pod-search.ts';
import { beginFollow } from './begin.ts';
import { lookAgain } from './look.ts';
import { stopButton, takenMessage } from './post.ts';
import { FOLLOWS_MS, type Followed } from './rows.ts';

/** What was asked for with `-f`, once it is found. */
export interface FollowAsked {
  readonly args: LogArgs;
  readonly search: PodSearch;
  readonly chosen: ChosenLogs;
}

/** What does not go with `-f`. @throws UserError */
export function refuseBeside({ previous }: LogArgs, { whole }: Pick<Asked, 'whole'>): void {
  if (previous) throw userError('not-with-follow', { flag: '--previous' });
  if (whole) throw userError('not-with-follow', { flag: '--file' });
}

/** Begins to follow these logs, with a first look at them; answers where, or who follows already. */
export async function followLogs(
  what: FollowAsked,
  { environments, db }: { readonly environments: Environments; readonly db: Db },
  asked: Asked,
  m: Catalog,
): Promise<Message> {
  const { now, signal } = asked;
  const followed = followedOf(what, asked);
  const state = await lookAgain(followed, undefined, { environments, now, signal });
  const begun = await beginFollow(db, followed, state, asked);
  if (begun.kind === 'taken') return takenMessage(begun.by, m);
  const words = m.logs.follow;
  const stop = stopButton(begun.job, words.buttons.stop);
  return messageOf(words.begun({ place: begun.place, of: followed.title, until: followed.until }), {
    kind: 'buttons',
    buttons: [stop],
  });
}

/** What to type to follow what a plain answer shows. */
export function wordsToFollow(what: FollowAsked, asked: Pick<Asked, 'now' | 'cluster'>): string {
  return `${followedOf(what, asked).say} -f`;
}

function followedOf({ args, search, chosen }: FollowAsked, { now, cluster }: Pick<Asked, 'now' | 'cluster'>): Followed {
  const { container, grep, errors, tail, since, 'since-time': sinceTime, namespace, selector } = args;
  const ofWorkload = search.meant !== undefined || search.looking.length > 0;
  const environment = search.places[0]!.environment;
  const which = ofWorkload ? { target: chosen.workload } : { namespace, selector };
  const filter = { container, grep, errors };
  return {
    v: 1,
    words: { ...which, ...filter, tail, since, 'since-time': sinceTime },
    environment,
    ...(cluster !== undefined && { cluster }),
    title: chosen.workload,
    container: chosen.sources[0]?.container ?? '',
    say: wordsOf({ ...which, ...filter, ...(ofWorkload ? {} : { environment, cluster }) }),
    from: now,
    until: new Date(now.getTime() + FOLLOWS_MS),
  };
}

type Said = Pick<LogArgs, 'target' | 'namespace' | 'selector' | 'container' | 'grep' | 'errors'> & {
  readonly environment?: string;
  readonly cluster?: string;
};

/** What to type for the same logs. */
function wordsOf({ target, errors, ...flags }: Said): string {
  const valued = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [plainWord(`--${flag}`), { value, quoted: true }],
  );
  return asTyped([
    plainWord('logs'),
    ...(target === undefined ? [] : [plainWord(target)]),
    ...valued,
    ...(errors ? [plainWord('--errors')] : []),
  ]);
}
