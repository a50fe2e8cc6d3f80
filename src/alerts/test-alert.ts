import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { TestAsked } from '../core/define.ts';
import { plainText } from '../core/wording.ts';
import type { Alert, Labels } from '../domain/alert.ts';
import { decide } from '../domain/episode.ts';
import { mapSeverity } from '../domain/severity.ts';
import { testBody } from '../domain/test-alert.ts';
import { toEpisode } from '../incidents/records.ts';
import { type Language, sentences } from '../messages/catalog.ts';
import type { Db, Tx } from '../ports/database.ts';
import { episodeRules, saveEpisodes, takeDecision, toldAgain } from './apply.ts';
import { lockGroupOf } from './groups.ts';
import type { AlertRules } from './rules.ts';

/** Sending an alert that only tries the way, and ending it by a due column: nobody else will say that it is over. */

const TEST_NAME = 'HikeshiTestAlert';

/** What it carries; `undefined` when config knows no such severity. */
export function testLabels(rules: AlertRules, severity: string, more: Labels): Labels | undefined {
  const labels = { alertname: TEST_NAME, [rules.severities.label]: severity, ...more };
  return mapSeverity(rules.severities, labels).known ? labels : undefined;
}

/** A webhook body as Alertmanager would post it. */
export function testBytes({ by, ...asked }: TestAsked, language: Language, now: Date): Buffer {
  const summary = plainText(sentences(language).test.alert({ ...(by !== undefined && { sender: by }) }));
  return Buffer.from(JSON.stringify(testBody({ ...asked, summary, id: randomUUID(), startsAt: now })));
}

const BATCH = 100;

/** Resolves those whose time is over, each in a transaction of its own. Answers how many. */
export async function endTests(
  db: Db,
  rules: AlertRules,
  now: Date,
  onError: (error: unknown, incident: number) => void,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select id from incidents where test_until <= ${now} order by test_until limit ${BATCH}`.execute(db);
  let ended = 0;
  for (const { id } of rows) {
    try {
      if (await db.transaction().execute((tx) => endTest(tx, id, rules, now))) ended += 1;
    } catch (error) {
      onError(error, id);
    }
  }
  return ended;
}

/** As the body would that says that its alerts have cleared, whatever people have made of it meanwhile. */
async function endTest(tx: Tx, id: number, rules: AlertRules, now: Date): Promise<boolean> {
  const group = await lockGroupOf(tx, id);
  const test = group?.episode;
  if (!group || !test?.row.test_until || test.row.test_until > now) return false;
  test.row = { ...test.row, test_until: null };
  const cleared = [...test.alerts.values()].map((alert): Alert => ({ ...alert, status: 'resolved', endsAt: now }));
  const current = { incident: toEpisode(test.row), alerts: test.alerts };
  const told = toldAgain(test);
  const decision = decide(
    current,
    { ...told, alerts: cleared, truncatedAlerts: 0 },
    episodeRules(rules, told.source, test),
    now,
  );
  takeDecision(group, decision, told, rules, now);
  await saveEpisodes(tx, [group], [test], rules, now);
  return true;
}
