import type { Claim } from './claim.ts';
import type { Outcome } from './outcome.ts';

/** What the metrics are made of. */
export interface SenderHooks {
  /**
   * `latencyMs`: of a first post and a saying since it was written, of an edit since it was due. `found`: an earlier attempt
   * had got there.
   */
  onSent?(event: {
    readonly class: number;
    readonly method: string;
    readonly latencyMs: number;
    readonly found: boolean;
  }): void;
  /** 429. */
  onRefused?(event: { readonly class: number; readonly method: string; readonly afterMs: number }): void;
  /** A message was there twice; `removed`: the later one is deleted. */
  onDoubled?(event: { readonly row: number; readonly removed: boolean }): void;
  /** Given up; kept as `failed`. */
  onFailed?(event: { readonly class: number; readonly method: string; readonly code: string }): void;
  /** To the fallback channel. */
  onFallback?(event: { readonly class: number; readonly code: string }): void;
  /** Whatever became of a claim is written down. */
  onSettled?(event: { readonly row: number; readonly outcome: Outcome['do'] }): void;
}

/** Tells the hooks what became of a claim, once it is written down. */
export function tell(hooks: SenderHooks, { lead }: Claim, outcome: Outcome, now: Date): void {
  const about = { class: lead.class, method: lead.method };
  hooks.onSettled?.({ row: lead.id, outcome: outcome.do });
  switch (outcome.do) {
    case 'delivered': {
      const from = lead.method === 'chat.update' ? lead.due_at : lead.created_at;
      hooks.onSent?.({ ...about, latencyMs: Math.max(0, now.getTime() - from.getTime()), found: outcome.found });
      return;
    }
    case 'again':
      if (outcome.because === 'rate-limited') hooks.onRefused?.({ ...about, afterMs: outcome.afterMs });
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
