import { PRESSED } from '../core/ask/pressed-words.ts';
import { SAY_BUTTON } from '../core/ask/say.ts';
import type { Block, Button } from '../domain/content.ts';
import { SNOOZES } from '../domain/snooze.ts';
import { resolveAll } from '../oncall/resolve.ts';
import type { Db } from '../ports/database.ts';

/**
 * Of what may be pressed on an incident's post what `ack`, `snooze 4h`, `assign @mika` ask for, those of the menu as buttons too.
 * None: its state has no such button.
 */
export async function buttonsFor(
  db: Db,
  blocks: readonly Block[],
  words: readonly string[],
): Promise<readonly Button[]> {
  const [verb = '', what] = words;
  const id = PRESSED.get(verb.toLowerCase())?.id;
  const all = blocks.flatMap((block) => (block.kind === 'buttons' ? [...block.buttons, ...(block.menu ?? [])] : []));
  const meant = all.filter((button) => button.id === id || (id === 'silence' && saysSilences(button)));
  if (id === 'assign' && what !== undefined) return withPerson(db, meant, what);
  const length = SNOOZES.find((one) => one === what);
  return length ? meant.filter(({ carries }) => carries['for'] === length) : meant;
}

/** It has some already: they are listed, and the way to another is there. */
const saysSilences = ({ id, carries }: Button): boolean =>
  id === SAY_BUTTON && String(carries['say']).startsWith('silences ');

async function withPerson(db: Db, buttons: readonly Button[], typed: string): Promise<readonly Button[]> {
  const who = typed.replace(/^@/, '');
  const mention = (await resolveAll(db, [who])).get(who)?.mention;
  if (mention?.kind !== 'person') return buttons;
  return buttons.map((button) => ({ ...button, carries: { ...button.carries, to: mention.id } }));
}
