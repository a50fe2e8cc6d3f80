import { z } from 'zod';
import { stampOf } from '../core/age.ts';
import { formatNumber, parseNumber } from '../core/ask/numbers.ts';
import { type Attempt, type NumberedThing, searchAudit, stepsOf } from '../core/audit/search.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import { shortTarget } from '../core/target-words.ts';
import { type Block, cut, messageOf } from '../domain/content.ts';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { principalName } from '../domain/principal.ts';
import type { Catalog } from '../messages/catalog.ts';
import type { Db } from '../ports/database.ts';

const WEEK_MS = 7 * 86_400_000;
const REASON = 200;

const Args = z.object({
  one: z.string().optional(),
  other: z.string().optional(),
  since: z
    .string()
    .default('7d')
    .refine((text) => (parseDuration(text) ?? 0) > 0, 'is not a duration such as 7d or 12h')
    .transform((text) => parseDuration(text) ?? WEEK_MS),
  refused: z.literal(true).optional(),
  all: z.literal(true).optional(),
});

/** What was attempted, by whom, and what became of it; with a number, each step. */
export const query = defineQuery({
  name: 'audit',
  positionals: [
    { name: 'one', optional: true },
    { name: 'other', optional: true },
  ],
  flags: [
    { long: 'since', value: 'TIME', describe: (m) => m.audit.flags.since },
    { long: 'refused', describe: (m) => m.audit.flags.refused },
    { long: 'all', short: 'a', describe: (m) => m.audit.flags.all },
  ],
  args: Args,
  summary: (m) => m.audit.summary,
  examples: ['audit', 'audit @hana --since 30d', 'audit shop/checkout', 'audit JOB-7', 'audit --refused'],
  role: 'operator',
  needs: ['db'],

  async answer({ one, other, since, refused, all }, { db }, asked, m) {
    const words = [one, other].filter((word) => word !== undefined);
    const number = words.length > 0 ? parseNumber(words.join(' ')) : undefined;
    if (number && number.of !== 'message') return steps(db, { ...number, of: number.of }, asked, m);
    const person = words.find((word) => word.startsWith('@'))?.slice(1);
    const target = words.find((word) => !word.startsWith('@'));
    const question = { since: new Date(asked.now.getTime() - since), person, target, refused, looks: all };
    const { attempts, more } = await searchAudit(db, question);
    const about = { span: formatDuration(since), ...(person && { person }), ...(target && { target }) };
    if (attempts.length === 0) return messageOf(m.audit.none(about));
    const said = m.audit.found({ ...about, count: attempts.length, more });
    const left: readonly Block[] = all ? [] : [{ kind: 'context', lines: [m.audit.leftOut()] }];
    return messageOf(said, attemptsTable(attempts, asked, m), ...left);
  },
});

async function steps(db: Db, number: NumberedThing, { now }: Asked, m: Catalog): Promise<Answered> {
  const found = await stepsOf(db, number);
  const name = formatNumber(number);
  if (found.length === 0) return messageOf(m.audit.noSteps({ number: name }));
  const { target, reason } = found.findLast((step) => step.reason !== null) ?? found.at(-1)!;
  const said = m.audit.steps({ number: name, count: found.length, ...(target !== null && { target }) });
  const { at, who, what, outcome } = m.audit.columns;
  const rows = found.map((step) => [
    stampOf(step.at, now),
    principalName(step.principal),
    step.verb,
    resultOf(step, m),
  ]);
  const why: readonly Block[] =
    reason === null ? [] : [{ kind: 'context', lines: [m.audit.reason({ reason: cut(reason, REASON) })] }];
  return messageOf(said, { kind: 'table', columns: [at, who, what, outcome], rows, more: 0 }, ...why);
}

function attemptsTable(attempts: readonly Attempt[], { now }: Asked, m: Catalog): Block {
  const { at, who, what, target, outcome } = m.audit.columns;
  const rows = attempts.map((a) => [
    stampOf(a.at, now),
    principalName(a.principal),
    a.verb,
    shortTarget(a.target),
    resultOf(a, m),
  ]);
  return { kind: 'table', columns: [at, who, what, target, outcome], rows, more: 0 };
}

/** `refused: role`, `watched: healthy`, `planned`. */
function resultOf({ stage, outcome, rule }: Attempt, m: Catalog): string {
  const more = stage === 'refused' ? rule : outcome === 'ok' ? null : outcome;
  return more === null || more === '' ? m.audit.stages[stage] : `${m.audit.stages[stage]}: ${cut(more, 40)}`;
}
