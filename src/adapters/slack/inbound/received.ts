import type { AskRequest, ChangedRequest, ClickRequest, HomeRequest, SubmitRequest } from '../../../ports/chat.ts';

type Bare<R> = R extends unknown ? Omit<R, 'reply' | 'receivedAt' | 'shown'> : never;

/** How this asker can be answered. */
export type ReplyTo =
  /**
   * A click's or command's own address. `replaces`: the button stood in a private message, which may be replaced; `redraws`:
   * in one that others see, which may be drawn anew.
   */
  | {
      readonly by: 'response-url';
      readonly url: string;
      readonly threadTs?: string;
      readonly replaces: boolean;
      readonly redraws: boolean;
    }
  /** A mention has no address: an ephemeral in its channel or thread. */
  | { readonly by: 'whisper'; readonly channelId: string; readonly threadTs?: string; readonly personId: string }
  /** A direct conversation is private already; also where there is no other place, as in a form. */
  | { readonly by: 'direct'; readonly to: string; readonly threadTs?: string };

/** How a form can be shown. */
export type OpenBy =
  | { readonly by: 'open' | 'push'; readonly triggerId: string }
  /** The form just submitted becomes the new one, in the acknowledgement. */
  | { readonly by: 'acknowledgement'; readonly viewId: string };

/** The home tab that it happened in, as it was then; without a hash none was shown yet. */
export interface HomeAt {
  readonly personId: string;
  readonly hash?: string;
}

/** One delivery, understood; the ways back are not made yet. */
export type Received =
  | {
      readonly kind: 'person';
      readonly draft: Bare<AskRequest> | Bare<ClickRequest> | Bare<SubmitRequest> | Bare<HomeRequest>;
      readonly replyTo: ReplyTo;
      readonly openBy?: OpenBy;
      /** The form it happened in. */
      readonly viewId?: string;
      readonly home?: HomeAt;
      /** Input blocks of the submitted form, first to last: only beside these can an error stand. */
      readonly inputBlocks?: readonly string[];
      readonly viewTitle?: string;
      /** Events are sent again when they are not acknowledged; commands, clicks and forms never. */
      readonly retried: boolean;
    }
  | { readonly kind: 'changed'; readonly draft: ChangedRequest }
  /** Not for us: acknowledged and forgotten. */
  | { readonly kind: 'ignored'; readonly why: string };

export const ignored = (why: string): Received => ({ kind: 'ignored', why });
