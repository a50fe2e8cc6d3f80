import type { AlertWish } from '../../support/bodies.ts';
import type { World } from './world.ts';

/**
 * The simple model: what should be known of the group, from the whole history of bodies and looks instead of from notes made on
 * the way. Times are seconds.
 */
export class Knowledge {
  readonly #known = new Map<string, { firing: boolean; starts: number; changed: number }>();
  /** Looks at each alert since it was last seen to be there: when, for those that count. */
  readonly #absences = new Map<string, number[]>();
  readonly #doubts = new Map<string, number>();
  #resolvedAt: number | undefined;
  #gap: number | undefined;

  firing(): readonly string[] {
    return [...this.#known].flatMap(([fp, { firing }]) => (firing ? [fp] : [])).sort();
  }

  away(until: number): void {
    this.#gap = until;
  }

  body(alerts: readonly AlertWish[], now: number): void {
    const isNews = alerts.some((a) => a.status !== 'resolved' && this.#isNews(a) && !this.#isSameStart(a));
    if (isNews) this.#beginAnew(alerts, now);
    for (const alert of alerts) {
      const before = this.#known.get(alert.fp);
      if (alert.status !== 'resolved') this.#absences.delete(alert.fp);
      if (alert.status !== 'resolved' && before && !before.firing && before.starts === alert.starts) {
        if (!this.#doubts.has(alert.fp)) this.#doubts.set(alert.fp, now);
      } else if (alert.status !== 'resolved' || !before || before.starts <= alert.starts!) this.#set(alert, now);
    }
    this.#settled(now);
  }

  look(world: World): void {
    const { now, present } = world;
    if (!world.apiAnswers) return;
    const counts = world.upFor >= 600;
    for (const fp of this.firing()) {
      const absences = this.#absences.get(fp) ?? [];
      if (present.has(fp)) this.#absences.delete(fp);
      else if (counts) this.#absences.set(fp, [...absences, now]);
      const first = this.#absences.get(fp)?.[0];
      if (first !== undefined && counts && now - first >= 300) this.#end(fp, now);
    }
    this.#settled(now);
    if (this.#gap === undefined) return;
    const missed = world.active().filter((a) => this.#isNews(a));
    if (missed.some((a) => a.starts! <= this.#gap! && now - a.starts! >= 600)) {
      this.#beginAnew(world.active(), now);
      for (const alert of missed) this.#set(alert, now);
    }
    if (counts && now >= this.#gap + 600) this.#gap = undefined;
  }

  /** Each second, as it were: doubts are asked about at once, and after a minute without an answer they fire. */
  doubts(world: World): void {
    for (const [fp, since] of this.#doubts) {
      const known = this.#known.get(fp)!;
      const fires = world.apiAnswers ? world.present.has(fp) : world.now - since >= 60;
      if (world.apiAnswers || fires) this.#doubts.delete(fp);
      if (!fires || known.firing) continue;
      const { starts } = known;
      if (this.#isLate(world.now)) this.#known.clear();
      this.#set({ fp, starts }, world.now);
    }
    this.#settled(world.now);
  }

  #isNews({ fp, starts }: AlertWish): boolean {
    const known = this.#known.get(fp);
    return !known || (!known.firing && starts! >= known.starts);
  }

  #isSameStart({ fp, starts }: AlertWish): boolean {
    return this.#known.get(fp)?.starts === starts;
  }

  #isLate(now: number): boolean {
    return this.#resolvedAt !== undefined && now - this.#resolvedAt > 900;
  }

  /** Long after the resolve it is another incident, with what is listed and nothing else. */
  #beginAnew(alerts: readonly AlertWish[], now: number): void {
    if (!this.#isLate(now)) return;
    this.#known.clear();
    this.#doubts.clear();
    this.#absences.clear();
    for (const alert of alerts) this.#set(alert, now);
  }

  #set({ fp, starts, status }: AlertWish, now: number): void {
    this.#known.set(fp, { firing: status !== 'resolved', starts: starts!, changed: now });
    this.#doubts.delete(fp);
    this.#absences.delete(fp);
  }

  #end(fp: string, now: number): void {
    this.#set({ fp, starts: this.#known.get(fp)!.starts, status: 'resolved' }, now);
  }

  #settled(now: number): void {
    if (this.#known.size === 0) return;
    this.#resolvedAt = this.firing().length > 0 ? undefined : (this.#resolvedAt ?? now);
  }
}
