import { sql } from 'kysely';
import { z } from 'zod';
import { audit } from '../core/audit.ts';
import { type Answering, type ClickHandler, type Handling, namedPrincipal, onClick } from '../core/handling.ts';
import { payloadOf, type Saying, type Worded } from '../core/outbox/subjects.ts';
import { CLASS, say } from '../core/outbox/write.ts';
import { originOf } from '../core/requests.ts';
import { timeLimit } from '../core/wake.ts';
import { type Diagnosis, diagnose } from '../core/why/diagnose.ts';
import { showDiagnosis } from '../core/why/show.ts';
import { bold, messageOf } from '../domain/content.ts';
import { incidentSubject } from '../domain/incident.ts';
import { storableJson } from '../domain/storable.ts';
import { type Target, targetKey } from '../domain/workload.ts';
import { sentences } from '../messages/catalog.ts';
import { userError } from '../messages/user-error.ts';
import type { ClickRequest } from '../ports/chat.ts';
import type { Db } from '../ports/database.ts';
import type { Json } from '../ports/schema.ts';
import { type ClickParts, told } from './press.ts';
import { loadRow } from './records.ts';

/** Diagnose on an incident's post: looks at its workload, and puts what it finds into the thread, for everybody who comes to it. */

const Carries = z.object({ v: z.number(), incident: z.int().positive() });

type Click = ClickRequest & { readonly carries: z.infer<typeof Carries> };

/** As long as a query may take. */
const LIMIT_MS = 10_000;
/** Pressed again within this time, by whomever, it is the same finding. */
const SAME_MS = 15_000;

export function diagnoseClicks(parts: ClickParts): Readonly<Record<string, ClickHandler>> {
  return { diagnose: onClick({ v: 1, carries: Carries, handle: (click, h) => look(parts, click, h) }) };
}

async function look(parts: ClickParts, click: Click, h: Handling): Promise<Answering> {
  const row = await loadRow(h.tx, click.carries.incident);
  const { m, now } = h;
  if (!row) return told(click, m.incident.answers.unknown(), h, { rule: 'unknown-incident' });
  const { target } = row;
  if (!target) return told(click, m.incident.answers.noTarget(), h, { rule: 'incident-target', row });
  const principal = namedPrincipal(click, h);
  const about = { verb: 'why', target: targetKey(target), incidentId: row.id, principal, origin: originOf(click) };
  await audit(h.tx, { ...about, stage: 'asked', outcome: 'ok', rule: 'viewer' }, now);
  return {
    async after(stopping) {
      const finding = await found(parts, target, now, timeLimit(LIMIT_MS, stopping));
      const event = `diagnosed:${Math.floor(now.getTime() / SAME_MS)}`;
      await tell(parts, click, {
        incident: row.id,
        event,
        payload: { by: principal.name ?? principal.id, target, finding },
      });
      parts.wake();
      await click.reply.private(messageOf(m.incident.answers.diagnosed({ number: row.number })));
    },
  };
}

/** @throws UserError when it is not there; ClusterError when its cluster does not answer */
async function found(
  { environments, images }: ClickParts,
  target: Target,
  now: Date,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const cluster = environments.get(target.environment)?.clusters.get(target.cluster);
  const { environment, cluster: name, namespace, kind } = target;
  const missing = { text: target.name, where: `${environment}/${name}/${namespace}`, near: [] };
  const diagnosis =
    cluster && (await diagnose(cluster, { kind, namespace, name: target.name }, { images, now, signal }));
  if (!diagnosis) throw userError('no-such-workload', missing);
  return diagnosis;
}

interface Told {
  readonly by: string;
  readonly target: Target;
  readonly finding: Diagnosis;
}

/** In the thread of the post that was pressed; pressed elsewhere, in that of the incident's own post. */
async function tell(
  { db, now }: ClickParts,
  { channelId, messageTs }: Click,
  { incident, event, payload }: { readonly incident: number; readonly event: string; readonly payload: Told },
): Promise<void> {
  const subject = incidentSubject(incident);
  const { rows } = await sql<{ id: number; channel: string }>`
    select id, channel from posts where subject = ${subject}
    order by (channel_id = ${channelId ?? ''} and ts = ${messageTs ?? ''}) is true desc, purpose = 'main' desc, id limit 1`.execute(
    db,
  );
  const [post] = rows;
  if (!post) return;
  const said = { subject, event, channel: post.channel, class: CLASS.click, threadPostId: post.id };
  await say(db, [{ ...said, payload: { say: 'diagnosed', ...kept(payload) } }], now());
}

export async function wordDiagnosed(_db: Db, saying: Saying, now: Date): Promise<Worded> {
  const { by, target, finding } = payloadOf<Told>({ payload: revived(saying.payload) });
  const m = sentences(saying.language);
  const place = { environment: target.environment, cluster: target.cluster, workload: target };
  const { text, blocks } = showDiagnosis(finding, place, now, m);
  const asked = m.incident.diagnosedFor({ by: bold(by) });
  return { kind: 'message', message: { text, blocks: [...blocks, { kind: 'context', lines: [asked] }] } };
}

function kept(payload: Told): Json {
  return JSON.parse(storableJson(payload)) as Json;
}

const TIMES: ReadonlySet<string> = new Set(['at', 'pushedAt', 'since']);

/** JSON has no times. */
function revived(payload: object): object {
  return JSON.parse(JSON.stringify(payload), (key, value: unknown) =>
    TIMES.has(key) && typeof value === 'string' ? new Date(value) : value,
  ) as object;
}
