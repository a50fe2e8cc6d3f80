import type { Message, Text } from '../../domain/content.ts';
import { joinText } from '../../domain/content.ts';
import type { Catalog, Language } from '../../messages/catalog.ts';
import { languageFor } from '../language.ts';
import type { Claim } from './claim.ts';
import { isPerson, placeInWords } from './places.ts';
import type { Scene } from './scene.ts';
import { CLASS } from './write.ts';

/** What the sender itself has to say beside the message: where it was meant to go, what it continues, that it is a short form. */

/** In the channel's or the person's own language, else the installation's. */
export function languageIn(scene: Scene, otherwise: Language): Language {
  return languageFor({ channel: scene.language, otherwise });
}

export type OutboxWords = Catalog['outbox'];

/** Adds the notes that a claim owes; they are owed again with each edit. */
export function withNotes(message: Message, claim: Claim, words: OutboxWords): Message {
  const { fallback_of: meantFor, payload } = claim.lead;
  const before = payload['before'];
  const notes: Text[] = [];
  if (meantFor !== null) notes.push(undelivered(meantFor, claim, words));
  if (claim.lead.kind === 'show' && before !== undefined) {
    notes.push(words.continues(typeof before === 'string' && before !== '' ? { link: before } : {}));
  }
  return note(message, notes);
}

/** Outside its thread a line has to say of what it speaks, as it does on a lock screen. */
export function standingAlone(message: Message): Message {
  const [only, ...more] = message.blocks;
  if (only?.kind !== 'text' || more.length > 0) return message;
  return { ...message, blocks: [{ ...only, text: message.text }] };
}

/** Only words, for a message that Slack refused in its full form. */
export function shortForm(message: Message, code: string, words: OutboxWords): Message {
  return { text: joinText([message.text, words.shortened({ code })], '\n'), blocks: [] };
}

/** A ping that could not reach somebody still names them; to name anybody else would call them, and an id tells nobody anything. */
function undelivered(channel: string, { lead }: Claim, words: OutboxWords): Text {
  const [to, code] = [placeInWords(channel), lead.error ?? ''];
  if (!isPerson(channel)) return words.undelivered({ to, code });
  return lead.class === CLASS.ping ? words.undeliveredCall({ to, code }) : words.undeliveredDirect({ code });
}

/** The lock screen's words stay first; a message without blocks is its text, so the notes go there. */
function note(message: Message, notes: readonly Text[]): Message {
  if (notes.length === 0) return message;
  const text = joinText([message.text, ...notes], '\n');
  if (message.blocks.length === 0) return { text, blocks: [] };
  return { text, blocks: [{ kind: 'context', lines: notes }, ...message.blocks] };
}
