import { z } from 'zod';
import { incidentOfThread, ownThread } from '../core/ask/thread.ts';
import { audit } from '../core/audit.ts';
import { type Databases, databasesMeant, namesOf } from '../core/databases.ts';
import { QUERY_LIMIT_MS } from '../core/define.ts';
import { type Answering, type ClickHandler, type Handling, namedPrincipal, onClick } from '../core/handling.ts';
import { databaseOfIncident } from '../core/incident-alerts.ts';
import { payloadOf, type Saying, type Worded } from '../core/outbox/subjects.ts';
import { CLASS, type OutboxClass, say } from '../core/outbox/write.ts';
import { type DatabaseFinding, diagnoseDatabase } from '../core/pg/diagnose.ts';
import { showDatabaseFinding } from '../core/pg/show-finding.ts';
import { originOf } from '../core/requests.ts';
import { timeLimit } from '../core/wake.ts';
import { type Diagnosis, diagnose } from '../core/why/diagnose.ts';
import { showDiagnosis } from '../core/why/show.ts';
import { bold, type Message, messageOf } from '../domain/content.ts';
import { incidentSubject } from '../domain/incident.ts';
import { type Mask, maskedJson } from '../domain/secrets.ts';
import { storableJson } from '../domain/storable.ts';
import { type ActionTarget, type DatabaseTarget, isDatabase, type Target, targetKey } from '../domain/workload.ts';
import { sentences } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { ClickRequest } from '../ports/chat.ts';
import type { Db } from '../ports/database.ts';
import type { Json } from '../ports/schema.ts';
import { type ClickParts, told } from './press.ts';
import { type IncidentRow, loadRow } from './records.ts';

/** Diagnose on an incident's post: looks at its workload or database, and puts what it finds into the thread, for everybody who comes to it. */

const Carries = z.object({ v: z.number(), incident: z.int().positive() });

type Click = ClickRequest & { readonly carries: z.infer<typeof Carries> };

/** What the events of all findings begin with. */
export const DIAGNOSED = 'diagnosed:';
/** Pressed again within this time, by whomever, it is the same finding. */
const SAME_MS = 15_000;

export function diagnoseClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return { diagnose: onClick({ v: 1, carries: Carries, handle: (click, h) => look(parts, click, h) }) };
}

async function look(parts: ClickParts, click: Click, h: Handling): Promise<Answering> {
  const row = await loadRow(h.tx, click.carries.incident);
  const { m, now } = h;
  if (!row) return told(click, m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const subjects = await diagnosable(h.tx, row, parts.databases);
  if (subjects.length === 0) return told(click, m.incident.answers.noTarget(), h, { rule: 'incident-target', row });
  const principal = namedPrincipal(click, h);
  for (const subject of subjects) {
    const about = { verb: isDatabase(subject) ? 'pg' : 'why', target: targetKey(subject), incidentId: row.id };
    const entry = {
      ...about,
      principal,
      origin: originOf(click),
      stage: 'asked',
      outcome: 'ok',
      rule: 'viewer',
    } as const;
    await audit(h.tx, entry, now);
  }
  return {
    async after(stopping) {
      const by = principal.name ?? principal.id;
      const event = `${DIAGNOSED}${Math.floor(now.getTime() / SAME_MS)}`;
      const telling = { incident: row.id, event, class: CLASS.click, mask: parts.mask, near: click };
      const looks = await Promise.allSettled(
        subjects.map(async (subject) => {
          const payload = { by, ...(await found(parts, subject, now, stopping)) };
          await tell(parts.db, { ...telling, payload }, parts.now());
          parts.wake();
        }),
      );
      // What one of them came to stands in the thread, whatever became of the other.
      for (const one of looks) if (one.status === 'rejected') throw one.reason;
      await click.reply.private(messageOf(m.incident.answers.diagnosed({ number: row.number })));
    },
  };
}

/** What there is to look at: the workload of an incident, and the database that its alerts name. */
export async function diagnosable(
  db: Db,
  row: Pick<IncidentRow, 'id' | 'environment' | 'target'>,
  databases: Databases,
): Promise<readonly ActionTarget[]> {
  const database = await databaseOfIncident(db, row, namesOf(databases));
  return [...(row.target ? [row.target] : []), ...(database ? [database] : [])];
}

/** What was looked at, and what was found. */
export type Found =
  | { readonly target: Target; readonly finding: Diagnosis }
  | { readonly target: DatabaseTarget; readonly finding: DatabaseFinding };

/** @throws UserError when it is not there; ClusterError, PostgresError when it does not answer */
export async function found(
  parts: Pick<ClickParts, 'environments' | 'images' | 'databases'>,
  target: ActionTarget,
  now: Date,
  stopping: AbortSignal,
): Promise<Found> {
  const signal = timeLimit(QUERY_LIMIT_MS, stopping);
  if (!isDatabase(target)) return { target, finding: await foundOfWorkload(parts, target, now, signal) };
  const [one] = databasesMeant({ database: target.name, environment: target.environment }, parts.databases);
  return { target, finding: await diagnoseDatabase(one!.postgres, signal) };
}

async function foundOfWorkload(
  { environments, images }: Pick<ClickParts, 'environments' | 'images'>,
  { environment, cluster: name, namespace, kind, name: text }: Target,
  now: Date,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const cluster = environments.get(environment)?.clusters.get(name);
  const until = performance.now() + QUERY_LIMIT_MS;
  const look = { images, now, until, signal };
  const diagnosis = cluster && (await diagnose(cluster, { kind, namespace, name: text }, look));
  if (!diagnosis) throw userError('no-such-workload', { text, where: `${environment}/${name}/${namespace}`, near: [] });
  return diagnosis;
}

type Told = Found & {
  /** Who asked; absent: nobody did. */
  readonly by?: string;
};

interface Telling {
  readonly incident: number;
  readonly event: string;
  readonly payload: Told;
  readonly class: OutboxClass;
  readonly mask: Mask;
  /** In the thread of this post; of the incident's own if it is another's, or where there is none. */
  readonly near?: Pick<ClickRequest, 'channelId' | 'messageTs'>;
}

/** Says it once. */
export async function tell(db: Db, { incident, event, payload, near, ...rest }: Telling, now: Date): Promise<void> {
  const subject = incidentSubject(incident);
  const pressed = near && (await incidentOfThread(db, { channelId: near.channelId, threadTs: near.messageTs }));
  const place = pressed?.id === incident ? pressed.place : await ownThread(db, incident);
  if (!place) return;
  const [words, of] = isDatabase(payload.target)
    ? (['diagnosed-database', ':database'] as const)
    : (['diagnosed', ''] as const);
  const said = { subject, event: event + of, class: rest.class, ...place };
  await say(db, [{ ...said, payload: { say: words, ...kept(payload, rest.mask) } }], now);
}

export async function wordDiagnosed(_db: Db, saying: Saying, now: Date): Promise<Worded> {
  const told = payloadOf<Told & { readonly target: Target; readonly finding: Diagnosis }>({
    payload: revived(saying.payload),
  });
  const { target, finding } = told;
  const place = { environment: target.environment, cluster: target.cluster, workload: target };
  return withAsker(showDiagnosis(finding, place, now, sentences(saying.language)), told, saying);
}

export async function wordDatabaseDiagnosed(_db: Db, saying: Saying): Promise<Worded> {
  const told = payloadOf<Told & { readonly target: DatabaseTarget; readonly finding: DatabaseFinding }>(saying);
  return withAsker(showDatabaseFinding(told.finding, told.target, sentences(saying.language)), told, saying);
}

function withAsker({ text, blocks }: Message, { by }: Told, { language }: Saying): Worded {
  const m = sentences(language).incident;
  const asked = by === undefined ? m.diagnosedItself() : m.diagnosedFor({ by: bold(by) });
  return { kind: 'message', message: { text, blocks: [...blocks, { kind: 'context', lines: [asked] }] } };
}

function kept(payload: Told, mask: Mask): Json {
  return JSON.parse(storableJson(maskedJson(payload, mask))) as Json;
}

const TIMES: ReadonlySet<string> = new Set(['at', 'pushedAt', 'since']);

/** JSON has no times. */
function revived(payload: object): object {
  return JSON.parse(JSON.stringify(payload), (key, value: unknown) =>
    TIMES.has(key) && typeof value === 'string' ? new Date(value) : value,
  ) as object;
}
