import type { Args } from '../args.ts';
import type { Fields } from '../json.ts';
import type { Tier } from '../rates.ts';
import type { Token, TokenKind } from '../tokens.ts';
import type { World } from '../world.ts';

export interface Call {
  readonly world: World;
  readonly args: Args;
  readonly token: Token;
}

/** One Web API method: what it needs before it does anything, and what it does. */
export interface MethodSpec {
  readonly tier: Tier;
  /** Scopes that are all needed. */
  readonly scopes?: readonly string[];
  /** Scopes of which one is needed; the channel's own is asked for later. */
  readonly anyScope?: readonly string[];
  readonly tokens?: readonly TokenKind[];
  /** Arguments without which the answer is `invalid_arguments`. */
  readonly required?: readonly string[];
  /** Refuses, or answers the fields beside `ok: true`. */
  readonly run: (call: Call) => Fields;
}

export type MethodTable = Record<string, MethodSpec>;
