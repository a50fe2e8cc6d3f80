import { z } from 'zod';
import { parseNumber } from '../core/ask/numbers.ts';
import { PRESSED } from '../core/ask/pressed-words.ts';
import { type Asked, defineQuery, type LinkTo } from '../core/define.ts';
import { cut, type Message, messageOf, type Text } from '../domain/content.ts';
import { openAnswer } from '../incidents/open.ts';
import { buttonsFor } from '../incidents/press-here.ts';
import type { IncidentRow } from '../incidents/records.ts';
import { renderIncident, TITLE_MAX } from '../incidents/render.ts';
import { viewIncident } from '../incidents/view.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Db } from '../ports/database.ts';

const Args = z.object({ number: z.string().optional(), button: z.array(z.string()).default([]) });

/** What `/ops INC-142` shows: the incident as its post does, buttons included, with the way to its thread. */
export const query = defineQuery({
  name: 'incident',
  positionals: [
    { name: 'number', optional: true },
    { name: 'button', optional: true, many: true },
  ],
  flags: [],
  args: Args,
  summary: (m) => m.incident.lookUp.summary,
  examples: ['incident INC-142'],
  role: 'viewer',
  needs: ['db', 'incidentRules', 'linkTo'],

  isPrivate: ({ button }) => button.length > 0,

  async answer({ number: typed, button: words }, { db, incidentRules, linkTo }, asked, m) {
    const number = numberOf(typed, asked);
    if (number === undefined) {
      return typed === undefined
        ? openAnswer(db, linkTo, asked, m)
        : messageOf(m.incident.lookUp.notANumber({ typed }));
    }
    const found = await db.selectFrom('incidents').select('id').where('number', '=', number).executeTakeFirst();
    const view = found && (await viewIncident(db, found.id, asked.now));
    if (!view) return messageOf(m.incident.lookUp.missing({ number }));
    const whole = renderIncident(view, incidentRules(), m);
    const where = { kind: 'context', lines: [await wayToPost(db, view.row, linkTo, asked.signal, m)] } as const;
    const { text, blocks } = words.length > 0 ? await toPress(db, view.row, whole, words, m) : whole;
    return { text, blocks: [...blocks, where] };
  },
});

/** The button that the words ask for; where there is none, how the incident is. @throws UserError `not-one-of` */
async function toPress(
  db: Db,
  { number, title }: IncidentRow,
  whole: Message,
  words: readonly string[],
  m: Catalog,
): Promise<Message> {
  const verb = words[0]!;
  if (!PRESSED.has(verb.toLowerCase()))
    throw userError('not-one-of', { name: 'button', given: verb, choices: [...PRESSED.keys()] });
  const buttons = await buttonsFor(db, whole.blocks, words);
  if (buttons.length > 0)
    return messageOf(m.incident.lookUp.press({ number, title: cut(title, TITLE_MAX) }), { kind: 'buttons', buttons });
  const none = m.incident.lookUp.noButton({ number, verb });
  return { text: none, blocks: [{ kind: 'text', text: none }, ...whole.blocks] };
}

/** In an incident's thread its own, if none is named. */
function numberOf(typed: string | undefined, { origin }: Asked): number | undefined {
  if (typed === undefined) return origin.incident;
  const found = parseNumber(typed, 'incident');
  return found?.of === 'incident' ? found.number : undefined;
}

async function wayToPost(db: Db, row: IncidentRow, linkTo: LinkTo, signal: AbortSignal, m: Catalog): Promise<Text> {
  const s = m.incident.lookUp;
  const post = await db
    .selectFrom('posts')
    .select(['channel', 'channel_id', 'ts'])
    .where('id', '=', row.main_post_id)
    .executeTakeFirst();
  const channel = { channel: post?.channel_id ?? row.channel.replace(/^#/, '') };
  if (!post?.channel_id || !post.ts) return s.notPosted({ channel });
  const link = await linkTo({ channelId: post.channel_id, ts: post.ts }, signal);
  return link === undefined ? s.postIn({ channel }) : s.post({ link });
}
