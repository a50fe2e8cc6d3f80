import type { Block, Form, Message } from '../domain/content.ts';
import type { Principal } from '../domain/principal.ts';

/** What may go wrong when talking to the chat, by what to do about it. */
export type ChatErrorKind =
  /** 429: this method (and channel) only; honour `retryAfterMs`. */
  | 'rate-limited'
  /** Passing and certainly not done: connection refused, 503, service_unavailable. */
  | 'passing'
  /** May have been done: time-out, reset after sending, 500, fatal_error, internal_error. Look before sending again. */
  | 'ambiguous'
  /** This channel does not take it: archived, not in channel, not found, restricted. */
  | 'channel'
  /** The message is not there, or can no longer be edited: message_not_found, edit_window_closed. */
  | 'gone'
  /** The token: revoked, scope missing, account inactive. */
  | 'token'
  /** The request itself is refused: our fault, never repeated. */
  | 'invalid'
  /** A form's trigger or response address has run out. */
  | 'expired';

export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly kind: ChatErrorKind;
  /** Slack's own word: `not_in_channel`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: ChatErrorKind,
    code: string,
    options: { retryAfterMs?: number; cause?: unknown; detail?: string } = {},
  ) {
    super(options.detail ? `${code}: ${options.detail}` : code, { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Marks a message as ours, so that an attempt whose answer was lost can be found. */
export interface SendMark {
  readonly row: number;
  readonly attempt: string;
}

export interface Sent {
  /** Where it really is: a DM's own channel id when it was sent to a person. */
  readonly channelId: string;
  readonly ts: string;
}

export interface CallLimit {
  readonly signal?: AbortSignal;
  /** The whole call, retries included; the adapter does not retry sends. */
  readonly timeoutMs?: number;
}

export interface PostOptions extends CallLimit {
  readonly threadTs?: string;
  /** Shown in the channel too. */
  readonly broadcast?: boolean;
  readonly mark: SendMark;
}

/** Sending. All methods reject with `ChatError` only. */
export interface Chat {
  /** `to`: a channel id or a person's id (the DM is opened). */
  post(to: string, message: Message, options: PostOptions): Promise<Sent>;
  update(at: Sent, message: Message, limit?: CallLimit & { readonly mark?: SendMark }): Promise<void>;
  remove(at: Sent, limit?: CallLimit): Promise<void>;
  /** Messages in a channel or thread that carry this row's mark, oldest first, from `since` on; pages are followed. */
  find(
    where: { readonly channelId: string; readonly threadTs?: string },
    row: number,
    since: Date,
    limit?: CallLimit,
  ): Promise<readonly Sent[]>;
  /** Only this person sees it; may never arrive; never repeated. */
  whisper(
    where: { readonly channelId: string; readonly threadTs?: string },
    personId: string,
    message: Message,
    limit?: CallLimit,
  ): Promise<void>;
  permalink(at: Sent, limit?: CallLimit): Promise<string>;
  /** The DM channel with a person. */
  directChannel(personId: string, limit?: CallLimit): Promise<string>;
}

export interface TextFile {
  /** `pods.txt` */
  readonly name: string;
  readonly title: string;
  readonly content: Message;
}

export interface Files {
  /**
   * Puts a message, whole and as plain text, into a file in the direct conversation with a person; answers its link. Never repeated.
   * Rejects with `ChatError` only.
   */
  sendFile(personId: string, file: TextFile, limit?: CallLimit): Promise<string>;
}

export interface Person {
  readonly id: string;
  readonly team: string;
  /** The @name. */
  readonly name: string;
  readonly displayName: string;
  readonly isBot: boolean;
  readonly isGuest: boolean;
  readonly deactivated: boolean;
  readonly locale?: string;
  readonly tz?: string;
}

export interface UserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly disabled: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly isMember: boolean;
}

export interface Identity {
  readonly team: string;
  readonly teamName: string;
  readonly botUserId: string;
  readonly botId: string;
  /** Granted scopes, where Slack says so (`x-oauth-scopes`). */
  readonly scopes: readonly string[];
}

/** Who and what there is in the workspace; kept as rows, refreshed each 10 minutes and by event. */
export interface Directory {
  identity(limit?: CallLimit): Promise<Identity>;
  people(limit?: CallLimit): Promise<readonly Person[]>;
  /** One person; `undefined` when there is none. */
  personById(id: string, limit?: CallLimit): Promise<Person | undefined>;
  /** Empty on plans without user groups. */
  userGroups(limit?: CallLimit): Promise<readonly UserGroup[]>;
  channels(limit?: CallLimit): Promise<readonly Channel[]>;
  members(channelId: string, limit?: CallLimit): Promise<readonly string[]>;
}

// ------------------------------------------------------------------------------------------------ inbound

/** How the asker is answered. Never repeated: the asker asks again. */
export interface Reply {
  /** Only the asker sees it: ephemeral by response_url, or in the thread for a mention. */
  private(message: Message): Promise<void>;
  /** Replaces the private message whose button was pressed, or answers privately. */
  replace(message: Message): Promise<void>;
  /**
   * Draws the channel's message anew whose button was pressed: seen at once, ahead of the outbox, which shows the same a little
   * later. Only for clicks on messages that others see too.
   */
  readonly redraw?: (message: Message) => Promise<void>;
  /**
   * Must be called while handling: a trigger lives 3 s. Absent where there is none (mentions). From a button in a form it
   * lies on top of that form; from a submission it takes the submitted form's place.
   */
  readonly openForm?: (form: Form) => Promise<FormHandle>;
  /**
   * Shows the home tab of who asks, where it was opened or pressed in. Where it was shown anew meanwhile, `draw` is called again:
   * what was read last is what is seen.
   */
  readonly showHome?: (draw: () => Promise<readonly Block[]>) => Promise<void>;
}

export interface FormHandle {
  readonly id: string;
  update(form: Form): Promise<void>;
}

interface InboundBase {
  /** Unique: trigger_id, event_id; of a submission view id, hash and trigger_id. Repeats are answered without effect. */
  readonly id: string;
  readonly principal: Extract<Principal, { kind: 'slack' }>;
  readonly reply: Reply;
  readonly receivedAt: Date;
}

/** Words: a slash command, a mention in a thread, a DM, or a button that says them for whoever presses it. */
export interface AskRequest extends InboundBase {
  readonly kind: 'ask';
  readonly via: 'command' | 'mention' | 'dm' | 'button';
  readonly channelId: string;
  readonly threadTs?: string;
  /** As typed, without `/ops` or the mention; Slack's escaping undone except `<@U..>`, `<#C..>`, `<!subteam^..>`, URLs. */
  readonly text: string;
}

export interface ClickRequest extends InboundBase {
  readonly kind: 'click';
  readonly channelId?: string;
  readonly messageTs?: string;
  readonly threadTs?: string;
  readonly ephemeral: boolean;
  readonly button: string;
  /** Parsed JSON of the button's value; untrusted until its `v` is known. */
  readonly carries: unknown;
  readonly actionTs: string;
  /** The form that the button stands in. */
  readonly shown?: FormHandle;
}

export interface SubmitRequest extends InboundBase {
  readonly kind: 'submit';
  readonly form: string;
  readonly carries: unknown;
  /** By input id; a choice gives its value, several give theirs one a line; empty optional inputs are absent. */
  readonly values: Readonly<Record<string, string>>;
  /** The submitted form; it stays open only when the answer says so (`ack`). */
  readonly shown?: FormHandle;
}

/** Somebody looks at our home tab. Nothing is changed by it, so a repeat only draws it again. */
export interface HomeRequest extends InboundBase {
  readonly kind: 'home';
  /** The direct conversation with them. */
  readonly channelId: string;
}

/** The workspace changed: people, groups, channels, membership. Refresh the rows named. */
export interface ChangedRequest {
  readonly kind: 'changed';
  readonly id: string;
  readonly what: 'person' | 'group' | 'channel' | 'membership';
  readonly subject?: string;
}

export type Inbound = AskRequest | ClickRequest | SubmitRequest | HomeRequest | ChangedRequest;

/**
 * What the acknowledgement carries. It is given only after everything that the request changed is committed; `after` runs
 * once the acknowledgement is out, bounded in time, and is awaited at shutdown.
 */
export interface Answer {
  readonly ack?:
    | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> }
    | { readonly kind: 'form'; readonly form: Form }
    /** Closes the form and those that lie under it. */
    | { readonly kind: 'close-all' };
  readonly after?: (signal: AbortSignal) => Promise<void>;
  /**
   * The press did not count, or may not have: it is not acknowledged, so that Slack marks it as failed even if nobody lives to
   * run `after`. For clicks; what else can fail carries its words in the acknowledgement.
   */
  readonly failed?: true;
}

/** @throws anything: the adapter acknowledges nothing silently, see `wording` of the inbound module. */
export type InboundHandler = (request: Inbound) => Promise<Answer>;
