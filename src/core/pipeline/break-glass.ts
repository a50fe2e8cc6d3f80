import { sql } from 'kysely';
import { cut, messageOf } from '../../domain/content.ts';
import { isGuardRule } from '../../domain/guardrails.ts';
import { sentences } from '../../messages/catalog.ts';
import type { Tx } from '../../ports/database.ts';
import { resolvedPlace } from '../outbox/places.ts';
import type { WordSaying } from '../outbox/subjects.ts';
import { CLASS, say } from '../outbox/write.ts';
import type { PipelineDeps } from './deps.ts';
import { openPlaceOf, subjectOf } from './post.ts';
import { type ActionRow, auditAction, loadAction } from './records.ts';
import { BROKEN } from './stages/guardrails.ts';
import { whoIs } from './words.ts';

const REASON_SHOWN = 300;

/**
 * A guardrail that said no was lifted by this yes: an entry of its own in the audit, and a call where others see the action and
 * in the fallback channel. In the transaction of the yes; nothing when it would have been allowed all the same.
 */
export async function tellBrokenGlass(
  tx: Tx,
  { fallbackChannel }: Pick<PipelineDeps, 'fallbackChannel'>,
  row: ActionRow,
  rules: readonly string[],
  now: Date,
): Promise<void> {
  const broken = rules.find((rule) => rule.startsWith(BROKEN));
  if (broken === undefined) return;
  await auditAction(tx, row, { stage: 'glass-broken', outcome: 'ok', rule: broken }, now);
  const place = await openPlaceOf(tx, row);
  const wanted = [...(place ? [place.channel] : []), fallbackChannel()];
  const { rows } = await sql<{ channel: string }>`
    select distinct ${resolvedPlace(sql`n`)} as channel from unnest(${wanted}::text[]) n`.execute(tx);
  const payload = { say: 'break-glass', action: row.id, rule: broken.slice(BROKEN.length) };
  const sayings = rows.map(({ channel }) => ({
    subject: subjectOf(row.id),
    event: 'break-glass',
    channel,
    class: CLASS.ping,
    payload,
  }));
  await say(tx, sayings, now);
}

/** `@here`, who lifts which guardrail for what, and why. */
export function wordBrokenGlass({ actions }: Pick<PipelineDeps, 'actions'>): WordSaying {
  return async (db, { payload, language }) => {
    const row = await loadAction(db, String(payload['action']));
    const rule = String(payload['rule']);
    if (!row || !isGuardRule(rule)) return { kind: 'cancelled', reason: 'the action is gone' };
    const m = sentences(language);
    const title = actions.get(row.verb)?.title(m, row.target, row.args) ?? row.verb;
    const reason = cut(row.reason ?? '', REASON_SHOWN);
    const words = m.guard.broken({ by: whoIs(row.principal), rule, title, target: row.target_key, reason });
    return { kind: 'message', message: messageOf(words) };
  };
}
