import { z } from 'zod';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import { dropMessage, retryMessages, standingOf, type Which } from '../core/undelivered/admin.ts';
import { listUndelivered, undeliveredById } from '../core/undelivered/list.ts';
import { tellDone, tellList, tellOne } from '../core/undelivered/told.ts';
import { messageOf } from '../domain/content.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';

const Args = z.object({ what: z.string().optional(), number: z.string().optional() });

/** What has reached nobody, and the words that send it again or drop it: they change the outbox only, and its sender does the rest. */
export const query = defineQuery({
  name: 'outbox',
  positionals: [
    { name: 'what', optional: true },
    { name: 'number', optional: true },
  ],
  flags: [],
  args: Args,
  summary: (m) => m.outbox.summary,
  examples: ['outbox', 'outbox MSG-12', 'outbox retry all', 'outbox retry INC-5', 'outbox drop MSG-12'],
  role: 'viewer',
  isPrivate: () => true,
  needs: ['db'],

  async answer({ what = 'list', number }, { db }, asked, m) {
    switch (what.toLowerCase()) {
      case 'list':
        return tellList(await listUndelivered(db, asked.now), m);
      case 'show':
        return number === undefined ? tellList(await listUndelivered(db, asked.now), m) : show(db, number, asked, m);
      case 'retry':
      case 'drop':
        return administer(db, what.toLowerCase() as 'retry' | 'drop', number, asked, m);
      default:
        return show(db, number === undefined ? what : `${what} ${number}`, asked, m);
    }
  },
});

async function show(db: Db, typed: string, asked: Asked, m: Catalog): Promise<Answered> {
  const which = whichOf(typed);
  if (!which || 'all' in which) return messageOf(m.outbox.notANumber({ typed }));
  const list = await listUndelivered(db, asked.now, 'incident' in which ? which.incident : undefined);
  if ('incident' in which)
    return list.messages.length > 0 ? tellList(list, m) : messageOf(m.outbox.nothing({ incident: which.incident }));
  const number = which.message;
  const found = await undeliveredById(db, number);
  if (found) return tellOne(found, m);
  const standing = await standingOf(db, number);
  return messageOf(standing ? m.outbox.states[standing](number) : m.outbox.missing({ number }));
}

async function administer(
  db: Db,
  verb: 'retry' | 'drop',
  typed: string | undefined,
  { principal, role, origin, now }: Asked,
  m: Catalog,
): Promise<Answered> {
  const which = typed === undefined ? undefined : whichOf(typed);
  if (!which && typed !== undefined) return messageOf(m.outbox.notANumber({ typed }));
  if (!which || (verb === 'drop' && 'all' in which)) return messageOf(m.outbox.whichOne({ verb }));
  const change = verb === 'retry' ? retryMessages : dropMessage;
  const outcome = await db.transaction().execute((tx) => change(tx, which, { principal, role, origin }, now));
  return messageOf(tellDone(verb, outcome, m));
}

/** A bare number is a message's; `INC-5` means those of an incident. */
function whichOf(typed: string): Which | undefined {
  if (/^(all|--all|全部|すべて)$/i.test(typed)) return { all: true };
  const found = parseNumber(typed, 'message');
  if (found?.of === 'message') return { message: found.number };
  return found?.of === 'incident' ? { incident: found.number } : undefined;
}
