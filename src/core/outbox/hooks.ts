import type { Claim } from './claim.ts';
import type { Outcome } from './outcome.ts';

/** What the metrics are made of. */
export interface SenderHooks {
  /**
   * `latencyMs`: since it was first due, however often it was tried. `found`: an earlier attempt had got there. `subject`: its
   * kind (`incident`). `first`: the main post of its subject, shown for the first time.
   */
  onSent?(event: {
    readonly class: number;
    readonly method: string;
    readonly subject: string;
    readonly first: boolean;
    readonly latencyMs: number;
    readonly found: boolean;
    readonly at: Date;
  }): void;
  /** 429. */
  onRefused?(event: { readonly class: number; readonly method: string; readonly afterMs: number }): void;
  /** Tried again for another reason: a passing fault, or a token that is refused. */
  onRetried?(event: { readonly class: number; readonly because: 'token' | 'passing' }): void;
  /** A message was there twice; `removed`: the later one is deleted. */
  onDoubled?(event: { readonly row: number; readonly class: number; readonly removed: boolean }): void;
  /** Given up; kept as `failed`. */
  onFailed?(event: { readonly class: number; readonly method: string; readonly code: string }): void;
  /** To the fallback channel. */
  onFallback?(event: { readonly class: number; readonly code: string }): void;
  /** Whatever became of a claim is written down. */
  onSettled?(event: { readonly row: number; readonly outcome: Outcome['do'] }): void;
}

/** Tells the hooks what became of a claim, once it is written down. */
export function tell(hooks: SenderHooks, { lead, scene }: Claim, outcome: Outcome, now: Date): void {
  const about = { class: lead.class, method: lead.method };
  hooks.onSettled?.({ row: lead.id, outcome: outcome.do });
  switch (outcome.do) {
    case 'delivered': {
      const { post } = scene;
      hooks.onSent?.({
        ...about,
        subject: lead.subject.split(':', 1)[0]!,
        first: post?.purpose === 'main' && post.ts === null && !post.moved,
        latencyMs: Math.max(0, now.getTime() - lead.wanted_at.getTime()),
        found: outcome.found,
        at: now,
      });
      return;
    }
    case 'again':
      if (outcome.because === 'rate-limited') hooks.onRefused?.({ ...about, afterMs: outcome.afterMs });
      else if (outcome.because) hooks.onRetried?.({ class: lead.class, because: outcome.because });
      return;
    case 'fail':
      hooks.onFailed?.({ ...about, code: outcome.code });
      return;
    case 'fallback':
      hooks.onFallback?.({ class: lead.class, code: outcome.code });
      return;
    case 'wait':
    case 'cancel':
    case 'anew':
    case 'leave':
  }
}
