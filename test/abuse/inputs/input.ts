/** How the signature of a request of Slack's is made; all but `right` are to be refused. */
export type Signing =
  | 'right'
  | 'of another body'
  | 'of another secret'
  | 'old'
  | 'of the future'
  | 'without a time'
  | 'none'
  | 'garbled';

export const FORGED: readonly Signing[] = [
  'of another body',
  'of another secret',
  'old',
  'of the future',
  'without a time',
  'none',
  'garbled',
];

/** One request, as bytes: what a client library would never send can be sent. */
export interface HttpInput {
  readonly way: 'webhook' | 'words' | 'buttons' | 'forms';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Signed as Slack does, when it is sent. */
  readonly signing?: Signing;
  /** So many bytes of the body are left out, and the connection is ended: `content-length` says otherwise. */
  readonly missing?: number;
}

export interface ConfigInput {
  readonly way: 'config';
  readonly yaml: string;
}

export type Input = HttpInput | ConfigInput;

/** What is there to be aimed at: ids that exist. */
export interface Aims {
  readonly incidents: readonly number[];
  /** Plans of mika's, unconfirmed. */
  readonly actions: readonly string[];
  readonly webhookToken: string;
}
