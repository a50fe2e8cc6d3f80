import type { Fingerprint, Labels } from '../domain/alert.ts';
import type { SilenceMatcher } from '../domain/silence.ts';

/** Silences of one Alertmanager (or HA pair). Members share them among themselves: each call is one member's, another's if it is away. */
export interface Silencer {
  readonly name: string;
  /** Active and pending ones. @throws SilenceError */
  list(signal: AbortSignal): Promise<readonly Silence[]>;
  /** Alerts that these matchers hold for now, silenced ones among them. @throws SilenceError */
  matching(matchers: readonly SilenceMatcher[], signal: AbortSignal): Promise<readonly MatchedAlert[]>;
  /** Makes it, unless there is one with its mark already; answers its id. @throws SilenceError */
  create(silence: NewSilence, signal: AbortSignal): Promise<string>;
  /** The same until then; answers the id, which may be a new one. @throws SilenceError */
  extend(id: string, until: Date, signal: AbortSignal): Promise<string>;
  /** Ends it. One that has ended stays so. @throws SilenceError */
  expire(id: string, signal: AbortSignal): Promise<void>;
}

export interface Silence {
  readonly id: string;
  readonly state: 'active' | 'pending';
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** As somebody wrote it. */
  readonly createdBy: string;
  readonly comment: string;
}

export interface NewSilence {
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
  /** Goes into the comment: by it we find our own. */
  readonly mark: string;
}

export interface MatchedAlert {
  readonly fingerprint: Fingerprint;
  readonly labels: Labels;
  readonly silenced: boolean;
}

/**
 * `away`: none answered, and nothing was changed. `refused`: it says why. `missing`: there is none of this id. `unsure`: it may have
 * been done.
 */
export type SilenceFailure = 'away' | 'refused' | 'missing' | 'unsure';

export class SilenceError extends Error {
  override readonly name = 'SilenceError';
  readonly kind: SilenceFailure;
  /** For people: without URLs and credentials. */
  readonly why: string;

  constructor(kind: SilenceFailure, why: string) {
    super(`${kind}: ${why}`);
    this.kind = kind;
    this.why = why;
  }
}
