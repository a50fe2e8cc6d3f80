import { z } from 'zod';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Answered, defineQuery } from '../core/define.ts';
import { approvalMessage } from '../core/pipeline/approval-post.ts';
import { approvalByNumber, type ListedApproval, listApprovals } from '../core/pipeline/approvals.ts';
import { shortTarget } from '../core/target-words.ts';
import type { Block, Text } from '../domain/content.ts';
import { principalKey } from '../domain/principal.ts';
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
  needs: ['db'],
  answer: ({ number }, { db }, { now }, m) => (number === undefined ? list(db, now, m) : show(db, number, m)),
});

async function list(db: Db, now: Date, m: Catalog): Promise<Answered> {
  const waiting = await listApprovals(db, now);
  if (waiting.length === 0) return says(m.action.approvals.none());
  const { number, what, target, by, until } = m.action.approvals.columns;
  const rows = waiting.map(({ approval, row }) => [
    `APR-${approval.number}`,
    row.verb,
    shortTarget(row.target_key),
    byOf(row.principal),
    approval.expires_at.toISOString().slice(11, 16),
  ]);
  const words = m.action.approvals.waiting(waiting.length);
  const table: Block = { kind: 'table', columns: [number, what, target, by, until], rows, more: 0 };
  return { text: words, blocks: [{ kind: 'text', text: words }, table] };
}

function byOf(principal: ListedApproval['row']['principal']): string {
  return principal.kind === 'slack' ? (principal.name ?? principal.id) : principalKey(principal);
}

/** As its post shows it, without the buttons: they are pressed where everybody sees it. */
async function show(db: Db, typed: string, m: Catalog): Promise<Answered> {
  const found = parseNumber(typed, 'approval');
  if (found?.of !== 'approval') return says(m.action.approvals.notANumber({ typed }));
  const listed = await approvalByNumber(db, found.number);
  if (!listed) return says(m.action.approvals.missing({ number: found.number }));
  const title = `${listed.row.verb} ${listed.row.target.name}`;
  const { text, blocks } = approvalMessage({ ...listed, m, title, action: undefined, whoMay: () => [] });
  return { text, blocks: blocks.filter((b) => b.kind !== 'buttons') };
}

function says(words: Text): Answered {
  return { text: words, blocks: [{ kind: 'text', text: words }] };
}
