/** What an incident is, as simply as one can say it: what people should see of each group of alerts. */

const REOPEN_MS = 15 * 60_000;

export type Seen = 'open' | 'acknowledged' | 'resolved';

export interface GroupModel {
  /** Firing since, by alert; absent: it does not fire. */
  readonly firing: Map<number, Date>;
  /** Began at, of alerts that have fired. */
  readonly began: Map<number, Date>;
  /** How many incidents there were: each has a post. */
  incidents: number;
  seen: Seen;
  /** What was the highest severity when somebody took it. */
  ackedRank: number;
  resolvedAt: number;
}

export interface Model {
  readonly groups: readonly GroupModel[];
}

/** The second alert of a group is a critical one. */
const rankOf = (alert: number): number => alert % 2;

export function emptyModel(groups: number): Model {
  return {
    groups: Array.from({ length: groups }, () => ({
      firing: new Map(),
      began: new Map(),
      incidents: 0,
      seen: 'resolved',
      ackedRank: 0,
      resolvedAt: Number.NEGATIVE_INFINITY,
    })),
  };
}

/** An alert fires that did not: a first one, one that joins, or one that comes back. */
export function fires(group: GroupModel, alert: number, now: Date): void {
  if (group.seen === 'resolved') {
    const comesBack = group.incidents > 0 && now.getTime() - group.resolvedAt <= REOPEN_MS;
    if (!comesBack) {
      group.incidents += 1;
      group.began.clear();
    }
    group.seen = 'open';
  } else if (group.seen === 'acknowledged' && rankOf(alert) > group.ackedRank) {
    group.seen = 'open';
  }
  group.firing.set(alert, now);
  group.began.set(alert, now);
}

/** An alert that fires has cleared; with the last one the incident is over. */
export function clears(group: GroupModel, alert: number, now: Date): void {
  group.firing.delete(alert);
  if (group.firing.size > 0) return;
  group.seen = 'resolved';
  group.resolvedAt = now.getTime();
}

export function acknowledged(group: GroupModel): void {
  group.seen = 'acknowledged';
  group.ackedRank = Math.max(...[...group.firing.keys()].map(rankOf));
}

export function givenBack(group: GroupModel): void {
  group.seen = 'open';
}
