import { type Block, type Button, type Message, messageOf, type Text } from '../../domain/content.ts';
import { UserError } from '../../domain/errors.ts';
import { principalName } from '../../domain/principal.ts';
import { type Catalog, sentences } from '../../messages/catalog.ts';
import { wordUserError } from '../../messages/user-error.ts';
import { sayButton } from '../ask/say.ts';
import type { ShowSubject } from '../outbox/subjects.ts';
import { leftToNewer } from '../pipeline/telling.ts';
import { nameIn } from '../pipeline/words.ts';
import { type Follow, type FollowEnd, loadFollow } from './rows.ts';

export const FOLLOW_STOP_BUTTON = 'follow-stop';
/** A phone's width for what stands on a button. */
const TARGET_MAX = 40;

/** The renderer of `follow:<job>`: what is written, and how it ended. */
export const showFollow: ShowSubject = async (db, post) => {
  const follow = await loadFollow(db, Number(post.subject.slice('follow:'.length))).catch(leftToNewer);
  return follow && followMessage(follow, sentences(post.language));
};

function followMessage(follow: Follow, m: Catalog): Message {
  const { job, followed, state, end } = follow;
  const words = m.logs.follow;
  const filtered = followed.words.grep !== undefined || followed.words.errors === true;
  const about = {
    by: nameIn(job.principal),
    of: followed.title,
    container: followed.container,
    pods: Object.keys(state.logs).length,
    lines: state.found,
    filtered,
  };
  const headline = end
    ? words.ended({ ...about, why: wordEnd(follow, end, m) })
    : words.running({ ...about, until: followed.until });
  const notes = notesOf(follow, m);
  const blocks: Block[] = [
    ...(state.lines.length > 0 ? [{ kind: 'code' as const, code: state.lines.join('\n') }] : []),
    ...(notes.length > 0 ? [{ kind: 'context' as const, lines: notes }] : []),
    { kind: 'buttons', buttons: end ? buttonsAfter(follow, m) : [stopButton(job.id, words.buttons.stop)] },
  ];
  return messageOf(headline, ...blocks);
}

function wordEnd({ state, job, followed }: Follow, end: FollowEnd, m: Catalog): Text {
  const words = m.logs.follow.end;
  switch (end.kind) {
    case 'time':
      return words.time({ until: followed.until });
    case 'gone':
      return words.gone({ at: state.lookedAt });
    case 'stopped':
      return words.stopped({ by: nameIn(end.by), at: job.cancel_requested_at ?? state.lookedAt });
    case 'interrupted':
      return words.interrupted({ at: state.lookedAt });
    case 'impossible':
      return words.failed({ at: state.lookedAt, why: wordUserError(m, new UserError(end.code, end.params)) });
    case 'refused':
      return words.failed({ at: state.lookedAt, why: [end.detail] });
  }
}

function notesOf({ state }: Follow, m: Catalog): readonly Text[] {
  const words = m.logs.follow;
  const earlier = state.found - state.lines.length;
  return [
    ...(earlier > 0 || state.older ? [words.earlier({ more: earlier, older: state.older })] : []),
    ...(state.gaps > 0 ? [words.gaps({ count: state.gaps })] : []),
    ...(state.left.length > 0 ? [words.left({ pods: state.left })] : []),
    ...(state.unread.length > 0 ? [words.unread({ pods: state.unread, at: state.lookedAt })] : []),
    ...(state.away.length > 0 ? [m.ops.pods.away({ clusters: state.away })] : []),
    ...(state.more > 0 ? [m.logs.podsLeft({ more: state.more })] : []),
  ];
}

export function stopButton(job: number, label: string): Button {
  return { id: FOLLOW_STOP_BUTTON, label, carries: { v: 1, follow: job } };
}

function buttonsAfter({ state, followed }: Follow, m: Catalog): readonly Button[] {
  const { again, file } = m.logs.follow.buttons;
  const { firstAt } = state;
  const from = firstAt && `${followed.say} --since-time ${firstAt.toISOString()} --tail 10000 --file`;
  return [sayButton(again, `${followed.say} -f`), ...(from ? [sayButton(file, from)] : [])];
}

/** To who wanted a further one: whose they are, each with a button that stops it. */
export function takenMessage(by: readonly Follow[], m: Catalog): Message {
  const words = m.logs.follow;
  const follows = by.map(({ job, followed }) => ({
    by: nameIn(job.principal),
    of: followed.title,
    until: followed.until,
  }));
  const shorts = by.map(({ followed }) => followed.title.split('/').at(-1)?.slice(0, TARGET_MAX) ?? '');
  const buttons = by.map((follow, i) => {
    const short = shorts[i]!;
    const twice = shorts.indexOf(short) !== shorts.lastIndexOf(short);
    const of = twice ? `${short} (@${principalName(follow.job.principal)})` : short;
    return stopButton(follow.job.id, words.buttons.stopThat({ of }));
  });
  return messageOf(
    words.taken({ count: by.length }),
    { kind: 'list', items: follows.map(words.takenBy) },
    { kind: 'buttons', buttons },
  );
}
