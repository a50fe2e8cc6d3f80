import { setTimeout as pause } from 'node:timers/promises';
import { type AlertName, cleared, type Found, firing, shown } from './alerts.ts';
import type { Dice } from './dice.ts';
import type { Sent } from './judge.ts';
import type { Site } from './site.ts';

/** Alertmanagers: they send what fires and what clears, each body again until it is answered 2xx. */
export interface Fleet {
  /** Sends that it fires; resolves when it was taken. */
  fire(name: string): Promise<void>;
  /** Sends that it has cleared, after what was sent for it before; resolves when it was taken. */
  clear(name: string): Promise<void>;
  /** Sends what was said last of each once more, as Alertmanager does after its repeat interval. */
  repeat(name: string): Promise<void>;
  /** A member that hears of nothing sends that it fires, after all the others have said how it is. */
  straggle(name: string): Promise<void>;
  /** Resolves when everything is taken. */
  delivered(): Promise<void>;
  /** Sends that it fires after all, since when it did before: its end was a mistake. */
  relapse(name: string): Promise<void>;
  /** What was answered 2xx, and how it was at last. */
  readonly sent: readonly Sent[];
  /** What fires, as the API shows it. */
  readonly active: readonly Found[];
}

export interface FleetOptions {
  readonly site: Pick<Site, 'post' | 'ports'>;
  readonly dice: Dice;
  /** Channels that alerts ask for, in turn. */
  readonly channels: readonly string[];
  /** Members of the cluster; each sends everything, at its own pace. Default 1. */
  readonly copies?: number;
}

/** Alertmanager begins again after half a second; here everything is a little faster. */
const AGAIN_AFTER_MS = 150;
const GIVE_UP_MS = 300_000;
const COPIES_APART_MS = 400;

interface Alarm {
  readonly alert: AlertName;
  readonly since: Date;
  last: 'firing' | 'resolved';
  body: string;
  taken: boolean;
  /** By member: what it has sent so far. */
  readonly lanes: Promise<void>[];
}

export function createFleet({ site, dice, channels, copies = 1 }: FleetOptions): Fleet {
  const alarms = new Map<string, Alarm>();

  async function untilTaken(body: string): Promise<void> {
    const until = performance.now() + GIVE_UP_MS;
    const answers: (number | string)[] = [];
    for (;;) {
      const ports = site.ports;
      const port = ports[dice.below(Math.max(1, ports.length))];
      const status = port === undefined ? undefined : await site.post(body, port);
      if (status === 200) return;
      answers.push(port === undefined ? 'nobody' : (status ?? 'no answer'));
      if (performance.now() > until)
        throw new Error(
          `not accepted within ${GIVE_UP_MS} ms (${answers.slice(-20).join(', ')}): ${body.slice(0, 300)}`,
        );
      await pause(AGAIN_AFTER_MS);
    }
  }

  /** One member sends a group's bodies one after the other; the members know nothing of each other. */
  function send(alarm: Alarm, body: string): Promise<void> {
    alarm.body = body;
    const all = alarm.lanes.map((before, i) => {
      const laterMs = i === 0 ? 0 : dice.below(COPIES_APART_MS);
      const lane = before.then(() => pause(laterMs)).then(() => untilTaken(body));
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

  function alarmOf(name: string): Alarm {
    const alarm = alarms.get(name);
    if (!alarm) throw new Error(`${name} has not fired`);
    return alarm;
  }

  return {
    fire(name) {
      const alert: AlertName = { name, channel: channels[alarms.size % channels.length]! };
      const since = new Date();
      const lanes = Array.from({ length: copies }, () => Promise.resolve());
      const alarm: Alarm = { alert, since, last: 'firing', body: '', taken: false, lanes };
      alarms.set(name, alarm);
      return send(alarm, firing(alert, since));
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
      const { alert, since, lanes } = alarmOf(name);
      const late = Promise.all(lanes).then(() => untilTaken(firing(alert, since)));
      lanes.push(late);
      return late;
    },
    async delivered() {
      await Promise.all([...alarms.values()].flatMap((alarm) => alarm.lanes));
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
