import { z } from 'zod';
import { stampOf } from '../core/age.ts';
import { parseNumber } from '../core/ask/numbers.ts';
import { type Answered, type Asked, defineQuery, type Resources } from '../core/define.ts';
import { approvalMessage } from '../core/pipeline/approval-post.ts';
import { approvalByNumber, type ListedApproval, listApprovals } from '../core/pipeline/approvals.ts';
import { subjectOf } from '../core/pipeline/post.ts';
import { whoMay } from '../core/rights/may.ts';
import { shortTarget } from '../core/target-words.ts';
import { type Block, joinText, messageOf } from '../domain/content.ts';
import { principalName } from '../domain/principal.ts';
import { linked, linksTo } from '../incidents/open.ts';
import type { Catalog } from '../messages/catalog.ts';

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
  needs: ['db', 'rights', 'actions', 'linkTo'],
  answer: ({ number }, parts, asked, m) =>
    number === undefined ? list(parts, asked, m) : show(number, parts, asked, m),
});

type Parts = Pick<Resources, 'db' | 'rights' | 'actions' | 'linkTo'>;

/** Links to as many posts as somebody looks at in the middle of the night. */
const LINKED = 10;

async function list(parts: Parts, asked: Asked, m: Catalog): Promise<Answered> {
  const { now } = asked;
  const waiting = await listApprovals(parts.db, now);
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
  const first = waiting.slice(0, LINKED);
  const links = await linksOf(first, parts, asked);
  const posts = first.map(({ approval, row }) => linked(`APR-${approval.number}`, links.get(subjectOf(row.id))));
  const { text, blocks } = messageOf(words, table);
  return {
    text,
    blocks: [
      ...blocks,
      {
        kind: 'context',
        lines: [
          m.action.approvals.posts(
            joinText(
              posts.map((one) => [one]),
              ' · ',
            ),
          ),
        ],
      },
    ],
  };
}

/** By the subjects of their posts: where each waits for its yes. */
function linksOf(
  listed: readonly ListedApproval[],
  { db, linkTo }: Parts,
  { origin: { channel = '' }, signal }: Asked,
): Promise<ReadonlyMap<string, string>> {
  return linksTo(
    { db, channelId: channel, linkTo, signal },
    listed.map(({ row }) => subjectOf(row.id)),
  );
}

/** As its post shows it, without the buttons: they are pressed where everybody sees it, and that is linked. */
async function show(typed: string, parts: Parts, asked: Asked, m: Catalog): Promise<Answered> {
  const found = parseNumber(typed, 'approval');
  if (found?.of !== 'approval') return messageOf(m.action.approvals.notANumber({ typed }));
  const listed = await approvalByNumber(parts.db, found.number);
  if (!listed) return messageOf(m.action.approvals.missing({ number: found.number }));
  const { row } = listed;
  const action = parts.actions.get(row.verb);
  const title = action?.title(m, row.target, row.args) ?? `${row.verb} ${row.target.name}`;
  const { text, blocks } = approvalMessage({
    ...listed,
    m,
    title,
    action,
    whoMay: (needed) => whoMay(parts.rights.roles(), needed),
  });
  const link = (await linksOf([listed], parts, asked)).get(subjectOf(row.id));
  return {
    text,
    blocks: [
      ...blocks.filter((b) => b.kind !== 'buttons'),
      ...(link === undefined ? [] : [{ kind: 'context', lines: [m.incident.lookUp.post({ link })] } as const]),
    ],
  };
}
