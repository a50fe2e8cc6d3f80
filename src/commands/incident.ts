import { z } from 'zod';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Asked, defineQuery, type LinkTo } from '../core/define.ts';
import { messageOf, type Text } from '../domain/content.ts';
import { openAnswer } from '../incidents/open.ts';
import type { IncidentRow } from '../incidents/records.ts';
import { renderIncident } from '../incidents/render.ts';
import { viewIncident } from '../incidents/view.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';

const Args = z.object({ number: z.string().optional() });

/** What `/ops INC-142` shows: the incident as its post does, buttons included, with the way to its thread. */
export const query = defineQuery({
  name: 'incident',
  positionals: [{ name: 'number', optional: true }],
  flags: [],
  args: Args,
  summary: (m) => m.incident.lookUp.summary,
  examples: ['incident INC-142'],
  role: 'viewer',
  needs: ['db', 'incidentRules', 'linkTo'],

  async answer({ number: typed }, { db, incidentRules, linkTo }, asked, m) {
    const number = numberOf(typed, asked);
    if (number === undefined) {
      return typed === undefined
        ? openAnswer(db, linkTo, asked, m)
        : messageOf(m.incident.lookUp.notANumber({ typed }));
    }
    const found = await db.selectFrom('incidents').select('id').where('number', '=', number).executeTakeFirst();
    const view = found && (await viewIncident(db, found.id, asked.now));
    if (!view) return messageOf(m.incident.lookUp.missing({ number }));
    const { text, blocks } = renderIncident(view, incidentRules(), m);
    const where = await wayToPost(db, view.row, linkTo, asked.signal, m);
    return { text, blocks: [...blocks, { kind: 'context', lines: [where] }] };
  },
});

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
