import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertBody, FakeAlertmanager } from '../alertmanager/api.ts';
import { silencedBy } from '../alertmanager/silences.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly annotations: Labels;
}

interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Date;
  endsAt?: Date;
}

interface Group {
  readonly labels: Labels;
  readonly alerts: Map<string, Alert>;
  /** What was delivered last, byte for byte. */
  body?: string;
  sentAt?: number;
  dirty: boolean;
  sending: boolean;
  /** Keys of alerts that a silence held back when it was looked at last. */
  muted: ReadonlySet<string>;
}

export interface AlertmanagerOptions {
  /** Of the receiver's webhook. */
  readonly url: string;
  readonly token: string;
  readonly now: () => number;
  /** What answers questions about it, and takes silences. */
  readonly api: FakeAlertmanager;
  /** Called when what fires has changed. */
  readonly changed?: () => void;
}

const GROUP_BY = ['alertname', 'namespace'] as const;
const RECEIVER = 'hikeshi';
const GROUP_WAIT_MS = 300;
const REPEAT_MS = 4 * 3_600_000;
const LOOK_MS = 1_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;
const NEVER = '0001-01-01T00:00:00Z';
const EXTERNAL_URL = 'http://alertmanager.example.com:9093';

/**
 * What a receiver sees of Alertmanager: alerts in groups, a webhook body for each change of a group, resolved alerts once, the
 * same body again after the repeat interval, another try after anything but a 2xx or 4xx. What is silenced is left out of bodies; it is told
 * when its silence ends and it still fires.
 */
export class Alertmanager {
  readonly #options: AlertmanagerOptions;
  readonly #groups = new Map<string, Group>();
  readonly #stopped = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(options: AlertmanagerOptions) {
    this.#options = options;
    setMaxListeners(0, this.#stopped.signal);
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** How many alerts fire. */
  get firing(): number {
    return [...this.#groups.values()].flatMap((group) => [...group.alerts.values()]).filter((a) => !a.endsAt).length;
  }

  fires(labels: Labels): boolean {
    const alert = this.#groups.get(groupKey(groupLabels(labels)))?.alerts.get(fingerprint(labels));
    return alert !== undefined && alert.endsAt === undefined;
  }

  /** From now on this alert fires; one that fires already goes on. */
  fire(labels: Labels, annotations: Labels = {}): void {
    const group = this.#groupOf(labels);
    const key = fingerprint(labels);
    const known = group.alerts.get(key);
    if (known && !known.endsAt) return;
    group.alerts.set(key, { labels, annotations, startsAt: new Date(this.#options.now()) });
    this.#changed(group);
  }

  resolve(labels: Labels): void {
    const group = this.#groupOf(labels);
    const alert = group.alerts.get(fingerprint(labels));
    if (!alert || alert.endsAt) return;
    alert.endsAt = new Date(this.#options.now());
    this.#changed(group);
  }

  resolveAll(): void {
    for (const group of this.#groups.values()) for (const alert of group.alerts.values()) this.resolve(alert.labels);
  }

  /** Sends what was delivered last for this alert's group once more, as the other one of an HA pair does. Answers the status. */
  async duplicate(labels: Labels): Promise<number> {
    const { body } = this.#groupOf(labels);
    if (body === undefined) throw new Error('nothing was delivered for this group yet');
    return this.#post(body);
  }

  /** Repeats what is due, tells what is silenced no more; for whoever has moved the clock. */
  look(): void {
    for (const group of this.#groups.values()) {
      const due = group.sentAt !== undefined && this.#options.now() - group.sentAt >= REPEAT_MS;
      const muted = this.#mutedOf(group);
      const heard = [...group.muted].some((key) => group.alerts.has(key) && !muted.has(key));
      group.muted = muted;
      if ((due || heard) && group.alerts.size > 0) this.#changed(group);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopped.abort();
  }

  #groupOf(labels: Labels): Group {
    const own = groupLabels(labels);
    const key = groupKey(own);
    const group = this.#groups.get(key) ?? {
      labels: own,
      alerts: new Map(),
      dirty: false,
      sending: false,
      muted: new Set<string>(),
    };
    this.#groups.set(key, group);
    return group;
  }

  #changed(group: Group): void {
    group.dirty = true;
    this.#options.api.says = this.#active().map((alert) => ({ alert, receiver: RECEIVER, groupBy: GROUP_BY }));
    this.#options.changed?.();
    if (!group.sending) void this.#send(group);
  }

  /** One at a time per group, until nothing has changed since. */
  async #send(group: Group): Promise<void> {
    group.sending = true;
    try {
      while (group.dirty) {
        await sleep(GROUP_WAIT_MS, undefined, { signal: this.#stopped.signal, ref: false });
        group.dirty = false;
        await this.#deliver(group);
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error;
    } finally {
      group.sending = false;
    }
  }

  async #deliver(group: Group): Promise<void> {
    group.muted = this.#mutedOf(group);
    const sent = [...group.alerts].filter(([key]) => !group.muted.has(key));
    const told = new Map(sent.map(([key, alert]) => [key, alert.endsAt]));
    const body = JSON.stringify(bodyOf(group.labels, sent));
    for (const key of group.muted) if (group.alerts.get(key)?.endsAt) group.alerts.delete(key);
    if (sent.length === 0) return;
    for (let wait = RETRY_FIRST_MS; !isSettled(await this.#post(body)); wait = Math.min(wait * 2, RETRY_MAX_MS))
      await sleep(wait, undefined, { signal: this.#stopped.signal, ref: false });
    group.body = body;
    group.sentAt = this.#options.now();
    for (const [key, endsAt] of told) if (endsAt && group.alerts.get(key)?.endsAt === endsAt) group.alerts.delete(key);
  }

  #mutedOf(group: Group): ReadonlySet<string> {
    const { silences, now } = this.#options.api;
    const muted = [...group.alerts].filter(([, { labels }]) => silencedBy({ silences, now }, labels).length > 0);
    return new Set(muted.map(([key]) => key));
  }

  #active(): readonly AlertBody[] {
    return [...this.#groups.values()].flatMap((group) =>
      [...group.alerts].filter(([, { endsAt }]) => !endsAt).map(([key, alert]) => alertBody(key, alert)),
    );
  }

  /** The status, or 0 where nobody answered. */
  async #post(body: string): Promise<number> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#options.token}` };
    try {
      const response = await fetch(this.#options.url, { method: 'POST', headers, body, signal: this.#stopped.signal });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      if (this.#stopped.signal.aborted) throw error;
      return 0;
    }
  }
}

/** Alertmanager gives up on 4xx. */
function isSettled(status: number): boolean {
  return status >= 200 && status < 500;
}

function bodyOf(groupLabels: Labels, alerts: readonly (readonly [string, Alert])[]): object {
  const all = alerts.map(([, alert]) => alert);
  return {
    version: '4',
    groupKey: groupKey(groupLabels),
    truncatedAlerts: 0,
    status: all.some((alert) => !alert.endsAt) ? 'firing' : 'resolved',
    receiver: RECEIVER,
    groupLabels,
    commonLabels: common(all.map((alert) => alert.labels)),
    commonAnnotations: common(all.map((alert) => alert.annotations)),
    externalURL: EXTERNAL_URL,
    alerts: alerts.map(([key, alert]) => alertBody(key, alert)),
  };
}

function alertBody(key: string, { labels, annotations, startsAt, endsAt }: Alert): AlertBody {
  const expr = encodeURIComponent(`ALERTS{alertname="${labels['alertname']}"}`);
  return {
    status: endsAt ? 'resolved' : 'firing',
    labels,
    annotations,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? NEVER,
    generatorURL: `http://prometheus.example.com:9090/graph?g0.expr=${expr}&g0.tab=1`,
    fingerprint: key,
  };
}

function groupLabels(labels: Labels): Labels {
  return Object.fromEntries(GROUP_BY.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}

function groupKey(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{}:{${pairs.join(', ')}}`;
}

function common(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((one) => one[name] === value)));
}

/** Sixteen hex digits that stand for a set of labels. */
function fingerprint(labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
