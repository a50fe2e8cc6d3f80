import type { Principal } from '../domain/principal.ts';
import type { Language } from '../messages/catalog.ts';
import type { ChangedRequest, InboundHandler } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Db } from '../ports/database.ts';
import type { AskHandler, ClickHandler, SubmitHandler } from './handling.ts';
import type { Standing } from './rights/types.ts';

export interface InboundParts {
  /** The receiving pool. */
  readonly db: Db;
  readonly clock: Clock;
  readonly standingOf: (principal: Extract<Principal, { kind: 'slack' }>, now: Date) => Promise<Standing>;
  /** Where neither channel nor person says. */
  readonly language: Language;
  readonly ask: AskHandler;
  /** By button id. */
  readonly clicks: Readonly<Record<string, ClickHandler>>;
  /** By form id. */
  readonly forms: Readonly<Record<string, SubmitHandler>>;
  /** The workspace changed: refresh rows. Runs after the acknowledgement. */
  readonly changed: (change: ChangedRequest, signal: AbortSignal) => Promise<void>;
  /** Names the system whose passing fault this is, `PostgreSQL`; `undefined`: not one. */
  readonly passingFault: (error: unknown) => string | undefined;
  /** Since when a system does not answer, if anybody knows. */
  readonly awaySince?: (system: string) => Date | undefined;
  /** `id` is what the asker was told. */
  readonly onError: (error: unknown, about: { readonly id: string; readonly request: string }) => void;
}

export function createInbound(parts: InboundParts): InboundHandler {
  throw new Error(`not built yet: ${parts.language}`);
}
