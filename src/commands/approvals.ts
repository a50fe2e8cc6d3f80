import { z } from 'zod';
import { stampOf } from '../core/age.ts';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Answered, defineQuery } from '../core/define.ts';
import { approvalMessage } from '../core/pipeline/approval-post.ts';
import { approvalByNumber, listApprovals } from '../core/pipeline/approvals.ts';
import { whoMay } from '../core/rights/may.ts';
import type { RolesConfig } from '../core/rights/types.ts';
import { shortTarget } from '../core/target-words.ts';
import { type Block, messageOf } from '../domain/content.ts';
import { principalName } from '../domain/principal.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';

/** What waits for a second person; the answer itself is given on the post, which shows what it is about. */
export const query = defineQuery({
  name: 'approvals',
  positionals: [{ name: 'number', optional: true }],
  flags: [],
  args: z.object({ number: z.string().optional() }),
  summary: (m) => m.action.approvals.summary,
  examples: ['approvals', 'approvals APR-3'],
  role: 'viewer',
  isPrivate: () => true,
  needs: ['db', 'rights'],
  answer: ({ number }, { db, rights }, { now }, m) =>
    number === undefined ? list(db, now, m) : show(db, number, rights.roles(), m),
});

async function list(db: Db, now: Date, m: Catalog): Promise<Answered> {
  const waiting = await listApprovals(db, now);
  if (waiting.length === 0) return messageOf(m.action.approvals.none());
  const { number, what, target, by, until } = m.action.approvals.columns;
  const rows = waiting.map(({ approval, row }) => [
    `APR-${approval.number}`,
    row.verb,
    shortTarget(row.target_key),
    principalName(row.principal),
    stampOf(approval.expires_at, now),
  ]);
  const words = m.action.approvals.waiting(waiting.length);
  const table: Block = { kind: 'table', columns: [number, what, target, by, until], rows, more: 0 };
  return messageOf(words, table);
}

/** As its post shows it, without the buttons: they are pressed where everybody sees it. */
async function show(db: Db, typed: string, roles: RolesConfig, m: Catalog): Promise<Answered> {
  const found = parseNumber(typed, 'approval');
  if (found?.of !== 'approval') return messageOf(m.action.approvals.notANumber({ typed }));
  const listed = await approvalByNumber(db, found.number);
  if (!listed) return messageOf(m.action.approvals.missing({ number: found.number }));
  const title = `${listed.row.verb} ${listed.row.target.name}`;
  const { text, blocks } = approvalMessage({
    ...listed,
    m,
    title,
    action: undefined,
    whoMay: (needed) => whoMay(roles, needed),
  });
  return { text, blocks: blocks.filter((b) => b.kind !== 'buttons') };
}
