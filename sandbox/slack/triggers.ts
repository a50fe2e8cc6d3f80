import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Switches } from './options.ts';
import { refuse } from './refusal.ts';

/** A trigger_id lives three seconds and serves once. */
const TRIGGER_LIFE_MS = 3000;

export interface Trigger {
  readonly user: string;
  readonly channel?: string;
  /** The modal it comes from: only such a trigger may push. */
  readonly view?: string;
}

export class Triggers {
  readonly #issued = new Map<string, Trigger & { until: number; used: boolean }>();
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #switches: Switches;

  constructor(clock: Clock, ids: Ids, switches: Switches) {
    this.#clock = clock;
    this.#ids = ids;
    this.#switches = switches;
  }

  issue(trigger: Trigger): string {
    const id = `${this.#clock.seconds()}.${this.#ids.next('').toLowerCase()}.${this.#ids.secret()}`;
    this.#issued.set(id, { ...trigger, until: this.#clock.now() + TRIGGER_LIFE_MS, used: false });
    return id;
  }

  /** Refuses a strange, late or spent trigger. `spend` is called once the view has passed. */
  look(id: string): Trigger & { spend: () => void } {
    const found = this.#issued.get(id);
    const guide = this.#switches.triggerErrors === 'trigger_expired';
    if (!found) refuse('invalid_trigger_id');
    if (found.used) refuse(guide ? 'trigger_exchanged' : 'exchanged_trigger_id');
    if (this.#clock.now() > found.until) refuse(guide ? 'trigger_expired' : 'expired_trigger_id');
    return {
      ...found,
      spend: () => {
        found.used = true;
      },
    };
  }
}
