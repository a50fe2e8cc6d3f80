import { sql } from 'kysely';
import { z } from 'zod';
import { labelsOf } from '../core/ask/labels.ts';
import { sourceOf } from '../core/ask/routes.ts';
import { sayButton } from '../core/ask/say.ts';
import { type Answered, type Asked, defineQuery } from '../core/define.ts';
import { joinText, type Text } from '../domain/content.ts';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { principalName } from '../domain/principal.ts';
import type { RouteAnswer } from '../domain/route-answer.ts';
import { SEVERITIES } from '../domain/severity.ts';
import { DEFAULT_TEST_MS, LONGEST_TEST_MS, SHORTEST_TEST_MS } from '../domain/test-alert.ts';
import type { Explained } from '../incidents/explain-route.ts';
import { explainInSlack } from '../incidents/route-names.ts';
import type { Catalog } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { Db, Tx } from '../ports/database.ts';

const Args = z.object({
  severity: z.string().default('critical'),
  labels: z.array(z.string()),
  page: z.literal(true).optional(),
  lasts: z.string().optional(),
  source: z.string().min(1).optional(),
});

/** A marked alert that goes the whole way: stored, routed, posted. It calls nobody unless asked, and ends by itself. */
export const query = defineQuery({
  name: 'test-alert',
  positionals: [
    { name: 'severity', optional: true },
    { name: 'labels', optional: true, many: true },
  ],
  flags: [
    { long: 'page', describe: (m) => m.test.flags.page },
    { long: 'lasts', value: 'DURATION', describe: (m) => m.test.flags.lasts },
    { long: 'source', value: 'NAME', describe: (m) => m.route.source },
  ],
  args: Args,
  summary: (m) => m.test.summary,
  examples: ['test-alert', 'test-alert high namespace=shop', 'test-alert critical --page --lasts 10m'],
  role: 'viewer',
  needs: ['testAlerts', 'routing', 'db'],

  async answer(args, { testAlerts, routing, db }, asked, m) {
    const [severity, words] = severityFirst(args);
    const source = sourceOf(args.source, routing);
    const labels = testAlerts.labels(severity, labelsOf(words));
    if (!labels) throw userError('no-such-severity', { severity: severity.slice(0, 60), severities: SEVERITIES });
    const lastsMs = lastsOf(args.lasts);
    const pages = args.page === true;
    const alert = { labels, pages, lastsMs, by: await nameOf(db, asked) };
    const number = await oneByOne(db, asked.now, () => {
      // Whoever asked has been told by then that it took too long.
      asked.signal.throwIfAborted();
      return testAlerts.send(source, alert);
    });
    const answers = routing.answers(labels, source, asked.now).map(withoutButtons);
    const calls = answers.some(({ policy }) => policy.length > 0);
    const sent = { number, pages, calls, until: new Date(asked.now.getTime() + lastsMs) };
    return shown(sent, await explainInSlack(db, answers, m), m);
  },
});

/** Who names no severity begins with a label. */
function severityFirst({ severity, labels }: z.infer<typeof Args>): readonly [string, readonly string[]] {
  return severity.includes('=') ? ['critical', [severity, ...labels]] : [severity, labels];
}

function lastsOf(typed: string | undefined): number {
  if (typed === undefined) return DEFAULT_TEST_MS;
  const ms = parseDuration(typed) ?? 0;
  if (ms >= SHORTEST_TEST_MS && ms <= LONGEST_TEST_MS) return ms;
  const [least, most] = [SHORTEST_TEST_MS, LONGEST_TEST_MS].map(formatDuration);
  throw userError('not-a-test-time', { typed: typed.slice(0, 60), least: least!, most: most! });
}

/** So that no channel is flooded by trying. */
const MOST_AT_ONCE = 5;

/** Nobody else counts before what was sent is there to be counted. @throws UserError when there are enough; what `send` throws */
function oneByOne<T>(db: Db, now: Date, send: () => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('test-alert', 0))`.execute(tx);
    await refuseMany(tx, now);
    return send();
  });
}

async function refuseMany(tx: Tx, now: Date): Promise<void> {
  const { rows } = await sql<{ number: number }>`
    select number from incidents where test_until > ${now} and state <> 'resolved' order by number`.execute(tx);
  if (rows.length >= MOST_AT_ONCE) throw userError('many-tests', { incidents: rows.map((row) => `INC-${row.number}`) });
}

async function nameOf(db: Db, { principal }: Asked): Promise<string> {
  const people = await db
    .selectFrom('people')
    .select(['display_name', 'name'])
    .where('id', '=', principal.id)
    .execute();
  return people[0]?.display_name || people[0]?.name || principalName(principal);
}

/** A test has no buttons that act, whatever its labels name. */
function withoutButtons(answer: RouteAnswer): RouteAnswer {
  return { ...answer, notes: answer.notes.filter(({ code }) => code !== 'no-action-buttons') };
}

interface Sent {
  readonly number: number;
  readonly pages: boolean;
  /** Its route has somebody to call. */
  readonly calls: boolean;
  readonly until: Date;
}

function shown(sent: Sent, { way, notes }: Explained, m: Catalog): Answered {
  const head: Text = m.test.sent({ number: sent.number, until: sent.until });
  const calls = sent.pages ? m.test.callsReally() : m.test.onlyWould();
  const incident = m.incident.number(sent.number);
  return {
    text: head,
    blocks: [
      { kind: 'text', text: joinText([head, ...way, ...(sent.calls ? [calls] : [])], '\n') },
      ...(notes.length > 0 ? [{ kind: 'context' as const, lines: notes }] : []),
      { kind: 'buttons', buttons: [sayButton(m.test.show(sent), `incident ${incident}`)] },
    ],
  };
}
