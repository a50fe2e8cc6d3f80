import type { SourceLook } from '../../../src/ports/alert-source.ts';
import { type AlertWish, alertOf } from '../../support/bodies.ts';

/**
 * A Prometheus, an Alertmanager and the wire between them and us, minute by minute, in seconds: one group of alerts. It keeps to
 * what was seen of real ones: silenced alerts are left out of bodies and their end is told to nobody, a restarted Alertmanager is
 * empty until Prometheus sends again, and what it was answered 200 for it does not tell again.
 */
export class World {
  now = 0;
  /** Whether anybody takes webhooks and looks. */
  here = true;
  apiAnswers = true;
  readonly silenced = new Set<string>();
  /** What Prometheus says: since when it fires. */
  readonly #truth = new Map<string, number>();
  #connectedUntil: number | undefined;
  /** What Alertmanager has. */
  readonly #has = new Map<string, number>();
  #startedAt = -3_600;
  readonly #told = new Set<string>();

  fire(fp: string): readonly AlertWish[] {
    if (this.#truth.has(fp)) return [];
    this.#truth.set(fp, this.now);
    return this.#sendAll();
  }

  resolve(fp: string): readonly AlertWish[] {
    if (!this.#truth.delete(fp) || this.#connectedUntil !== undefined || !this.#has.has(fp)) return [];
    return this.#end([fp]);
  }

  /** Prometheus and Alertmanager lose sight of each other, or find each other again. */
  connect(yes: boolean): void {
    this.#connectedUntil = yes ? undefined : (this.#connectedUntil ?? this.now);
  }

  restart(): void {
    this.#has.clear();
    this.#told.clear();
    this.#startedAt = this.now;
  }

  /** A minute later: Prometheus has sent again, or what it has not sent for five minutes has ended. */
  tick(): readonly AlertWish[] {
    this.now += 60;
    if (this.#connectedUntil === undefined) {
      const over = [...this.#has.keys()].filter((fp) => this.#truth.get(fp) !== this.#has.get(fp));
      return over.length > 0 ? [...this.#end(over), ...this.#sendAll()] : this.#sendAll();
    }
    return this.now - this.#connectedUntil >= 300 ? this.#end([...this.#has.keys()]) : [];
  }

  #sendAll(): readonly AlertWish[] {
    if (this.#connectedUntil !== undefined) return [];
    for (const [fp, since] of this.#truth) this.#has.set(fp, since);
    const fresh = this.#active().some((fp) => !this.#told.has(fp));
    return fresh ? this.#body([]) : [];
  }

  #end(fps: readonly string[]): readonly AlertWish[] {
    const ended = fps.map((fp): AlertWish => ({ fp, status: 'resolved', starts: this.#has.get(fp)! }));
    for (const fp of fps) this.#has.delete(fp);
    const tell = ended.filter(({ fp }) => this.#told.delete(fp) && !this.silenced.has(fp));
    return tell.length > 0 ? this.#body(tell) : [];
  }

  #active(): readonly string[] {
    return [...this.#has.keys()].filter((fp) => !this.silenced.has(fp));
  }

  #body(ended: readonly AlertWish[]): readonly AlertWish[] {
    const firing = this.#active().map((fp): AlertWish => ({ fp, starts: this.#has.get(fp)! }));
    for (const { fp } of firing) this.#told.add(fp);
    return [...firing, ...ended];
  }

  active(): readonly AlertWish[] {
    return this.#active().map((fp) => ({ fp, starts: this.#has.get(fp)! }));
  }

  get present(): ReadonlySet<string> {
    return new Set(this.#has.keys());
  }

  get upFor(): number {
    return this.now - this.#startedAt;
  }

  look(groups: boolean): SourceLook {
    if (!this.apiAnswers) return { fingerprints: new Set(), complete: false, groups: [], failures: ['am: away'] };
    const alerts = [...this.#has].map(([fp, starts]) => ({
      ...alertOf({ fp, starts }),
      active: !this.silenced.has(fp),
    }));
    const group = { receiver: 'chatops', labels: { alertname: 'g' }, alerts };
    return {
      fingerprints: this.present,
      complete: true,
      upForMs: this.upFor * 1000,
      run: String(this.#startedAt),
      groups: groups && alerts.length > 0 ? [group] : [],
      failures: [],
    };
  }
}
