/**
 * A webhook body to a `Notification`. Alertmanager gives up on 4xx, so whatever may hold an alert is taken: each field is
 * read leniently, and what had to be guessed is told in `repairs`. Pure, total: it never throws.
 */
import type { Alert, Fingerprint, Labels, Notification } from '../domain/alert.ts';
import { maskSecrets } from '../domain/secrets.ts';
import { storable } from '../domain/storable.ts';
import { testMarkOf } from '../domain/test-alert.ts';
import { fingerprintOf } from './fingerprint.ts';
import { asObject, dateField, type Json, labelsField, Repairs, textField, textOf } from './parse-fields.ts';

export type ParseResult =
  | { readonly kind: 'ok'; readonly notification: Notification }
  /** Not for us: answered 400 with the reason. */
  | { readonly kind: 'refused'; readonly status: 400; readonly reason: RefusalReason; readonly excerpt: string }
  /** Taken and answered 200, but part of it cannot be read: the bytes are kept, `partial` holds what could be read. */
  | { readonly kind: 'quarantine'; readonly reason: string; readonly partial: Notification };

export type RefusalReason = 'not-json' | 'not-an-object' | 'no-alerts';

/** Of a refused body, in UTF-16 units. */
const EXCERPT = 200;
/** So much of it is looked at, or a secret at the end of the excerpt would not be known for one. */
const LOOKED_AT = 4_000;

/**
 * Any JSON object with an `alerts` array is taken; no alerts in it are fine and change nothing. Invalid UTF-8, NUL and lone
 * surrogates become U+FFFD.
 *
 * - no `groupKey`: made of receiver and group labels, as `{}:{alertname="X"}` with the receiver in front, so that repeats of
 *   such a body stay one group;
 * - one fingerprint twice in a body: the firing copy stays, of two with the same status the one with the later `startsAt`;
 * - an entry of `alerts` that is no object: quarantine, and the rest is in `partial`.
 */
export function parseNotification(bytes: Uint8Array, source: string, receivedAt: Date): ParseResult {
  const text = new TextDecoder('utf-8').decode(bytes);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('not-json', text);
  }
  const body = asObject(json);
  if (!body) return refuse('not-an-object', text);
  if (!Array.isArray(body['alerts'])) return refuse('no-alerts', text);
  return readBody(body, body['alerts'], source, receivedAt);
}

function refuse(reason: RefusalReason, text: string): ParseResult {
  return {
    kind: 'refused',
    status: 400,
    reason,
    excerpt: storable(maskSecrets(text.slice(0, LOOKED_AT)).slice(0, EXCERPT)),
  };
}

function readBody(body: Json, entries: readonly unknown[], source: string, receivedAt: Date): ParseResult {
  const repairs = new Repairs();
  const alerts: Alert[] = [];
  const unreadable: number[] = [];
  for (const [i, entry] of entries.entries()) {
    const object = asObject(entry);
    if (object) alerts.push(readAlert(object, `alerts[${i}]`, body['status'], receivedAt, repairs));
    else unreadable.push(i);
  }
  const notification = readEnvelope(body, oncePerFingerprint(alerts, repairs), source, repairs);
  if (unreadable.length === 0) return { kind: 'ok', notification };
  const which = unreadable.slice(0, 5).map((i) => `alerts[${i}]`);
  const more = unreadable.length > which.length ? ` and ${unreadable.length - which.length} more` : '';
  return { kind: 'quarantine', reason: `${which.join(', ')}${more}: not an object`, partial: notification };
}

function readEnvelope(body: Json, alerts: readonly Alert[], source: string, repairs: Repairs): Notification {
  const receiver = textField(body, 'receiver', '', repairs);
  const groupLabels = labelsField(body, 'groupLabels', '', repairs);
  const externalUrl = textField(body, 'externalURL', '', repairs);
  const groupKey = groupKeyOf(body, receiver, groupLabels, repairs);
  const test = testMarkOf(groupKey);
  return {
    source,
    groupKey,
    receiver,
    groupLabels,
    commonLabels: labelsField(body, 'commonLabels', '', repairs),
    commonAnnotations: labelsField(body, 'commonAnnotations', '', repairs, { keepEmpty: true }),
    routeLabels: labelsField(body, 'routeLabels', '', repairs, { optional: true }),
    alerts,
    truncatedAlerts: truncatedOf(body['truncatedAlerts'], repairs),
    ...(externalUrl !== '' && { externalUrl }),
    ...(test && { test }),
    repairs: repairs.lines(),
  };
}

function groupKeyOf(body: Json, receiver: string, groupLabels: Labels, repairs: Repairs): string {
  const given = textOf(body['groupKey']);
  if (given !== undefined && given !== '') {
    if (typeof body['groupKey'] !== 'string') repairs.add('groupKey', 'not a string, written as one');
    return storable(given);
  }
  repairs.add('groupKey', 'missing, made of receiver and groupLabels');
  const pairs = Object.keys(groupLabels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(groupLabels[name])}`);
  return `{}/receiver=${JSON.stringify(receiver)}:{${pairs.join(', ')}}`;
}

/** What an integer column takes; nobody counts further. */
const MOST_TRUNCATED = 2 ** 31 - 1;

function truncatedOf(value: unknown, repairs: Repairs): number {
  if (value === undefined || value === null) return 0;
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof count === 'number' && Number.isFinite(count) && count >= 0) {
    if (count !== value || !Number.isInteger(count)) repairs.add('truncatedAlerts', 'not a whole number, rounded up');
    return Math.min(Math.ceil(count), MOST_TRUNCATED);
  }
  repairs.add('truncatedAlerts', 'not a count, taken as 1: the body may be incomplete');
  return 1;
}

function readAlert(entry: Json, at: string, bodyStatus: unknown, receivedAt: Date, repairs: Repairs): Alert {
  const labels = labelsField(entry, 'labels', at, repairs);
  const annotations = labelsField(entry, 'annotations', at, repairs, { keepEmpty: true });
  const startsAt = dateField(entry, 'startsAt', at, repairs);
  const endsAt = dateField(entry, 'endsAt', at, repairs, { optional: true });
  if (!startsAt) repairs.add(`${at}.startsAt`, 'no time, receipt time used');
  const status = statusOf(entry, at, bodyStatus, endsAt, receivedAt, repairs);
  if (status === 'resolved' && !endsAt) repairs.add(`${at}.endsAt`, 'no time, receipt time used');
  const generatorUrl = textField(entry, 'generatorURL', at, repairs);
  return {
    fingerprint: fingerprintField(entry, labels, at, repairs),
    status,
    labels,
    annotations,
    startsAt: startsAt ?? receivedAt,
    ...(status === 'resolved' && { endsAt: endsAt ?? receivedAt }),
    ...(generatorUrl !== '' && { generatorUrl }),
  };
}

/** Its own, in any case; else resolved when `endsAt` has passed; else, without an `endsAt`, the body's; else firing. */
function statusOf(
  entry: Json,
  at: string,
  bodyStatus: unknown,
  endsAt: Date | undefined,
  receivedAt: Date,
  repairs: Repairs,
): Alert['status'] {
  const own = statusWord(entry['status']);
  if (own) {
    if (own !== entry['status']) repairs.add(`${at}.status`, `read as ${own}`);
    return own;
  }
  const byTime = endsAt && (endsAt.getTime() <= receivedAt.getTime() ? 'resolved' : 'firing');
  const status = byTime ?? statusWord(bodyStatus) ?? 'firing';
  repairs.add(
    `${at}.status`,
    `neither firing nor resolved, taken as ${status} ${byTime ? 'by endsAt' : 'by the body'}`,
  );
  return status;
}

function statusWord(value: unknown): Alert['status'] | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  return word === 'firing' || word === 'resolved' ? word : undefined;
}

/** Alertmanager's own has 16 characters; one that no index could hold is not taken for one. */
const LONGEST_FINGERPRINT = 128;

function fingerprintField(entry: Json, labels: Labels, at: string, repairs: Repairs): Fingerprint {
  const given = typeof entry['fingerprint'] === 'string' ? storable(entry['fingerprint']).trim() : '';
  if (given !== '' && given.length <= LONGEST_FINGERPRINT) return given;
  repairs.add(`${at}.fingerprint`, `${given === '' ? 'missing' : 'too long'}, computed from the labels`);
  return fingerprintOf(labels);
}

function oncePerFingerprint(alerts: readonly Alert[], repairs: Repairs): readonly Alert[] {
  const kept = new Map<Fingerprint, Alert>();
  for (const alert of alerts) {
    const before = kept.get(alert.fingerprint);
    if (before) repairs.add('alerts', `fingerprint ${alert.fingerprint} is there twice, one copy kept`);
    if (!before || outranks(alert, before)) kept.set(alert.fingerprint, alert);
  }
  return kept.size === alerts.length ? alerts : [...kept.values()];
}

function outranks(a: Alert, b: Alert): boolean {
  return a.status === b.status ? a.startsAt > b.startsAt : a.status === 'firing';
}
