import { setTimeout as pause } from 'node:timers/promises';
import { type AlertName, cleared, type Found, firing, shown } from './alerts.ts';
import type { Dice } from './dice.ts';
import type { Sent } from './judge.ts';
import type { Site } from './site.ts';
import { soon, untilNone } from './waits.ts';

/** Alertmanagers: they send what fires and what clears, each body again until it is answered 2xx, however long that takes. */
export interface Fleet {
  /** Sends that it fires; resolves when it was taken. */
  fire(name: string): Promise<void>;
  /** Sends that it has cleared, after what was sent for it before; resolves when it was taken. */
  clear(name: string): Promise<void>;
  /** Sends what was said last of each once more, as Alertmanager does after its repeat interval. */
  repeat(name: string): Promise<void>;
  /** A member that hears of nothing sends that it fires, after all the others have said how it is. */
  straggle(name: string): Promise<void>;
  /** Resolves when everything is taken. @throws Error with what is not, after so long */
  delivered(withinMs?: number): Promise<void>;
  /** Sends that it fires after all, since when it did before: its end was a mistake. */
  relapse(name: string): Promise<void>;
  /** It has fired since then, and no webhook says so: its API alone has it. */
  fireUntold(name: string, since: Date): void;
  /** It has cleared, and no webhook says so: its API lacks it. */
  clearUntold(name: string): void;
  /** What was answered 2xx, and how it was at last. */
  readonly sent: readonly Sent[];
  /** What fires, as the API shows it. */
  readonly active: readonly Found[];
  /** Sends nothing any more. */
  stop(): void;
}

export interface FleetOptions {
  readonly site: Pick<Site, 'post' | 'ports'>;
  readonly dice: Dice;
  /** Channels that alerts ask for, in turn. */
  readonly channels: readonly string[];
  /** Members of the cluster; each sends everything, at its own pace. Default 1. */
  readonly copies?: number;
}

/** Alertmanager begins again after half a second, and half as late again each time; here everything is a little faster. */
const AGAIN = { firstMs: 150, times: 1.5, lastMs: 1_000 };
const DELIVERED_WITHIN_MS = 60_000;
const COPIES_APART_MS = 400;

interface Alarm {
  readonly alert: AlertName;
  readonly since: Date;
  last: 'firing' | 'resolved';
  body: string;
  taken: boolean;
  /** Bodies on their way, with what they were answered last. */
  readonly open: Map<symbol, string>;
  /** By member: what it has sent so far. */
  readonly lanes: Promise<void>[];
}

export function createFleet({ site, dice, channels, copies = 1 }: FleetOptions): Fleet {
  const alarms = new Map<string, Alarm>();

  let stopped = false;

  async function untilTaken({ open }: Alarm, body: string): Promise<void> {
    const mine = Symbol();
    open.set(mine, 'nothing yet');
    for (let laterMs = AGAIN.firstMs; ; laterMs = Math.min(AGAIN.lastMs, laterMs * AGAIN.times)) {
      const { ports } = site;
      const port = ports[dice.below(Math.max(1, ports.length))];
      const status = port === undefined ? 'nobody there' : await site.post(body, port);
      if (status === 200) break;
      // Nobody waits for it any more.
      if (stopped) return new Promise<never>(() => undefined);
      open.set(mine, String(status ?? 'no answer'));
      await pause(laterMs);
    }
    open.delete(mine);
  }

  /** One member sends a group's bodies one after the other; the members know nothing of each other. */
  function send(alarm: Alarm, body: string): Promise<void> {
    alarm.body = body;
    const all = alarm.lanes.map((before, i) => {
      const laterMs = i === 0 ? 0 : dice.below(COPIES_APART_MS);
      const lane = before.then(() => pause(laterMs)).then(() => untilTaken(alarm, body));
      lane.catch(() => undefined);
      alarm.lanes[i] = lane;
      return lane;
    });
    const done = Promise.all(all).then(() => {
      alarm.taken = true;
    });
    done.catch(() => undefined);
    return done;
  }

  const untaken = async (): Promise<readonly string[]> =>
    [...alarms].flatMap(([name, { open }]) => [...open.values()].map((answer) => `${name}, answered ${answer}`));

  function begin(name: string, since: Date): Alarm {
    const alert: AlertName = { name, channel: channels[alarms.size % channels.length]! };
    const lanes = Array.from({ length: copies }, () => Promise.resolve());
    const alarm: Alarm = { alert, since, last: 'firing', body: '', taken: false, open: new Map(), lanes };
    alarms.set(name, alarm);
    return alarm;
  }

  function alarmOf(name: string): Alarm {
    const alarm = alarms.get(name);
    if (!alarm) throw new Error(`${name} has not fired`);
    return alarm;
  }

  return {
    fire(name) {
      const alarm = begin(name, new Date());
      return send(alarm, firing(alarm.alert, alarm.since));
    },
    clear(name) {
      const alarm = alarmOf(name);
      alarm.last = 'resolved';
      return send(alarm, cleared(alarm.alert, alarm.since));
    },
    relapse(name) {
      const alarm = alarmOf(name);
      alarm.last = 'firing';
      return send(alarm, firing(alarm.alert, alarm.since));
    },
    repeat(name) {
      const alarm = alarmOf(name);
      return send(alarm, alarm.body);
    },
    straggle(name) {
      const alarm = alarmOf(name);
      const late = Promise.all(alarm.lanes).then(() => untilTaken(alarm, firing(alarm.alert, alarm.since)));
      late.catch(() => undefined);
      alarm.lanes.push(late);
      return late;
    },
    fireUntold(name, since) {
      begin(name, since).taken = true;
    },
    clearUntold(name) {
      alarmOf(name).last = 'resolved';
    },
    async delivered(withinMs = DELIVERED_WITHIN_MS) {
      const all = Promise.all([...alarms.values()].flatMap((alarm) => alarm.lanes));
      await soon(all, 'everything is taken', withinMs).catch(async () => untilNone(untaken, 0));
    },
    stop() {
      stopped = true;
    },
    get sent() {
      return [...alarms].filter(([, { taken }]) => taken).map(([name, { last }]) => ({ name, last }));
    },
    get active() {
      return [...alarms.values()]
        .filter(({ last }) => last === 'firing')
        .map(({ alert, since }) => shown(alert, since));
    },
  };
}
