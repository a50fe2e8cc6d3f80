import type { z } from 'zod';
import type { Carried, Form } from '../domain/content.ts';
import type { Catalog, Language } from '../messages/catalog.ts';
import type { Answer, AskRequest, ClickRequest, FormHandle, SubmitRequest } from '../ports/chat.ts';
import type { Tx } from '../ports/database.ts';
import type { Role } from './define.ts';
import type { PersonRequest } from './requests.ts';
import type { Standing } from './rights/types.ts';

/**
 * What handlers of words, clicks and submissions get and give. The inbound module resolves who asks, refuses who may not
 * read, opens the transaction with the request's own row in it, and commits before anything is answered.
 */
export interface Handling {
  /** Holds the request's row already. Nothing slow in here: it must be committed 2 s after the request came. */
  readonly tx: Tx;
  readonly now: Date;
  /** Never `none`. */
  readonly role: Role;
  readonly standing: Standing;
  /** What it took to find out who it is and where they stand, ms. */
  readonly standingMs: number;
  readonly language: Language;
  readonly m: Catalog;
  /** The channel's default environment. */
  readonly channelEnvironment?: string;
}

/** With the name that people know, for marks and lines where no mention can be. */
export function namedPrincipal(
  { principal }: Pick<PersonRequest, 'principal'>,
  { standing }: Pick<Handling, 'standing'>,
): PersonRequest['principal'] {
  const name = standing.name ?? principal.name;
  return name === undefined ? principal : { ...principal, name };
}

/** What a handler wants done once its transaction is committed, in this order. */
export interface Answering {
  /** Opened at once, while the trigger lives; ignored where there is no trigger (mentions). */
  readonly open?: Form;
  readonly ack?: Answer['ack'];
  /** Of a click: what was pressed is outdated, so its message is drawn anew. `after` tells why. */
  readonly stale?: boolean;
  /**
   * Runs when the acknowledgement is out: the place for clusters and replies. An error in it is worded into the form that
   * was opened, or told privately.
   */
  readonly after?: (signal: AbortSignal, form: FormHandle | undefined) => Promise<void>;
}

/** Words. @throws UserError, which is told privately; nothing is recorded then. */
export type AskHandler = (ask: AskRequest, handling: Handling) => Promise<Answering>;

/** Takes one button. Made by `onClick`. */
export interface ClickHandler {
  /** The newest `v` of what it carries that this process understands. */
  readonly v: number;
  readonly take: (click: ClickRequest, handling: Handling) => Promise<Answering>;
}

/** Takes one form. Made by `onSubmit`. */
export interface SubmitHandler {
  readonly v: number;
  readonly take: (submit: SubmitRequest, handling: Handling) => Promise<Answering>;
}

interface Taking<Request, C extends Carried> {
  readonly v: number;
  /** All versions up to `v`; what does not parse is answered with `malformed`. */
  readonly carries: z.ZodType<C>;
  /** @throws UserError, told privately (a form keeps what was typed); nothing is recorded then. */
  readonly handle: (request: Request & { readonly carries: C }, handling: Handling) => Promise<Answering>;
}

/** A button's handler with what its value must look like: values come from outside. */
export function onClick<C extends Carried>(taking: Taking<ClickRequest, C>): ClickHandler {
  return {
    v: taking.v,
    take: async (click, handling) => taking.handle({ ...click, carries: parse(taking.carries, click) }, handling),
  };
}

export function onSubmit<C extends Carried>(taking: Taking<SubmitRequest, C>): SubmitHandler {
  return {
    v: taking.v,
    take: async (submit, handling) => taking.handle({ ...submit, carries: parse(taking.carries, submit) }, handling),
  };
}

/** What a button or form carries is not what we wrote. */
export class MalformedCarries extends Error {
  override readonly name = 'MalformedCarries';
}

function parse<C>(schema: z.ZodType<C>, request: { readonly carries: unknown }): C {
  const parsed = schema.safeParse(request.carries);
  if (!parsed.success) throw new MalformedCarries(parsed.error.message);
  return parsed.data;
}
