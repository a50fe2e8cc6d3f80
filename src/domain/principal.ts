/** Who wants something, and from where: stored with every change. */

export type Principal =
  | { readonly kind: 'slack'; readonly id: string; readonly team: string; readonly name?: string }
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'schedule'; readonly id: string }
  | { readonly kind: 'alert'; readonly id: string }
  | { readonly kind: 'hikeshi'; readonly id: string };

export interface Origin {
  readonly kind: 'command' | 'button' | 'mention' | 'dm' | 'api' | 'schedule' | 'alert' | 'timer';
  /** Slack channel id. */
  readonly channel?: string;
  readonly thread?: string;
  /** INC-<number>, when it came from an incident. */
  readonly incident?: number;
  /** Row id of the post in whose thread it is told, when it came from no channel. */
  readonly post?: number;
}

/** `slack:U123`: for keys, logs and annotations in clusters. */
export function principalKey(p: Principal): string {
  return `${p.kind}:${p.id}`;
}

/** In a line of a list: a person's name, else what it is. */
export function principalName(p: Principal): string {
  return p.kind === 'slack' ? (p.name ?? p.id) : principalKey(p);
}

export type ActionState =
  | 'planned'
  | 'awaiting-approval'
  | 'confirmed'
  | 'running'
  | 'watching'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'refused'
  | 'expired'
  | 'unknown';

export type JobState = 'queued' | 'running' | 'watching' | 'done' | 'failed' | 'cancelled' | 'unknown';
