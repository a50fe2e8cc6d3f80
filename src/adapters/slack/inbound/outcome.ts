/** What Slack is to be told about one delivery. */
export type Outcome =
  | {
      readonly kind: 'ack';
      /** A command's message, a submission's response_action. */
      readonly body?: Readonly<Record<string, unknown>>;
      /** To be called once the acknowledgement is out, however that went. */
      readonly after?: () => void;
    }
  /** A click that did not count: not acknowledged, so that Slack says so at once; `after` says why. */
  | { readonly kind: 'failed'; readonly after?: () => void }
  /** An event that was not taken: not acknowledged, so that Slack sends it again. */
  | { readonly kind: 'retry' }
  /** A command that is not ours. */
  | { readonly kind: 'unknown' };

/** One delivery, the transport taken off. Never rejects. */
export type Process = (
  body: Readonly<Record<string, unknown>>,
  retry?: { readonly num?: number; readonly reason?: string },
) => Promise<Outcome>;
