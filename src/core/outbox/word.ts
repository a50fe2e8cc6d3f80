import type { Message } from '../../domain/content.ts';
import type { Language } from '../../messages/catalog.ts';
import type { Db } from '../../ports/database.ts';
import type { Claim, ClaimedRow } from './claim.ts';
import type { Scene } from './scene.ts';
import type { PostToShow, Saying, Subjects, Worded } from './subjects.ts';
import { LINES } from './write.ts';

/** Nobody here knows what this is: a row of a newer replica, or of a part that is switched off. */
export class UnknownSubject extends Error {
  override readonly name = 'UnknownSubject';
}

/**
 * Puts a claim into words, as of now.
 * @throws UnknownSubject, and whatever a renderer throws
 */
export async function word(db: Db, subjects: Subjects, claim: Claim, language: Language, now: Date): Promise<Worded> {
  const { lead } = claim;
  const kind = lead.subject.split(':', 1)[0]!;
  if (lead.kind === 'show') {
    const render = known(subjects.show[kind], `show ${kind}`);
    return shownOr(await render(db, postOf(lead, claim.scene, language), now));
  }
  const say = lead.payload['say'] as string;
  if (say === LINES) {
    const sayings = claim.rows.map((row) => sayingOf(row, language));
    return known(subjects.lines?.[kind], `lines of ${kind}`)(db, sayings, now);
  }
  return known(subjects.say[say], `say ${say}`)(db, sayingOf(lead, language), now);
}

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new UnknownSubject(what);
  return found;
}

function shownOr(message: Message | undefined): Worded {
  return message ? { kind: 'message', message } : { kind: 'cancelled', reason: 'nothing to show' };
}

function postOf(row: ClaimedRow, scene: Scene, language: Language): PostToShow {
  const post = scene.post!;
  return {
    id: post.id,
    subject: row.subject,
    purpose: post.purpose,
    channel: post.channel,
    first: post.ts === null,
    language,
  };
}

function sayingOf(row: ClaimedRow, language: Language): Saying {
  return {
    id: row.id,
    subject: row.subject,
    channel: row.channel,
    payload: row.payload,
    createdAt: row.created_at,
    v: row.v,
    language,
  };
}
