import { type CallLine, type FakeSlack, PEOPLE } from '../../../sandbox/slack/index.ts';
import { mentionsIn } from '../../../sandbox/slack/mentions.ts';
import { DEFAULT_SWITCHES } from '../../../sandbox/slack/options.ts';
import { CANARY } from '../../support/credentials.ts';
import type { HttpInput } from '../inputs/input.ts';
import type { Got } from './send.ts';

/** Whoever did something may be named for it; hana did nothing. */
const ACTING: ReadonlySet<string> = new Set(
  Object.entries(PEOPLE).flatMap(([name, id]) => (name === 'hana' ? [] : [id])),
);
/** What Slack says of a message that is badly made, whoever it is for. */
const BADLY_MADE =
  /^(?:invalid_blocks|invalid_blocks_format|invalid_arguments|invalid_attachments|msg_too_long|msg_blocks_too_long|no_text|metadata_too_large|invalid_metadata_format)$/;
/** Terminals act on these. */
const UNSEEN = /(?!\n)\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u;
const MOST_KEPT = 20;

/** Collects what must not happen; the first of it is shown. */
export class Judge {
  readonly #found = new Map<string, { readonly first: string; times: number }>();
  /** Answers 503 that gave a cause: there are few, or it is no answer. */
  busy = 0;
  readonly #secrets: readonly string[];

  constructor(slack: Pick<FakeSlack, 'botToken' | 'signingSecret'>) {
    this.#secrets = [CANARY, slack.botToken, slack.signingSecret];
  }

  /** What happened, how often, and the first of it. */
  get found(): readonly string[] {
    return [...this.#found].map(([what, { first, times }]) => `${times} × ${what}: ${first}`);
  }

  wrong(what: string, evidence: unknown): void {
    const before = this.#found.get(what);
    if (before) before.times += 1;
    else if (this.#found.size < MOST_KEPT) this.#found.set(what, { first: shortened(evidence), times: 1 });
  }

  /** Wrong if a secret is in it; what stands around the first one is shown. */
  secretIn(where: string, text: string, about?: unknown): void {
    const at = Math.min(...this.#secrets.map((secret) => text.indexOf(secret)).filter((place) => place >= 0));
    if (Number.isFinite(at))
      this.wrong(`${where} holds a secret`, [text.slice(Math.max(0, at - 150), at + 100), about]);
  }

  /** One request's answer. */
  answered(input: HttpInput, got: Got): void {
    this.secretIn('the answer', got.text, input);
    if (got.status === 503 && causeOf(got.text)) this.busy += 1;
    else if (got.status >= 500) this.wrong(`answered ${got.status}`, { input, got });
    if (got.status === 0 && !input.missing) this.wrong('no answer', { input, got });
    if (!mayPass(input) && got.status > 0 && got.status < 300) this.wrong('taken without a right', { input, got });
  }

  /** One call of Slack's API, or one answer to an address of Slack's. */
  called(line: CallLine): void {
    const sent = JSON.stringify(line.args);
    this.secretIn(line.method, sent);
    if (line.refused && BADLY_MADE.test(line.error ?? '')) this.wrong(`${line.method} is refused: ${line.error}`, line);
    const { users, groups, broadcasts } = calledOn(line.args);
    const strangers = [...users].filter((id) => !ACTING.has(id));
    if (strangers.length + groups.size + broadcasts.size > 0)
      this.wrong(`${line.method} calls on somebody`, {
        strangers,
        groups: [...groups],
        broadcasts: [...broadcasts],
        args: line.args,
      });
  }

  /** The whole log; the only errors in it are those that an attack must cause. */
  logged(log: string): void {
    for (const line of log.split('\n')) {
      if (line === '') continue;
      this.secretIn('the log', line);
      if (UNSEEN.test(line)) this.wrong('the log holds what a terminal acts upon', line);
      const entry = parsed(line);
      if (!entry) this.wrong('a line of the log is no JSON', line);
      else if (['error', 'fatal'].includes(String(entry['level'])) && !isExpected(entry))
        this.wrong(`an error is logged, ${errorOf(entry)}`, line);
    }
  }
}

function errorOf({ message, err }: Readonly<Record<string, unknown>>): string {
  const thrown = err as { readonly type?: string; readonly message?: string } | undefined;
  return `${String(message)}, ${thrown?.type}, ${thrown?.message?.slice(0, 40)}`;
}

/** Bodies that are kept, addresses of Slack's that an attack made up, and what a busy machine was too slow for: that is counted. */
function isExpected(entry: Readonly<Record<string, unknown>>): boolean {
  const { message, err } = entry as { readonly message?: string; readonly err?: { readonly type?: string } };
  return (
    (message === 'a webhook body is kept in quarantine' && err === undefined) ||
    message?.startsWith('the changed config is refused') === true ||
    ['ChatError', 'HandlerTooLate'].includes(err?.type ?? '')
  );
}

function mayPass({ way, headers, signing }: HttpInput): boolean {
  if (way !== 'webhook') return signing === 'right';
  return /^bearer\s+the-CANARY-of-the-webhook\s*$/i.test(headers['authorization'] ?? '');
}

function calledOn(args: CallLine['args']): ReturnType<typeof mentionsIn> {
  const view = typeof args['view'] === 'object' && args['view'] !== null ? args['view'] : {};
  const content = { text: '', ...args, ...view };
  const blocks = 'blocks' in content && Array.isArray(content.blocks) ? content.blocks : undefined;
  return mentionsIn(
    { text: String(content.text), blocks },
    { ...DEFAULT_SWITCHES, mentionsBesideBlocks: true, mentionsInCode: true },
  );
}

function causeOf(text: string): unknown {
  return parsed(text)?.['error'];
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const SHOWN = 1_500;

function shortened(evidence: unknown): string {
  const text =
    typeof evidence === 'string'
      ? evidence
      : JSON.stringify(evidence, (_key, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
        );
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
