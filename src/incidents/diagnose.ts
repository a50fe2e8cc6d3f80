import { z } from 'zod';
import { incidentOfThread, ownThread } from '../core/ask/thread.ts';
import { audit } from '../core/audit.ts';
import { QUERY_LIMIT_MS } from '../core/define.ts';
import { type Answering, type ClickHandler, type Handling, namedPrincipal, onClick } from '../core/handling.ts';
import { payloadOf, type Saying, type Worded } from '../core/outbox/subjects.ts';
import { CLASS, type OutboxClass, say } from '../core/outbox/write.ts';
import { originOf } from '../core/requests.ts';
import { timeLimit } from '../core/wake.ts';
import { type Diagnosis, diagnose } from '../core/why/diagnose.ts';
import { showDiagnosis } from '../core/why/show.ts';
import { bold, messageOf } from '../domain/content.ts';
import { incidentSubject } from '../domain/incident.ts';
import { type Mask, maskedJson } from '../domain/secrets.ts';
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
  const { target } = row;
  if (!target) return told(click, m.incident.answers.noTarget(), h, { rule: 'incident-target', row });
  const principal = namedPrincipal(click, h);
  const about = { verb: 'why', target: targetKey(target), incidentId: row.id, principal, origin: originOf(click) };
  await audit(h.tx, { ...about, stage: 'asked', outcome: 'ok', rule: 'viewer' }, now);
  return {
    async after(stopping) {
      const finding = await found(parts, target, now, stopping);
      const event = `${DIAGNOSED}${Math.floor(now.getTime() / SAME_MS)}`;
      const payload = { by: principal.name ?? principal.id, target, finding };
      await tell(
        parts.db,
        { incident: row.id, event, payload, class: CLASS.click, mask: parts.mask, near: click },
        parts.now(),
      );
      parts.wake();
      await click.reply.private(messageOf(m.incident.answers.diagnosed({ number: row.number })));
    },
  };
}

/** @throws UserError when it is not there; ClusterError when its cluster does not answer */
export async function found(
  { environments, images }: Pick<ClickParts, 'environments' | 'images'>,
  { environment, cluster: name, namespace, kind, name: text }: Target,
  now: Date,
  stopping: AbortSignal,
): Promise<Diagnosis> {
  const cluster = environments.get(environment)?.clusters.get(name);
  const until = performance.now() + QUERY_LIMIT_MS;
  const look = { images, now, until, signal: timeLimit(QUERY_LIMIT_MS, stopping) };
  const diagnosis = cluster && (await diagnose(cluster, { kind, namespace, name: text }, look));
  if (!diagnosis) throw userError('no-such-workload', { text, where: `${environment}/${name}/${namespace}`, near: [] });
  return diagnosis;
}

interface Told {
  /** Who asked; absent: nobody did. */
  readonly by?: string;
  readonly target: Target;
  readonly finding: Diagnosis;
}

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
  const said = { subject, event, class: rest.class, ...place };
  await say(db, [{ ...said, payload: { say: 'diagnosed', ...kept(payload, rest.mask) } }], now);
}

export async function wordDiagnosed(_db: Db, saying: Saying, now: Date): Promise<Worded> {
  const { by, target, finding } = payloadOf<Told>({ payload: revived(saying.payload) });
  const m = sentences(saying.language);
  const place = { environment: target.environment, cluster: target.cluster, workload: target };
  const { text, blocks } = showDiagnosis(finding, place, now, m);
  const asked = by === undefined ? m.incident.diagnosedItself() : m.incident.diagnosedFor({ by: bold(by) });
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
