import { ChatError, type Sent } from '../../ports/chat.ts';
import type { Claim } from './claim.ts';
import { channelKey, LOOK_UPS_KEY, UPDATES_KEY } from './limits.ts';
import { LONGEST_HOLD_MS } from './pace.ts';
import type { Scene } from './scene.ts';

/** What becomes of a claim. */
export type Outcome =
  /** `sent` where and as what; `shown` is the version that Slack shows now; `found`: an earlier attempt had got there. */
  | { readonly do: 'delivered'; readonly sent: Sent; readonly shown: number; readonly found: boolean }
  | Again
  /** Its thread is not there (any more, yet). */
  | { readonly do: 'wait' }
  | { readonly do: 'cancel'; readonly reason: string }
  /** To the fallback channel, as a new message; `code` is why. */
  | { readonly do: 'fallback'; readonly code: string }
  /** The post is made anew where it was; `before` links to what could not be edited, and is empty where it is gone. */
  | { readonly do: 'anew'; readonly code: string; readonly before?: string }
  /** Nobody waits for it any longer; with `againMs` it is tried again all the same, see `tryRefusedAgain`. */
  | { readonly do: 'fail'; readonly code: string; readonly againMs?: number }
  /** Cut off by our own end, or no longer ours: what is recorded stays as it is. */
  | { readonly do: 'leave' };

export interface Again {
  readonly do: 'again';
  readonly afterMs: number;
  readonly error: string;
  /** The attempt may have got there. */
  readonly lookUp: boolean;
  /** Refusals by pace are nobody's failure. */
  readonly counted: boolean;
  /** Nothing else that draws on this budget leaves for `afterMs` either. */
  readonly hold?: string;
  readonly because?: 'token' | 'passing' | 'rate-limited';
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A 429 should say how long; this is for one that does not. */
const UNSAID_RETRY_AFTER_MS = 30_000;
/** A token is mended by people. */
const TOKEN_PAUSE_MS = 60_000;
/** What Slack refuses for a reason that we do not know, or in the fallback channel too, is tried again this slowly, without end. */
const REFUSED_PAUSE_MS = 10 * 60_000;
/** So often a look-up that fails in passing is repeated before the message is sent without. */
const LOOK_UP_TRIES = 5;

/** 1 s, doubled with each attempt, at most a minute; without end, because a message is never given up for Slack's sake. */
function pauseMs(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(Math.max(0, attempts - 1), 10));
}

export function again(claim: Claim, error: string, more: Partial<Again> = {}): Again {
  return { do: 'again', afterMs: pauseMs(claim.lead.attempts), error, lookUp: false, counted: true, ...more };
}

/** What a failed send means for its claim. */
export function afterFailedSend(error: unknown, claim: Claim, scene: Scene): Outcome {
  const isEdit = scene.post?.ts != null;
  if (!(error instanceof ChatError)) return again(claim, 'not a chat error', { lookUp: !isEdit, because: 'passing' });
  switch (error.kind) {
    case 'rate-limited':
      return refused(error, claim, isEdit ? UPDATES_KEY : channelKey(scene.place));
    case 'passing':
      return again(claim, error.code, { because: 'passing' });
    case 'ambiguous':
      return again(claim, error.code, { lookUp: !isEdit, because: 'passing' });
    case 'token':
      return again(claim, error.code, { afterMs: TOKEN_PAUSE_MS, because: 'token' });
    case 'channel':
      if (mayBeNamedYet(scene)) return again(claim, error.code, { because: 'passing' });
      if (mayFallBack(claim, scene)) return { do: 'fallback', code: error.code };
      return claim.lead.fallback_of === null ? { do: 'fail', code: error.code } : slowly(error.code);
    case 'gone':
      return isEdit ? afterGone(error.code, scene) : { do: 'fail', code: error.code };
    case 'invalid':
    case 'expired':
      // A post that is there stays where it is: its next edit may be taken.
      return !isEdit && mayFallBack(claim, scene) ? { do: 'fallback', code: error.code } : slowly(error.code);
  }
}

/** What our own end cut off: given back at once where it is certain that nothing left, else left for a look-up. */
export function afterCut(error: unknown, claim: Claim): Outcome {
  const unsent = error instanceof ChatError && (error.kind === 'passing' || error.kind === 'rate-limited');
  return unsent ? again(claim, error.code, { afterMs: 0, counted: false }) : { do: 'leave' };
}

function slowly(code: string): Outcome {
  return { do: 'fail', code, againMs: REFUSED_PAUSE_MS };
}

/** `undefined`: nobody can tell, so it is sent again: in doubt we repeat. */
export function afterFailedLookUp(error: unknown, claim: Claim): Outcome | undefined {
  if (!(error instanceof ChatError)) return undefined;
  if (error.kind === 'rate-limited') return refused(error, claim, LOOK_UPS_KEY);
  const passes = error.kind === 'passing' || error.kind === 'ambiguous';
  if (!passes || claim.lead.attempts > LOOK_UP_TRIES) return undefined;
  return again(claim, error.code, { because: 'passing' });
}

function refused(error: ChatError, claim: Claim, hold: string): Again {
  const afterMs = Math.min(error.retryAfterMs ?? UNSAID_RETRY_AFTER_MS, LONGEST_HOLD_MS);
  return again(claim, error.code, { afterMs, counted: false, hold, because: 'rate-limited' });
}

/** Messages go to ids only. A name cannot be told from a wrong one before the channels were read, soon after the start. */
function mayBeNamedYet(scene: Scene): boolean {
  return scene.place.startsWith('#') && !scene.channelsKnown;
}

function mayFallBack({ lead }: Claim, scene: Scene): boolean {
  return scene.fallbackPlace !== null && lead.fallback_of === null && scene.place !== scene.fallbackPlace;
}

/** Only an incident's main post is worth posting anew, and only once; of a copy that somebody deleted, nothing is left to do. */
function afterGone(code: string, scene: Scene): Outcome {
  if (scene.post?.purpose !== 'main') return { do: 'cancel', reason: code };
  return scene.post.moved ? { do: 'fail', code } : { do: 'anew', code };
}
